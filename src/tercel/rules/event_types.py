"""Questions about the event's type, however they are written, as one function.

A request may raise two events at once (a session created in state closed), and both types must match. So a comparison
of ``Event.Type`` with a text, and a look-up in a list of texts, mean ``eventIs`` (behaviour/evaluation 9).
"""

from __future__ import annotations

from dataclasses import replace

from tercel.language.tree import Call, Lambda, Literal, Node, Read, Sequence, walk


def with_event_questions(node: Node) -> Node:
    """Return the tree with every question about the event's type asked through ``eventIs``."""
    return _rewritten(node) if any(map(is_event_type, walk(node))) else node


def _rewritten(node: Node) -> Node:
    match node:
        case Call(name="=" | "!=", arguments=(subject, Literal(value=str()) as wanted)) if is_event_type(
            subject
        ):
            question = Call("eventIs", (wanted,), node.at)
            return question if node.name == "=" else Call("not", (question,), node.at)
        case Call(name="oneOf", arguments=(subject, wanted_list)) if is_event_type(subject) and (
            texts := literal_texts(wanted_list)
        ):
            return Call(
                "or", tuple(Call("eventIs", (Literal(each, node.at),), node.at) for each in texts), node.at
            )
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(map(_rewritten, arguments)))
        case Read(segments=segments):
            return replace(node, segments=tuple(map(_rewritten, segments)))
        case Lambda(body=body):
            return replace(node, body=_rewritten(body))
        case Sequence(nodes=nodes):
            return replace(node, nodes=tuple(map(_rewritten, nodes)))
        case Literal():
            return node


def is_event_type(node: Node) -> bool:
    """Tell whether the node reads ``Event.Type``."""
    match node:
        case Read(segments=(Literal(value=str() as entity), Literal(value=str() as field))):
            return entity.lower() == "event" and field.lower() == "type"
    return False


def literal_texts(node: Node) -> tuple[str, ...]:
    """Return the texts of a ``list`` of literal texts; an empty tuple for anything else."""
    match node:
        case Call(name="list", arguments=arguments):
            texts = [
                part.value for part in arguments if isinstance(part, Literal) and isinstance(part.value, str)
            ]
            return tuple(texts) if len(texts) == len(arguments) else ()
    return ()
