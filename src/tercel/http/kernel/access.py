"""May this caller call this operation? (integration.md 8.4, management.md 5.6)"""

from __future__ import annotations

from tercel.base.errors import ForbiddenError, UnauthenticatedError
from tercel.features.common.caller import NOBODY, Caller
from tercel.features.keys.callers import Callers
from tercel.features.keys.lookup import Credential
from tercel.features.keys.secret import digest
from tercel.http.kernel.operation import Access, Operation

_MANAGERS = frozenset({"ManagementKey-v1", "Bearer"})
_SCHEMES = {
    Access.INTEGRATION: frozenset({"ApiKey-v1"}),
    Access.MANAGEMENT: _MANAGERS,
    Access.ADMIN: _MANAGERS,
}


async def authorise(operation: Operation, authorization: str, callers: Callers) -> tuple[Caller, bytes]:
    """Find who is behind an Authorization header and check that they may call the operation.

    Returns:
        The caller and the digest of the key; nobody and no digest for public operations.

    Raises:
        UnauthenticatedError: no key, one of the wrong kind, or one that is not valid.
        ForbiddenError: a valid key whose allow-list does not have this operation.
    """
    if operation.access is Access.PUBLIC:
        return NOBODY, b""
    schemes = _SCHEMES[operation.access]
    scheme, _, secret = authorization.partition(" ")
    if scheme not in schemes or not secret:
        expected = " or ".join(f"`{known} …`" for known in sorted(schemes))
        raise UnauthenticatedError(
            f"Invalid API key: this endpoint needs the header `Authorization` with {expected}"
        )
    secret_hash = digest(secret.strip())
    credential = await callers.get(scheme, secret_hash)
    _check_allowed(operation, credential)
    return credential.caller, secret_hash


def _check_allowed(operation: Operation, credential: Credential) -> None:
    if operation.access is Access.ADMIN:
        is_allowed = credential.names(operation.method, operation.path)
    else:
        is_allowed = credential.opens(operation.method, operation.path)
    if not is_allowed:
        raise ForbiddenError(f"this key may not call `{operation.method} {operation.path}`")
