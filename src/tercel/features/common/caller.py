"""Who calls: the rights of one key or token. Doors build it, features read it."""

from __future__ import annotations

import msgspec

from tercel.base.errors import ForbiddenError
from tercel.pipeline.owner import Owner


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The account and the rights behind a request."""

    account_id: int
    #: The user behind a bearer token, or the creator of a management key.
    user_id: int | None = None
    management_key_id: int | None = None
    is_admin: bool = False
    #: Integration keys: the one application they belong to.
    application_id: int | None = None
    #: Management keys and users: None means every application of the account.
    allowed_application_ids: frozenset[int] | None = None
    #: Integration keys: whether the application is a sandbox.
    sandbox: bool = False
    #: A testing key: whatever it asks for is dry.
    is_testing: bool = False
    #: Nanoseconds that a testing key adds to now.
    time_offset_ns: int = 0

    @property
    def own_application_id(self) -> int:
        """The application of an integration key."""
        assert self.application_id is not None, "integration keys belong to an application"
        return self.application_id

    def refuse_testing(self, what: str) -> None:
        """Keep testing keys, which are for dry requests, away from what cannot be dry.

        Raises:
            ForbiddenError: the caller is one.
        """
        if self.is_testing:
            raise ForbiddenError(f"a testing key cannot {what}: use a key of another type")

    @property
    def owner(self) -> Owner:
        """The application of an integration key and its account, as the pipeline names them."""
        return Owner(self.own_application_id, self.account_id)

    def may_use(self, application_id: int) -> bool:
        """Tell whether the allow-list of applications has this one."""
        return self.allowed_application_ids is None or application_id in self.allowed_application_ids


#: Behind public operations, which need no key.
NOBODY = Caller(account_id=0)
