import gc
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, IterableDataset

from dlwidgets.training import Run, watched
from dlwidgets.training.progress import Loops
from tests.training.loops import Weight


def shares(loops: Loops) -> float:
    fraction = loops.fraction()
    assert fraction is not None
    return fraction


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 3))
def test_the_fraction_rises_from_zero_to_nearly_one(epochs: int, batches: int, tests: int) -> None:
    loops = Loops()
    seen = []
    for epoch in loops.track(range(epochs)):
        for batch in loops.track(range(batches)):
            loops.mark_step()
            assert (loops.epoch, loops.epochs) == (epoch + 1, epochs)
            expected = (epoch * batches + batch) / (epochs * batches)
            seen.append(shares(loops))
            assert seen[-1] == pytest.approx(expected)
        for _ in loops.track(range(tests)):
            seen.append(shares(loops))
            assert (loops.epoch, loops.epochs) == (epoch + 1, epochs)
    assert seen == sorted(seen)
    assert 0 <= min(seen) <= max(seen) < 1
    assert (loops.epoch, loops.epochs, loops.fraction()) == (None, None, None)


def test_three_loops() -> None:
    loops = Loops()
    seen = []
    for fold in loops.track(range(2)):
        for _ in loops.track([0, 1]):
            for _ in loops.track("abcd"):
                loops.mark_step()
                seen.append(shares(loops))
                assert (loops.epoch, loops.epochs) == (fold + 1, 2)
    assert seen == [i / 16 for i in range(16)]


def test_one_loop_has_no_epochs() -> None:
    loops = Loops()
    for i in loops.track(range(4)):
        loops.mark_step()
        assert loops.epoch is None
        assert shares(loops) == i / 4


def test_a_loop_without_a_length() -> None:
    def endless() -> Iterator[int]:
        yield from range(3)

    loops = Loops()
    for _ in loops.track(endless()):
        loops.mark_step()
        assert loops.fraction() is None
    for epoch in loops.track(range(2)):
        for _ in loops.track(endless()):
            loops.mark_step()
            assert shares(loops) == epoch / 2
            assert (loops.epoch, loops.epochs) == (epoch + 1, 2)
    for _ in loops.track(endless()):
        for _ in loops.track(range(2)):
            loops.mark_step()
            assert loops.fraction() is None
            assert loops.epochs is None
            assert loops.epoch is not None


def test_an_outer_loop_that_never_trains_counts_for_nothing() -> None:
    loops = Loops()
    for _ in loops.track(range(3)):
        assert loops.fraction() is None
    for i in loops.track(range(3)):
        loops.mark_step()
        assert shares(loops) == i / 3


def test_a_loop_that_is_left_early_is_gone() -> None:
    loops = Loops()
    for epoch in loops.track(range(3)):
        for batch in loops.track(range(10)):
            loops.mark_step()
            assert shares(loops) == pytest.approx((epoch + batch / 10) / 3)
            if batch == 4:
                break
        gc.collect()
        assert len(loops._stack) == 1
        assert shares(loops) == pytest.approx((epoch + 0.4) / 3)


def test_a_loop_that_raises_is_gone() -> None:
    loops = Loops()
    with pytest.raises(ZeroDivisionError):
        deque(1 / i for i in loops.track(range(3)))
    gc.collect()
    assert loops._stack == []


def test_a_generator_closed_late_takes_no_other_along() -> None:
    loops = Loops()
    late = loops.track(range(5))
    next(late)
    for i in loops.track(range(4)):
        loops.mark_step()
        if i == 1:
            late.close()
        assert len(loops._stack) == (2 if i < 1 else 1)


def test_a_second_training_loop_begins_again_at_zero() -> None:
    loops = Loops()
    for _ in range(2):
        seen = []
        for _ in loops.track(range(4)):
            loops.mark_step()
            seen.append(shares(loops))
        assert seen == [0, 0.25, 0.5, 0.75]


class Stream(IterableDataset[Any]):
    def __iter__(self) -> Iterator[torch.Tensor]:
        yield from torch.ones(4, 1)


@pytest.mark.parametrize("kind", ["list", "loader", "stream"])
def test_lengths_are_asked_for_with_care(kind: str) -> None:
    data: Any = [1, 2, 3, 4]
    if kind != "list":
        data = DataLoader(Stream() if kind == "stream" else data)
    loops = Loops()
    for i, _ in enumerate(loops.track(data)):
        loops.mark_step()
        assert loops.fraction() == (None if kind == "stream" else i / 4)


def test_the_status_of_a_run_has_it_all() -> None:
    run, weight = Run(), Weight()
    seen = []
    with watched(run):
        for _ in run.track(range(2)):
            for _ in run.track(range(2)):
                weight.step()
                seen.append(run.status())
            between = run.status()
            assert between.epoch == seen[-1].epoch
    assert [s.fraction for s in seen] == [0, 0.25, 0.5, 0.75]
    assert [s.epoch for s in seen] == [1, 1, 2, 2]
    assert {s.epochs for s in seen} == {2}
    assert seen[0].eta is None
    assert [s.eta for s in seen[1:]] == pytest.approx(
        [s.elapsed * (1 - s.fraction) / s.fraction for s in seen[1:]]
    )
    done = run.status()
    assert (done.fraction, done.eta, done.steps) == (1.0, None, 4)


def test_an_ended_run_tells_how_far_it_came() -> None:
    weight = Weight()
    run = Run()
    with watched(run):
        for epoch in run.track(range(5)):
            for _ in run.track(range(3)):
                weight.step()
            if epoch == 1:
                run.stop()
    assert run.state == "stopped"
    status = run.status()
    assert (status.epoch, status.epochs) == (3, 5)
