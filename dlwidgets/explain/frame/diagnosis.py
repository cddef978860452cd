"""Errors of pandas in plain words, with the place in the text and the nearest that works."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dlwidgets.explain.frame.blame import Part, blamed
from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.nearest import near
from dlwidgets.explain.frame.outcome import Refusal
from dlwidgets.explain.frame.signs import WORDS, mixed, with_signs
from dlwidgets.explain.frame.tracking import is_mask
from dlwidgets.language import SILENT, Both

if TYPE_CHECKING:
    from dlwidgets.explain.frame.names import PandasError

LONGEST_MESSAGE = 500

MESSAGES = (
    ("non-unique label", "not-unique"),
    ("duplicate", "not-unique"),
    ("lexsort", "unsorted"),
    ("slice bound", "unsorted"),
    ("oolean index has wrong length", "mask-length"),
    ("wrong length", "mask-length"),
    ("Unalignable boolean", "mask-length"),
    ("containing NA / NaN", "mask-missing"),
    ("out of bounds", "out-of-range"),
    ("out-of-bounds", "out-of-range"),
    ("out of range", "out-of-range"),
    ("Too many indexers", "too-many"),
    ("truth value", "ambiguous"),
    ("is ambiguous", "ambiguous"),
    ("accessor", "wrong-type"),
    ("_get_value() missing", "too-few"),
    ("step cannot be zero", "zero-step"),
)
"""Parts of pandas' messages, and what they mean."""


OF_ALL = {"too-many", "too-few", "zero-step"}
"""Reasons that lie in the whole key and in no part of it."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with an expression.

    Attributes:
        refusal: the error and its words.
        node: the part of the expression that is to blame.
        instead: what may stand in its place, likeliest first.
        codes: whole expressions that may have been meant.
    """

    refusal: Refusal
    node: ast.expr
    instead: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def diagnosed(error: PandasError, tree: ast.expr) -> Diagnosis:
    """Return what is wrong at the step where pandas raised, within the tree of the expression."""
    cause = error.__cause__
    message = _message(cause)
    reason = _reason(cause, message)
    held, node = error.held, error.node
    compared = mixed(tree, node)
    if reason == "ambiguous" or compared is not None:
        place = compared or node
        refusal = _refusal("ambiguous", cause, message, WORDS)
        return Diagnosis(refusal, place, tuple(with_signs(place)))
    if held is None or not isinstance(held.value, (pd.DataFrame, pd.Series)):
        return Diagnosis(_refusal(reason, cause, message, _general(cause)), node)
    if error.how == ".":
        return _attribute(error, cause, message)
    if not isinstance(node, ast.Subscript):
        return Diagnosis(_refusal(reason, cause, message, _general(cause)), node)
    parts = _parts(held.value, node, error.how, error.key)
    for part in () if reason in OF_ALL else parts:
        found = blamed(part, error.how, reason)
        if found is not None:
            reason, words, culprit, instead = found
            refusal = _refusal(reason, cause, message, words)
            return Diagnosis(refusal, culprit, tuple(instead), _codes(node, error.how, part))
    words = _words(reason, held.value, cause)
    codes = _codes(node, error.how, parts[0]) if parts else ()
    return Diagnosis(_refusal(reason, cause, message, words), node.slice, (), codes)


def undiagnosed(error: PandasError) -> Diagnosis:
    """Return an error without words of its own."""
    cause = error.__cause__
    return Diagnosis(_refusal("other", cause, _message(cause), _general(cause)), error.node)


def _message(cause: BaseException | None) -> str:
    try:
        text = str(cause)
    except Exception:  # noqa: BLE001 -- a label whose repr raises
        text = ""
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _reason(cause: BaseException | None, message: str) -> str:
    for part, reason in MESSAGES:
        if part in message:
            return reason
    if isinstance(cause, (KeyError, AttributeError, NameError)):
        return "missing-label"
    if isinstance(cause, IndexError):
        return "out-of-range"
    return "wrong-type" if isinstance(cause, (TypeError, ValueError)) else "other"


def _refusal(reason: str, cause: BaseException | None, message: str, words: Both) -> Refusal:
    return Refusal(reason, type(cause).__name__, message, words)


def _parts(value: pd.DataFrame | pd.Series, node: ast.Subscript, how: str, key: Any) -> list[Part]:  # noqa: ANN401 -- any key
    """Return the keys on each axis."""
    if isinstance(value, pd.Series):
        return [Part(node.slice, key, value.index, 0)]
    axes = (value.index, value.columns)
    if how == "[]":
        axis = 0 if isinstance(key, slice) or is_mask(key) else 1
        return [Part(node.slice, key, axes[axis], axis)]
    tuples = isinstance(key, tuple) and isinstance(node.slice, ast.Tuple) and len(key) == 2  # noqa: PLR2004 -- rows, columns
    if tuples and isinstance(node.slice, ast.Tuple):
        return [
            Part(one, part, axes[axis], axis)
            for axis, (one, part) in enumerate(zip(node.slice.elts, key, strict=True))
        ]
    return [Part(node.slice, key, axes[0], 0)]


def _codes(node: ast.Subscript, how: str, part: Part) -> tuple[str, ...]:
    """Return whole expressions with another accessor that may have been meant."""
    base = ast.unparse(node.value)
    key = ast.unparse(node.slice).strip()
    key = key[1:-1] if isinstance(node.slice, ast.Tuple) and key.startswith("(") else key
    if how == "[]":
        if part.axis == 1 and isinstance(part.key, int):
            return (f"{base}.iloc[:, {key}]", f"{base}.loc[{key}]", f"{base}.iloc[{key}]")
        return (f"{base}.loc[{key}]", f"{base}.iloc[{key}]")
    root = base.removesuffix(f".{how}")
    other = {"loc": ("iloc",), "iloc": ("loc",), "at": ("loc", "iat"), "iat": ("iloc", "at")}
    found = [f"{root}.{one}[{key}]" for one in other.get(how, ())]
    if how == "loc" and part.axis == 0:
        found.insert(0, f"{root}[{key}]")
    return (*found, *_at_position(node, root, how, part))


def _at_position(node: ast.Subscript, root: str, how: str, part: Part) -> list[str]:
    """Return ``df.loc["x", "price"]`` for ``df.loc[1, "price"]``, where 1 is a position."""
    key = part.key
    if how not in {"loc", "at"} or not isinstance(node.slice, ast.Tuple):
        return []
    if type(key) is not int or not -len(part.labels) <= key < len(part.labels):
        return []
    label = literal(part.labels[key])
    keys = [label if one is part.node else ast.unparse(one) for one in node.slice.elts]
    return [f"{root}.{how}[{', '.join(keys)}]"] if label else []


def _attribute(error: PandasError, cause: BaseException | None, message: str) -> Diagnosis:
    """Return the words for ``df.prise``."""
    held, node = error.held, error.node
    value = held.value if held is not None else None
    labels = (
        value.columns if isinstance(value, pd.DataFrame) else getattr(value, "index", pd.Index([]))
    )
    found = [one for one in near(error.key, labels) if isinstance(one, str)]
    base = ast.unparse(node.value) if isinstance(node, ast.Attribute) else ""
    spelt = [f"{base}[{literal(one)}]" for one in found]
    mean = f" Did you mean {literal(found[0])}?" if found else ""
    asked = f"您是不是想写 {literal(found[0])}？" if found else ""
    words = Both(
        f"Neither pandas nor the labels have {error.key!r}.{mean}",
        f"pandas 与标签中都没有 {error.key!r}。{asked}",
    )
    return Diagnosis(_refusal("missing-label", cause, message, words), node, tuple(spelt))


def _words(reason: str, value: Any, cause: BaseException | None) -> Both:  # noqa: ANN401 -- a frame or Series
    axes = 1 if isinstance(value, pd.Series) else 2
    several = {
        "too-many": Both(
            f"There are more keys than axes: at most {axes}.",
            f"给出的键多于轴数：最多 {axes} 个。",
        ),
        "too-few": Both(
            "One cell needs a row and a column: df.at[row, column].",
            "取单个单元格需要行和列两个键：df.at[行, 列]。",
        ),
        "zero-step": Both(
            "The step of a slice can't be 0; -1 goes backwards.",
            "切片的步长不能为 0；-1 表示倒序。",
        ),
        "unsorted": Both(
            "Slices of labels need sorted labels here: sort first with .sort_index().",
            "此处的标签切片要求标签已排序：请先用 .sort_index()。",
        ),
        "not-unique": Both(
            "Labels repeat here, so this can't be found without doubt.",
            "标签有重复，无法唯一确定。",
        ),
        "missing-label": Both(
            "Some of the labels are not there.",
            "部分标签不存在。",
        ),
    }
    return several.get(reason, _general(cause))


def _general(cause: BaseException | None) -> Both:
    if cause is None:
        return SILENT
    kinds = {
        "TypeError": Both(
            "The types do not go together: numbers are compared with numbers, texts with texts, "
            "times with times.",
            "类型不匹配：数值与数值比较，字符串与字符串比较，时间与时间比较。",
        ),
        "ValueError": Both("pandas does not take this value here.", "pandas 在此处不接受这个值。"),
        "AttributeError": Both(
            "This kind of data does not have that: .str is for texts, .dt for times.",
            "这种数据没有该属性：.str 用于字符串，.dt 用于时间。",
        ),
    }
    return kinds.get(
        type(cause).__name__,
        Both("pandas refuses this; its own words are above.", "pandas 拒绝了此表达式；原文见上。"),
    )
