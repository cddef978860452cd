"""The broadcast explorer's Python: what travels to the page, and what comes back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from traitlets import TraitError

import dlwidgets
from dlwidgets import BroadcastExplorer
from tests.widgets.conftest import Line


def test_it_begins_as_the_book_does() -> None:
    explorer = BroadcastExplorer()
    assert explorer.result.tolist() == [[10 * i + j for j in range(3)] for i in range(4)]
    assert explorer._out["text"] == [str(10 * i + j) for i in range(4) for j in range(3)]
    assert repr(explorer) == "BroadcastExplorer: add of (4, 1) and (3,): (4, 3)"
    assert torch.equal(eval(explorer._code, {"torch": torch}), explorer.result)


def test_tensors_arrays_and_numbers_of_ones_own_stay_as_they_are() -> None:
    a, b = torch.ones(2, 3, requires_grad=True), np.array([1.0, 2.0, 3.0], np.float32)
    explorer = BroadcastExplorer(a, b, op="mul", in_place=True)
    assert explorer.result.tolist() == [[1, 2, 3], [1, 2, 3]]
    assert a.tolist() == [[1, 1, 1], [1, 1, 1]]
    assert explorer._code == (
        "torch.tensor([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]).mul_(torch.tensor([1.0, 2.0, 3.0]))"
    )
    assert BroadcastExplorer([[1], [2]], 5).result.tolist() == [[6], [7]]
    assert a.grad is None


def test_what_does_not_fit_is_explained_and_helped() -> None:
    explorer = BroadcastExplorer(torch.zeros(4, 3), torch.arange(4))
    with pytest.raises(RuntimeError) as refused:
        _ = explorer.result
    assert explorer._error == str(refused.value)
    assert explorer._axes[-1] == {"a": 3, "b": 4, "out": -1}
    assert explorer._remedies[0] == {
        "which": "b",
        "code": ".unsqueeze(1)",
        "shape": [4, 1],
        "out": [4, 3],
    }
    explorer._on_remedy(0)
    assert explorer._error == ""
    assert explorer._b["code"] == "torch.tensor([0, 1, 2, 3]).unsqueeze(1)"
    assert explorer.result.shape == (4, 3)
    explorer.reset()
    assert explorer._error != ""


def test_shapes_are_changed_from_python_and_from_the_page() -> None:
    line = Line()
    explorer = BroadcastExplorer(comm=line)
    explorer.reshape("a", (2, 1, 1))
    assert explorer.result.shape == (2, 1, 3)
    line.say("shape", {"which": "b", "text": "(4, 1)"}, seq=1)
    assert explorer.result.shape == (2, 4, 1)
    line.say("shape", {"which": "b", "text": "four"}, seq=2)
    answer = line.custom("ack")[-1][0]
    assert "expected up to 6 sizes from 0, such as (3, 1), got 'four'" in answer["error"]
    assert explorer.result.shape == (2, 4, 1)
    with pytest.raises(ValueError, match="expected 'a' or 'b', got 'c'"):
        explorer.reshape("c", (1,))


def test_operations_are_changed_and_misspelt_ones_refused() -> None:
    explorer = BroadcastExplorer()
    explorer.op = "gt"
    assert explorer._out["dtype"] == "bool"
    assert explorer._out["text"][:3] == ["False", "False", "False"]
    with pytest.raises(TraitError):
        explorer.op = "plus"
    with pytest.raises(ValueError, match=r"got 'maximun'\. Did you mean 'maximum'\?"):
        explorer._on_op("maximun")
    explorer.in_place = True
    assert explorer._error == ""
    explorer.op = "add"
    assert explorer._error == ("output with shape [4, 1] doesn't match the broadcast shape [4, 3]")
    assert explorer._remedies == []


def test_large_integers_arrive_exactly() -> None:
    explorer = BroadcastExplorer(torch.tensor([2**60 + 1]), torch.tensor([0, 1]))
    assert explorer._out["exact"] == [str(2**60 + 1), str(2**60 + 2)]


def test_another_part_of_a_large_result() -> None:
    a, b = torch.arange(50).reshape(50, 1), torch.arange(3, 33)
    explorer = BroadcastExplorer(a, b)
    explorer._on_look([20, 10])
    assert explorer._out["at"] == explorer._a["at"] == [20, 10]
    assert explorer._out["text"][0] == str(int((a + b)[20, 10]))


def test_wrong_things_are_refused() -> None:
    with pytest.raises(TypeError, match="b: expected a tensor, an array or numbers, got str"):
        BroadcastExplorer([1], "abc")
    with pytest.raises(TypeError, match=r"got 'inplace'\. Did you mean 'in_place'\?"):
        BroadcastExplorer(inplace=True)
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="b：应为张量、数组或数"):
        BroadcastExplorer([1], "abc")
