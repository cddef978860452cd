"""The tensor explorer's Python: what travels to the page, and what comes back."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

import dlwidgets
from dlwidgets import TensorExplorer
from tests.widgets.conftest import Line


def test_it_begins_with_twelve_numbers() -> None:
    explorer = TensorExplorer()
    assert explorer.tensor.tolist() == torch.arange(12).reshape(3, 4).tolist()
    assert repr(explorer) == "TensorExplorer: (3, 4) torch.int64, strides (4, 1)"
    assert explorer._code == "torch.arange(12).reshape(3, 4)"


def test_a_tensor_of_ones_own_stays_as_it_is() -> None:
    x = torch.ones(2, 3, requires_grad=True)
    explorer = TensorExplorer(x)
    explorer.apply(".t()")
    explorer._on_write({"index": [2, 1], "text": "7"})
    explorer.apply(".mul_(2)")
    assert explorer.tensor.tolist() == [[2, 2], [2, 2], [2, 14]]
    assert x.tolist() == [[1, 1, 1], [1, 1, 1]]
    assert x.grad is None
    assert explorer._facts == {
        "dtype": "float32",
        "device": "cpu",
        "shape": [2, 3],
        "grad": True,
        "mine": True,
    }
    array = np.arange(4.0)
    TensorExplorer(array)._on_write({"index": [0], "text": "9"})
    assert array[0] == 0


def test_the_code_makes_what_is_shown() -> None:
    explorer = TensorExplorer()
    explorer.apply(".t()")
    explorer.apply("[1:]")
    line = explorer._code
    assert line == "torch.arange(12).reshape(3, 4).t()[1:]"
    assert torch.equal(eval(line, {"torch": torch}), explorer.tensor)
    explorer._on_write({"index": [0, 2], "text": "-5"})
    explorer.apply(".add_(10)")
    explorer._on_choose(0)
    *acts, shown = explorer._code.split("; ")
    names = {"torch": torch}
    exec("\n".join(acts), names)
    assert torch.equal(eval(shown, names), explorer.tensor)
    assert explorer.tensor[2, 1] == 5


def test_what_torch_refuses_is_shown_with_what_works() -> None:
    line = Line()
    explorer = TensorExplorer(comm=line)
    explorer.apply(".t()")
    with pytest.raises(RuntimeError) as refused:
        explorer.tensor.view(12)
    line.say("apply", ".view(12)", seq=1)
    assert explorer._trouble["error"] == str(refused.value)
    assert explorer._trouble["remedies"] == [".reshape(12)", ".contiguous().view(12)"]
    assert len(explorer._steps) == 2
    line.say("apply", ".reshape(12)", seq=2)
    assert explorer._trouble["error"] == ""
    assert [step["how"] for step in explorer._steps] == ["start", "shares", "copies"]
    line.say("apply", ".vew(12)", seq=3)
    assert "Did you mean 'view'?" in line.custom("ack")[-1][0]["error"]


def test_steps_are_chosen_and_forgotten() -> None:
    explorer = TensorExplorer()
    explorer.apply(".t()")
    explorer._on_choose(0)
    explorer.apply("[0]")
    assert explorer._steps[2]["parent"] == 0
    assert explorer._code == "torch.arange(12).reshape(3, 4)[0]"
    explorer._on_write({"index": [1], "text": "77"})
    assert [step["changed"] for step in explorer._steps] == [True, True, True]
    explorer._on_reset(None)
    assert len(explorer._steps) == 1
    assert explorer.tensor[0, 1] == 1


def test_large_integers_are_written_and_read_exactly() -> None:
    explorer = TensorExplorer(torch.tensor([2**60 + 1]))
    assert explorer._numbers["exact"] == [str(2**60 + 1)]
    explorer._on_write({"index": [0], "text": str(2**62 + 1)})
    assert explorer.tensor.tolist() == [2**62 + 1]
    with pytest.raises(ValueError, match="expected a number of int64, got"):
        explorer._on_write({"index": [0], "text": "1.5"})
    assert explorer.tensor.tolist() == [2**62 + 1]


def test_expressions_are_computed_and_errors_kept_apart() -> None:
    explorer = TensorExplorer(torch.arange(6).reshape(2, 3))
    assert torch.equal(explorer.compute("x.sum(0)"), torch.tensor([3, 5, 7]))
    assert explorer._result["places"].tolist() == [[0, 3], [1, 4], [2, 5]]
    parts = explorer.compute("x.topk(2)")
    assert parts["values"].tolist() == [[2, 1], [5, 4]]
    explorer._on_part({"part": 1, "at": []})
    assert explorer._result["text"] == ["2", "1", "2", "1"]
    with pytest.raises(IndexError, match="index 9 is out of bounds"):
        explorer.compute("x[9]")
    explorer._on_compute("x[::-1]")
    assert explorer._refusal["error"] == "step must be greater than zero"
    assert explorer._refusal["hint"] == "step"
    assert explorer._result["how"] == "none"
    with pytest.raises(ValueError, match="can't be shown here"):
        explorer._on_compute("x.numpy()")


def test_what_is_written_reaches_the_result() -> None:
    explorer = TensorExplorer()
    explorer.compute("x.sum()")
    explorer._on_write({"index": [0, 0], "text": "100"})
    assert explorer._result["text"] == ["166"]


@pytest.mark.parametrize(
    "x",
    [
        torch.tensor(2.5),
        torch.zeros(0, 3),
        torch.tensor([True, False]),
        torch.tensor([1 + 2j]),
        torch.tensor([float("nan"), float("inf")]),
        torch.zeros(10**8),
        torch.ones(()).expand(10**5, 10**5),
        torch.arange(24).reshape(2, 3, 4)[1:, ::2].transpose(0, 2),
        torch.nn.Parameter(torch.ones(3)),
        [[1, 2], [3, 4]],
        5,
    ],
)
def test_odd_tensors_open(x: object) -> None:
    explorer = TensorExplorer(x)
    y = torch.as_tensor(x)
    assert explorer._steps[0]["stride"] == list(y.stride())
    assert explorer._steps[0]["offset"] == y.storage_offset()
    assert len(explorer._numbers["text"]) <= 64
    assert len(explorer._strip["text"]) <= 48


def test_a_slice_keeps_its_place_in_memory() -> None:
    base = torch.arange(100)
    explorer = TensorExplorer(base[60:].reshape(5, 8))
    assert explorer._strip["start"] == 52
    assert explorer._steps[0]["offset"] == 60
    assert copy.deepcopy(base[60:]).storage_offset() == 60


def test_wrong_things_are_refused() -> None:
    with pytest.raises(TypeError, match="x: expected a tensor, an array or numbers, got str"):
        TensorExplorer("abc")
    with pytest.raises(TypeError, match=r"got 'tabs'\. Did you mean 'tab'\?"):
        TensorExplorer(tabs="memory")
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="x：应为有步幅的张量"):
        TensorExplorer(torch.eye(2).to_sparse())
