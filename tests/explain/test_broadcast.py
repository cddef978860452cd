"""Broadcasting as the explorer shows it, with torch as the oracle."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import dlwidgets
from dlwidgets.explain.broadcast import (
    IN_PLACE,
    OPERATIONS,
    align,
    hollow,
    judge,
    remedies,
    windows,
)
from dlwidgets.explain.cells import texts
from dlwidgets.explain.operand import applied, literal, numbered, read_shape
from dlwidgets.explain.operand import given as opened

HERE = Path(dlwidgets.__file__).parent / "frontend/src/widgets/broadcast_explorer"

SHAPES = st.lists(st.sampled_from([0, 1, 1, 2, 3, 4]), max_size=4).map(tuple)
DTYPES = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.int32, torch.bool])


def filled(shape: tuple[int, ...], dtype: torch.dtype, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(-4, 5, shape, generator=generator).to(dtype)


@settings(max_examples=1000, deadline=None)
@given(SHAPES, SHAPES)
def test_the_rule_is_that_of_torch(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    axes = align(a, b)
    try:
        expected = tuple(torch.broadcast_shapes(a, b))
    except RuntimeError:
        assert any(not axis.fits for axis in axes)
    else:
        assert tuple(axis.out for axis in axes) == expected


@settings(max_examples=300, deadline=None)
@given(SHAPES, SHAPES, DTYPES, DTYPES, st.sampled_from(sorted(OPERATIONS)), st.booleans())
def test_shapes_errors_and_numbers_are_those_of_torch(
    first: tuple[int, ...],
    second: tuple[int, ...],
    one: torch.dtype,
    other: torch.dtype,
    op: str,
    in_place: bool,
) -> None:
    a, b = filled(first, one, 1), filled(second, other, 2)
    in_place = in_place and op in IN_PLACE
    outcome = judge(op, a, b, in_place=in_place)
    expected, said = None, ""
    try:
        expected = getattr(a.clone(), f"{op}_")(b) if in_place else OPERATIONS[op][0](a, b)
    except (RuntimeError, TypeError) as error:
        said = str(error).splitlines()[0]
    assert outcome.error == said
    if expected is None:
        assert outcome.shape is None
        return
    assert outcome.shape == tuple(expected.shape)
    left, right, like, out = windows(op, a, b, in_place=in_place)
    assert (like.dtype, tuple(like.shape)) == (expected.dtype, tuple(expected.shape))
    shown = expected.reshape(-1, *expected.shape[-2:])[0] if expected.numel() else expected
    assert list(out.exact) == list(texts(shown)[1])
    assert len(left.exact) == len(right.exact) == len(out.exact)


@settings(max_examples=200, deadline=None)
@given(SHAPES, SHAPES)
def test_every_remedy_works_in_torch(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    held = {"a": torch.zeros(a), "b": torch.zeros(b)}
    if all(axis.fits for axis in align(a, b)):
        return
    for remedy in remedies(held["a"], held["b"]):
        changed = eval(f"x{remedy.code}", {"x": held[remedy.which]})
        assert tuple(changed.shape) == remedy.shape
        other = held["b" if remedy.which == "a" else "a"]
        assert tuple((changed + other).shape) == remedy.out


def test_the_simplest_remedy_comes_first() -> None:
    def found(a: tuple[int, ...], b: tuple[int, ...]) -> list[str]:
        return [f"{r.which}{r.code}" for r in remedies(torch.zeros(a), torch.zeros(b))]

    assert found((4, 3), (4,)) == ["b.unsqueeze(1)", "a.t()", "a.unsqueeze(2)"]
    assert found((2, 3, 4), (2, 3))[0] == "b.unsqueeze(2)"
    assert "a.reshape(2, 3)" in found((6,), (2, 3))


def test_by_hand() -> None:
    a, b = torch.arange(0, 40, 10).reshape(4, 1), torch.arange(0, 3)
    left, right, _, out = windows("add", a, b)
    assert out.text == ("0", "1", "2", "10", "11", "12", "20", "21", "22", "30", "31", "32")
    assert left.text[3:6] == ("10", "10", "10")
    assert right.text[3:6] == ("0", "1", "2")
    assert judge("add", a, b, in_place=True).error == (
        "output with shape [4, 1] doesn't match the broadcast shape [4, 3]"
    )


def test_huge_tensors_cost_nothing() -> None:
    a, b = torch.zeros(()).expand(10**5, 1), torch.ones(()).expand(10**5)
    assert judge("add", a, b).shape == (10**5, 10**5)
    assert windows("add", a, b, (7, 10**5))[3].text == ("1",) * 64
    assert hollow((10**9,), a).untyped_storage().nbytes() == 4


def test_the_browser_finds_the_same_sources_as_torch(tmp_path: Path) -> None:
    pick = random.Random(0)
    cases = []
    while len(cases) < 1500:
        shape = [pick.choice([1, 1, 2, 3, 4]) for _ in range(pick.randint(0, 4))]
        out = [pick.randint(1, 4) if size == 1 else size for size in shape]
        out = [pick.randint(1, 3) for _ in range(pick.randint(0, 2))] + out
        places = torch.arange(math.prod(shape)).reshape(shape)
        source = places.expand(out).reshape(-1).tolist()
        cases.append({"shape": shape, "out": out, "source": source})
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases))
    deno = shutil.which("deno")
    assert deno is not None
    command = [deno, "run", f"--allow-read={file}", str(HERE / "against_torch.ts"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(3, 1)", (3, 1)),
        ("3, 1", (3, 1)),
        ("[3, 1]", (3, 1)),
        ("3", (3,)),
        ("()", ()),
        ("", ()),
        ("（3，1）", (3, 1)),
        ("(0, 2)", (0, 2)),
    ],
)
def test_shapes_are_read(text: str, shape: tuple[int, ...]) -> None:
    assert read_shape(text) == shape


@pytest.mark.parametrize(
    "text",
    ["three", "(3, -1)", "(1.5,)", "(True,)", "a.shape", "(1,)*9", "__import__('os')", "((("],
)
def test_what_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shape: expected up to 6 sizes from 0, such as"):
        read_shape(text)


@given(SHAPES, DTYPES)
def test_the_code_of_a_short_tensor_makes_it(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    x = filled(shape, dtype, 3)
    code = literal(x)
    if x.numel() > 12:
        assert code == ""
        return
    again = eval(code, {"torch": torch})
    assert again.dtype == dtype
    assert torch.equal(again, x)


def test_operands_take_shapes() -> None:
    own = opened(torch.arange(6), "a")
    turned = own.shaped((2, 3), "a")
    assert turned.code == "torch.tensor([0, 1, 2, 3, 4, 5]).reshape(2, 3)"
    assert turned.tensor.tolist() == [[0, 1, 2], [3, 4, 5]]
    made = own.shaped((2, 2), "b")
    assert made.code == "torch.arange(10, 50, 10).reshape(2, 2)"
    assert torch.equal(eval(made.code, {"torch": torch}), made.tensor)
    assert eval(numbered((), "a").code, {"torch": torch}).shape == ()
    assert applied(own, ".unsqueeze(1)", (6, 1)).tensor.shape == (6, 1)
    with pytest.raises(ValueError, match="at most 1,000,000 numbers, got 100,000,000"):
        numbered((10**4, 10**4), "a")
