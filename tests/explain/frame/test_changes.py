"""Statements on copies of odd frames: the outcome is what pandas makes, the diff cell by cell."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlwidgets.explain.frame import label_code
from dlwidgets.explain.frame.changes import History, change, forms, sheet
from dlwidgets.explain.frame.changes.diff import differ
from tests.explain.frame.frames import SHARE, equal, frames, series

unhurried = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to make a frame of a dozen parts smaller takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

VALUES = ["0", "1.5", '"x"', "None", "[1, 2, 3]", "True", "np.nan", 'pd.Timestamp("2024-01-01")']
PRICES = pd.DataFrame(
    {"price": [3, 4, 5], "count": [1.0, 2.0, np.nan], "name": ["a", "b", "c"]}, index=list("xyz")
)


def ran(text: str, subject: Any) -> tuple[Any, Exception | None]:
    """Run a statement on a copy with Python and pandas alone."""
    scope = {"df": subject.copy(), "pd": pd, "np": np}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(text, scope)
        except Exception as error:  # noqa: BLE001 -- whatever pandas raises is the truth
            return subject, error
    return scope["df"], None


def unchanged(subject: Any, kept: Any) -> None:
    """Assert that a frame is as it was."""
    equal(subject, kept)


@st.composite
def statements(draw: Any, subject: Any) -> str:
    """Return a statement that changes a frame, right or wrong."""
    frame = isinstance(subject, pd.DataFrame)

    def label(axis: int) -> str:
        size = subject.shape[axis]
        if size == 0 or draw(st.integers(0, 5)) == 0:
            return draw(st.sampled_from(['"new"', "99", "0", '"a"', "1.5"]))
        return label_code(subject, axis, draw(st.integers(0, size - 1)))

    def place(axis: int) -> str:
        return str(draw(st.integers(-3, max(0, subject.shape[axis]))))

    value = draw(st.sampled_from(VALUES))
    both = [
        f"df.iloc[{place(0)}] = {value}",
        f"df.loc[{label(0)}] = {value}",
        f"df.iloc[{place(0)}:{place(0)}] = {value}",
        f"df.at[{label(0)}{', ' + label(1) if frame else ''}] = {value}",
        f"df = df.fillna({value})",
        "df = df.dropna()",
        "df = df.drop_duplicates()",
        "df = df.sort_index(ascending=False)",
        "df = df.ffill()",
        f"df = df.replace({value}, 7)",
        "df = df.astype(str)",
        f"df = df.drop(index={label(0)})",
        "df = df.reset_index(drop=True)",
        f"df = df.iloc[{place(0)}:]",
        "df = df[::-1]",
        "df = df.round(1)",
    ]
    if not frame:
        more = [
            f"df[{label(0)}] = {value}",
            f"del df[{label(0)}]",
            f"df = df.rename({{{label(0)}: {label(0)}}})",
            "df = df.sort_values()",
            'df.name = "other"',
            f"df = df.drop([{label(0)}])",
        ]
    else:
        more = [
            f"df[{label(1)}] = {value}",
            f"df[{label(1)}] = df.iloc[:, 0]",
            f"df.loc[{label(0)}, {label(1)}] = {value}",
            f"df.loc[:, {label(1)}] = {value}",
            f"df.iloc[{place(0)}, {place(1)}] = {value}",
            f"del df[{label(1)}]",
            f"df = df.drop(columns=[{label(1)}, {label(1)}])",
            f"df = df.drop({label(1)}, axis=1)",
            f"df = df.rename(columns={{{label(1)}: {label(1)}}})",
            f"df = df.rename(index={{{label(0)}: {label(0)}}})",
            f"df.insert({place(1)}, {label(1)}, {value})",
            f"df = df.set_index([{label(1)}])",
            "df = df.reset_index()",
            f"df = df.sort_values({label(1)})",
            f"df = df.assign(new={value})",
            f"df[{label(1)}] += 1",
            f"df[df.iloc[:, {place(1)}] == 3] = {value}",
            f"df.columns = {list(range(subject.shape[1]))}",
            f"df = df[[{label(1)}]]",
            f"df = df.astype({{{label(1)}: object}})",
        ]
    return draw(st.sampled_from(both + more))


def same_cell(one: Any, other: Any) -> bool:
    """Compare two cells in the plainest way."""
    scalars = pd.api.types.is_scalar(one) and pd.api.types.is_scalar(other)
    if scalars and pd.isna(one) and pd.isna(other):
        return True
    if scalars and (pd.isna(one) or pd.isna(other)):
        return False
    # NumPy rounds whole numbers before it compares them with fractions; Python does not.
    one, other = (value.item() if isinstance(value, np.number) else value for value in (one, other))
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 -- what can't be compared is not the same
        return False


def check_diff(before: Any, made: Any) -> None:
    """Compare the diff with both frames, cell by cell."""
    after, diff = made.after, made.diff
    as_frames = [one.to_frame() if isinstance(one, pd.Series) else one for one in (before, after)]
    old, new = as_frames
    assert (len(diff.rows), len(diff.columns)) == new.shape
    assert sorted([*diff.rows[diff.rows >= 0], *diff.rows_removed]) == list(range(len(old)))
    found = set(zip(*(places.tolist() for places in diff.cells), strict=True))
    for row, was in enumerate(diff.rows):
        for column, stood in enumerate(diff.columns):
            if was < 0 or stood < 0:
                assert (row, column) not in found
                continue
            same = same_cell(old.iloc[was, stood], new.iloc[row, column])
            assert same == ((row, column) not in found), (row, column)
    for column, stood in enumerate(diff.columns):
        told = [pair[1:] for pair in diff.dtypes if pair[0] == column]
        types = (str(old.dtypes.iloc[stood]), str(new.dtypes.iloc[column])) if stood >= 0 else ()
        same = stood < 0 or old.dtypes.iloc[stood] == new.dtypes.iloc[column]
        assert told == ([] if same else [types])


def check(subject: Any, text: str) -> Any:
    """Compare a statement with what it does when run; return the change."""
    kept = subject.copy(deep=True)
    made, (expected, error) = change(subject, text), ran(text, subject)
    unchanged(subject, kept)
    if error is not None:
        assert made.error is not None, (text, error)
        if made.error.exception:
            assert made.error.exception == type(error).__name__, text
            assert made.error.message == str(error)[:500], text
        assert made.after is subject
        return made
    if made.error is not None:
        # Refused by us: it would no longer be a frame, or a Series.
        assert (made.error.exception, made.error.reason) == ("", "not-allowed"), (text, made.error)
        assert type(expected) is not type(subject) or "sort_values" in text, text
        return made
    equal(made.after, expected)
    check_diff(subject, made)
    seen = sheet(subject, made.after, made.diff)
    assert len(seen.cells) == len(seen.rows)
    assert {len(row) for row in seen.cells} <= {len(seen.columns)}
    return made


@settings(unhurried, max_examples=round(80 * SHARE))
@given(st.data())
def test_a_statement_does_to_a_copy_of_a_frame_what_it_does_when_run(data: Any) -> None:
    frame = data.draw(frames())
    for text in data.draw(st.lists(statements(frame), min_size=6, max_size=6)):
        check(frame, text)


@settings(unhurried, max_examples=round(60 * SHARE))
@given(st.data())
def test_a_statement_does_to_a_copy_of_a_series_what_it_does_when_run(data: Any) -> None:
    one = data.draw(series())
    for text in data.draw(st.lists(statements(one), min_size=6, max_size=6)):
        check(one, text)


@settings(unhurried, max_examples=round(60 * SHARE))
@given(st.data())
def test_what_is_written_from_a_choice_runs(data: Any) -> None:
    subject = data.draw(st.one_of(frames(), series()))
    written = list(forms.examples(subject))
    if len(subject):
        row = data.draw(st.integers(0, len(subject) - 1))
        written += [forms.drop(subject, 0, [row]), forms.put(subject, row, -1, "0")]
        written.append(forms.rename(subject, 0, row, "new"))
    for text in written:
        # pandas 2.1 finds one of several NaT the first time it is asked, and all of them later.
        if "NaT" not in text:
            check(subject, text)


def test_several_changes_in_a_row_and_back() -> None:
    history = History(PRICES)
    for text in [
        'df["total"] = df["price"] * df["count"]',
        'df = df.rename(columns={"price": "cost"})',
        'df = df.drop(index=["y"])',
        'df.loc["new"] = [1, 2.0, "d", 3.0]',
    ]:
        assert history.do(text).error is None
    scope = {"df": PRICES}
    exec(history.code, scope)
    equal(history.now, scope["df"])
    assert list(PRICES.columns) == ["price", "count", "name"]
    assert history.do("df.iloc[9] = 1").error is not None
    assert len(history.changes) == 4
    assert history.undo()
    assert history.now.index.tolist() == ["x", "z"]
    history.clear()
    assert not history.undo()
    equal(history.now, PRICES)


def test_of_a_large_frame_the_first_rows_are_copied_and_the_code_says_so() -> None:
    large = pd.DataFrame(np.zeros((100_000, 5)))
    history = History(large)
    assert history.cut == (4_000, 5)
    history.do("df[0] = 1")
    scope = {"df": large}
    exec(history.code, scope)
    equal(history.now, scope["df"])
    assert large[0].sum() == 0


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("", "incomplete", "one statement"),
        ("df[", "syntax", "one statement"),
        ("import os", "not-allowed", "One statement that changes df"),
        ("__import__('os').system('x')", "not-allowed", "One statement that changes df"),
        ("df.eval('1')", "not-allowed", "One statement that changes df"),
        ("df['a'] = open('x')", "not-allowed", "open"),
        ("df['a'] = df.to_csv('x')", "not-allowed", "to_csv"),
        ("df = df.pipe(1)", "not-allowed", "pipe"),
        ("df['a'] = 'x' * 10**9", "", ""),
        ("df['price']['x'] = 1", "not-allowed", "chained"),
        ("df.loc['x']['price'] = 1", "not-allowed", "chained"),
        ("df.new = 1", "not-allowed", "An attribute is no column"),
        ("df.drop('x')", "not-allowed", "df = df.drop('x')"),
        ("df = df.drop('x', inplace=True)", "not-allowed", "inplace"),
        ("df = df['price']", "not-allowed", "stays a DataFrame"),
        ("df = df.drop(columns=['pricee'])", "missing-label", 'Did you mean "price"?'),
        ("df['a'] = [1, 2]", "wrong-type", "The number of values"),
        ("df.iloc[7] = 1", "out-of-range", ".iloc sets only what is there"),
        ("df.columns = ['a']", "wrong-type", "number of labels"),
        ("df.insert(0, 'price', 1)", "not-unique", "there already"),
        ("df['a'] = df['pricee']", "missing-label", 'Did you mean "price"?'),
        ("df" * 2000, "too-long", "characters"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(text: str, reason: str, words: str) -> None:
    kept = PRICES.copy(deep=True)
    made = change(PRICES, text)
    equal(PRICES, kept)
    assert made.error is not None
    assert made.error.reason == (reason or made.error.reason)
    assert words in made.error.words.en
    assert made.error.words.zh


def test_the_place_of_what_is_wrong_counts_characters() -> None:
    text = 'df["价格"] = df["🙂"]'
    made = change(PRICES, text)
    assert made.error is not None
    assert text[made.error.start : made.error.stop] == '"🙂"'


def test_signs_of_a_chinese_keyboard_are_read() -> None:
    made = change(PRICES, "df.loc【“x”，“price”】\uff1d 9")
    assert made.error is None
    assert made.after.loc["x", "price"] == 9
    assert made.code == 'df.loc["x","price"]= 9'


def test_whole_numbers_beyond_2_to_53_are_compared_exactly() -> None:
    whole = pd.Series([2**53 + 1, 5], dtype="int64")
    assert differ(whole, whole.astype("float64")).tolist() == [True, False]


def test_names_of_columns_may_be_typed_bare() -> None:
    assert forms.written_value(PRICES, "price * count") == 'df["price"] * df["count"]'
    assert forms.written_value(PRICES, "red wine") == '"red wine"'
    assert forms.written_value(PRICES, "red") == '"red"'
    assert forms.written_value(PRICES, "3") == "3"
    assert forms.written_label(PRICES.columns, "3") == '"3"'
    assert forms.written_label(pd.RangeIndex(2), "3") == "3"


def test_a_large_change_shows_the_rows_around_it() -> None:
    frame = pd.DataFrame({"a": range(1000), "b": 0})
    made = change(frame, "df.loc[500, 'a'] = -1")
    assert made.diff is not None
    seen = sheet(frame, made.after, made.diff)
    assert len(seen.rows) == 24
    shown = [line.after for line in seen.rows]
    assert {"499", "500", "501"} <= set(shown)
    at = shown.index("500")
    assert (seen.cells[at][0].before, seen.cells[at][0].after) == ("500", "-1")
    assert seen.cells[at][0].tone == "changed"
    skipped = sum(line.skipped for line in seen.rows)
    assert skipped + len(seen.rows) + seen.rows_left == 1000


def test_removed_rows_stand_where_they_stood() -> None:
    made = change(PRICES, 'df = df.drop(index=["y"])')
    assert made.diff is not None
    seen = sheet(PRICES, made.after, made.diff)
    assert [(line.before, line.tone) for line in seen.rows] == [
        ("x", ""),
        ("y", "removed"),
        ("z", ""),
    ]
    assert [one.before for one in seen.cells[1]] == ["4", "2.0", "b"]
    assert made.diff.words.en == "1 row removed."
