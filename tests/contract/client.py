"""The vendor's published client, unchanged, with every answer also held against the contract."""

import inspect
import json
import re
from typing import Any

from talon_one import ApiClient, Configuration, IntegrationApi, ManagementApi

from tests.support.contract import operation_ids, validate, validate_answer


class Client:
    """One API of the client: ``client.get_store(…)`` calls the published method, checks the raw answer, gives the typed one."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._api, f"{name}_with_http_info")

        def call(*args: Any, **kwargs: Any) -> Any:
            answer = method(*args, **kwargs)
            if answer.raw_data and "json" in answer.headers["content-type"]:
                content = json.loads(answer.raw_data)
                validate_answer(content, operation_id(name), answer.status_code)
                _validate_effects(content)
            return answer.data

        return call


def _validate_effects(content: dict[str, Any]) -> None:
    """The contract leaves open which properties go with which effect; the names of its schemas do not."""
    for effect in content.get("effects", ()):
        kind = effect["effectType"]
        validate(effect["props"], f"{kind[:1].upper()}{kind[1:]}EffectProps")


def integration_client(url: str, key: str) -> Client:
    """The Integration API with an integration key."""
    return Client(IntegrationApi(_configured(url, "api_key_v1", key, "ApiKey-v1")))


def management_client(url: str, key: str) -> Client:
    """The Management API with a management key."""
    return Client(ManagementApi(_configured(url, "management_key", key, "ManagementKey-v1")))


def user_client(url: str, token: str) -> Client:
    """The Management API with the token of a user."""
    return Client(ManagementApi(_configured(url, "manager_auth", token, "Bearer")))


def anonymous_client(url: str) -> Client:
    """The Management API without a key."""
    return Client(ManagementApi(ApiClient(Configuration(host=url))))


def operation_id(method: str) -> str:
    """The operation of the contract behind a method of the client."""
    return _operation_ids()[method]


def method_of(operation: str) -> str:
    """How the client spells an operation."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def methods() -> set[str]:
    """Every operation that the client offers, as it spells them."""
    suffix = "_with_http_info"
    apis = (IntegrationApi, ManagementApi)
    members = [name for api in apis for name, _ in inspect.getmembers(api, inspect.isfunction)]
    return {name.removesuffix(suffix) for name in members if name.endswith(suffix)}


def _configured(url: str, scheme: str, key: str, prefix: str) -> ApiClient:
    return ApiClient(Configuration(host=url, api_key={scheme: key}, api_key_prefix={scheme: prefix}))


def _operation_ids() -> dict[str, str]:
    return {method_of(each): each for each in operation_ids()}
