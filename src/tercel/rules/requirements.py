"""The requirements of a rule, proven from its tree; whatever is not understood proves nothing.

A rule is skipped only when one of these facts is absent, so two things must be sure: the rule could not have fired, and
it could not have said anything else (an ``error`` effect, the effects of ``onFailure``). The second is why reading stops
at the first condition that is not plainly quiet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from tercel.language.tree import Call, Lambda, Literal, Node, Read, walk
from tercel.rules.event_types import is_event_type, literal_texts
from tercel.rules.requirement import Key, Requirement, Subject, Threshold

#: Numbers that stay the same during an evaluation, by the lower-case names a rule may use.
_NUMBERS = {
    ("session", "total"): ("session", "total"),
    ("session", "cartitemtotal"): ("session", "cart_item_total"),
    ("session", "carttotal"): ("session", "cart_item_total"),
    ("session", "additionalcosttotal"): ("session", "additional_cost_total"),
    ("profile", "closedsessions"): ("profile", "closed_sessions"),
    ("profile", "totalsales"): ("profile", "total_sales"),
}
_ITEM_FIELDS = {"sku": "sku", "category": "category", "name": "name", "product": "product"}
_ATTRIBUTE_OWNERS = {"session": Subject.SESSION, "profile": Subject.PROFILE}

# Lists that are empty when their first argument is.
_NARROWING = {
    "take", "takeLast", "slice", "sortByNumber", "sortByString", "sortByTime", "reverse", "distinct", "tail", "drop",
    "valueMapItems", "filter", "map",
}  # fmt: skip

_MIRRORED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
# Texts that may equal a number or a time (behaviour/language 8) prove nothing about a text attribute.
_AMBIGUOUS = re.compile(r"\s*[+-]?[0-9.]")

Bindings = Mapping[str, Node]


def requirement_of(conditions: tuple[Node, ...], bindings: Bindings) -> Requirement:
    """Return what must hold for all conditions to be true; ``bindings`` are the named expressions that they see."""
    prover = _Prover(bindings)
    for condition in conditions:
        if not prover.take(condition):
            break
    return Requirement(tuple(prover.keys), tuple(prover.thresholds))


class _Prover:
    """Collects facts from conditions. ``take`` says whether the condition is known to be quiet."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.keys: list[frozenset[Key]] = []
        self.thresholds: list[Threshold] = []

    def take(self, node: Node) -> bool:
        match node:
            case Literal(value=bool()):
                return True
            case Call(name="and", arguments=arguments):
                return all(map(self.take, arguments))
            case Call(name="isSet", arguments=(Read(),)):
                return True
            case Call(name="catch", arguments=(Literal(value=False), inner)):
                self.take(inner)
                return not any(isinstance(part, Call) and part.name == "onFailure" for part in walk(inner))
            case Call(name=">=" | ">" | "<=" | "<", arguments=(left, right)):
                return self.take_comparison(node.name, left, right)
        keys = self.key_facts(node)
        if keys:
            self.keys.append(keys)
        return bool(keys)

    def take_comparison(self, operator: str, left: Node, right: Node) -> bool:
        if isinstance(left, Literal):
            operator, left, right = _MIRRORED[operator], right, left
        if not (isinstance(right, Literal) and isinstance(right.value, Decimal)):
            return False
        number = self.global_number(left)
        if number is not None:
            if operator in {">=", ">"}:
                self.thresholds.append(Threshold(*number, right.value))
            return True
        is_above = right.value > 0 if operator == ">=" else right.value >= 0
        if operator not in {">=", ">"} or not is_above:
            return False
        keys = self.counted(left)
        if keys:
            self.keys.append(keys)
        return bool(keys)

    def global_number(self, node: Node) -> tuple[str, str] | None:
        match node:
            case Read(segments=(Literal(value=str() as entity), Literal(value=str() as field))):
                return None if entity in self.bindings else _NUMBERS.get((entity.lower(), field.lower()))
        return None

    def counted(self, node: Node) -> frozenset[Key]:
        """Return the keys that a count or sum above zero proves."""
        match node:
            case Call(name="count" | "sum", arguments=(items,)):
                return self.non_empty(items)
            case Call(name="sum", arguments=(items, Lambda(parameter=parameter, body=body))) if _is_field(
                body, parameter
            ):
                return self.non_empty(items)
            case Call(name="countIf", arguments=(items, Lambda() as block)):
                return self.item_keys(items, block)
        return frozenset()

    def key_facts(self, node: Node) -> frozenset[Key]:
        match node:
            case Call(name="couponValid"):
                return frozenset({Key(Subject.COUPON)})
            case Call(name="referralValid"):
                return frozenset({Key(Subject.REFERRAL)})
            case Call(name="eventIs", arguments=(Literal(value=str() as event_type),)):
                return frozenset({Key(Subject.EVENT, "", event_type)})
            case Call(name="exists", arguments=(items, Lambda() as block)):
                return self.item_keys(items, block)
            case Call(name="not", arguments=(Call(name="isEmpty", arguments=(items,)),)):
                return self.non_empty(items)
            case Call(name="or", arguments=arguments) if arguments:
                branches = [self.key_facts(branch) for branch in arguments]
                return frozenset().union(*branches) if all(branches) else frozenset()
            case Call(name="=", arguments=(Read() as subject, Literal(value=wanted))):
                return self.equality(subject, (wanted,))
            case Call(name="oneOf", arguments=(Read() as subject, wanted_list)):
                return self.equality(subject, literal_texts(wanted_list))
        return frozenset()

    def equality(self, subject: Read, wanted: tuple[object, ...]) -> frozenset[Key]:
        names = [
            part.value
            for part in subject.segments
            if isinstance(part, Literal) and isinstance(part.value, str)
        ]
        if len(names) != len(subject.segments) or names[0] in self.bindings:
            return frozenset()
        entity, *path = names
        owner = _ATTRIBUTE_OWNERS.get(entity.lower())
        if is_event_type(subject):
            return _text_keys(Subject.EVENT, "", wanted)
        if [part.lower() for part in names] in (
            ["store", "integrationid"],
            ["session", "storeintegrationid"],
        ):
            return _text_keys(Subject.STORE, "", wanted)
        if owner is None or len(path) != 2 or path[0].lower() != "attributes":
            return frozenset()
        texts = ["true" if text is True else "false" if text is False else text for text in wanted]
        return _text_keys(owner, path[1], texts) if not any(map(_is_ambiguous, texts)) else frozenset()

    def non_empty(self, items: Node) -> frozenset[Key]:
        """Return the keys that a list with at least one element proves."""
        match items:
            case Read(segments=(Literal(value=str() as name),)) if name in self.bindings:
                earlier = {key: value for key, value in self.bindings.items() if key != name}
                return _Prover(earlier).non_empty(self.bindings[name])
            case Call(name="filter", arguments=(inner, Lambda() as block)):
                return self.item_keys(inner, block) or self.non_empty(inner)
            case Call(name=name, arguments=(inner, *others)) if name in _NARROWING and all(
                map(_is_plain, others)
            ):
                return self.non_empty(inner)
        return frozenset()

    def item_keys(self, items: Node, block: Lambda) -> frozenset[Key]:
        """Return the keys that are proven when one of the cart's items satisfies a block."""
        return _predicate_keys(block.body, block.parameter) if self.is_cart(items) else frozenset()

    def is_cart(self, node: Node) -> bool:
        match node:
            case Read(segments=(Literal(value=str() as entity), Literal(value=str() as field))):
                is_global = entity not in self.bindings
                return is_global and entity.lower() == "session" and field.lower() == "cartitems"
        return False


def _predicate_keys(node: Node, parameter: str, *, is_caught: bool = False) -> frozenset[Key]:
    match node:
        case Call(name="catch", arguments=(Literal(value=False), inner)):
            return _predicate_keys(inner, parameter, is_caught=True)
        case Call(name="and", arguments=arguments):
            quiet = (
                arguments if is_caught else arguments[:1]
            )  # what stands first decides before others can fail
            return next((keys for part in quiet if (keys := _predicate_keys(part, parameter))), frozenset())
        case Call(name="=", arguments=(Read() as subject, Literal(value=wanted))) if _is_field(
            subject, parameter
        ):
            return _item_texts(subject, (wanted,))
        case Call(name="oneOf", arguments=(Read() as subject, wanted_list)) if _is_field(subject, parameter):
            return _item_texts(subject, literal_texts(wanted_list))
    return frozenset()


def _item_texts(subject: Read, wanted: tuple[object, ...]) -> frozenset[Key]:
    field = subject.segments[1]
    assert isinstance(field, Literal), "the caller has looked"
    name = _ITEM_FIELDS.get(str(field.value).lower())
    return frozenset() if name is None else _text_keys(Subject.ITEM, name, wanted)


def _is_field(node: Node, parameter: str) -> bool:
    match node:
        case Read(segments=(Literal(value=str() as name), Literal(value=str()))):
            return name == parameter
    return False


def _is_plain(node: Node) -> bool:
    match node:
        case Literal():
            return True
        case Lambda(parameter=parameter, body=body):
            return _is_field(body, parameter)
    return False


def _is_ambiguous(text: object) -> bool:
    return isinstance(text, str) and _AMBIGUOUS.match(text) is not None


def _text_keys(subject: Subject, name: str, wanted: object) -> frozenset[Key]:
    texts = list(wanted) if isinstance(wanted, list | tuple) else []
    if not texts or not all(isinstance(text, str) for text in texts):
        return frozenset()
    return frozenset(Key(subject, name, text) for text in texts)
