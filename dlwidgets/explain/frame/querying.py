"""The text of ``df.query("...")``: read by the same rules before pandas gets it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pandas.api.types import is_numeric_dtype

from dlwidgets.explain.frame.grammar import LONGEST, RefusedError, check_size, refused
from dlwidgets.explain.frame.outcome import Refusal
from dlwidgets.language import Both

if TYPE_CHECKING:
    import pandas as pd

_PLAIN = (
    *(ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Name, ast.Constant, ast.List, ast.Tuple),
    *(ast.cmpop, ast.boolop, ast.unaryop, ast.operator, ast.expr_context, ast.Call, ast.Attribute),
)
_CALLS = {"isna", "notna", "isnull", "notnull", "isin", "between"}
_TEXT = {"startswith", "endswith", "len", "lower", "upper"}
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitOr)
_QUOTED = re.compile(r"`[^`\n]*`")


def checked_query(place: ast.expr, text: str, frame: pd.DataFrame) -> None:
    """Refuse what may not stand in a query.

    Raises:
        RefusedError: for anything beyond comparisons, ``and or not & | ~ in``, arithmetic of
            numbers, ``isna``, ``isin``, ``between`` and ``str.startswith``.
    """
    if len(text) > LONGEST:
        raise _refused(place, text[:20])
    if "@" in text:
        raise refused(
            place,
            "not-allowed",
            "@ reads a variable of the notebook; here there is none. Write its value.",
            "@ 读取 notebook 中的变量，此处没有；请直接写出它的值。",
        )
    plain = _QUOTED.sub(lambda found: "_" * len(found.group()), text)
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise RefusedError(_syntax(text), place) from error
    try:
        check_size(tree)
    except RefusedError as error:
        raise RefusedError(error.refusal, place) from error
    for node in ast.walk(tree):
        _check(place, node)
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Mult)
            and not _numbers(node, frame)
        ):
            raise _refused(place, ast.unparse(node)[:60])


def _syntax(text: str) -> Refusal:
    return Refusal(
        "syntax",
        "",
        "",
        Both(
            f"{text[:60]!r} is no expression of query, such as 'price > 3'.",
            f"{text[:60]!r} 不是 query 的表达式，例如 'price > 3'。",
        ),
    )


def _check(place: ast.expr, node: ast.AST) -> None:
    if not isinstance(node, _PLAIN):
        raise _refused(place, ast.unparse(node)[:60])
    if isinstance(node, ast.Name) and node.id.startswith("__") and node.id.strip("_"):
        raise _refused(place, node.id)
    if isinstance(node, ast.BinOp) and (
        not isinstance(node.op, _OPERATORS) or _texts(node.left) or _texts(node.right)
    ):
        raise _refused(place, ast.unparse(node)[:60])
    if isinstance(node, ast.Attribute) and node.attr not in _CALLS | _TEXT | {"str"}:
        raise _refused(place, f".{node.attr}")
    if isinstance(node, ast.Call):
        _check_call(place, node)


def _check_call(place: ast.expr, node: ast.Call) -> None:
    """Let through methods of columns whose arguments are literals."""
    method = node.func
    if node.keywords or not isinstance(method, ast.Attribute):
        raise _refused(place, ast.unparse(node)[:60])
    after_text = isinstance(method.value, ast.Attribute) and method.value.attr == "str"
    if method.attr not in (_TEXT if after_text else _CALLS):
        raise _refused(place, f".{method.attr}()")


def _texts(node: ast.expr) -> bool:
    """Return whether an operand is a text or a list, which could grow without end."""
    return isinstance(node, (ast.List, ast.Tuple)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    )


def _numbers(node: ast.AST, frame: pd.DataFrame) -> bool:
    """Return whether all that is multiplied are columns of numbers: texts would grow."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    kinds = dict(zip(map(str, frame.columns), frame.dtypes, strict=True))
    return all(name in kinds and is_numeric_dtype(kinds[name]) for name in names)


def _refused(place: ast.expr, what: str) -> RefusedError:
    return refused(
        place,
        "not-allowed",
        f"{what} can't be used in a query here. Allowed are columns, comparisons, and, or, not, "
        "in, & | ~, arithmetic, isna, isin, between, str.startswith.",
        f"此处的 query 中不能使用 {what}。可用：列名、比较、and、or、not、in、& | ~、算术运算、"
        "isna、isin、between、str.startswith。",
    )
