"""All kinds of work that is done in the background, in one list: a feature adds its own here."""

from __future__ import annotations

from tercel.features.codes.coupons.creation_job import CREATION
from tercel.features.codes.coupons.deletion_job import DELETION

KINDS = {kind.name: kind for kind in (CREATION, DELETION)}
