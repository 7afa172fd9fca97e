"""The base of all effect properties: what the struct of each effect has in common, and how much text it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, ClassVar

import msgspec


class Props(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """Properties of one kind of effect, in the order and with the names of the wire contract.

    ``effect_type`` is the tag that the envelope carries beside the properties. Unset optional fields are left out.
    ``action`` is the kind of its ledger entry, empty for an effect that takes nothing; ``shop`` what a shop does about it.
    """

    effect_type: ClassVar[str] = ""
    action: ClassVar[str] = ""
    shop: ClassVar[str] = ""

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> Props | None:
        """Return the effect that takes one back, None where none says so.

        Args:
            props: The properties of the effect that was answered, as decoded JSON.
            profile: The integration id of the session's profile.
        """
        del props, profile
        return None

    def text_length(self) -> int:
        """Count the characters of all texts, and one for each element of a list, against the limit of an evaluation.
        Frequent effects override this with a faster count, which leaves out words of a small set."""
        length = 0
        for value in (_READERS.get(type(self)) or _reader(type(self)))(self):
            if value is not None:
                length += len(value) if type(value) is str else length_of(value)
        return length


def length_of(value: Any) -> int:
    """Count the characters of all texts in JSON data, and one for each element."""
    length, waiting = 0, [value]
    while waiting:
        value = waiting.pop()
        length += 1
        if isinstance(value, str):
            length += len(value)
        elif isinstance(value, dict):
            length += sum(map(len, value))
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
    return length


_VARIABLE = (
    msgspec.inspect.StrType,
    msgspec.inspect.AnyType,
    msgspec.inspect.CollectionType,
    msgspec.inspect.DictType,
)

_READERS: dict[type[Props], Callable[[Props], tuple[Any, ...]]] = {}


def _reader(kind: type[Props]) -> Callable[[Props], tuple[Any, ...]]:
    """Make and keep the function that reads the fields of a kind of effect that may hold texts."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    names = [field.name for field in info.fields if _may_hold_text(field.type)]
    read: Callable[[Props], tuple[Any, ...]]
    match names:
        case []:
            read = _no_texts
        case [name]:
            read = _alone(attrgetter(name))
        case _:
            read = attrgetter(*names)
    _READERS[kind] = read
    return read


def _alone(get: Callable[[Props], Any]) -> Callable[[Props], tuple[Any, ...]]:
    return lambda props: (get(props),)


def _no_texts(_props: Props) -> tuple[Any, ...]:
    return ()


def _may_hold_text(kind: msgspec.inspect.Type) -> bool:
    if isinstance(kind, msgspec.inspect.UnionType):
        return any(map(_may_hold_text, kind.types))
    return isinstance(kind, _VARIABLE)
