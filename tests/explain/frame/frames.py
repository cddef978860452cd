"""Frames of all kinds, selections from them, and what pandas itself makes of these."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dlwidgets.explain.frame import label_code

SHARE = float(os.environ.get("DLWIDGETS_SHARE", "1"))
"""Part of the drawn cases that is run: less than all where another pandas runs them once more."""


def drawn(many: int) -> settings:
    """Return settings for a number of drawn cases, the same in each run."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=max(1, round(many * SHARE)),
        deadline=None,
        derandomize=True,
        suppress_health_check=slow,
    )


TEXTS = [
    *("a", "b", "c", "price", "index", "size", "class", "a b", "价格", "🙂", "'", '"', "\n", ""),
    *("<script>", "loc", "x\\", "0", "A", "\u202e", "mean", "_x"),
]
BIG = [2**53 + 1, 2**53, 2**53 + 3, -(2**53) - 1, 2**62, 5, 0]
DAYS = [
    pd.Timestamp(day)
    for day in ["2024-01-01", "2024-01-02", "2024-02-01", "2023-12-31", "2024-01-02 12:30"]
]


def _unique(values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=6, unique=True)


def _any(values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=6)


def _sorted(values: Any) -> st.SearchStrategy[list[Any]]:
    return _unique(values).map(sorted)


def _pairs(draw: Any, most: int) -> pd.MultiIndex:
    pairs = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=most))
    if draw(st.booleans()):
        pairs = sorted(set(pairs))
    names = draw(st.sampled_from([["k", "n"], [None, None], ["index", None]]))
    return (
        pd.MultiIndex.from_tuples(pairs, names=names)
        if pairs
        else pd.MultiIndex.from_arrays([[], []], names=names)
    )


FLAT = {
    "range": st.integers(0, 6).map(pd.RangeIndex),
    "stepped": st.integers(0, 5).map(lambda n: pd.RangeIndex(10, 10 - 2 * n, -2)),
    "whole": _unique(range(-3, 8)).map(lambda v: pd.Index(v, dtype="int64")),
    "whole-sorted": _sorted(range(-3, 8)).map(lambda v: pd.Index(v, dtype="int64")),
    "whole-twice": _any(range(3)).map(lambda v: pd.Index(v, dtype="int64")),
    "text": _unique(TEXTS).map(lambda v: pd.Index(v, dtype=object if not v else None)),
    "text-sorted": _sorted("abcdef").map(lambda v: pd.Index(v, dtype=object if not v else None)),
    "text-twice": _any("abc").map(lambda v: pd.Index(v, dtype=object if not v else None)),
    "day": _unique(DAYS).map(pd.DatetimeIndex),
    "day-sorted": _sorted(DAYS).map(pd.DatetimeIndex),
    "day-zone": _sorted(DAYS).map(lambda v: pd.DatetimeIndex(v).tz_localize("Asia/Shanghai")),
    "day-missing": _any([*DAYS, pd.NaT]).map(pd.DatetimeIndex),
    "fraction": _any([0.5, 1.0, -2.25, np.nan, np.inf]).map(lambda v: pd.Index(v, dtype="float64")),
    "big": _unique(BIG).map(lambda v: pd.Index(v, dtype="int64")),
    "unsigned": _unique([2**64 - 1, 2**63, 1]).map(lambda v: pd.Index(v, dtype="uint64")),
    "mixed": _unique([1, "1", None, 2.5, True, (1, 2), "a"]).map(
        lambda v: pd.Index(v, dtype=object, tupleize_cols=False)
    ),
    "truth": _unique([True, False]).map(lambda v: pd.Index(v, dtype=bool)),
    "category": _any("abc").map(lambda v: pd.CategoricalIndex(v, categories=["c", "a", "b"])),
    "span": _sorted(range(4)).map(lambda v: pd.TimedeltaIndex([pd.Timedelta(hours=n) for n in v])),
    "month": _unique(range(4)).map(
        lambda v: pd.PeriodIndex([f"2024-0{n + 1}" for n in v], freq="M")
    ),
    "interval": _sorted(range(4)).map(
        lambda v: pd.IntervalIndex.from_tuples(
            [(n, n + 1) for n in v], dtype="interval[int64, right]"
        )
    ),
}


@st.composite
def labels(draw: Any) -> pd.Index:
    """Return labels of an axis."""
    kind = draw(st.sampled_from([*FLAT, "pairs", "pairs"]))
    if kind == "pairs":
        return _pairs(draw, 6)
    found = draw(FLAT[kind])
    name = draw(st.sampled_from([None, None, "index", "名", 0]))
    return found.rename(name)


COLUMNS = {
    "int64": lambda n: np.arange(n) * 3 % 7,
    "float64": lambda n: np.where(np.arange(n) % 3 == 1, np.nan, np.arange(n) / 2),
    "text": lambda n: [("a", "b", "价", "<b>")[i % 4] for i in range(n)],
    "text-missing": lambda n: [("a", None, "b")[i % 3] for i in range(n)],
    "bool": lambda n: np.arange(n) % 2 == 0,
    "Int64": lambda n: pd.array([(1, None, 3)[i % 3] for i in range(n)], dtype="Int64"),
    "boolean": lambda n: pd.array([(True, None, False)[i % 3] for i in range(n)], dtype="boolean"),
    "day": lambda n: pd.date_range("2024-01-01", periods=n),
    "category": lambda n: pd.Categorical([("x", "y")[i % 2] for i in range(n)]),
    "big": lambda n: np.array([2**53 + 1 + i for i in range(n)], dtype="int64"),
    "object": lambda n: (
        pd.Series([([1, 2], (3,), {"k": 1}, "t")[i % 4] for i in range(n)], dtype=object).array
    ),
}


@st.composite
def frames(draw: Any) -> pd.DataFrame:
    """Return a frame of up to six rows and six columns, any of them odd."""
    rows, columns = draw(labels()), draw(labels())
    kinds = draw(
        st.lists(st.sampled_from(sorted(COLUMNS)), min_size=len(columns), max_size=len(columns))
    )
    parts = {i: pd.Series(COLUMNS[kind](len(rows))) for i, kind in enumerate(kinds)}
    frame = pd.DataFrame(parts, index=range(len(rows)))
    frame.index, frame.columns = rows, columns
    return frame


@st.composite
def series(draw: Any) -> pd.Series:
    """Return a Series of any kind."""
    rows = draw(labels())
    kind = draw(st.sampled_from(sorted(COLUMNS)))
    found = pd.Series(
        COLUMNS[kind](len(rows)), index=range(len(rows)), name=draw(st.sampled_from([None, "s", 0]))
    )
    found.index = rows
    return found


@dataclass(frozen=True)
class Selection:
    """What is typed, and the same with ``real`` for the frame that masks are made of."""

    text: str
    oracle: str


WRONG = [
    *('"zz"', "99", "-99", "1.5", "None", "np.nan", "pd.NaT", '"2024"', '"2024-01"', "True", '"a"'),
    *(
        "0",
        "1",
        "-1",
        'pd.Timestamp("2024-01-02")',
        '("a", 1)',
        '("a",)',
        "2",
        '"1"',
        "slice(None)",
    ),
]


@st.composite
def _label(draw: Any, subject: Any, axis: int) -> str:
    """Return the code of a label that is there, mostly."""
    size = subject.shape[axis]
    if size == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(WRONG))
    return label_code(subject, axis, draw(st.integers(0, size - 1)))


@st.composite
def _by_label(draw: Any, subject: Any, axis: int, mask: str) -> str:
    kind = draw(st.sampled_from(["one", "one", "list", "slice", "slice", "all", "mask", "truths"]))
    label = _label(subject, axis)
    if kind == "one":
        return draw(label)
    if kind == "list":
        return f"[{', '.join(draw(st.lists(label, max_size=3)))}]"
    if kind == "slice":
        ends = [draw(st.one_of(st.just(""), label)) for _ in range(2)]
        return ":".join([*ends, *draw(st.sampled_from([[], [], ["2"], ["-1"]]))])
    if kind == "mask" and axis == 0:
        return mask
    if kind == "truths":
        size = subject.shape[axis] + draw(st.sampled_from([0, 0, 0, 1]))
        return str([i % 2 == 0 for i in range(size)])
    return ":"


@st.composite
def _by_position(draw: Any, subject: Any, axis: int) -> str:
    place = st.integers(-8, 8).map(str)
    kind = draw(st.sampled_from(["one", "list", "slice", "slice", "all", "wrong", "truths"]))
    if kind == "one":
        return draw(place)
    if kind == "list":
        return f"[{', '.join(draw(st.lists(place, max_size=3)))}]"
    if kind == "slice":
        ends = [draw(st.one_of(st.just(""), place)) for _ in range(2)]
        return ":".join([*ends, *draw(st.sampled_from([[], [], ["2"], ["-1"], ["0"]]))])
    if kind == "wrong":
        return draw(st.sampled_from(WRONG))
    if kind == "truths":
        return str([i % 2 == 0 for i in range(subject.shape[axis])])
    return ":"


@st.composite
def _mask(draw: Any, subject: Any) -> str:
    """Return a mask of rows, with ``{m}`` for the subject."""
    column = "{m}"
    if isinstance(subject, pd.DataFrame):
        if subject.shape[1] == 0 or draw(st.integers(0, 5)) == 0:
            column = "{m}.index"
        else:
            column = f"{{m}}.iloc[:, {draw(st.integers(0, subject.shape[1] - 1))}]"
    one = draw(
        st.sampled_from(
            [
                *("{c} > 1", '{c} == "a"', "{c}.isna()", "{c}.notna()", "{c} != 2", "{c} <= 1.5"),
                *(
                    '{c}.isin([1, "a"])',
                    "{c}.between(1, 3)",
                    '{c}.str.contains("a")',
                    "~{c}.isna()",
                ),
                *(
                    '{c} < pd.Timestamp("2024-01-03")',
                    '{c}.str.startswith("a")',
                    "{c}",
                    "{c} + 1 > 2",
                ),
                "{c} == {c}",
            ]
        )
    ).replace("{c}", column)
    if draw(st.integers(0, 3)):
        return one
    sign = draw(st.sampled_from(["&", "|", "and"]))
    return f"({one}) {sign} ({column}.notna())"


@st.composite
def selections(draw: Any, subject: Any) -> Selection:
    """Return a selection by any accessor, right or wrong."""
    mask = draw(_mask(subject))
    if isinstance(subject, pd.Series):
        template = draw(_of_series(subject, mask))
    else:
        template = draw(_of_frame(subject, mask))
    return Selection(template.replace("{m}", "df"), template.replace("{m}", "real"))


@st.composite
def _of_series(draw: Any, subject: pd.Series, mask: str) -> str:
    how = draw(st.sampled_from(["", ".loc", ".iloc", ".at", ".iat", ".head"]))
    if how == ".head":
        return draw(st.sampled_from(["df.head(2)", "df.tail(1)", "df.sort_index()", "df.head(-1)"]))
    by_position = how in {".iloc", ".iat"}
    key = draw(_by_position(subject, 0) if by_position else _by_label(subject, 0, mask))
    return f"df{how}[{key}]"


@st.composite
def _of_frame(draw: Any, subject: pd.DataFrame, mask: str) -> str:
    how = draw(st.sampled_from(["", "", ".loc", ".loc", ".iloc", ".at", ".iat", ".head", "two"]))
    if how == ".head":
        return draw(st.sampled_from(["df.head(2)", "df.tail(1)", "df.sort_index()", "df.head(-1)"]))
    if how == "":
        axis = draw(st.sampled_from([0, 1, 1]))
        key = draw(_by_label(subject, axis, mask))
        return f"df[{key}]"
    if how == "two":
        place = draw(_by_position(subject, 0))
        first = draw(
            st.one_of(
                _by_label(subject, 1, mask).map("df[{}]".format),
                _by_label(subject, 0, mask).map("df.loc[{}]".format),
                _by_position(subject, 1).map("df.iloc[:, {}]".format),
            )
        )
        second = draw(
            st.one_of(
                st.just(f".iloc[{place}]"),
                _by_label(subject, 0, mask).map(".loc[{}]".format),
                _by_label(subject, 1, mask).map("[{}]".format),
            )
        )
        return first + second
    by_position = how in {".iloc", ".iat"}
    row = draw(_by_position(subject, 0) if by_position else _by_label(subject, 0, mask))
    if draw(st.integers(0, 3)) == 0:
        return f"df{how}[{row}]"
    column = draw(_by_position(subject, 1) if by_position else _by_label(subject, 1, mask))
    return f"df{how}[{row}, {column}]"


@dataclass(frozen=True)
class Truth:
    """What pandas makes of a text: its result or its error, its warnings."""

    result: Any
    error: Exception | None
    warnings: list[str]


def truth(text: str, subject: Any, real: Any = None) -> Truth:
    """Run a text with pandas alone."""
    scope = {"df": subject, "real": real, "pd": pd, "np": np}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result, error = None, None
        try:
            result = eval(text, scope)
        except Exception as raised:  # noqa: BLE001 -- whatever pandas raises is the truth
            error = raised
    said = list(dict.fromkeys(f"{one.category.__name__}: {one.message}" for one in caught))
    return Truth(result, error, said)


def numbered(subject: Any) -> Any:
    """Return an object with the same labels whose every cell holds its own number."""
    if isinstance(subject, pd.Series):
        return pd.Series(np.arange(len(subject)), index=subject.index)
    rows, columns = subject.shape
    numbers = np.arange(rows * columns).reshape(rows, columns)
    return pd.DataFrame(numbers, index=subject.index, columns=subject.columns)


def lit(cells: Any, columns: int) -> list[int]:
    """Return the numbers of lit cells, in the order of the result."""
    return [
        int(row) * columns + int(column)
        for one in cells
        for row in one.rows
        for column in one.columns
    ]


def equal(one: Any, other: Any) -> None:
    """Assert that two results are the same, by pandas' own comparison."""
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True, check_freq=False)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, check_exact=True, check_freq=False)
    elif isinstance(one, pd.Index):
        pd.testing.assert_index_equal(one, other, exact=True)
    elif isinstance(one, np.ndarray):
        assert one.tolist() == other.tolist()
    elif pd.api.types.is_scalar(one) and pd.isna(one):
        assert pd.isna(other)
    else:
        assert one == other
