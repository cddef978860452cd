"""Errors of pandas in plain words, with the place in the text and the nearest that works."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api.types import is_list_like

from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.nearest import near, present
from dlwidgets.explain.frame.outcome import Refusal
from dlwidgets.explain.frame.tracking import is_mask
from dlwidgets.language import SILENT, Both

if TYPE_CHECKING:
    from dlwidgets.explain.frame.interpreter import PandasError

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
)
"""Parts of pandas' messages, and what they mean."""


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


@dataclass(frozen=True, slots=True)
class Part:
    """A key on one axis, and where it is written."""

    node: ast.expr
    key: Any
    labels: pd.Index
    axis: int


def diagnosed(error: PandasError, name: str) -> Diagnosis:
    """Return what is wrong at the step where pandas raised."""
    cause = error.__cause__
    message = _message(cause)
    reason = _reason(cause, message)
    held, node = error.held, error.node
    if reason == "ambiguous":
        return _ambiguous(cause, message, node)
    if held is None or not isinstance(held.value, (pd.DataFrame, pd.Series)):
        return Diagnosis(_refusal(reason, cause, message, _general(cause)), node)
    if error.how == ".":
        return _attribute(error, cause, message)
    if not isinstance(node, ast.Subscript):
        return Diagnosis(_refusal(reason, cause, message, _general(cause)), node)
    parts = _parts(held.value, node, error.how, error.key)
    for part in parts:
        found = _blamed(part, error.how, reason, held.value)
        if found is not None:
            reason, words, blamed, instead = found
            refusal = _refusal(reason, cause, message, words)
            return Diagnosis(refusal, blamed, tuple(instead), _codes(node, error.how, part))
    words = _words(reason, held.value, cause)
    codes = _codes(node, error.how, parts[0]) if parts else ()
    return Diagnosis(_refusal(reason, cause, message, words), node.slice, (), codes)


def _message(cause: BaseException | None) -> str:
    try:
        text = str(cause)
    except Exception:  # noqa: BLE001 -- a label whose repr raises
        text = ""
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


Blame = tuple[str, Both, ast.expr, list[str]]
"""Reason, words, the part to blame, what may stand there."""


def _blamed(part: Part, how: str, reason: str, value: Any) -> Blame | None:  # noqa: ANN401 -- a frame or Series
    """Return what is wrong with a key on one axis, or None if it is not this one."""
    if is_mask(part.key):
        return _mask(part, reason)
    if how in {"iloc", "iat"}:
        return _position(part, reason)
    if isinstance(part.key, slice):
        return _slice(part, reason)
    if how == "at" and is_list_like(part.key) and not isinstance(part.key, tuple):
        words = Both(
            ".at takes one label for each axis; for several use .loc.",
            ".at 每个轴只接受一个标签；选取多个请用 .loc。",
        )
        return "wrong-type", words, part.node, []
    for node, key in _each(part):
        if present(key, part.labels):
            continue
        found = _missing(part, node, key)
        if found is not None:
            return found
    del value
    return None


def _each(part: Part) -> list[tuple[ast.expr, Any]]:
    """Return the labels that a key names, each with where it is written."""
    lists = isinstance(part.node, ast.List) and isinstance(part.key, list)
    if lists and isinstance(part.node, ast.List):
        return list(zip(part.node.elts, part.key, strict=True))
    return [(part.node, part.key)] if not isinstance(part.key, list) else []


def _missing(part: Part, node: ast.expr, key: Any) -> Blame | None:  # noqa: ANN401 -- any label
    """Return the words for a label that is not there, with those that are near."""
    labels = near(key, part.labels)
    spelt = [code for code in map(literal, labels) if code]
    kind = ("row", "行") if part.axis == 0 else ("column", "列")
    shown = literal(key) or type(key).__name__
    mean = f" Did you mean {spelt[0]}?" if spelt else ""
    meint = f"您是不是想写 {spelt[0]}？" if spelt else ""
    words = Both(
        f"There is no {kind[0]} label {shown}.{mean}{_type_hint(key, part, zh=False)}",
        f"没有{kind[1]}标签 {shown}。{meint}{_type_hint(key, part, zh=True)}",
    )
    return "missing-label", words, node, spelt


def _type_hint(key: Any, part: Part, *, zh: bool) -> str:  # noqa: ANN401 -- any label
    """Return what is said where a position was given for a label."""
    whole = isinstance(key, int) and not isinstance(key, bool)
    if whole and -len(part.labels) <= key < len(part.labels):
        return (
            f"{key} 是合法的位置：按位置选取用 .iloc。"
            if zh
            else f" {key} is a position; by position it is .iloc."
        )
    return ""


def _position(part: Part, reason: str) -> Blame | None:
    """Return the words for a position that is out of range, or no position at all."""
    size = len(part.labels)
    kind = ("rows", "行") if part.axis == 0 else ("columns", "列")
    for node, key in _each(part):
        if isinstance(key, bool) or not isinstance(key, (int, slice)):
            labels = present(key, part.labels)
            more = (
                (" This is a label; by label it is .loc.", "这是标签；按标签选取用 .loc。")
                if labels
                else ("", "")
            )
            words = Both(
                f".iloc takes whole numbers from 0: positions, slices of positions, masks.{more[0]}",
                f".iloc 接受从 0 开始的整数位置、位置切片或布尔掩码。{more[1]}",
            )
            return "wrong-type", words, node, []
        if isinstance(key, slice):
            if reason == "wrong-type":
                words = Both(
                    "Slices of .iloc go from a whole number to a whole number; labels go to .loc.",
                    ".iloc 切片的起止须为整数位置；标签切片请用 .loc。",
                )
                return "wrong-type", words, node, []
            continue
        if not -size <= key < size:
            if size == 0:
                words = Both(f"There are no {kind[0]}.", f"没有任何{kind[1]}。")
                return "out-of-range", words, node, [":"]
            words = Both(
                f"There are {size:,} {kind[0]}: positions go from 0 to {size - 1:,}, or from "
                f"-1 to {-size:,} counted from the end; {key} is beyond them.",
                f"共 {size:,} {kind[1]}：位置从 0 到 {size - 1:,}，"
                f"从末尾数为 -1 到 {-size:,}；{key} 超出范围。",
            )
            return "out-of-range", words, node, [str(size - 1 if key > 0 else -size)]
    return None


def _slice(part: Part, reason: str) -> Blame | None:
    """Return the words for the end of a slice of labels that can't be found."""
    if not isinstance(part.node, ast.Slice):
        return None
    ends = ((part.node.lower, part.key.start), (part.node.upper, part.key.stop))
    for node, key in ends:
        if node is None:
            continue
        if not present(key, part.labels):
            if reason == "wrong-type":
                words = Both(
                    "This end of the slice has another type than the labels.",
                    "切片的端点与标签的类型不同。",
                )
                spelt = [code for code in map(literal, near(key, part.labels)) if code]
                return "wrong-type", words, node, spelt
            found = _missing(part, node, key)
            if found is None:
                return None
            words = Both(
                found[1].en + " A slice may end between labels only where they are sorted.",
                found[1].zh + "只有标签已排序时，切片的端点才可以不在标签之中。",
            )
            return "unsorted", words, node, found[3]
        if reason == "not-unique":
            words = Both(
                "This label stands at several places that do not follow one another, so a slice "
                "can't begin or end there. Sort first with .sort_index(), or use .iloc.",
                "该标签出现在多个不相邻的位置，切片无法确定端点。"
                "请先用 .sort_index() 排序，或改用 .iloc。",
            )
            return reason, words, node, []
    return None


def _mask(part: Part, reason: str) -> Blame | None:
    many, size = len(part.key), len(part.labels)
    if reason == "mask-missing" or any(one is pd.NA for one in list(part.key)[:1_000]):
        words = Both(
            "The mask has missing values, which are neither True nor False; fill them with "
            ".fillna(False).",
            "布尔掩码中有缺失值，既不是 True 也不是 False；可用 .fillna(False) 填充。",
        )
        return "mask-missing", words, part.node, [f"({ast.unparse(part.node)}).fillna(False)"]
    if many != size:
        words = Both(
            f"The mask has {many:,} values for {size:,} labels; it needs one for each.",
            f"布尔掩码有 {many:,} 个值，而标签有 {size:,} 个；须一一对应。",
        )
        return "mask-length", words, part.node, []
    if reason == "mask-length":
        words = Both(
            "The mask is a Series with other labels than the frame's.",
            "布尔掩码是 Series，其标签与表格的标签不一致。",
        )
        return reason, words, part.node, []
    return None


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
    return tuple(found)


def _ambiguous(cause: BaseException | None, message: str, node: ast.expr) -> Diagnosis:
    """Return the words for and, or, not, and chained comparisons of columns."""
    words = Both(
        "A column has many truth values: write & for and, | for or, ~ for not, and put each "
        "comparison in brackets.",
        "一列有许多真值：请用 & 代替 and、| 代替 or、~ 代替 not，并给每个比较加上括号。",
    )
    return Diagnosis(_refusal("ambiguous", cause, message, words), node, tuple(_with_signs(node)))


def _with_signs(node: ast.expr) -> list[str]:
    """Return an expression with ``&`` for ``and`` and each comparison in brackets."""
    if isinstance(node, ast.BoolOp):
        sign = " & " if isinstance(node.op, ast.And) else " | "
        return [sign.join(f"({ast.unparse(one)})" for one in node.values)]
    if isinstance(node, ast.UnaryOp):
        return [f"~({ast.unparse(node.operand)})"]
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return [text for text in (_unmixed(node), _unchained(node)) if text]
    return []


def _unchained(node: ast.Compare) -> str:
    """Return ``1 < x < 3`` as ``(1 < x) & (x < 3)``."""
    sides = [node.left, *node.comparators]
    return " & ".join(
        f"({ast.unparse(ast.Compare(one, [sign], [other]))})"
        for one, sign, other in zip(sides, node.ops, sides[1:], strict=False)
    )


def _unmixed(node: ast.Compare) -> str:
    """Return ``a > 1 & b > 2``, which Python reads as ``a > (1 & b) > 2``, as it was meant."""
    middle = node.comparators[0]
    if len(node.ops) != 2 or not isinstance(middle, ast.BinOp):  # noqa: PLR2004 -- two comparisons
        return ""
    sign = {ast.BitAnd: "&", ast.BitOr: "|"}.get(type(middle.op))
    if sign is None:
        return ""
    first = ast.unparse(ast.Compare(node.left, node.ops[:1], [middle.left]))
    last = ast.unparse(ast.Compare(middle.right, node.ops[1:], node.comparators[1:]))
    return f"({first}) {sign} ({last})"


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
    meint = f"您是不是想写 {literal(found[0])}？" if found else ""
    words = Both(
        f"Neither pandas nor the labels have {error.key!r}.{mean}",
        f"pandas 与标签中都没有 {error.key!r}。{meint}",
    )
    return Diagnosis(_refusal("missing-label", cause, message, words), node, tuple(spelt))


def _words(reason: str, value: Any, cause: BaseException | None) -> Both:  # noqa: ANN401 -- a frame or Series
    axes = 1 if isinstance(value, pd.Series) else 2
    several = {
        "too-many": Both(
            f"There are more keys than axes: at most {axes}.",
            f"给出的键多于轴数：最多 {axes} 个。",
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
        "TypeError": Both("The types do not go together here.", "此处的类型不能一起使用。"),
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
