"""Expressions on a tensor, as typed: read with ``ast``, a short list of names, never ``eval``.

``x[1:3, ::2]``, ``x.gather(1, torch.tensor([[0]]))``, ``torch.where(x > 0, x, 0)``.
"""

from __future__ import annotations

import ast
import math
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPING = {
    *("view", "reshape", "flatten", "t", "transpose", "permute", "unsqueeze", "squeeze", "expand"),
    *("narrow", "select", "contiguous", "clone", "movedim", "swapaxes", "unflatten", "diagonal"),
    *("flip", "roll", "repeat", "unfold", "ravel"),
}
"""Methods that give numbers another place (book table 2-2)."""

SELECTING = {
    *("index_select", "masked_select", "gather", "take", "nonzero", "take_along_dim", "where"),
    *("masked_fill", "index_fill", "scatter", "index_add", "diag", "tril", "triu"),
}
"""Those that choose numbers (book table 2-3)."""

REDUCING = {
    *("sum", "mean", "prod", "std", "var", "norm", "amax", "amin", "argmax", "argmin", "all"),
    *("any", "max", "min", "median", "logsumexp"),
}
"""Those that leave an axis out (book table 2-5)."""

ALONG = {"cumsum", "cumprod", "softmax", "sort", "topk", "argsort"}
"""Those that work along an axis and keep it."""

ELEMENTWISE = {
    *("abs", "add", "sub", "mul", "div", "pow", "exp", "log", "sqrt", "sigmoid", "tanh", "relu"),
    *("clamp", "neg", "sign", "floor", "ceil", "round", "eq", "ne", "gt", "ge", "lt", "le"),
    *("maximum", "minimum", "isnan", "isfinite", "float", "double", "long", "int", "bool"),
}
"""Those that take each number by itself (book table 2-4)."""

MATRIX = {"mm", "mv", "bmm", "dot", "matmul", "trace", "svd", "equal", "allclose"}
"""Those of matrices (book table 2-7), and what compares two tensors as a whole."""

IN_PLACE = {
    *("add_", "sub_", "mul_", "div_", "zero_", "fill_", "abs_", "neg_", "clamp_", "relu_"),
    *("scatter_", "masked_fill_", "index_fill_"),
}
"""Those that write into the tensor itself."""

METHODS = SHAPING | SELECTING | REDUCING | ALONG | ELEMENTWISE | MATRIX | IN_PLACE
FUNCTIONS = (METHODS - IN_PLACE - {"long", "int", "float", "double", "bool", "expand"}) | {
    *("tensor", "arange", "zeros", "ones", "eye", "full_like", "zeros_like", "ones_like"),
    *("cat", "stack"),
}
ATTRIBUTES = {"T", "mT", "values", "indices", "U", "S", "V"}
TYPES = {"float32", "float64", "int32", "int64", "bool", "uint8"}

LARGEST = 1_000_000
"""The largest whole number that may be typed, and the most copies: more would fill the memory."""

GROWING = {"expand", "repeat", "arange", "zeros", "ones", "eye"}
"""What makes as many numbers as it is told to."""

BINARY: dict[type[ast.AST], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
UNARY: dict[type[ast.AST], Any] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


class TorchValueError(ValueError):
    """A ValueError of torch, told apart from ours, which say what may be typed."""


@dataclass(frozen=True)
class Typed:
    """An expression that was read: its text as Python writes it, and its tree."""

    text: str
    tree: ast.expr
    methods: frozenset[str] = field(default_factory=frozenset)

    @property
    def writes(self) -> bool:
        """Whether it changes the tensor that it is asked of."""
        return bool(self.methods & IN_PLACE)


def read(text: str, name: str = "x") -> Typed:
    """Return what was typed; a text that begins with ``.`` or ``[`` continues ``name``.

    Raises:
        ValueError: for what is no expression, or uses anything beyond the lists above.
    """
    table = str.maketrans("（），：", "(),:")
    plain = text.translate(table).strip()
    whole = f"{name}{plain}" if plain.startswith((".", "[")) else plain
    try:
        tree = ast.parse(whole, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(
            say(
                f"expected an expression such as {name}[0] or {name}.sum(0), got {text!r}",
                f"应为表达式，例如 {name}[0] 或 {name}.sum(0)，得到 {text!r}",
            )
        ) from error
    methods: set[str] = set()
    _check(tree, name, methods)
    return Typed(ast.unparse(tree), tree, frozenset(methods))


def _check(node: ast.AST, name: str, methods: set[str]) -> None:
    """Let through what is on the lists."""
    if isinstance(node, ast.Name) and node.id != name:
        _refuse(node.id, [name])
    if isinstance(node, ast.Constant):
        _constant(node.value)
    if isinstance(node, ast.Call):
        _call(node, methods)
    elif isinstance(node, ast.Attribute):
        known = TYPES if _is_torch(node.value) else ATTRIBUTES
        if node.attr not in known:
            _refuse(node.attr, sorted(known))
    elif not isinstance(node, _PLAIN):
        _refuse(ast.unparse(node), [])
    if isinstance(node, ast.Compare) and len(node.ops) != 1:
        _refuse(ast.unparse(node), [])
    if isinstance(node, ast.BinOp) and not _of_tensors(node):
        _refuse(ast.unparse(node), [])
    for child in _inside(node):
        _check(child, name, methods)


_PLAIN = (
    *(ast.Name, ast.Constant, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.BinOp),
    *(ast.UnaryOp, ast.Compare, ast.keyword),
)


def _inside(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that are looked at by themselves."""
    if isinstance(node, ast.Call):
        head = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        return [*([] if _is_torch(head) else [head]), *node.args, *node.keywords]
    if isinstance(node, ast.Attribute):
        return [] if _is_torch(node.value) else [node.value]
    kinds = (ast.expr, ast.keyword)
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, kinds)]


def _is_torch(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "torch"


def _of_tensors(node: ast.BinOp) -> bool:
    """Return whether at least one side holds more than numbers, which could grow without end."""
    plain = (ast.Constant, ast.UnaryOp, ast.BinOp)
    return any(
        not isinstance(part, ast.Constant)
        for side in (node.left, node.right)
        for part in ast.walk(side)
        if isinstance(part, ast.expr) and not isinstance(part, plain[1:])
    )


def _constant(value: object) -> None:
    fine = value is None or value is Ellipsis or isinstance(value, (bool, int, float, complex))
    if not fine or (isinstance(value, int) and abs(value) > LARGEST):
        _refuse(repr(value), [])


def _call(node: ast.Call, methods: set[str]) -> None:
    if not isinstance(node.func, ast.Attribute):
        _refuse(ast.unparse(node.func), sorted(METHODS))
        return
    called, known = node.func.attr, FUNCTIONS if _is_torch(node.func.value) else METHODS
    if called not in known:
        _refuse(called, sorted(known))
    if any(isinstance(arg, ast.Starred) for arg in node.args):
        _refuse("*", [])
    whole = [size for arg in node.args for size in _whole(arg)]
    if called in GROWING and math.prod(whole) > LARGEST:
        _refuse(ast.unparse(node), [])
    methods.add(called)


def _whole(node: ast.AST) -> list[int]:
    """Return the whole numbers in a part of an expression, without the zeros."""
    values = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return [value for value in values if isinstance(value, int) and value]


def _refuse(what: str, known: list[str]) -> None:
    hint = suggest(what, known)
    raise ValueError(
        say(
            f"{what!r} can't be shown here; use indices, methods of tensors and torch's functions "
            f"of them.{hint}",
            f"此处不能使用 {what!r}；可用索引、张量的方法和 torch 的相应函数。{hint}",
        )
    )


def run(typed: Typed, x: Tensor, name: str = "x") -> Any:  # noqa: ANN401 -- tensors, numbers, pairs
    """Return what torch makes of an expression.

    Raises:
        RuntimeError, IndexError, TypeError, ValueError: torch's own.
    """
    try:
        with torch.no_grad():
            return value(typed.tree, {name: x})
    except ValueError as error:
        raise TorchValueError(str(error)) from error


def value(node: ast.expr, names: dict[str, Tensor]) -> Any:  # noqa: ANN401, PLR0911 -- as above; one a node
    """Return the value of a part of an expression that `read` has let through."""
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        kind = tuple if isinstance(node, ast.Tuple) else list
        return kind(value(one, names) for one in node.elts)
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else value(end, names) for end in ends))
    if isinstance(node, ast.Subscript):
        return value(node.value, names)[value(node.slice, names)]
    if isinstance(node, ast.UnaryOp):
        return UNARY[type(node.op)](value(node.operand, names))
    if isinstance(node, ast.BinOp):
        return BINARY[type(node.op)](value(node.left, names), value(node.right, names))
    if isinstance(node, ast.Compare):
        sides = value(node.left, names), value(node.comparators[0], names)
        return BINARY[type(node.ops[0])](*sides)
    if isinstance(node, ast.Attribute):
        return getattr(torch if _is_torch(node.value) else value(node.value, names), node.attr)
    assert isinstance(node, ast.Call)  # noqa: S101 -- nothing else comes past `read`
    args, kwargs = arguments(node, names)
    return _function(node, names)(*args, **kwargs)


def arguments(node: ast.Call, names: dict[str, Tensor]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call."""
    keywords = {str(one.arg): value(one.value, names) for one in node.keywords}
    return [value(arg, names) for arg in node.args], keywords


def _function(node: ast.Call, names: dict[str, Tensor]) -> Callable[..., Any]:
    func = node.func
    assert isinstance(func, ast.Attribute)  # noqa: S101 -- as above
    owner: Any = torch if _is_torch(func.value) else value(func.value, names)
    found: Callable[..., Any] = getattr(owner, func.attr)
    return found
