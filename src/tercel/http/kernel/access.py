"""May this caller call this operation? (behaviour/requests 4; behaviour/access 2)"""

from __future__ import annotations

from tercel.base.errors import ForbiddenError, UnauthenticatedError
from tercel.features.access.keys.lookup import Credential
from tercel.features.access.keys.secret import digest
from tercel.features.common.caller import NOBODY, Caller
from tercel.http.kernel.operation import Access, Operation
from tercel.http.kernel.services import Services

_MANAGERS = frozenset({"ManagementKey-v1", "Bearer"})
_SCHEMES = {
    Access.INTEGRATION: frozenset({"ApiKey-v1"}),
    Access.MANAGEMENT: _MANAGERS,
    Access.ADMIN: _MANAGERS,
}


#: Schemes by how they may be written: in any case (RFC 9110).
_WRITTEN = {scheme.lower(): scheme for schemes in _SCHEMES.values() for scheme in schemes}


async def authorise(
    operation: Operation, authorization: str, address: str, services: Services
) -> tuple[Caller, bytes]:
    """Find the caller behind an Authorization header and check that the operation is allowed to that caller.

    Returns:
        The caller and the digest of the key; an anonymous caller and no digest for public operations.

    Raises:
        UnauthenticatedError: no key, one of the wrong kind, or one that is not valid.
        TooManyRequestsError: too many keys from this address were not valid, and this one is not known to be.
        ForbiddenError: a valid key whose allow-list does not have this operation.
    """
    if operation.access is Access.PUBLIC:
        return NOBODY, b""
    schemes = _SCHEMES[operation.access]
    written, _, secret = authorization.partition(" ")
    scheme = _WRITTEN.get(written.lower(), "")
    if scheme not in schemes or not secret:
        expected = " or ".join(f"`{known} …`" for known in sorted(schemes))
        raise UnauthenticatedError(
            f"Invalid API key: this endpoint needs the header `Authorization` with {expected}"
        )
    secret_hash = digest(secret.strip())
    credential = await _look_up(scheme, secret_hash, address, services)
    _check_allowed(operation, credential)
    return credential.caller, secret_hash


async def _look_up(scheme: str, secret_hash: bytes, address: str, services: Services) -> Credential:
    """Return the rights behind a key; a key that was valid lately skips the throttle on its address."""
    if not services.callers.has_met(scheme, secret_hash):
        services.throttles.strangers.check(address, services.clock())
    try:
        return await services.callers.get(scheme, secret_hash)
    except UnauthenticatedError:
        services.throttles.strangers.refused(address, services.clock())
        raise


def _check_allowed(operation: Operation, credential: Credential) -> None:
    if operation.access is Access.ADMIN:
        is_allowed = credential.names(operation.method, operation.path)
    else:
        is_allowed = credential.opens(operation.method, operation.path)
    if not is_allowed:
        raise ForbiddenError(f"this key may not call `{operation.method} {operation.path}`")
