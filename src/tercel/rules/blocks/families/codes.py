"""Blocks that create codes (behaviour/codes 11).

Blocks always name a campaign and a recipient: a campaign or recipient that the settings leave out is shown as the
campaign of the rule or as no recipient, the words ``Current`` and ``Advocate`` as the ids of the two profiles.
"""

from __future__ import annotations

from typing import Any

from tercel.rules.blocks.codecs import AMOUNT, FLAG, PARAMETERS, TEXT, VALUE, WORD, absent_as, unlike
from tercel.rules.blocks.forms import Default, Entries, Form, Hole

_OWN_CAMPAIGN = "{{$Campaign.Id}}"
_CURRENT = "{{$Profile.IntegrationId}}"
_ADVOCATE = "{{$AdvocateProfile.IntegrationId}}"


def _setting(name: str, codec: Any) -> Hole:
    return Hole(name, absent_as(codec))


_SETTINGS = {
    "campaignId": Hole("campaignId", absent_as(AMOUNT, shown=_OWN_CAMPAIGN)),
    "storeInSession": Hole("storeInSession", absent_as(FLAG, shown=False)),
    "usageLimit": _setting("usageLimit", AMOUNT),
    "startDate": _setting("startDate", VALUE),
    "expiryDate": _setting("expiryDate", VALUE),
    "attributes": _setting("attributes", PARAMETERS),
    "validCharacters": _setting("validCharacters", WORD),
    "pattern": _setting("pattern", WORD),
}
_COUPON = {**_SETTINGS, "discountLimit": _setting("discountLimit", AMOUNT)}


def _coupon(shown: str | Default | None, **settings: Any) -> Form:
    fields: dict[str, Any] = {"type": "createCoupon"}
    if shown is not None:
        fields["recipientId"] = shown
    return Form(fields, ["createCoupon", Entries({**_COUPON, **settings})])


CODE_FORMS = [
    _coupon(Default("")),
    _coupon(_CURRENT, recipient="Current"),
    _coupon(_ADVOCATE, recipient="Advocate"),
    _coupon(None, recipientId=Hole("recipientId", unlike(TEXT, "", _CURRENT, _ADVOCATE))),
    Form(
        {"type": "createReferral"},
        ["createReferral", Entries({**_SETTINGS, "friendId": Hole("friendId", absent_as(TEXT, shown=""))})],
    ),
]
