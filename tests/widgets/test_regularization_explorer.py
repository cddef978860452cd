"""The regularization explorer's Python: what travels to the page, training from it, refusals."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from traitlets import TraitError

import dlwidgets
from dlwidgets import explore
from dlwidgets.explain import regularization
from dlwidgets.training.arms import Comparison, compare
from dlwidgets.training.arms.standard import standard
from dlwidgets.widgets import regularization_explorer
from dlwidgets.widgets.arm_rows import STATISTICS
from dlwidgets.widgets.regularization_explorer import RegularizationExplorer
from tests.widgets.conftest import Line


def make(*middle: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 8), *middle, nn.ReLU(), nn.Linear(8, 1))


def small(**arms: Any) -> Comparison:
    draw = torch.Generator().manual_seed(7)
    x = torch.randn(40, 3, generator=draw)
    y = x.sum(1, keepdim=True)
    given = arms or {
        "plain": make,
        "drop": lambda: make(nn.Dropout(0.5)),
        "norm": lambda: make(nn.BatchNorm1d(8)),
    }
    data = ((x[:20], y[:20]), (x[20:], y[20:]))
    return compare(given, data, epochs=3, seeds=2, progress=False, device="cpu")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The book's arms, trained for two epochs only."""

    def short() -> Comparison:
        return standard(epochs=2, seeds=2, progress=False)

    monkeypatch.setattr("dlwidgets.training.arms.standard.standard", short)


def test_explore_opens_a_comparison() -> None:
    found = small()
    explorer = explore(found)
    assert isinstance(explorer, RegularizationExplorer)
    assert explorer.comparison is found
    assert explorer.shown == ["plain", "drop", "norm"]
    assert (explorer.arm, explorer.epoch) == ("drop", 3) or explorer.arm == "plain"
    assert repr(explorer) == f"RegularizationExplorer: {found!r}"


def test_everything_on_the_page_is_that_of_the_comparison() -> None:
    found = small()
    rows = {row["name"]: row for row in RegularizationExplorer(found)._arms}
    for name, row in rows.items():
        outcome = found[name]
        np.testing.assert_array_equal(row["losses"], outcome.losses)
        np.testing.assert_array_equal(row["norms"], outcome.norms)
        assert row["best"] == outcome.best
        assert row["code"] == found.code(name)
        assert row["same"] == found.same_start(name)
    x, y = found.plan.data[0]  # type: ignore[index]
    model = found.model("drop")
    dropped = regularization.dropped(model, x)
    assert dropped is not None
    assert (rows["drop"]["dropout"], rows["drop"]["p"]) == ("1", 0.5)
    np.testing.assert_array_equal(rows["drop"]["given"], dropped.given)
    np.testing.assert_array_equal(rows["drop"]["passed"], dropped.passed)
    still, passes = regularization.losses(model, x, y, nn.functional.mse_loss)
    assert rows["drop"]["passes"].tolist() == [still, *passes]
    normed = regularization.normed(found.model("norm"), x)
    assert rows["norm"]["norm"] == "1"
    for place, field in enumerate(STATISTICS):
        np.testing.assert_array_equal(rows["norm"]["statistics"][place], getattr(normed, field))
    assert rows["plain"]["dropout"] == rows["plain"]["norm"] == ""
    signal = regularization.signal(found["plain"].start, x, y, nn.functional.mse_loss)
    np.testing.assert_array_equal(rows["plain"]["signal"][1], signal.gradients)


@pytest.mark.usefixtures("quick")
def test_without_a_comparison_the_books_arms_are_trained() -> None:
    explorer = RegularizationExplorer()
    assert explorer.comparison.names == ("plain", "dropout 0.5", "batch_norm", "weight_decay 0.1")
    assert explorer.arm == "dropout 0.5"
    assert explorer._data == "diabetes"
    assert explorer._strengths["dropout"].tolist() == [0, 0.95, 0.5]


@pytest.mark.usefixtures("quick")
def test_the_page_trains_one_more_arm_on_the_same(line: Line) -> None:
    explorer = RegularizationExplorer(comm=line)
    before = explorer.comparison
    line.say("add", {"kind": "dropout", "strength": 0.2}, seq=1)
    assert line.custom("ack")[-1][0]["error"] == ""
    assert explorer.comparison.names == (*before.names, "dropout 0.2")
    assert explorer.arm == explorer.shown[-1] == "dropout 0.2"
    assert explorer._shares.shape[0] == len(explorer._arms) == 5
    expected = standard([("dropout", 0.2)], epochs=2, seeds=2, progress=False)
    np.testing.assert_array_equal(
        explorer.comparison["dropout 0.2"].losses, expected["dropout 0.2"].losses
    )
    assert explorer.comparison["plain"] is before["plain"]
    held = explorer.comparison
    line.say("add", {"kind": "plain", "strength": None}, seq=2)
    assert explorer.comparison is held
    assert explorer.arm == "plain"


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_trained_is_refused_and_changes_nothing(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = RegularizationExplorer(comm=line)
    held = explorer.comparison
    for value, text in (
        ({"kind": "dropout", "strength": 2}, "expected a strength from 0 to 0.95, got 2"),
        ({"kind": "dropuot"}, "Did you mean 'dropout'"),
    ):
        line.say("add", value, seq=1)
        assert text in line.custom("ack")[-1][0]["error"]
    monkeypatch.setattr(regularization_explorer, "MOST", 4)
    line.say("add", {"kind": "l1", "strength": 0.1}, seq=1)
    assert "expected at most 4 arms" in line.custom("ack")[-1][0]["error"]
    assert explorer.comparison is held
    own = RegularizationExplorer(small(), comm=(other := Line()))
    other.say("add", {"kind": "plain"}, seq=1)
    assert "these arms are your own" in other.custom("ack")[-1][0]["error"]
    assert own._kinds == []


def test_models_are_left_as_they_were() -> None:
    found = small()
    model = found.model("norm")
    before = {name: held.clone() for name, held in model.state_dict().items()}
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    RegularizationExplorer(found)
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(before[name], held) for name, held in model.state_dict().items())


def test_arms_that_diverge_and_models_without_weights_to_show_still_stand() -> None:
    found = small(wild=(make, {"lr": 1e30}), bare=lambda: nn.Linear(3, 1))
    explorer = RegularizationExplorer(found, arm="wild")
    row = explorer._arms[0]
    assert np.isnan(row["losses"][..., -1]).all()
    assert explorer._arms[1]["layers"] == [""]


def test_loaders_of_ones_own_are_looked_into_too() -> None:
    x = torch.randn(20, 3, generator=torch.Generator().manual_seed(7))
    pairs = TensorDataset(x, x.sum(1, keepdim=True))
    found = compare(
        {"drop": lambda: make(nn.Dropout(0.5))},
        (DataLoader(pairs, 10, shuffle=True), DataLoader(pairs, 10)),
        epochs=1,
        seeds=1,
        progress=False,
        device="cpu",
    )
    explorer = RegularizationExplorer(found)
    assert explorer._arms[0]["given"].shape == (8, 8)
    assert np.isfinite(explorer._arms[0]["losses"]).all()


def test_names_and_epochs_that_there_are_not_are_refused() -> None:
    explorer = RegularizationExplorer(small())
    with pytest.raises(TraitError, match=r"arm expected among plain, drop, norm, got 'plian'"):
        explorer.arm = "plian"
    with pytest.raises(TraitError, match=r"Did you mean 'drop'"):
        explorer.shown = ["plain", "dorp"]
    with pytest.raises(TraitError, match=r"epoch expected 0 to 3, got 4"):
        explorer.epoch = 4
    assert explorer.shown == ["plain", "drop", "norm"]
    with pytest.raises(TypeError, match=r"expected what dlwidgets\.compare returns, got dict"):
        RegularizationExplorer({})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"got 'arms'\. Did you mean 'arm'"):
        RegularizationExplorer(small(), arms="plain")
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match=r"应为 dlwidgets\.compare 的结果"):
        RegularizationExplorer(3)  # type: ignore[arg-type]


def test_a_closed_explorer_lets_the_comparison_go() -> None:
    explorer = RegularizationExplorer(small())
    held = weakref.ref(explorer.comparison)
    explorer.close()
    del explorer
    gc.collect()
    assert held() is None
