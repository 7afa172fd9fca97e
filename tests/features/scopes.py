"""Where the functions under test work, and what lists are asked."""

from datetime import UTC, datetime

from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.caller import Caller
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Paged, Paging
from tercel.features.common.scope import ApplicationScope, CampaignScope, Scope

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)


def account(caller: Caller, now: datetime = NOW) -> Scope:
    """The account of a caller."""
    return Scope(caller=caller, now=now)


def application(caller: Caller, application_id: int, now: datetime = NOW) -> ApplicationScope:
    """An application of the caller's."""
    return ApplicationScope(caller=caller, now=now, application_id=application_id)


def application_scope(of: CodeCampaign, now: datetime) -> ApplicationScope:
    """The application of a campaign."""
    return application(_user(of), of.application_id, now)


def campaign_scope(of: CodeCampaign, now: datetime) -> CampaignScope:
    """A campaign."""
    return CampaignScope(caller=_user(of), now=now, application_id=of.application_id, campaign_id=of.id)


def asked(which: Filter | None = None, page: Paging | None = None) -> Paged:
    """The query of a list."""
    return Paged(which or Filter(), page or Paging())


def _user(of: CodeCampaign) -> Caller:
    return Caller(account_id=of.account_id, user_id=1)
