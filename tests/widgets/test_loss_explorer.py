"""The loss explorer's Python: what travels to the page, and what comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from traitlets import TraitError

from dlwidgets import LossExplorer, explore
from tests.widgets.conftest import Line


def test_it_begins_with_three_samples_of_four_classes() -> None:
    explorer = LossExplorer()
    expected = functional.cross_entropy(explorer.logits, explorer.target)
    assert explorer.logits.shape == (3, 4)
    assert explorer.value == pytest.approx(expected.item(), rel=1e-12)
    assert repr(explorer) == "LossExplorer: CrossEntropyLoss(), 1.321"


def test_explore_opens_a_loss_of_ones_own() -> None:
    logits = torch.randn(2, 3, requires_grad=True)
    target = torch.tensor([2, 0])
    loss = nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 3.0]), reduction="sum", label_smoothing=0.1)
    explorer = explore(loss, logits, target, labels=["a", "b", "c"])
    assert isinstance(explorer, LossExplorer)
    assert explorer.value == pytest.approx(loss(logits, target).item(), rel=1e-5)
    assert (explorer.reduction, explorer.label_smoothing) == ("sum", 0.1)
    assert explorer._labels == ["a", "b", "c"]
    assert logits.grad is None


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss(), nn.MSELoss()])
def test_a_loss_alone_gets_numbers_and_a_target(loss: nn.Module) -> None:
    explorer = explore(loss)
    assert explorer.value == pytest.approx(loss(explorer.logits, explorer.target).item(), rel=1e-12)
    one = explore(loss, [1.0, 2.0])
    assert one.logits.tolist() == [[1.0, 2.0]]
    assert one.target.flatten().tolist() == ([0] if explorer.kind == "cross_entropy" else [0, 0])


def test_options_are_set_in_python() -> None:
    explorer = LossExplorer()
    explorer.reduction = "sum"
    three = explorer.value
    explorer.reduction = "mean"
    assert explorer.value == pytest.approx(three / 3)
    explorer.label_smoothing = 1.0
    expected = functional.cross_entropy(explorer.logits, explorer.target, label_smoothing=1.0)
    assert explorer.value == pytest.approx(expected.item(), rel=1e-12)
    with pytest.raises(TraitError, match="label_smoothing expected a number from 0 to 1"):
        explorer.label_smoothing = 2


def test_another_loss_keeps_the_logits_and_takes_a_target_that_suits_it() -> None:
    explorer = LossExplorer()
    logits = explorer.logits
    explorer.kind = "bce"
    ones = functional.one_hot(torch.tensor([0, 1, 2]), 4).double()
    assert torch.equal(explorer.target, ones)
    expected = functional.binary_cross_entropy_with_logits(logits, ones)
    assert explorer.value == pytest.approx(expected.item(), rel=1e-12)
    explorer.kind = "mse"
    assert explorer.value == pytest.approx(functional.mse_loss(logits, ones).item(), rel=1e-12)
    explorer.kind = "cross_entropy"
    assert explorer.target.tolist() == [0, 1, 2]


def page_says(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": "cross_entropy",
        "reduction": "mean",
        "label_smoothing": 0,
        "asked": 5,
        "logits": np.array([[0.0, 1.0]]),
        "target": np.array([[1.0]]),
        "weight": np.array([1.0, 1.0]),
    }
    return said | changes


def test_the_page_asks_and_torch_answers() -> None:
    line = Line()
    explorer = LossExplorer(comm=line)
    explorer._on_set(page_says())
    assert explorer._asked == 5
    assert explorer.value == pytest.approx(0.31326168751822286)
    assert explorer._gradient.tolist()[0] == pytest.approx([0.2689414, -0.2689414], rel=1e-6)
    with pytest.raises(ValueError, match="target: expected 0 to 1, got 3 to 3"):
        explorer._on_set(page_says(target=np.array([[3.0]]), asked=6))
    assert explorer._asked == 5
    assert explorer.target.tolist() == [1]


def test_a_loss_inside_a_model_opens_on_what_reaches_it() -> None:
    class Judging(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.loss = nn.Linear(3, 4), nn.CrossEntropyLoss()

        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            loss: torch.Tensor = self.loss(self.layer(x), y)
            return loss

    torch.manual_seed(0)
    model, x, y = Judging(), torch.randn(1, 3), torch.tensor([2])
    outer = explore(model, (x, y))
    outer.select("loss")
    assert isinstance(outer.opened, LossExplorer)
    assert outer.opened.target.tolist() == [2]
    assert outer.opened.value == pytest.approx(model(x, y).item(), rel=1e-6)


def test_a_closed_explorer_still_computes() -> None:
    explorer = LossExplorer()
    explorer.close()
    explorer.reduction = "sum"
    assert explorer.value == pytest.approx(3.96246, rel=1e-4)


def test_unfit_labels_and_unknown_options_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 4 labels, got 2"):
        LossExplorer(labels=["a", "b"])
    with pytest.raises(TypeError, match=r"got 'reductions'\. Did you mean 'reduction'\?"):
        LossExplorer(reductions="sum")
    with pytest.raises(TypeError, match="got HuberLoss"):
        LossExplorer(nn.HuberLoss())
