"""Set attributes of a profile: key by key, null removes one (behaviour/profiles 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tercel.features.customers.profiles.aggregate import ProfileRow
from tercel.features.engine.sessions.request.merge import document, raw_document


def set_attributes(profile: ProfileRow, values: Mapping[str, Any]) -> ProfileRow:
    """Return the profile with these attributes set; attributes that are not named stay."""
    if not values:
        return profile
    merged = {**document(profile.attributes), **values}
    kept = {name: value for name, value in merged.items() if value is not None}
    return msgspec.structs.replace(profile, attributes=raw_document(kept))
