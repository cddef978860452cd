"""Memory of tensors: addresses, sharing and copying, with torch as the oracle."""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import dlwidgets
from dlwidgets.explain.memory import (
    STRIP,
    Step,
    address,
    after,
    begun,
    number_of,
    remedies,
    strip,
    write,
)

HERE = Path(dlwidgets.__file__).parent / "frontend/src/widgets/tensor_explorer"

CALLS = [
    *(".t()", ".view(-1)", ".view(6, 2)", ".reshape(4, 3)", ".flatten()", "[1:]", "[:, ::2]"),
    *("[..., 0]", "[None]", ".transpose(0, -1)", ".unsqueeze(1)", ".squeeze()", ".contiguous()"),
    *(
        ".clone()",
        ".narrow(0, 1, 1)",
        ".select(0, 1)",
        ".swapaxes(0, -1)",
        "[[0, 1]]",
        "[0]",
        ".diagonal()",
    ),
    ".expand(2, 3, 4)",
]


def chain_of(x: torch.Tensor) -> tuple[Step, ...]:
    return (begun(x)[0],)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(CALLS), min_size=1, max_size=5))
def test_a_chain_is_what_torch_makes_of_it(calls: list[str]) -> None:
    chain, x = chain_of(torch.arange(12).reshape(3, 4)), torch.arange(12).reshape(3, 4)
    for call in calls:
        expected, said = None, ""
        try:
            expected = eval(f"x{call}", {"x": x})
        except (RuntimeError, IndexError) as error:
            said = str(error)
        if expected is None:
            with pytest.raises((RuntimeError, IndexError), match=re.escape(said)):
                after(chain, len(chain) - 1, call, mine=True)
            return
        chain = after(chain, len(chain) - 1, call, mine=True)
        made = chain[-1].tensor
        assert torch.equal(made, expected)
        assert (made.stride(), made.storage_offset()) == (
            expected.stride(),
            expected.storage_offset(),
        )
        shared = expected.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
        assert (chain[-1].how != "copies") == shared
        assert (chain[-1].memory == chain[-2].memory) == shared
        x = expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(CALLS), min_size=1, max_size=4), st.integers(-99, 99))
def test_a_number_written_reaches_all_that_share_its_memory(calls: list[str], number: int) -> None:
    chain = chain_of(torch.arange(12).reshape(3, 4))
    for call in calls:
        try:
            chain = after(chain, len(chain) - 1, call, mine=True)
        except (RuntimeError, IndexError):
            break
    before = [step.tensor.clone() for step in chain]
    last = chain[-1].tensor
    if last.numel() == 0:
        return
    chain, written = write(chain, len(chain) - 1, (0,) * last.ndim, str(number), mine=True)
    assert written == str(number)
    assert int(last[(0,) * last.ndim]) == number
    for step, old in zip(chain, before, strict=True):
        assert step.changed == (address(step.tensor) == address(last))
        assert step.changed or torch.equal(step.tensor, old)


def test_what_is_opened_is_copied_with_its_memory() -> None:
    base = torch.arange(24).reshape(4, 6)
    x = base[1:, ::2].t()
    first, mine = begun(x)
    assert mine
    assert torch.equal(first.tensor, x)
    assert (first.tensor.stride(), first.tensor.storage_offset()) == (x.stride(), 6)
    assert address(first.tensor) != address(x)
    write((first,), 0, (0, 0), "-1", mine=True)
    assert torch.equal(base, torch.arange(24).reshape(4, 6))


def test_large_tensors_are_looked_at_and_never_copied() -> None:
    x = torch.zeros(2_000_000)
    first, mine = begun(x)
    assert not mine
    assert first.tensor.data_ptr() == x.data_ptr()
    chain = after((first,), 0, ".view(1000, 2000)", mine=mine)
    assert chain[-1].how == "shares"
    with pytest.raises(ValueError, match=r"more than 1,000,000 numbers and is not copied"):
        write(chain, 0, (0,), "1", mine=mine)
    with pytest.raises(ValueError, match=r"may copy 2,000,000 numbers; take a part first"):
        after(chain, 1, ".t().contiguous()", mine=mine)


def test_in_place_functions_return_the_same_tensor_and_change_the_views() -> None:
    chain = after(chain_of(torch.arange(6).reshape(2, 3)), 0, ".t()", mine=True)
    chain = after(chain, 0, ".add_(10)", mine=True)
    assert [step.how for step in chain] == ["start", "shares", "same"]
    assert [step.changed for step in chain] == [True, True, True]
    assert chain[1].tensor.tolist() == [[10, 13], [11, 14], [12, 15]]
    chain = after(chain, 0, ".clone()", mine=True)
    assert [step.changed for step in chain] == [False] * 4


def test_what_a_refused_view_was_to_do() -> None:
    x = torch.arange(12).reshape(3, 4).t()
    assert remedies(x, ".view(2, 6)") == (".reshape(2, 6)", ".contiguous().view(2, 6)")
    assert remedies(x, ".view(5)") == ()
    assert remedies(x, ".squeeze()") == ()


@pytest.mark.parametrize("call", ["torch.zeros(2)", "x + 1", ".max(0)", "x.t", ".data_ptr()"])
def test_what_is_no_operation_on_a_tensor_is_refused(call: str) -> None:
    with pytest.raises(ValueError, match=r"expected|gives|can't be shown"):
        after(chain_of(torch.ones(2, 2)), 0, call, mine=True)


def test_the_strip_is_the_storage() -> None:
    x = torch.arange(100.0)[10:].reshape(9, 10)
    first, total, text, exact = strip(x, 90)
    assert (first, total, len(text)) == (100 - STRIP, 100, STRIP)
    assert [float(one) for one in exact] == [float(one) for one in range(100 - STRIP, 100)]
    assert strip(torch.zeros(0, 3), 5)[1:] == (0, (), ())


@pytest.mark.parametrize(
    ("dtype", "text", "number"),
    [
        (torch.int64, str(2**60 + 1), 2**60 + 1),
        (torch.int64, "−3", -3),
        (torch.float32, "2,5", 2.5),
        (torch.float32, "−∞", float("-inf")),
        (torch.bool, "True", True),
        (torch.bool, "0", False),
        (torch.complex64, "1+2j", 1 + 2j),
    ],
)
def test_numbers_are_read_by_type(dtype: torch.dtype, text: str, number: object) -> None:
    assert number_of(dtype, text) == number


@pytest.mark.parametrize(
    ("dtype", "text"),
    [(torch.uint8, "256"), (torch.int64, "1.5"), (torch.bool, "2"), (torch.float32, "much")],
)
def test_other_numbers_are_refused(dtype: torch.dtype, text: str) -> None:
    with pytest.raises(ValueError, match=f"expected a number of .*, got '{text}'"):
        number_of(dtype, text)


def test_the_browser_finds_the_addresses_of_torch(tmp_path: Path) -> None:
    pick, cases = random.Random(0), []
    while len(cases) < 500:
        x = torch.arange(pick.randint(24, 200))
        x = x[: 24 * (len(x) // 24)].reshape(2, -1, 4, 3)
        for _ in range(pick.randint(0, 3)):
            axis = pick.randrange(x.ndim)
            x = x.transpose(axis, pick.randrange(x.ndim))
            if x.shape[axis] > 1:
                x = x.narrow(axis, 1, x.shape[axis] - 1)
            x = x.unsqueeze(axis).expand(*x.shape[:axis], 2, *x.shape[axis:]) if axis == 3 else x
        # The storage counts from 0, so each number is its own address.
        case = {"shape": x.shape, "stride": x.stride(), "offset": x.storage_offset()}
        cases.append(case | {"addresses": x.reshape(-1).tolist()})
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases))
    deno = shutil.which("deno")
    assert deno is not None
    command = [deno, "run", f"--allow-read={file}", str(HERE / "against_torch.ts"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_deepcopy_is_what_the_code_says() -> None:
    x = torch.arange(12).reshape(3, 4)[:, 1:]
    assert copy.deepcopy(x).stride() == begun(x)[0].tensor.stride()
