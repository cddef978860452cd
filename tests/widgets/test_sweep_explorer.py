"""The sweep explorer's Python: what travels to the page, and what it refuses."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from traitlets import TraitError

import dlwidgets
from dlwidgets import explore
from dlwidgets.training.sweep import Sweep, sweep
from dlwidgets.widgets import sweep_explorer
from dlwidgets.widgets.sweep_explorer import SweepExplorer


def small(**options: Any) -> Sweep:
    torch.manual_seed(0)
    x = torch.randn(40, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [3.0]])
    given: dict[str, Any] = {"lr": [0.01, 0.1, 0.3, 1e20], "steps": 10, "progress": False}
    return sweep(nn.Linear(3, 1), (x, y), **(given | options))


def test_explore_opens_a_sweep_on_its_best_run() -> None:
    found = small()
    explorer = explore(found)
    assert isinstance(explorer, SweepExplorer)
    assert explorer.sweep is found
    assert explorer.run == found.best == 2
    assert repr(explorer) == f"SweepExplorer: {found!r}"


def test_everything_on_the_page_is_that_of_the_sweep() -> None:
    found = small()
    explorer = SweepExplorer(found)
    np.testing.assert_array_equal(explorer._losses, found.losses)
    np.testing.assert_array_equal(explorer._final, found.final)
    assert explorer._steps.tolist() == list(range(1, 11))
    assert explorer._start.tolist() == [found.start]
    assert explorer._zones == [str(zone) for zone in found.zones]
    assert explorer._zones[-1] == "diverged"
    assert explorer._code[1] == "torch.optim.SGD(model.parameters(), lr=0.1)"
    (axis,) = explorer._axes
    assert (axis["name"], axis["log"]) == ("lr", True)
    assert axis["labels"] == ["0.01", "0.1", "0.3", "1e+20"]
    assert explorer._test.size == explorer._accuracy.size == 0
    assert explorer._picture["kind"] == "none"


def test_of_long_sweeps_every_so_many_steps_travel_and_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep_explorer, "NUMBERS", 16)
    found = small()
    explorer = SweepExplorer(found)
    assert explorer._steps.tolist() == [1, 4, 7, 10]
    np.testing.assert_array_equal(explorer._losses, found.losses[:, ::3])
    assert explorer._count == 10


def test_options_that_are_no_numbers_stand_side_by_side() -> None:
    explorer = SweepExplorer(
        small(lr=0.1, optimizer="adam", betas=[(0.9, 0.999), (0.5, 0.9)], steps=3)
    )
    (axis,) = explorer._axes
    assert axis["labels"] == ["(0.9, 0.999)", "(0.5, 0.9)"]
    assert axis["values"].tolist() == [0, 1]


def test_a_map_of_two_options() -> None:
    explorer = SweepExplorer(small(lr=[0.01, 0.1], momentum=[0.0, 0.5, 0.9]))
    assert [axis["name"] for axis in explorer._axes] == ["lr", "momentum"]
    assert explorer._losses.shape == (6, 10)


def test_one_value_and_one_step_are_a_sweep() -> None:
    explorer = SweepExplorer(small(lr=[0.1], steps=1))
    assert explorer._losses.shape == (1, 1)
    assert explorer.run == 0


def test_where_all_diverge_there_is_no_best() -> None:
    explorer = SweepExplorer(small(lr=[1e20, 1e30]))
    assert (explorer._best, explorer.run) == (-1, 0)
    assert explorer._zones == ["diverged", "diverged"]


@pytest.mark.parametrize("run", [-1, 4])
def test_a_run_that_there_is_not_is_refused(run: int) -> None:
    explorer = SweepExplorer(small())
    with pytest.raises(TraitError, match=rf"run expected 0 to 3, the runs there are; got {run}"):
        explorer.run = run
    assert explorer.run == 2


def test_other_things_and_unknown_options_are_refused() -> None:
    with pytest.raises(TypeError, match=r"expected what dlwidgets\.sweep returns, got dict"):
        SweepExplorer({})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"got 'runs'\. Did you mean 'run'\?"):
        SweepExplorer(small(), runs=1)
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(TypeError, match=r"应为 dlwidgets\.sweep 的结果"):
            SweepExplorer(3)  # type: ignore[arg-type]
    finally:
        dlwidgets.set_language(None)


def test_a_closed_explorer_lets_the_sweep_go() -> None:
    explorer = SweepExplorer(small())
    held = weakref.ref(explorer.sweep)
    explorer.close()
    del explorer
    gc.collect()
    assert held() is None
