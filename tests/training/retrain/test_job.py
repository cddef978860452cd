"""Trainings in slices: the same numbers, and no trace outside of them."""

# ruff: noqa: NPY002 -- models may draw from NumPy's global generator

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.training.retrain import ENGINES, Job, Lane, Regression

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("numpy", "autograd", "nn")
HERE = [ENGINES[name] for name in NAMES]


def drawing(count: int) -> Iterator[tuple[float, ...]]:
    """Numbers of every generator that a model may draw from."""
    for _ in range(count):
        yield (torch.rand(()).item(), float(np.random.rand()), random.random())


def test_slices_give_the_numbers_of_one_piece() -> None:
    whole, sliced = (Regression(steps=80).job(HERE) for _ in range(2))
    whole.advance()
    slices = 1
    while not sliced.advance(1e-4):
        slices += 1
    assert 3 < slices <= 240
    for one, other in zip(whole.lanes, sliced.lanes, strict=True):
        np.testing.assert_array_equal(one.rows, other.rows)


def test_random_numbers_go_on_from_slice_to_slice_and_nobody_elses_move() -> None:
    whole, sliced = (Job([Lane("dice", drawing(60), 60)], seed=5) for _ in range(2))
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)
    expected = [torch.rand(()).item(), float(np.random.rand()), random.random()]
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)
    whole.advance()
    while not sliced.done:
        with sliced._aside():
            sliced.lanes[0].run(until=0.0)
    np.testing.assert_array_equal(whole.lanes[0].rows, sliced.lanes[0].rows)
    assert [torch.rand(()).item(), float(np.random.rand()), random.random()] == expected
    torch.manual_seed(5)
    assert whole.lanes[0].rows[0, 0] == torch.rand(()).item()


def test_lanes_take_turns_so_that_a_slow_one_does_not_hold_up_the_others() -> None:
    job = Regression(steps=5000).job(HERE)
    job.advance(0.02)
    assert all(lane.done for lane in job.lanes)
    quick, slow = job.lanes[0], job.lanes[2]
    assert quick.done > slow.done
    job.close()


def test_the_users_own_loop_does_not_notice() -> None:
    weight = nn.Parameter(torch.ones(()))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    with dlwidgets.live(monitor=False) as run:
        for _ in range(3):
            loss = weight**2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            Regression(steps=4).job(HERE).advance()
            Regression(lr=1e300, steps=4).job(HERE).advance()
    assert (run.state, run.steps) == ("finished", 3)
    assert [name for name in run.history if "loss" in name] == ["loss"]
    assert run.history["loss"].tolist() == pytest.approx([1, 0.64, 0.4096])


def test_it_trains_where_gradients_are_off() -> None:
    with torch.no_grad():
        job = Regression(steps=3).job(HERE)
        job.advance()
    with torch.inference_mode():
        other = Regression(steps=3).job(HERE)
        other.advance()
    assert [lane.ending for lane in (*job.lanes, *other.lanes)] == ["done"] * 6
    assert job.apart() < 1e-14


def test_what_fails_ends_alone() -> None:
    def broken() -> Iterator[tuple[float, ...]]:
        yield (1.0,)
        message = "no such layer"
        raise RuntimeError(message)

    job = Job([Lane("broken", broken(), 5), Regression(steps=5).lane(ENGINES["numpy"])], seed=0)
    job.advance()
    failed, fine = job.lanes
    assert (failed.ending, failed.done, str(failed.error)) == ("failed", 1, "no such layer")
    assert (fine.ending, fine.done) == ("done", 5)


def test_two_lanes_are_compared_over_the_steps_that_both_have_taken() -> None:
    rows = [iter([(1.0, 10.0), (2.0, 20.0)]), iter([(1.0, 10.0), (2.0, 21.0), (9.0, 9.0)])]
    job = Job([Lane(str(i), one, 9) for i, one in enumerate(rows)], seed=0)
    assert np.isnan(job.apart())
    job.advance()
    assert job.apart() == pytest.approx(1 / 20)
    assert np.isnan(Job([Lane("one", iter([(1.0,)]), 1)], seed=0).apart())
