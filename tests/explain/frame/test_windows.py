"""Windows of frames: texts are exact or say so, and nothing beyond the window is touched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.explain.frame import (
    axes,
    full,
    full_label,
    label_code,
    literal,
    look,
    read,
    same,
    search,
    window,
)
from tests.explain.frame.frames import drawn, frames, series, truth

TODAY = pd.Timestamp("2024-05-17")


class Broken:
    """A cell whose text can't be had."""

    def __repr__(self) -> str:
        raise RuntimeError


def test_texts_of_all_kinds() -> None:
    frame = pd.DataFrame(
        {
            "i": [2**53 + 1, -7],
            "f": [0.1 + 0.2, 2.0],
            "s": ["<b>", "a\nb"],
            "b": [True, False],
            "t": [TODAY, pd.NaT],
            "o": pd.Series([[1, 2], Broken()], dtype=object),
            "n": pd.array([1, None], dtype="Int64"),
        }
    )
    seen = window(frame, range(10), range(10))
    assert (seen.rows, seen.columns) == (range(2), range(7))
    assert seen.texts[0] == (
        *("9007199254740993", "0.3", "<b>", "True", "2024-05-17 00:00:00", "[1, 2]", "1"),
    )
    assert seen.texts[1][:5] == ("-7", "2.0", "a\nb", "False", "NaT")
    assert seen.texts[1][5:] == ("<Broken: repr() raised RuntimeError>", "<NA>")
    assert seen.missing == (("",) * 7, ("", "", "", "", "NaT", "", "<NA>"))
    assert seen.align == ("right", "right", "left", "right", "left", "left", "right")
    assert seen.dtypes[0] == "int64"
    assert full(frame, 0, 1) == "0.30000000000000004"
    assert full(frame, 1, 5) == "<Broken: repr() raised RuntimeError>"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "None"),
        (np.nan, "NaN"),
        (pd.NaT, "NaT"),
        (pd.NA, "<NA>"),
        (np.datetime64("NaT"), "NaT"),
    ],
)
def test_each_kind_of_missing_is_called_by_its_name(value: Any, name: str) -> None:
    one = pd.Series([value, "x"], dtype=object)
    seen = window(one, range(2), range(1))
    assert (seen.texts[0], seen.missing) == ((name,), ((name,), ("",)))


def test_long_texts_are_shortened_and_say_how_long_they_are() -> None:
    one = pd.Series(["x" * 10_000, "y" * 20_000], name="long" * 100)
    seen = window(one, range(2), range(1))
    assert all(len(text) <= 100 for row in seen.texts for text in row)
    assert seen.texts[0][0].endswith("… (10,000)")
    assert full(one, 0) == "x" * 10_000
    assert full(one, 1) == "y" * 10_000 + "… (20,000)"
    assert len(seen.column_labels[0][0]) <= 100
    assert full_label(one, 1, 0) == "long" * 100
    many = pd.Series([list(range(10**6))], dtype=object)
    assert len(full(many, 0)) < 200


@drawn(150)
@given(
    st.one_of(frames(), series()),
    st.integers(0, 7),
    st.integers(0, 7),
    st.integers(0, 7),
    st.integers(0, 7),
)
def test_a_window_shows_what_stands_there(
    subject: Any, top: int, tall: int, left: int, wide: int
) -> None:
    seen = window(subject, range(top, top + tall), range(left, left + wide))
    columns = subject.shape[1] if isinstance(subject, pd.DataFrame) else 1
    assert list(seen.rows) == [i for i in range(len(subject)) if top <= i < top + tall]
    assert list(seen.columns) == [i for i in range(columns) if left <= i < left + wide]
    assert len(seen.texts) == len(seen.missing) == len(seen.row_labels) == len(seen.rows)
    assert len(seen.dtypes) == len(seen.align) == len(seen.column_labels) == len(seen.columns)
    for row, texts, missing in zip(seen.rows, seen.texts, seen.missing, strict=True):
        for column, text, absent in zip(seen.columns, texts, missing, strict=True):
            value = (
                subject.iloc[row, column] if columns > 1 or subject.ndim > 1 else subject.iloc[row]
            )
            assert (text == absent) == bool(absent)
            assert bool(absent) == (pd.api.types.is_scalar(value) and bool(pd.isna(value)))
            if isinstance(value, (int, np.integer, str)):
                assert text == str(value)
            elif isinstance(value, float) and not absent:
                assert float(text) == pytest.approx(value, rel=1e-5)
    for row, label in zip(seen.rows, seen.row_labels, strict=True):
        assert len(label) == subject.index.nlevels
        assert ", ".join(label) == full_label(subject, 0, row)


def test_halves_of_signs_are_spelt_out() -> None:
    frame = pd.DataFrame({0: pd.Series(["a\udfff"], dtype=object)})
    frame.columns, frame.index = (pd.Index([one], dtype=object) for one in ("\ud800", "\ud83d"))
    seen = window(frame, range(1), range(1))
    texts = (seen.texts[0][0], seen.column_labels[0][0], seen.row_labels[0][0], full(frame, 0, 0))
    assert texts == ("a\\udfff", "\\ud800", "\\ud83d", "a\\udfff")
    found = read(frame, 'df["\ud801"]')
    assert found.error is not None
    for text in (found.code, found.error.message, found.error.words.en, found.error.words.zh):
        assert text.encode().decode() == text
    assert read(frame, f"df[{label_code(frame, 1, 0)}]").error is None


def test_axes_tell_sizes_names_and_dtypes() -> None:
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]}, index=index).astype({"y": object})
    found = axes(frame)
    assert (found.rows.size, found.rows.levels, found.rows.names) == (2, 2, ("k", ""))
    assert (found.columns.size, found.columns.levels, found.dtypes) == (2, 1, ("int64", "object"))
    assert not found.series
    one = axes(frame["x"])
    assert (one.series, one.name, one.dtypes) == (True, "x", ("int64",))
    assert len(axes(pd.DataFrame(np.zeros((1, 3_000)))).dtypes) == 1_000


@pytest.mark.parametrize(
    "subject",
    [
        pd.DataFrame(),
        pd.DataFrame(index=range(3)),
        pd.DataFrame(columns=["a"]),
        pd.Series(dtype=float),
    ],
    ids=["nothing", "no columns", "no rows", "no elements"],
)
def test_what_is_empty_has_an_empty_window(subject: Any) -> None:
    seen = window(subject, range(5), range(5))
    assert all(texts == () for texts in seen.texts)
    assert len(seen.rows) == len(subject)
    assert axes(subject).rows.size == len(subject)


@pytest.mark.parametrize(
    ("result", "shape"),
    [
        (5, (1,)),
        ([1, 2], (1,)),
        (pd.Index([1, 2], name="k"), (2,)),
        (pd.MultiIndex.from_tuples([(1, 2)], names=["a", "a"]), (1, 2)),
        (np.arange(3), (3,)),
        (pd.DataFrame({"a": [1]}), (1, 1)),
        ((3, 2), (1,)),
    ],
)
def test_every_result_can_be_looked_at(result: Any, shape: tuple[int, ...]) -> None:
    assert look(result).shape == shape
    window(look(result), range(5), range(5))


LABELS = [
    *(
        "a",
        'a"b',
        "a'b",
        "'\"",
        "a\\b",
        "a\nb",
        "价格",
        "🙂",
        "",
        "\u202e",
        "\x00",
        "{x}",
        True,
        False,
        None,
    ),
    *(
        0,
        -1,
        2**53 + 1,
        2**63,
        1.5,
        -0.0,
        np.inf,
        -np.inf,
        np.nan,
        pd.NaT,
        pd.NA,
        ("a", 1),
        ("a",),
        (),
    ),
    *(TODAY, pd.Timestamp("2024-01-01 12:30:00.000000001"), pd.Timedelta(days=1, nanoseconds=1)),
    *(pd.Timestamp("2024-03-01", tz="Asia/Shanghai"), pd.Timestamp("2024-03-01T00:00:00+08:00")),
    *(pd.Period("2024-01", freq="M"), pd.Interval(0, 1), pd.Interval(0.5, 1, closed="both")),
    *(np.int64(3), np.float64(2.5), np.str_("s"), np.bool_(True), ("a", (1, np.nan)), 1e22),  # noqa: FBT003
    *(pd.Interval(pd.Timestamp("2024-01-01"), TODAY), pd.Period("2024-01-01", freq="D")),
]


@pytest.mark.parametrize("label", LABELS, ids=repr)
def test_a_literal_makes_its_label_again(label: Any) -> None:
    code = literal(label)
    assert code
    made = truth(code, None).result
    assert read(pd.Series(dtype=float), code, "s").error is None
    assert same(made, label.item() if isinstance(label, np.generic) else label)


def test_labels_without_a_literal_are_named_by_position() -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([frozenset({1}), "x" * 500], dtype=object))
    assert [literal(one) for one in (object(), Broken(), "x" * 500, 10**40, {})] == [""] * 5
    assert label_code(frame, 0, 0) == "df.index[0]"
    assert label_code(frame, 0, 1) == "df.index[1]"
    assert label_code(frame, 1, 0) == '"a"'
    assert read(frame, f"df.loc[{label_code(frame, 0, 1)}, 'a']").result == 2


def test_labels_are_found_by_what_they_contain() -> None:
    frame = pd.DataFrame({"price": [1, 2, 3], "Price 2": 1}, index=["x1", "X2", "1"])
    assert search(frame, 1, "price") == (0, 1)
    assert search(frame, 0, "1") == (2, 0)
    assert search(frame, 0, "x") == (0, 1)
    assert search(frame["price"], 1, "price") == ()
    numbers = pd.DataFrame({"a": np.arange(300_000)})
    assert search(numbers, 0, "299999") == (299_999,)
    assert search(numbers, 0, "12", limit=2) == (12, 112)
    pairs = frame.set_index([pd.Index(["a", "b", "a"]), pd.Index([1, 2, 3])])
    assert search(pairs, 0, "a, 3") == (2,)


def test_a_large_frame_is_not_copied_to_be_looked_at() -> None:
    values = np.broadcast_to(np.float64(0.5), (10**9, 3))  # eight bytes behind 24 GB
    frame = pd.DataFrame(values, copy=False)
    seen = window(frame, range(10**9 - 2, 10**9 + 5), range(1, 3))
    assert seen.rows == range(10**9 - 2, 10**9)
    assert seen.texts == (("0.5", "0.5"),) * 2
    assert axes(frame).rows.size == 10**9
