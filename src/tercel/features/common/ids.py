"""Internal ids as callers send them."""

from typing import Annotated

from msgspec import Meta

#: An internal id; larger numbers would be refused by the database.
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
