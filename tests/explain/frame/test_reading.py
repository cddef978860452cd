"""What may be typed, what is refused and where, and what is said about errors of pandas."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.explain.frame import interpreter as following
from dlwidgets.explain.frame import read
from tests.explain.frame.frames import drawn, equal, lit, truth

FRUIT = pd.DataFrame(
    {"price": [1.5, 2.5, 3.5, 4.5], "name": ["apple", "fig", "kiwi", "fig"], "index": [1, 2, 3, 4]},
    index=["w", "x", "y", "z"],
)
SHUFFLED = pd.DataFrame({"a": range(5), "b": list("vwxyz")}, index=[3, 0, 4, 1, 2])
TWICE = pd.DataFrame({"a": range(4)}, index=["p", "q", "p", "r"])

RIGHT = [
    *('df["price"]', "df.price", 'df[["price", "name"]]', "df[1:3]", 'df["w":"y"]', "df[:]", "df"),
    *(
        'df.loc["x"]',
        'df.loc["x":"z", "price"]',
        "df.iloc[-1]",
        "df.iloc[[0, 2], 1:]",
        "df.iat[0, 1]",
    ),
    *('df.at["x", "name"]', 'df[df["price"] > 2]', 'df[(df.price > 2) & ~(df["name"] == "fig")]'),
    *('df.loc[df.price.between(2, 4), ["name"]]', 'df[df["name"].isin(["fig", "apple"])]'),
    *('df[df["name"].str.contains("i")]', 'df[df["name"].str.contains("^a")]', 'df["name"].str[0]'),
    *(
        'df["name"].str.upper()',
        'df["name"].str.len() > 3',
        "df.head()",
        "df.tail(2)",
        "df.head(n=1)",
    ),
    *(
        "df.query(\"price > 2 and name == 'fig'\")",
        'df.query("1 < price <= 3")',
        'df.query("index > 1")',
    ),
    *("df.query(\"name in ['fig', 'kiwi']\")", 'df.query("not (price > 2) | price.isna()")'),
    *(
        "df.query(\"name.str.startswith('f')\")",
        "df.isna()",
        "df.notna()",
        "df.shape",
        "df.shape[0]",
    ),
    *(
        "df.index",
        "df.columns",
        "df.columns[0]",
        "df.index[1:3]",
        "df.loc[df.index[2]]",
        "df.dtypes",
    ),
    *(
        'df["price"] * 2 + 1',
        "-df.price",
        'df["price"] ** 2',
        "df.price // 2 % 2",
        "df.price.mean()",
    ),
    *(
        'df.loc[:, df.columns.str.startswith("p")]',
        "df.index.isin(['w'])",
        "df.loc[df.index != 'x']",
    ),
    *(
        'df.sort_values("price", ascending=False)',
        'df.sort_values("name").head(2)',
        "df.sort_index()",
    ),
    *('df.nlargest(2, "price")', 'df.drop_duplicates("name")', "df.take([2, 0])", "df.dropna()"),
    *(
        'df.iloc[(df["price"] > 2).to_numpy()]',
        "df.loc[slice('x', 'z')]",
        "df.iloc[slice(1, None, 2)]",
    ),
    *(
        '"price" in df',
        "'q' in df.index",
        "3 in [1, 2, 3]",
        "df.price.max() > 4",
        "df.empty",
        "df.size",
    ),
    *('df["name"].value_counts()', "df.describe()", "df.price.idxmax()", 'df["name"].duplicated()'),
    *(
        "df.iloc[..., 0]",
        "df.loc[pd.IndexSlice['x':'y'], 'price']",
        "df.iloc[np.int64(1)]",
        "1 + 1",
    ),
    *(
        "df.price.fillna(0)",
        "df.price.round(1)",
        "df.loc[['x'], 'price']",
        'df["price"].name',
        "{1} == {1}",
    ),
    *('df["price"].iloc[1:]["y"]', "df.loc['x']['price']", "df.iloc[0].name", "True", '"a" + "b"'),
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_allowed_gives_what_python_gives(text: str) -> None:
    found, expected = read(FRUIT, text), truth(text, FRUIT)
    assert expected.error is None, expected.error
    assert found.error is None, found.error
    assert found.code == text
    equal(found.result, expected.result)
    assert found.shape == getattr(expected.result, "shape", ()) or found.kind == "other"


ATTACKS = [
    *(
        '__import__("os").system("true")',
        "().__class__.__mro__",
        "df.__class__",
        "df._mgr",
        "lambda: 1",
    ),
    *(
        'df.to_csv("x")',
        'df.to_pickle("x")',
        'df.eval("a=1")',
        "[x for x in df]",
        "(x := 1)",
        "f'{df}'",
    ),
    *(
        'pd.read_csv("x")',
        'pd.read_pickle("x")',
        "np.load('x')",
        "np.__loader__",
        "pd.io",
        "pd.eval('1')",
    ),
    *(
        'open("/etc/passwd")',
        'eval("1")',
        'getattr(df, "index")',
        "df.index.__class__",
        "df.drop('w')",
    ),
    *(
        "df.pipe(print)",
        "df.apply(print)",
        "df.map(str)",
        "df.price.apply(str)",
        "df.loc.__class__",
    ),
    *(
        "df.loc.obj",
        "df.pop(1)",
        "df.name.str.__class__",
        "df.name.str.cat()",
        "df.index.x",
        "df.T",
    ),
    *(
        "df.query('@x > 1')",
        "df.query('__import__(1)')",
        "df.query('price.to_csv()')",
        "df.insert(0)",
    ),
    *(
        "df.query('price.__class__')",
        "df.query('name * 9')",
        "df.query(\"name == 'a' * 9\")",
        "*df",
    ),
    *(
        "df.query(expr='price.values.tofile()')",
        "df.sort_values('price', key=print)",
        "df.head(*[1])",
    ),
    *(
        "df.sort_values(by='price', inplace=True)",
        "df.fillna(0, inplace=True)",
        "df.head(**{})",
        "{}",
    ),
    *(
        "df.price.isin({'a': 1})",
        "if x: y",
        "df if 1 else df",
        "await df",
        "yield",
        "df @ df",
        "df << 1",
    ),
    *(
        "...if...else...",
        "df.iloc.__setitem__(0, 1)",
        "df is df",
        "pd.DataFrame([1])",
        "np.zeros(9**9)",
    ),
    *(
        "df[lambda x: x]",
        "df.loc[lambda d: d.index]",
        "pd.Timestamp.now()",
        "pd.Timestamp(df)",
        "str(df)",
    ),
    *(
        "df.price.values.tofile('x')",
        "df.price.array",
        "df.style",
        "df.plot",
        "df.attrs",
        "df.flags",
    ),
]


@pytest.mark.parametrize("text", ATTACKS)
def test_anything_else_is_refused_with_its_place(text: str) -> None:
    found = read(FRUIT, text)
    assert found.kind == "error"
    assert found.error is not None
    assert found.error.exception == ""
    assert found.error.reason in {"not-allowed", "unknown-name", "syntax", "incomplete"}
    assert found.error.words.en
    assert found.error.words.zh
    assert 0 <= found.error.start < found.error.stop <= len(text) + 1


HUGE = [
    *('"a" * 10**9', "([1]) * 10**9", "df['name'] * 10**9", "10**10**10", "9**9**9", "1" * 5000),
    *(
        "(" * 300 + "1" + ")" * 300,
        "-" * 1500 + "1",
        "df" + "[0]" * 600,
        "df.price ** 1000",
        "x" * 10**6,
    ),
    *(
        "'%1000000000d' % 5",
        "df['name'] % 5",
        "[" * 100,
        "df.query('" + "-" * 90 + "1')",
    ),
    *(
        "1e400",
        "df.name + [1]",
        "df['name'].str.contains('(a+)+$')",
        "~" * 50 + "df",
        "1" + "+1" * 900,
    ),
    *(
        "df.query('price > 1" + "+1" * 600 + "')",
        "1 if " * 80,
        "not " * 400 + "df",
        "df.query('9**9**9')",
    ),
]


@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
def test_what_would_take_for_ever_is_refused(text: str) -> None:
    found = read(FRUIT, text)
    assert found.error is not None
    assert found.error.exception == ""
    assert len(found.code) < 3_000


def test_alignments_of_many_labels_with_many_are_refused() -> None:
    twice = pd.Series(1, index=np.zeros(100_000, dtype=int), name="a")
    found = read(twice, "s + s[1:]", "s")
    assert found.error is not None
    assert found.error.reason == "too-long"
    wide = pd.DataFrame({"a": np.zeros(100_000)})
    found = read(wide, "df + df['a']")
    assert found.error is not None
    assert found.error.reason == "too-long"
    found = read(pd.DataFrame({"k": ["x"] * 5_000}, index=["x"] * 5_000), "df.loc[df['k']]")
    assert found.error is not None
    assert found.error.reason == "too-long"


PLACED = {
    'df.price.isin(["价格🙂"]).foo': "foo",
    '  df.loc["pricee"]': '"pricee"',
    'df.loc["x", "pric"]': '"pric"',
    "df.iloc[9, 0]": "9",
    "df.iloc[0, 9]": "9",
    'df[["price", "nam"]]': '"nam"',
    'df["🙂"]': '"🙂"',
    '["🙂🙂"]': '"🙂🙂"',
    '【"价"】': '"价"',
    'df[df["name"] == "图🙂"].loc["无"]': '"无"',
    'df.loc["a":]': None,
    "df.iloc[0:1, 'x']": "'x'",
    "df[(df['price'] > 2) & open('x')]": "open('x')",
    "df.at[['x'], 'name']": "['x']",
    "'é🙂' + os": "os",
}


@pytest.mark.parametrize(("text", "part"), PLACED.items())
def test_the_place_of_an_error_is_in_characters(text: str, part: str | None) -> None:
    found = read(FRUIT, text).error
    if part is None:
        assert found is None
        return
    assert found is not None
    marked = text[found.start : found.stop]
    assert marked == part or part in marked


NEAREST = {
    'df["pricee"]': 'df["price"]',
    'df["Price"]': 'df["price"]',
    "df.prise": 'df["price"]',
    'df.loc["x", "nam"]': 'df.loc["x", "name"]',
    "df.iloc[4]": "df.iloc[3]",
    "df.iloc[-9]": "df.iloc[-4]",
    "df[0]": "df.iloc[:, 0]",
    'df["x"]': "df.loc['x']",
    "df.loc[0]": "df.iloc[0]",
    "df.loc[1, 'price']": "df.loc[\"x\", 'price']",
    "df.at['x', 0]": "df.at['x', \"price\"]",
    'df.iloc["x"]': "df.loc['x']",
    'df.iloc["x":"y"]': "df.loc['x':'y']",
    "price": "df['price']",
    "df.size.x": "",
    "1 < df.price < 3": "(1 < df.price) & (df.price < 3)",
    "df.price > 1 & df.price < 3": "(df.price > 1) & (df.price < 3)",
    "not df.price > 2": "~(df.price > 2)",
    'df.at[["x"], "name"]': "df.loc[['x'], 'name']",
}


@pytest.mark.parametrize(("text", "nearest"), NEAREST.items())
def test_the_nearest_that_works_is_suggested(text: str, nearest: str) -> None:
    found = read(FRUIT, text).error
    assert found is not None
    assert found.nearest == nearest
    if nearest:
        assert truth(nearest, FRUIT).error is None
    if nearest.count('"') == 2:
        assert nearest.split('"')[1] in found.words.en
        assert nearest.split('"')[1] in found.words.zh


def test_labels_of_another_type_are_suggested() -> None:
    texts = SHUFFLED.rename(str)
    assert read(texts, "df.loc[3]").error.nearest == 'df.loc["3"]'
    assert read(SHUFFLED, 'df.loc["3"]').error.nearest == "df.loc[3]"
    assert read(SHUFFLED, "df.loc[7]").error.nearest == "df.loc[4]"
    assert "position" not in read(SHUFFLED, "df.loc[7]").error.words.en
    assert ".iloc" in read(FRUIT, "df.loc[2]").error.words.en


REASONS = [
    (FRUIT, 'df.loc["q"]', "KeyError", "missing-label"),
    (FRUIT, "df.iloc[4]", "IndexError", "out-of-range"),
    (FRUIT, "df.iloc[0, 'a']", "ValueError", "wrong-type"),
    (FRUIT, "df[[True, False]]", "ValueError", "mask-length"),
    (FRUIT, "df.loc[df['name'] == 'fig' and True]", "ValueError", "ambiguous"),
    (FRUIT, "df.iloc[0, 0, 0]", "IndexingError", "too-many"),
    (FRUIT, "df['price'].str.upper()", "AttributeError", "wrong-type"),
    (TWICE, 'df.loc["p":"q"]', "KeyError", "not-unique"),
    (SHUFFLED, "df.loc[9:1]", "KeyError", "unsorted"),
    (SHUFFLED, "df[pd.NA]", "KeyError", "missing-label"),
]


@pytest.mark.parametrize(("frame", "text", "name", "reason"), REASONS)
def test_errors_of_pandas_are_its_own_and_explained(
    frame: pd.DataFrame, text: str, name: str, reason: str
) -> None:
    expected = truth(text, frame).error
    found = read(frame, text).error
    assert found is not None
    assert found.exception == type(expected).__name__ == name
    assert found.message == str(expected)
    assert found.reason == reason
    assert found.words.en
    assert found.words.zh != found.words.en


def test_a_mask_with_missing_values_says_how_to_fill_them() -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    frame["ok"] = pd.Series([True, None], dtype=object)
    found = read(frame, 'df[df["ok"]]').error
    assert found is not None
    assert found.reason == "mask-missing"
    assert found.nearest == "df[(df['ok']).fillna(False)]"
    equal(read(frame, found.nearest).result, frame[:1])


def test_a_column_hidden_by_an_attribute_is_told_apart() -> None:
    frame = pd.DataFrame({"size": [1], "count": [2], "index": [3]})
    assert read(frame, "df.size").result == 3
    found = read(frame, "df.count").error
    assert found is not None
    assert found.nearest == 'df["count"]'
    assert read(frame, "df.index").kind == "Index"


def test_cells_of_a_mask_of_cells_are_those_it_keeps() -> None:
    frame = pd.DataFrame(np.arange(6).reshape(2, 3), columns=list("abc"))
    found = read(frame, "df[df % 2 == 1]")
    equal(found.result, frame[frame % 2 == 1])
    assert not found.computed
    assert sorted(lit(found.cells, 3)) == [1, 3, 5]


def test_what_is_computed_tells_its_sources() -> None:
    found = read(FRUIT, 'df["price"] * df.index.isin(["w"]) + df["index"]')
    assert found.computed
    assert sorted(lit(found.cells, 3)) == [0, 2, 3, 5, 6, 8, 9, 11]


def test_remarks_on_slices() -> None:
    def said(text: str, frame: pd.DataFrame = FRUIT) -> str:
        return " ".join(one.en for one in read(frame, text).notes)

    assert "includes its last" in said('df.loc["w":"y"]')
    assert "ends before its stop" in said("df.iloc[0:2]")
    assert "beyond the end" in said("df.iloc[2:99]")
    assert "takes rows" in said("df[1:3]")
    assert "between labels" in said('df.loc["a":"xx"]')
    assert "Two steps" in said('df["price"]["x"]')
    assert said('df["price"]') == ""


@pytest.mark.parametrize(
    "text",
    ["df【“price”】", "df[‘price’]", "df［“price”］", "\u3000df[“price”]"],  # noqa: RUF001 -- what is typed
)
def test_signs_of_a_chinese_keyboard_are_read(text: str) -> None:
    found = read(FRUIT, text)
    assert found.error is None
    equal(found.result, FRUIT["price"])
    assert truth(found.code, FRUIT).error is None


def test_labels_keep_their_own_signs() -> None:
    frame = pd.DataFrame({"价格（元）": [1, 2]})
    found = read(frame, 'df【"价格（元）"】')
    equal(found.result, frame["价格（元）"])


def test_a_text_may_go_on_from_the_frame() -> None:
    assert read(FRUIT, '["price"]').code == 'df["price"]'
    assert read(FRUIT, ' .loc["x"] ').code == 'df.loc["x"]'
    assert read(FRUIT, "", "fruit").error.reason == "incomplete"
    assert read(FRUIT, 'fruit["price"]', "fruit").error is None
    assert read(FRUIT, 'df["price"]', "fruit").error.reason == "unknown-name"
    assert read(FRUIT, "pd.iloc[0]", "pd").error is None
    assert read(FRUIT, "df.iloc[0]", "no name").error is None
    assert read(FRUIT, "df.loc[\n'x',\n'price'\n]").result == 2.5


def test_assignments_are_refused_in_words() -> None:
    found = read(FRUIT, 'df["price"] = 3').error
    assert found is not None
    assert "==" in found.words.en
    assert found.start == 12


@drawn(400)
@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    found = read(FRUIT, text)
    assert (found.error is None) != (found.kind == "error")


PIECES = [
    *(
        "df",
        ".loc",
        ".iloc",
        "[",
        "]",
        "(",
        ")",
        ":",
        ",",
        '"x"',
        "0",
        ".price",
        "==",
        "&",
        "~",
        "-1",
    ),
    *(
        ".isin",
        ".str",
        ".contains",
        ".head",
        "pd.",
        "Timestamp",
        "np.nan",
        " ",
        "'",
        "价",
        "🙂",
        "slice",
    ),
    *(
        ".query",
        "None",
        ".at",
        "in",
        " and ",
        " not ",
        ".index",
        "*",
        "**",
        "%",
        "...",
        "\\",
        "@",
        "`",
    ),
]


@drawn(800)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_mixture_of_pieces_raises_or_changes_the_frame(text: str) -> None:
    before = FRUIT.copy()
    found = read(FRUIT, text)
    assert (found.error is None) != (found.kind == "error")
    if found.error is None:
        expected = truth(found.code, FRUIT)
        assert expected.error is None, text
        equal(found.result, expected.result)
    equal(FRUIT, before)


class Odd:
    """A cell that fails at everything."""

    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        raise RuntimeError


def test_rows_are_sorted_by_what_their_labels_are_called() -> None:
    named = FRUIT.rename_axis("k")
    found = read(named, 'df.sort_values("k", ascending=False)')
    assert found.error is None
    equal(found.result, named[::-1])
    assert read(named, "df.sort_index(ascending=False)").cells[0].rows == range(3, -1, -1)


def test_what_sorts_millions_of_cells_is_refused() -> None:
    large = pd.DataFrame(np.broadcast_to(1.0, (10**6, 6)), columns=list("abcdef"))
    for name in ("describe", "nunique", "duplicated"):
        found = read(large, f"df.{name}()").error
        assert found is not None
        assert (found.reason, "6,000,000" in found.words.en) == ("too-long", True)
    assert read(large, 'df["a"].head(9).nunique()').result == 1


def test_odd_cells_survive() -> None:
    odd = pd.DataFrame({"a": pd.Series([Odd(), [1], None, {"k": np.arange(3)}], dtype=object)})
    assert read(odd, "df.iloc[0, 0]").kind == "scalar"
    assert read(odd, 'df["a"]').kind == "Series"
    found = read(odd, 'df["a"] == 1').error
    assert found is None or found.exception == "RuntimeError"
    assert read(odd, 'df[df["a"]]').error is not None
    assert read(odd, "df.iloc[1, 0]").result == [1]


def test_nothing_is_evaluated() -> None:
    names = {
        node.func.id
        for module in (following, inspect.getmodule(read))
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not names & {"eval", "exec", "compile", "__import__"}


def test_warnings_are_told_and_not_raised(recwarn: Any) -> None:
    one = pd.Series([1, 2], index=["a", "b"])
    found, expected = read(one, "s[0]", "s"), truth("df[0]", one)
    assert list(found.warnings) == expected.warnings
    assert (found.error is None) == (expected.error is None)
    assert len(recwarn) == 0
