import math
import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.training import Run, watched
from dlwidgets.training.history import Changes, Column, History
from tests.training.loops import Background, Weight


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=200))
def test_a_column_gives_back_every_bit(values: list[float]) -> None:
    column = Column(4)
    for row, value in enumerate(values):
        column.put(row, value)
    np.testing.assert_array_equal(column.read(0, len(values)), np.array(values))
    assert len(column.values) <= max(4, 2 * len(values))


@given(st.integers(0, 100_000))
def test_a_column_doubles_until_a_far_row_fits(row: int) -> None:
    column = Column(4)
    column.put(row, 1.5)
    values = column.read(0, row + 3)
    assert values[row] == 1.5
    assert np.isnan(np.delete(values, row)).all()


@given(st.lists(st.sampled_from([0.1, 0.2, math.nan]), max_size=60))
def test_changes_read_back_as_the_value_at_each_row(values: list[float]) -> None:
    changes = Changes()
    for row, value in enumerate(values):
        changes.put(row, value)
    np.testing.assert_array_equal(changes.read(len(values)), np.array(values, float))


def test_the_last_of_two_changes_at_one_row_counts() -> None:
    changes = Changes()
    for row, value in ((0, 1.0), (2, 2.0), (2, 3.0), (4, 1.0)):
        changes.put(row, value)
    assert changes.read(6).tolist() == [1, 1, 3, 3, 1, 1]


def test_the_frame_has_a_row_a_step() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        for epoch in run.track(range(2)):
            for i in run.track(range(3)):
                weight.step()
                run.log(i=i)
            run.log(late=epoch)
    frame = run.history
    assert list(frame) == [
        "step", "epoch", "seconds", "loss", "i", "late", "lr", "momentum", "dampening",
        "weight_decay",
    ]  # fmt: skip
    assert frame["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert frame["epoch"].tolist() == [1, 1, 1, 2, 2, 2]
    assert frame["epoch"].dtype == np.int64
    assert frame["i"].tolist() == [0, 1, 2, 0, 1, 2]
    np.testing.assert_array_equal(frame["late"], [math.nan, math.nan, 0.0, math.nan, math.nan, 1.0])
    assert (frame["lr"] == 0.1).all()
    assert (np.diff(frame["seconds"]) > 0).all()
    frame.loc[0, "loss"] = 99.0
    assert run.history["loss"][0] != 99.0


def test_an_epoch_that_is_not_always_known_is_missing_there() -> None:
    history = History()
    for epoch in (None, 1, 2):
        history.open_row(0.0, epoch)
    np.testing.assert_array_equal(history.frame()["epoch"], [math.nan, 1.0, 2.0])


def test_without_epochs_there_is_no_such_column() -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
    assert "epoch" not in run.history


def test_losses_are_exact() -> None:
    run = Run()
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1e-3)
    seen = []
    with watched(run):
        for _ in range(50):
            optimizer.zero_grad()
            loss = (w * math.pi).sin().sum() / 3
            loss.backward()
            optimizer.step()
            seen.append(loss.item())
    assert run.history["loss"].tolist() == seen


def test_a_million_steps_with_a_scheduled_rate_stay_under_64_megabytes() -> None:
    history, rate = History(), Changes()
    for row in range(1_000_000):
        history.open_row(row * 1e-3, 1 + row // 1000)
        history.put("loss", 1.0)
        history.put("acc", 2.0)
        history.put("grad", 3.0)
        rate.put(row, 1.0 / (row + 1))
    columns = [*history.metrics.values(), history._seconds]
    for changes in (history._epochs, rate):
        columns += [changes._rows, changes._values]
    assert sum(column.values.nbytes for column in columns) < 64_000_000
    assert history.get("acc", 999_999) == 2.0
    assert rate.read(1_000_000)[-1] == 1e-6


def test_a_metric_under_a_knobs_name_stands() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        weight.step()
        run.log(lr=7.0)
    assert run.history["lr"].tolist() == [7.0]


@pytest.mark.parametrize("name", ["step", "epoch", "seconds"])
def test_columns_of_the_historys_own_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"a column '{name}' of its own; choose another"):
        Run().log(**{name: 1})


def test_reading_from_another_thread_gives_whole_tables() -> None:
    run, weight = Run(), Weight()
    read = threading.Event()

    def loop() -> None:
        for step in range(100_000):
            weight.step()
            run.log(step_again=run.steps, **{f"m{step // 300}": step})
            if read.is_set():
                return

    training = Background(run, loop)
    rows = 0
    for _ in range(40):
        frame = run.history
        assert len(frame) >= rows
        rows = len(frame)
        assert frame["step"].tolist() == list(range(1, rows + 1))
        assert not frame["seconds"].isna().any()
        if "step_again" in frame:
            logged = frame["step_again"].dropna()
            assert (logged == frame["step"][: len(logged)]).all()
            assert len(logged) >= rows - 1
        assert len(run.history) >= rows
    training.wait(lambda: run.steps > 1)
    read.set()
    training.join()
    assert run.state == "finished"
