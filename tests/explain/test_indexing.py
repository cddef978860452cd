"""Typed expressions: what is let through, what torch makes of it, and where numbers come from."""

from __future__ import annotations

import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.explain.indexing import calls, compute, hint, presets
from dlwidgets.explain.origins import origins
from dlwidgets.explain.typed import read, run

X = torch.arange(12).reshape(3, 4)

SELECTIONS = [
    *("x[1]", "x[:, -1]", "x[1:, ::2]", "x[x > 5]", "x[[0, 2]]", "x[None, ..., 0]", "x[-1, 1:3]"),
    *("x[torch.tensor([2, 0])]", "x[torch.tensor([True, False, True])]", "x.t()[1]", "x.T"),
    *("x.index_select(1, torch.tensor([3, 0]))", "torch.index_select(x, 0, torch.tensor([1]))"),
    *("x.gather(1, torch.tensor([[0, 1], [2, 0]]))", "torch.gather(x, 0, torch.tensor([[2, 0]]))"),
    *("x.take(torch.tensor([0, 11]))", "x.masked_select(x % 2 == 0)", "x.flip(0)", "x.diagonal()"),
    *("x.reshape(2, 6)[:, 1]", "x.expand(2, 3, 4)", "x.sort(1).values", "x.topk(2).values"),
    *("x.permute(1, 0)", "x.roll(1, 0)", "x.unsqueeze(0).squeeze(0)", "x.narrow(1, 1, 2)"),
]


@pytest.mark.parametrize("text", SELECTIONS)
def test_each_number_selected_comes_from_where_it_is_said(text: str) -> None:
    result = eval(text, {"x": X, "torch": torch})
    found = compute(text, X)
    assert torch.equal(found.parts[""], result)
    places = found.places[""]
    assert places is not None
    assert torch.equal(X.reshape(-1)[places[..., 0]], result)
    shared = result.untyped_storage().data_ptr() == X.untyped_storage().data_ptr()
    assert found.how == ("view" if shared else "copy")


REDUCTIONS = {
    "x.sum()": sum,
    "x.sum(0)": sum,
    "x.sum(-1, keepdim=True)": sum,
    "x.sum((0, 1))": sum,
    "torch.sum(x, dim=1)": sum,
    "x.prod(1)": math.prod,
    "x.amax(0)": max,
    "x.float().mean(0)": lambda all_: sum(all_) / len(all_),
    "x.cumsum(0)": sum,
    "x.cumsum(-1)": sum,
    "x.cumprod(1)": math.prod,
    "x.min()": min,
}


@pytest.mark.parametrize("text", REDUCTIONS)
def test_each_number_reduced_is_made_of_what_is_said(text: str) -> None:
    result = eval(text, {"x": X, "torch": torch})
    places = compute(text, X).places[""]
    assert places is not None
    assert places.shape[:-1] == result.shape
    flat = X.reshape(-1).tolist()
    for made, value in zip(places.reshape(-1, places.shape[-1]), result.reshape(-1), strict=True):
        numbers = [flat[place] for place in made.tolist() if place >= 0]
        assert REDUCTIONS[text](numbers) == pytest.approx(value.item())


def test_products_are_made_of_a_row_and_a_column() -> None:
    places = compute("x @ x.t()", X).places[""]
    assert places is not None
    flat = X.reshape(-1)
    for row in range(3):
        for column in range(3):
            left, right = flat[places[row, column]].reshape(2, 4)
            assert torch.equal(left, X[row])
            assert torch.equal(right, X[column])
    places = compute("x.mv(x[0])", X).places[""]
    assert places is not None
    assert places[1].tolist() == [4, 5, 6, 7, 0, 1, 2, 3]
    dot = compute("x[0].dot(x[1])", X)
    assert dot.places[""] is not None
    assert dot.places[""].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_what_is_filled_in_comes_from_nowhere() -> None:
    places = compute("torch.where(x > 5, x, 0)", X).places[""]
    assert places is not None
    assert places[..., 0].tolist() == [[-1] * 4, [-1, -1, 6, 7], [8, 9, 10, 11]]
    places = compute("x.scatter_(1, torch.tensor([[0], [1]]), -5)", X).places[""]
    assert places is not None
    assert places[0].reshape(-1).tolist() == [-1, 1, 2, 3]
    nonzero = compute("x.nonzero()", X).places[""]
    assert nonzero is not None
    assert nonzero[0].reshape(-1).tolist() == [1, 1]
    assert X[0, 0] == 0  # what writes has written into a copy


def test_elementwise_results_come_from_both_sides() -> None:
    places = compute("x + x[0]", X).places[""]
    assert places is not None
    assert places[2, 1].tolist() == [9, 1]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["", "x.t()", "x[1:]", "x.flip(1)"]),
    st.one_of(
        st.tuples(st.integers(-3, 2), st.integers(-4, 3)).map(str),
        st.builds("{}:{}:{}".format, st.integers(-5, 5), st.integers(-5, 5), st.integers(1, 3)),
        st.sampled_from(["...", "None", "x[0] > 1", ":, 0", "[0]"]),
    ),
)
def test_indices_are_those_of_torch(base: str, index: str) -> None:
    text = f"{base or 'x'}[{index.strip('()')}]"
    expected, said = None, ""
    try:
        expected = eval(text, {"x": X})
    except (IndexError, RuntimeError) as error:
        said = str(error)
    if expected is None:
        with pytest.raises((IndexError, RuntimeError), match=re.escape(said)):
            compute(text, X)
        return
    found = compute(text, X)
    assert torch.equal(found.parts[""], expected)
    places = found.places[""]
    assert (places is None) == (expected.numel() == 0)
    if places is not None:
        assert torch.equal(X.reshape(-1)[places[..., 0]], expected)


def test_several_results_and_values() -> None:
    found = compute("x.max(1)", X)
    assert list(found.parts) == ["values", "indices"]
    assert found.parts["indices"].tolist() == [3, 3, 3]
    assert list(compute("x.float().svd()", X).parts) == ["U", "S", "V"]
    equal = compute("x.equal(x)", X)
    assert (equal.value, equal.how, equal.parts) == ("True", "value", {})


def test_rules_of_dim_and_index() -> None:
    assert compute("x.gather(1, torch.tensor([[0]]))", X).rule == "out[i, j] = x[i, index[i, j]]"
    assert compute("x.gather(0, torch.tensor([[0]]))", X).rule == "out[i, j] = x[index[i, j], j]"
    assert compute("torch.index_select(x, 1, torch.tensor([0]))", X).rule == (
        "out[i, j] = x[i, index[j]]"
    )
    rule = compute("x.scatter_(1, torch.tensor([[0]]), 7)", X).rule
    assert rule == "out[i, index[i, j]] = src[i, j]"


@pytest.mark.parametrize(
    "text",
    [
        *("__import__('os')", "x.__class__", "x.data", "x.numpy()", "x.to('meta')", "open('a')"),
        *("lambda: x", "[y for y in x]", "x if x else x", "y[0]", "torch.load('a')", "torch.ops"),
        *("10 ** 10 ** 10", "x[10 ** 9]", "torch.zeros(100000, 100000)", "x.repeat(10000, 10000)"),
        *(
            "x.sum(*[0])",
            "x.view(**{})",
            "x < x < x",
            "f'{x}'",
            "x; x",
            "x = 1",
            "",
            "x.sum(",
            "é(",
        ),
        *("(x := x)", "torch.tensor.__init__", "x.resize_(3)", "9999999", "'a' * 3"),
    ],
)
def test_what_is_not_on_the_lists_never_runs(text: str) -> None:
    with pytest.raises(ValueError, match=r"can't be shown here|expected an expression"):
        read(text)


def test_misspelt_methods_are_put_right_and_wide_signs_read() -> None:
    with pytest.raises(ValueError, match=r"Did you mean 'gather'\?"):
        read("x.gater(0)")
    assert read("x[1：3，0]").text == "x[1:3, 0]"
    assert read(".sum（0）").text == "x.sum(0)"


@pytest.mark.parametrize(
    "x",
    [
        torch.tensor(2.5),
        torch.zeros(0, 3),
        torch.ones(2, 2).bool(),
        torch.tensor([1 + 2j]),
        torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0)),
        torch.tensor([float("nan"), float("inf")]),
        torch.zeros(2_000_000),
        X.int(),
    ],
)
def test_every_example_runs(x: torch.Tensor) -> None:
    for group in presets(x).values():
        for text in group:
            found = compute(text, x)
            for name, part in found.parts.items():
                places = found.places[name]
                assert places is None or places.shape[:-1] == part.shape
    for call in calls(x):
        if ".view(" not in call:
            typed = read(call)
            run(typed, x.clone() if typed.writes else x)


def test_of_large_tensors_only_views_are_computed() -> None:
    x = torch.zeros(2_000_000)
    assert compute("x[5:8]", x).how == "view"
    with pytest.raises(ValueError, match="expected at most 1,000,000 numbers to compute with"):
        compute("x + 1", x)
    assert origins(read("x[:5000]"), x, x[:5000]) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("x[::-1]", "step"),
        ("x[5]", "range"),
        ("x.sum(3)", "range"),
        ("x[0, 0, 0]", "many"),
        ("x.t().view(12)", "view"),
        ("x.view(5)", "numel"),
        ("x.mean()", "dtype"),
        ("x[torch.tensor([True, False])]", "mask"),
        ("x + torch.ones(3)", "broadcast"),
        ("x.mm(x)", "product"),
    ],
)
def test_torchs_errors_have_hints(text: str, key: str) -> None:
    with pytest.raises((RuntimeError, IndexError, ValueError)) as refused:
        compute(text, X)
    assert hint(str(refused.value)) == key
