"""Webhooks, custom effects and notifications as effects."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import EFFECT, Family
from tercel.language.values.kinds import NULL

FAMILY = Family("Messages")

_EFFECT = "effect:number|string@customEffects"

FAMILY.hosted(
    "triggerWebhook callApi",
    "webhook:number|string@webhooks parameters:map?",
    NULL,
    doc="Call a webhook after the request.",
    errors="limit",
    flags=EFFECT,
    phrases=("call webhook {0}", "call webhook {0} with {1}"),
    blocks='triggerWebhook webhook params:parameters?["kv"]',
)
FAMILY.hosted(
    "customEffect",
    f"{_EFFECT} parameters:map?",
    NULL,
    doc="Return a custom effect.",
    errors="limit missing",
    flags=EFFECT,
    phrases=("return custom effect {0}", "return custom effect {0} with {1}"),
)
FAMILY.hosted(
    "customEffectPerItem",
    f"{_EFFECT} items:list block:mapblock",
    NULL,
    doc="Return a custom effect for each item of a list, or for each item of a list of bundles.",
    errors="limit missing",
    flags=EFFECT,
    phrases="return custom effect {0} for each of {1} with {2}",
)
FAMILY.hosted(
    "showNotification createNotification",
    "type:word(Info|Offer|Error|Misc) title:string body:string?",
    NULL,
    doc="Show a notification of type `Info`, `Offer`, `Error` or `Misc`.",
    errors="type",
    flags=EFFECT,
    phrases=("show a notification ({0}): {1}", "show a notification ({0}): {1}, {2}"),
    blocks="showNotification notificationType:text title:text body:text?",
)
