"""Picks and rectangles: the code that they write, and that pandas gives what was picked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.explain.frame import (
    ACCESSORS,
    OPERATORS,
    Pick,
    pick,
    read,
    select,
    span,
    spellings,
    write,
)
from tests.explain.frame.frames import drawn, equal, frames, lit, series, truth

FRUIT = pd.DataFrame(
    {"price": [1.5, 2.5, 3.5], "name": ["apple", "fig", "3"], "a b": [1, 2, 3]},
    index=["x", "y", "z"],
)
ONE, SOME, CUT = Pick("one", (1,)), Pick("list", (0, 2)), Pick("slice", start=0, stop=2)
DEAR = Pick("mask", column=0, operator=">", value="2")

WRITTEN = {
    ("[]", Pick(), Pick()): "df[:]",
    ("[]", Pick(), ONE): 'df["name"]',
    ("[]", Pick(), SOME): 'df[["price", "a b"]]',
    ("[]", CUT, Pick()): "df[0:2]",
    ("[]", CUT, SOME): 'df[["price", "a b"]][0:2]',
    ("[]", DEAR, Pick()): 'df[df["price"] > 2]',
    (".loc", ONE, Pick()): 'df.loc["y"]',
    (".loc", CUT, ONE): 'df.loc["x":"z", "name"]',
    (".loc", SOME, CUT): 'df.loc[["x", "z"], "price":"a b"]',
    (".loc", DEAR, ONE): 'df.loc[df["price"] > 2, "name"]',
    (".loc", Pick("one", ('"q"',)), Pick()): 'df.loc["q"]',
    (".loc", Pick("slice", stop=9), Pick()): "df.loc[:]",
    (".iloc", ONE, Pick()): "df.iloc[1]",
    (".iloc", CUT, Pick("one", (-1,))): "df.iloc[0:2, -1]",
    (".iloc", Pick("one", (7,)), Pick()): "df.iloc[7]",
    (".iloc", Pick("slice", step=-1), SOME): "df.iloc[::-1, [0, 2]]",
    (".iloc", DEAR, ONE): 'df.iloc[(df["price"] > 2).to_numpy(), 1]',
    (".at", ONE, ONE): 'df.at["y", "name"]',
    (".iat", ONE, ONE): "df.iat[1, 1]",
    ("mask", DEAR, SOME): 'df.loc[df["price"] > 2, ["price", "a b"]]',
    (".query", DEAR, Pick()): 'df.query("price > 2")',
    (
        ".query",
        Pick("mask", column=2, operator="<=", value="2"),
        ONE,
    ): 'df.query("`a b` <= 2")["name"]',
    (
        ".query",
        Pick("mask", column=1, operator="==", value="fig"),
        Pick(),
    ): "df.query('name == \"fig\"')",
    (".query", Pick("mask", column=1, operator="isin", value="fig, 3"), Pick()): (
        'df.query(\'name in ["fig", "3"]\')'
    ),
}


@pytest.mark.parametrize(("picked", "code"), WRITTEN.items(), ids=WRITTEN.values())
def test_each_pick_is_written_as_the_book_would(picked: tuple[str, Pick, Pick], code: str) -> None:
    assert write(FRUIT, *picked) == code
    found, expected = pick(FRUIT, *picked), truth(code, FRUIT)
    assert found.code == code
    assert (found.error is None) == (expected.error is None)
    if found.error is None:
        equal(found.result, expected.result)


MASKS = {
    (0, ">=", "2.5"): 'df["price"] >= 2.5',
    (0, "between", "2, 3"): 'df["price"].between(2, 3)',
    (0, "isna", ""): 'df["price"].isna()',
    (1, "==", "fig"): 'df["name"] == "fig"',
    (1, "==", '"fig"'): 'df["name"] == "fig"',
    (1, "==", "3"): 'df["name"] == "3"',
    (1, "isin", "fig，'a, b'"): 'df["name"].isin(["fig", "a, b"])',
    (1, "contains", "f+"): 'df["name"].str.contains("f+", regex=False)',
    (1, "startswith", "a"): 'df["name"].str.startswith("a")',
    (-1, "==", "y"): 'df.index == "y"',
    (2, "!=", "-1"): 'df["a b"] != -1',
    (1, "==", "__import__('os')"): 'df["name"] == "__import__(\'os\')"',
}


@pytest.mark.parametrize(("mask", "code"), MASKS.items(), ids=MASKS.values())
def test_masks_take_numbers_for_numbers_and_texts_for_texts(
    mask: tuple[int, str, str], code: str
) -> None:
    column, operator, value = mask
    found = pick(FRUIT, "mask", Pick("mask", column=column, operator=operator, value=value))
    assert found.code == f"df[{code}]"
    equal(found.result, truth(found.code, FRUIT).result)


def test_a_series_is_picked_by_one_key() -> None:
    one = FRUIT["price"]
    assert write(one, ".loc", CUT, name="s") == 's.loc["x":"z"]'
    assert write(one, ".iloc", SOME, name="s") == "s.iloc[[0, 2]]"
    assert write(one, "[]", ONE, name="s") == 's["y"]'
    assert write(one, "mask", DEAR, name="s") == "s[s > 2]"
    assert write(one, ".query", DEAR, name="s") == "s[s > 2]"
    assert pick(one, ".iat", Pick("one", (9,))).error.exception == "IndexError"


def test_unknown_words_are_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"accessor.*got '\.lok'.*Did you mean '\.loc'"):
        write(FRUIT, ".lok")
    with pytest.raises(
        ValueError, match=r"kind to be one of all, one, list, slice, mask, got 'som'"
    ):
        write(FRUIT, ".loc", Pick("som"))
    with pytest.raises(ValueError, match=r"operator.*got '=>'"):
        write(FRUIT, ".loc", Pick("mask", operator="=>"))


PICKS = st.builds(
    Pick,
    st.sampled_from(["all", "one", "list", "slice", "mask"]),
    st.lists(
        st.one_of(st.integers(-3, 7), st.sampled_from(['"a"', "99", "np.nan"])), max_size=3
    ).map(tuple),
    st.one_of(st.none(), st.integers(-3, 7)),
    st.one_of(st.none(), st.integers(-3, 7)),
    st.sampled_from([None, None, 1, 2, -1, 0]),
    st.integers(-1, 5),
    st.sampled_from(OPERATORS),
    st.sampled_from(["1", "a", '"a"', "1, 2", "", "2024-01-02", "None", "'", "价", "a`b", "1,"]),
)


@drawn(300)
@given(st.one_of(frames(), series()), st.sampled_from(ACCESSORS), PICKS, PICKS)
def test_any_pick_of_any_frame_is_what_pandas_gives(
    subject: Any, how: str, rows: Pick, columns: Pick
) -> None:
    found = pick(subject, how, rows, columns)
    expected = truth(found.code, subject)
    if found.error is not None and found.error.exception == "":
        assert how == ".query"  # whose text is ours to refuse
        return
    assert (found.error is None) == (expected.error is None), (found, expected)
    if found.error is None:
        equal(found.result, expected.result)


@drawn(200)
@given(st.data())
def test_a_rectangle_lights_exactly_its_cells(data: st.DataObject) -> None:
    subject = data.draw(st.one_of(frames(), series()))
    sizes = (len(subject), subject.shape[1] if subject.ndim > 1 else 1)
    if 0 in sizes:
        return
    places = [
        data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=4, unique=True))
        for size in sizes
    ]
    found = select(subject, span(places[0]), span(places[1]))
    assert found.error is None
    wide = sizes[1]
    assert lit(found.cells, wide) == [
        row * wide + column for row in places[0] for column in places[1]
    ]
    assert spellings(subject, found)
    kinds = [len(places[0]) > 1, len(places[1]) > 1]
    expected = {0: "scalar", 1: "Series", 2: "DataFrame"}[sum(kinds)]
    cells = places[0] == list(range(sizes[0])), places[1] == list(range(wide))
    if subject.ndim > 1 and not any(cells):
        assert found.kind == expected


def test_a_rectangle_in_each_accessor() -> None:
    codes = [
        select(FRUIT, range(1, 3), range(2), how).code for how in ("[]", ".loc", ".iloc", ".at")
    ]
    assert codes == [
        *('df[["price", "name"]][1:]', 'df.loc["y":"z", "price":"name"]', "df.iloc[1:, :2]"),
        'df.loc["y":"z", "price":"name"]',
    ]
    assert select(FRUIT, range(1, 2), range(1, 2), ".iat").code == "df.iat[1, 1]"
    assert select(FRUIT, range(3), range(1), ".loc").code == 'df.loc[:, "price"]'


OFFERED = {
    'df["price"]': ['df["price"]', "df.price", 'df.loc[:, "price"]', "df.iloc[:, 0]"],
    'df["a b"]': ['df["a b"]', 'df.loc[:, "a b"]', "df.iloc[:, 2]"],
    'df[["price"]]': ['df[["price"]]', 'df.loc[:, ["price"]]', "df.iloc[:, [0]]", "df.iloc[:, :1]"],
    'df.loc["y"]': ['df.loc["y"]', 'df.loc["y", :]', "df.iloc[1]", "df.iloc[1, :]"],
    "df.iat[1, 0]": [
        *('df.at["y", "price"]', 'df.loc["y", "price"]', "df.iat[1, 0]", "df.iloc[1, 0]"),
        *('df["price"]["y"]', 'df["price"].iloc[1]'),
    ],
    "df.head(2)": [
        *(
            "df.head(2)",
            'df.loc[:"y"]',
            'df.loc[["x", "y"]]',
            "df.iloc[:2]",
            "df.iloc[[0, 1]]",
            "df[:2]",
        ),
    ],
    "df": ["df", "df[:]", "df.loc[:]", "df.iloc[:]"],
}


@pytest.mark.parametrize("text", OFFERED)
def test_spellings_begin_with_the_usual_one(text: str) -> None:
    found = spellings(FRUIT, read(FRUIT, text))
    codes = [one.code for one in found]
    assert codes[: len(OFFERED[text])] == OFFERED[text]
    assert [one.idiomatic for one in found] == [True] + [False] * (len(found) - 1)
    assert all(one.words.en and one.words.zh for one in found)


def test_masks_are_offered_as_query_and_back() -> None:
    dear = 'df[(df["price"] > 2) & (df["a b"] != 3)]'
    codes = [one.code for one in spellings(FRUIT, read(FRUIT, dear))]
    assert codes[0] == dear
    assert 'df.query("price > 2 and `a b` != 3")' in codes
    back = [one.code for one in spellings(FRUIT, read(FRUIT, 'df.query("price > 2")["name"]'))]
    assert 'df.loc[df["price"] > 2, "name"]' in back


def test_a_frame_of_one_column_is_no_series() -> None:
    codes = {one.code for one in spellings(FRUIT, read(FRUIT, 'df[["price"]]'))}
    assert 'df["price"]' not in codes
    assert "df.price" not in codes


def test_methods_hide_columns_from_the_dot() -> None:
    frame = pd.DataFrame({"index": [1, 2], "class": [3, 4], "size": [5, 6], "_x": [7, 8]})
    for name in frame.columns:
        codes = [one.code for one in spellings(frame, read(frame, f'df["{name}"]'))]
        assert codes[0] == f'df["{name}"]'
        assert f"df.{name}" not in codes


def test_large_selections_are_compared_by_position() -> None:
    frame = pd.DataFrame(np.zeros((2_000_000, 3)), columns=list("abc"))
    codes = [one.code for one in spellings(frame, read(frame, "df.iloc[:, :]"))]
    assert codes[:2] == ["df", "df[:]"]
