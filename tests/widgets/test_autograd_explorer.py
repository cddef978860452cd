"""The autograd explorer's Python: what travels to the page, and what comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dlwidgets import AutogradExplorer, explore
from tests.widgets.conftest import Line


def book(**options: Any) -> AutogradExplorer:
    """Return the explorer of z = wx + b, as a notebook would make it."""
    x, w = torch.tensor(2.0), torch.tensor(3.0, requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    y = w * x
    z = y + b
    return AutogradExplorer(z, names={"x": x, "w": w, "b": b, "y": y, "z": z}, **options)


def key(explorer: AutogradExplorer, name: str) -> int:
    return next(row["key"] for row in explorer._variables if row["name"] == name)


def test_explore_opens_a_tensor_with_a_graph_and_finds_its_names() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    layers = [torch.tensor([3.0, 4.0], requires_grad=True)]
    model = nn.Linear(2, 1)
    hidden = w * layers[0]
    loss = model(hidden).sum()
    explorer = explore(loss)
    assert isinstance(explorer, AutogradExplorer)
    assert {"w", "layers[0]", "model.weight", "model.bias", "hidden", "loss"} <= set(
        explorer.values
    )
    loss.backward()
    assert torch.equal(explorer.grads["w"], w.grad)
    assert torch.equal(explorer.grads["model.weight"], model.weight.grad)
    assert repr(explorer).startswith("AutogradExplorer: loss of ")
    assert repr(explorer).endswith("6 operators")


def test_explore_opens_a_function_with_its_leaves() -> None:
    def f(w: Tensor, b: Tensor) -> Tensor:
        return (w * 2 + b) ** 2

    explorer = explore(f, w=1.5, b=0.5)
    assert explorer.grads["w"].item() == 14
    assert explorer._code.splitlines()[-3:] == [
        "t3 = f(w=w, b=b)",
        "t3.backward()",
        "w.grad, b.grad",
    ]
    explorer.edit(w=0.0)
    assert explorer.grads["w"].item() == 2


def test_values_and_gradients_travel_with_what_they_belong_to() -> None:
    explorer = book()
    assert [row["name"] for row in explorer._variables] == ["w", "x", "y", "b", "z"]
    assert explorer._values.tolist() == [3, 2, 6, 1, 7]
    assert explorer._gradients.tolist() == [2, 1, 1, 1]
    assert explorer._truth.tolist() == [2, 1, 1, 1]
    assert [row["sign"] for row in explorer._operators] == ["+", "×"]
    assert [(row["step"], row["product"]) for row in explorer._moves] == [
        (1, True),
        (1, True),
        (2, True),
    ]
    # upstream, local derivative, result of each
    assert explorer._numbers.tolist() == [1, 1, 1, 1, 1, 1, 1, 2, 2]


def test_an_edit_computes_again_and_leaves_the_users_tensors_alone() -> None:
    w = torch.tensor(3.0, requires_grad=True)
    z = w**2
    explorer = AutogradExplorer(z, names={"w": w, "z": z})
    explorer.edit(w=5)
    assert (explorer.values["z"].item(), explorer.grads["w"].item()) == (25, 10)
    assert (w.item(), w.grad) == (3, None)
    space: dict[str, Any] = {"torch": torch}
    exec(explorer._code, space)
    assert space["w"].grad.item() == 10
    explorer.reset()
    assert explorer.grads["w"].item() == 6
    with pytest.raises(ValueError, match=r"expected names among w, z, got 'v'"):
        explorer.edit(v=1)
    with pytest.raises(ValueError, match=r"w: expected shape \(\), got \(2,\)"):
        explorer.edit(w=[1.0, 2.0])


def test_the_page_edits_and_begins_elsewhere() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w**2
    explorer = AutogradExplorer(y, names={"w": w, "y": y}, comm=Line())
    said = {"variable": key(explorer, "w"), "numbers": np.array([3.0, 4.0]), "asked": 1}
    explorer._on_edit(said)
    assert explorer.values["y"].tolist() == [9, 16]
    assert explorer._asked == 1
    explorer._on_edit({"variable": -1, "numbers": np.array([1.0, 0.0]), "asked": 2})
    assert explorer.grads["w"].tolist() == [6, 0]
    assert explorer.jacobian.tolist() == [[6, 0], [0, 8]]
    assert explorer._code.splitlines()[-2] == "y.backward(torch.tensor([1.0, 0.0]))"
    explorer._on_reset(3)
    assert explorer.values["y"].tolist() == [1, 4]


def test_what_was_tried_travels_with_torchs_words_and_the_code() -> None:
    explorer = book()
    explorer._on_attempt({"kind": "twice", "chosen": -1})
    assert explorer._tried_error.startswith("Trying to backward through the graph a second time")
    assert explorer._tried_names == ["w", "b"]
    assert explorer._tried_frames.tolist() == [[2, 1]]
    explorer._on_attempt({"kind": "detach", "chosen": -1})
    assert explorer._tried_absent.tolist() == [[True, False]]
    explorer._on_attempt({"kind": "twice", "chosen": -1})
    with pytest.raises(RuntimeError, match="second time"):
        exec(explorer._tried_code, {"torch": torch})


def test_a_large_graph_travels_in_part_and_can_be_looked_into() -> None:
    net = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(40)])
    loss = net(torch.randn(2, 4)).sum()
    explorer = AutogradExplorer(loss, names={"net": net, "loss": loss})
    assert len(explorer._operators) < explorer._total == 121
    behind = max(explorer._variables, key=lambda row: row["hidden"])
    explorer._on_look(behind["key"])
    assert explorer._start == behind["key"]
    assert behind["key"] in {row["key"] for row in explorer._variables}
    assert explorer._root != explorer._start


def test_what_can_not_be_computed_again_is_shown_and_not_edited() -> None:
    lstm = nn.LSTM(2, 3)
    loss = lstm(torch.randn(4, 1, 2))[0].sum()
    explorer = AutogradExplorer(loss, names={"lstm": lstm, "loss": loss})
    assert len(explorer._unknown) == 1
    assert not any(row["editable"] for row in explorer._variables)
    with pytest.raises(ValueError, match=r"give the function that computes it"):
        explorer._on_attempt({"kind": "twice", "chosen": -1})
    loss.backward()
    assert torch.equal(explorer.grads["lstm.weight_hh_l0"], lstm.weight_hh_l0.grad)


def test_gradient_is_where_backward_begins() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    explorer = AutogradExplorer(w * 3, gradient=[1, 10])
    assert next(iter(explorer.grads.values())).tolist() == [3, 30]
    with pytest.raises(ValueError, match=r"gradient: expected the shape of the output, \(2,\)"):
        AutogradExplorer(w * 3, gradient=1.0)


def test_numbers_that_are_none_survive_the_way() -> None:
    w = torch.tensor([0.0, float("nan"), float("inf")], requires_grad=True)
    explorer = AutogradExplorer(w.sqrt(), names={"w": w})
    assert np.isnan(explorer._values[1])
    w = torch.zeros(0, requires_grad=True)
    explorer = AutogradExplorer(w.sum(), names={"w": w})
    assert explorer.grads["w"].shape == (0,)
    one = AutogradExplorer(torch.ones(1, dtype=torch.float64, requires_grad=True).exp())
    assert "dtype=torch.float64" in one._code


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: AutogradExplorer(torch.ones(2)), ValueError, r"requires_grad_\(True\)"),
        (lambda: AutogradExplorer(3), TypeError, "expected a tensor with grad_fn, or a function"),
        (lambda: explore(torch.ones(1, requires_grad=True) * 2, gradeint=1), TypeError, "gradient"),
        (lambda: AutogradExplorer(lambda: 3), TypeError, "got int"),
    ],
)
def test_wrong_input_is_explained(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


def test_a_used_up_graph_is_explained() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    loss = w**2
    loss.backward()
    with pytest.raises(ValueError, match=r"Torch says: Trying to backward through"):
        explore(loss)
