"""The mistakes of Python code: what a programmer might have written instead."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tests.mutants.source import Change, Function, Source

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
}
_OTHER_FUNCTION = {"any": "all", "all": "any", "min": "max", "max": "min"}
_LEAVES = ast.Raise | ast.Return | ast.Continue | ast.Break
#: What a function of this return type answers when it does nothing.
_NOTHING = {"bool": "True", "int": "0", "str": '""', "list": "[]", "dict": "{}", "set": "set()", "tuple": "()", "None": "None"}  # fmt: skip
_LOGS = {"log", "_log", "logger"}


def mistakes(source: Source) -> Iterator[Change]:
    """Every mistake that this file could have."""
    for node in _walk(source.tree):
        kind = type(node)
        for maker in _MAKERS.get(kind, ()):
            yield from maker(source, node)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that a mistake would matter in."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "format_spec"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_idle(child):
                yield from _walk(child)


def _is_idle(node: ast.AST) -> bool:
    """Whether what a right program answers does not depend on it: assertions, logs, what protects from programmers."""
    match node:
        case ast.Assert() | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return name in _LOGS
        case ast.FunctionDef(name="__repr__" | "__str__"):
            return True
        case ast.keyword(arg="frozen" | "kw_only" | "gc" | "strict" | "daemon"):
            return True
    return False


def _negated(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.comprehension(ifs=tests):
            pass
        case ast.match_case(guard=guard):
            tests = [guard] if guard else []
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            tests = [test]
        case _:
            return
    for test in tests:
        # The negation of one comparison is a mistake of its own.
        if not isinstance(test, ast.Compare):
            yield _replace(source, "negated condition", test, f"(not ({source.piece(test)}))")


def _compared(source: Source, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Compare)
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        sign, other = _COMPARISONS[type(operator)]
        yield from _between(source, "comparison", left, right, sign, other)
        left = right


def _operand(source: Source, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BoolOp)
    word = "and" if isinstance(node.op, ast.And) else "or"
    pieces = [f"({source.piece(value)})" for value in node.values]
    for index in range(len(pieces)):
        rest = f" {word} ".join(pieces[:index] + pieces[index + 1 :])
        yield _replace(source, "dropped operand", node, f"({rest})")
    other = " or " if word == "and" else " and "
    yield _replace(source, "and/or", node, f"({other.join(pieces)})")


def _constant(source: Source, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Constant)
    match node.value:
        case bool():
            yield _replace(source, "constant", node, str(not node.value))
        case int() | float():
            yield _replace(source, "constant", node, f"({source.piece(node)} + 1)")


def _guard(source: Source, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.If)
    if len(node.body) == 1 and isinstance(node.body[0], _LEAVES) and not node.orelse:
        start, end = source.span(node)
        yield Change("removed guard", start, end, "pass")


def _statement(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Delete():
            yield _replace(source, "removed statement", node, "pass")
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield _replace(source, "removed statement", node, "pass")


def _call(source: Source, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Call)
    for one, two in zip(node.args, node.args[1:], strict=False):
        if not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred):
            (start, middle), (after, end) = source.span(one), source.span(two)
            swapped = source.text[after:end] + source.text[middle:after] + source.text[start:middle]
            yield Change("swapped arguments", start, end, swapped)
    if isinstance(node.func, ast.Name) and node.func.id in _OTHER_FUNCTION:
        yield _replace(source, "any/all, min/max", node.func, _OTHER_FUNCTION[node.func.id])


def _arithmetic(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(left=left, right=right, op=operator):
            if type(operator) in _ARITHMETIC:
                yield from _between(source, "arithmetic", left, right, *_ARITHMETIC[type(operator)])
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield _replace(source, "arithmetic", node, f"({source.piece(operand)})")
        case ast.AugAssign(target=target, value=value, op=operator) if type(operator) in _ARITHMETIC:
            sign, other = _ARITHMETIC[type(operator)]
            yield from _between(source, "arithmetic", target, value, f"{sign}=", f"{other}=")


def _body(source: Source, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, Function)
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    does_nothing = not body or all(
        isinstance(each, ast.Pass | ast.Raise) or _is_ellipsis(each) for each in body
    )
    yields = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))
    if does_nothing or yields:
        return
    start, end = source.span(body[0])[0], source.span(body[-1])[1]
    yield Change("replaced body", start, end, f"return {_nothing(source, node)}")


def _nothing(source: Source, node: Function) -> str:
    returned = source.piece(node.returns) if node.returns else "None"
    if "None" in returned.split(" | "):
        return "None"
    return _NOTHING.get(returned.split("[")[0], "None")


def _is_ellipsis(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _replace(source: Source, operator: str, node: ast.AST, becomes: str) -> Change:
    assert isinstance(node, ast.expr | ast.stmt)
    return Change(operator, *source.span(node), becomes)


def _between(
    source: Source, operator: str, left: ast.expr, right: ast.expr, sign: str, other: str
) -> Iterator[Change]:
    """Another sign between two expressions; brackets and comments may stand there too."""
    start, end = source.span(left)[1], source.span(right)[0]
    gap = source.text[start:end]
    if gap.count(sign) == 1:
        place = start + gap.index(sign)
        yield Change(operator, place, place + len(sign), other)


_MAKERS: dict[type[ast.AST], tuple[Callable[[Source, ast.AST], Iterator[Change]], ...]] = {
    ast.If: (_negated, _guard),
    ast.While: (_negated,),
    ast.IfExp: (_negated,),
    ast.comprehension: (_negated,),
    ast.match_case: (_negated,),
    ast.Compare: (_compared,),
    ast.BoolOp: (_operand,),
    ast.Constant: (_constant,),
    ast.Expr: (_statement,),
    ast.Delete: (_statement,),
    ast.Assign: (_statement,),
    ast.AugAssign: (_statement, _arithmetic),
    ast.Call: (_call,),
    ast.BinOp: (_arithmetic,),
    ast.UnaryOp: (_arithmetic,),
    ast.FunctionDef: (_body,),
    ast.AsyncFunctionDef: (_body,),
}
