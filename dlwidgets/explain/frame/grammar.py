"""What may be typed: the parts of Python that select from a frame, and their limits."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from dlwidgets.explain.frame.outcome import Refusal
from dlwidgets.language import Both

LONGEST = 2_000
"""The most characters of an expression."""

DEEPEST = 40
"""The most brackets and operators within one another."""

LARGEST = 10**30
"""The largest number that may be typed."""

ACCESSORS = ("loc", "iloc", "at", "iat")

ATTRIBUTES = {
    "DataFrame": {*ACCESSORS, "index", "columns", "shape", "size", "ndim", "dtypes", "empty"},
    "Series": {*ACCESSORS, "index", "shape", "size", "ndim", "dtype", "name", "empty", "str", "dt"},
    "Index": {"shape", "size", "dtype", "name", "names", "str", "is_unique", "empty"},
    "dt": {"year", "month", "day", "hour", "minute", "dayofweek", "quarter"},
    "Timestamp": {"year", "month", "day", "hour", "minute", "dayofweek", "quarter"},
}
"""What may follow a dot without a call."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method that may be called: how many arguments it takes, and which by name."""

    most: int = 0
    named: frozenset[str] = frozenset()


def _method(most: int = 0, *named: str) -> Method:
    return Method(most, frozenset(named))


BY_ROWS = {
    "head": _method(1, "n"),
    "tail": _method(1, "n"),
    "take": _method(1),
    "dropna": _method(0, "subset", "how"),
    "drop_duplicates": _method(1, "subset", "keep"),
    "sort_values": _method(1, "by", "ascending"),
    "nlargest": _method(2, "n", "columns"),
    "nsmallest": _method(2, "n", "columns"),
}
"""Those that keep, sort or leave out rows."""

BY_LABELS = {"sort_index": _method(0, "ascending")}

EACH = {
    "isna": _method(),
    "notna": _method(),
    "isnull": _method(),
    "notnull": _method(),
    "isin": _method(1, "values"),
    "between": _method(2, "left", "right", "inclusive"),
    "abs": _method(),
    "round": _method(1, "decimals"),
    "duplicated": _method(0, "keep"),
    "fillna": _method(1, "value"),
    "to_numpy": _method(),
}
"""Those that make something of each element."""

WHOLE = {
    **{name: _method() for name in ("sum", "mean", "median", "min", "max", "std", "var")},
    **{name: _method() for name in ("count", "nunique", "any", "all", "idxmin", "idxmax")},
    "value_counts": _method(),
    "describe": _method(),
}
"""Those that make one of many."""

TEXT = {
    **{name: _method() for name in ("lower", "upper", "strip", "len", "title", "isdigit")},
    "contains": _method(1, "pat", "case", "na", "regex"),
    "startswith": _method(1, "pat", "na"),
    "endswith": _method(1, "pat", "na"),
    "get": _method(1),
}
"""Those after ``.str``."""

METHODS = BY_ROWS | BY_LABELS | EACH | WHOLE | {"query": _method(1, "expr")}

OF_PANDAS = {"Timestamp", "Timedelta", "Period", "Interval", "NaT", "NA", "IndexSlice"}
OF_NUMPY = {
    *("nan", "inf", "datetime64", "timedelta64", "bool_", "str_", "float16", "float32", "float64"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
}
CONSTANTS = {"NaT", "NA", "IndexSlice", "nan", "inf"}
"""Those of pandas and NumPy that are not called."""

NAMED = {"tz", "unit", "freq", "closed", "start", "stop", "step"}
"""Arguments by name of ``pd.Timestamp`` and its like."""

ALLOWED = Both(
    "Allowed are the frame, its columns, [], .loc, .iloc, .at, .iat, literals, slices, masks with "
    "comparisons and & | ~, arithmetic, isin, between, isna, .str, .query, head and tail.",
    "可用：表格及其列、[]、.loc、.iloc、.at、.iat、字面量、切片、由比较与 & | ~ 组成的布尔掩码、"
    "算术运算、isin、between、isna、.str、.query、head、tail。",
)


class RefusedError(Exception):
    """An expression that goes no further, with why."""

    def __init__(self, refusal: Refusal, node: ast.AST | None = None) -> None:
        super().__init__(refusal.words.en)
        self.refusal = refusal
        self.node = node


def refused(node: ast.AST | None, reason: str, en: str, zh: str, nearest: str = "") -> RefusedError:
    """Return what is raised to refuse a part of an expression."""
    return RefusedError(Refusal(reason, "", "", Both(en, zh), nearest), node)


def not_allowed(node: ast.AST, what: str) -> RefusedError:
    """Return what is raised for what is no part of what may be typed; it says what is."""
    return refused(
        node,
        "not-allowed",
        f"{what} can't be used here: nothing typed is run blindly. {ALLOWED.en}",
        f"此处不能使用 {what}：输入的内容不会被直接执行。{ALLOWED.zh}",
    )


def check_size(tree: ast.AST) -> None:
    """Refuse an expression that is too deep, or numbers that are too large."""
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            break
    else:
        raise refused(
            level[0],
            "too-long",
            f"At most {DEEPEST} brackets and operators may stand within one another.",
            f"括号与运算符最多嵌套 {DEEPEST} 层。",
        )
    for node in ast.walk(tree):
        value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(value, (int, float)) and value == value and abs(value) > LARGEST:  # noqa: PLR0124 -- no NaN
            raise refused(
                node,
                "too-long",
                "Numbers may have at most 30 digits.",
                "数字最多 30 位。",
            )
