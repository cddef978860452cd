import gc
import math
import weakref
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
import traitlets as t

import dlwidgets
from dlwidgets.training import Event, Run, watched
from dlwidgets.training.frames import as_frame
from dlwidgets.widgets import base
from dlwidgets.widgets.run_rows import MARKS, thin
from dlwidgets.widgets.train_monitor import TrainMonitor


@pytest.fixture
def run() -> Iterator[Run]:
    """A run under way that flushes at changes of state alone, so that a test decides when."""
    started = Run("lesson")
    started.subscribe(every=1e9)
    with watched(started):
        yield started


class Loop:
    """A real training loop whose losses are given."""

    def __init__(self) -> None:
        self.weight = torch.ones(1, requires_grad=True)
        self.optimizer = torch.optim.SGD([self.weight], lr=0.1, momentum=0.9)

    def __call__(self, *losses: float) -> None:
        for value in losses:
            self.optimizer.zero_grad()
            loss = 0 * self.weight.sum() + value
            loss.backward()
            self.optimizer.step()


@pytest.fixture
def train() -> Loop:
    return Loop()


def points(delta: tuple[dict[str, Any], list[bytes]], index: int = 0) -> list[float]:
    return np.frombuffer(delta[1][index], np.float32).tolist()


# --- what users set ---------------------------------------------------------------------------


def test_a_misspelt_attribute_is_an_error_with_the_right_one() -> None:
    monitor = TrainMonitor(Run())
    name = monitor.options()[0]
    with pytest.raises(AttributeError, match=f"Did you mean '{name}'"):
        setattr(monitor, f"{name}s", 1)
    monitor.my_own_note = 1
    assert monitor.my_own_note == 1


def test_a_misspelt_option_is_a_type_error_with_the_right_one() -> None:
    expected = r"among log_scale, smoothing, state, got 'smothing'\. Did you mean 'smoothing'\?"
    with pytest.raises(TypeError, match=expected):
        TrainMonitor(Run(), smothing=0.5)


def test_smoothing_says_what_it_expects() -> None:
    monitor = TrainMonitor(Run(), smoothing=np.float32(0.5))
    assert monitor.smoothing == 0.5
    expected = r"TrainMonitor: smoothing expected a number from 0 to 0\.99, got 1\.5; give one"
    with pytest.raises(t.TraitError, match=expected):
        monitor.smoothing = 1.5
    with pytest.raises(t.TraitError, match="got nan"):
        monitor.smoothing = math.nan


def test_the_state_is_read_only() -> None:
    with pytest.raises(t.TraitError, match="read-only"):
        TrainMonitor(Run()).state = "running"


def test_a_missing_bundle_says_how_to_build_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(base, "STATIC", tmp_path)
    expected = r"train_monitor\.js, got no such file; build it with `python .*hatch_build\.py`"
    with pytest.raises(FileNotFoundError, match=expected):
        TrainMonitor(Run())


# --- what the browser is told -----------------------------------------------------------------


def test_a_new_monitor_holds_the_whole_run(run: Run, line: Any, train: Loop) -> None:
    train(3.0, 2.0)
    run.log(accuracy=0.5)
    train(1.0)
    monitor = TrainMonitor(run, comm=line)
    assert (monitor.state, monitor._title, monitor._controls) == ("running", "lesson", "live")
    assert monitor._status["steps"] == 3
    chart = monitor._chart
    assert (chart["width"], chart["length"], chart["seq"]) == (1, 3, 0)
    assert [series["name"] for series in chart["series"]] == ["loss", "accuracy"]
    loss, accuracy = (series["points"] for series in chart["series"])
    assert loss.tolist() == [3, 3, 2, 2, 1, 1]
    np.testing.assert_array_equal(accuracy, np.float32([math.nan] * 2 + [0.5] * 2 + [math.nan] * 2))
    assert chart["last"].tolist() == [1.0, 0.5]


def test_nothing_flows_before_a_view_says_hello(run: Run, line: Any, train: Loop) -> None:
    TrainMonitor(run, comm=line)
    train(1.0)
    run._control._flush()
    assert line.custom("delta") == []


def test_deltas_carry_what_changed(run: Run, line: Any, train: Loop) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello", seq=1)
    train(3.0, 2.5)
    monitor._flush()
    line.say("ack", 1)
    train(1.0 / 3)
    monitor._flush()
    first, second = line.custom("delta")
    assert {**first[0], "status": None} == {
        "kind": "delta",
        "seq": 1,
        "width": 1,
        "first": 0,
        "series": [{"name": "loss"}],
        "status": None,
    }
    assert points(first) == [3, 3, 2.5, 2.5]
    # The newest bucket comes again: a metric may have been logged into it meanwhile.
    assert (second[0]["first"], second[0]["seq"], second[0]["status"]["steps"]) == (1, 2, 3)
    assert points(second) == [2.5, 2.5, *[float(np.float32(1 / 3))] * 2]
    assert np.frombuffer(second[1][1], np.float64).tolist() == [float(np.float32(1 / 3))]


def test_one_delta_is_on_the_way_and_the_rest_wait_together(
    run: Run, line: Any, train: Loop
) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello")
    for step in range(5):
        train(float(step))
        monitor._flush()
    assert [delta["seq"] for delta, _ in line.custom("delta")] == [1]
    line.say("ack", 1)
    train(5.0)
    monitor._flush()
    newest = line.custom("delta")[-1]
    assert (newest[0]["seq"], newest[0]["first"]) == (2, 0)
    assert points(newest)[::2] == [0, 1, 2, 3, 4, 5]


def test_hello_gives_everything_and_opens_the_window_again(
    run: Run, line: Any, train: Loop
) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello")
    for step in range(4):
        train(float(step))
        monitor._flush()
    line.say("hello")
    assert (monitor._chart["length"], monitor._chart["seq"]) == (4, 1)
    train(4.0)
    monitor._flush()
    delta = line.custom("delta")[-1]
    assert (delta[0]["seq"], delta[0]["first"]) == (2, 3)


def test_when_buckets_double_everything_comes_again(run: Run, line: Any, train: Loop) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello")
    train(*range(2000))
    monitor._flush()
    line.say("ack", 1)
    train(2000.0)
    monitor._flush()
    first, second = line.custom("delta")
    assert (first[0]["width"], len(points(first))) == (1, 4000)
    assert (second[0]["width"], second[0]["first"]) == (2, 0)
    assert points(second)[:4] == [0, 1, 2, 3]
    assert len(points(second)) == 2002


def test_an_unchanged_chart_sends_nothing(run: Run, line: Any, train: Loop) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello")
    train(1.0)
    monitor._flush()
    monitor._flush()
    assert len(line.custom("delta")) == 1


def test_pictures_are_sent_once_and_kept_for_a_reload(run: Run, line: Any, train: Loop) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello")
    run.frames["G(z)"] = deque(maxlen=64)
    for step in range(3):
        train(1.0)
        run.frames["G(z)"].append(as_frame("G(z)", step + 1, torch.full((9, 9), step / 2)))
        monitor._flush()
        line.say("ack", step + 1)
    frames = line.custom("frame")
    assert [frame["step"] for frame, _ in frames] == [1, 2, 3]
    assert {key: frames[1][0][key] for key in ("name", "frame_kind", "dtype", "shape")} == {
        "name": "G(z)",
        "frame_kind": "image",
        "dtype": "uint8",
        "shape": [9, 9],
    }
    assert set(frames[1][1][0]) == {128}
    line.say("hello")
    assert [frame["step"] for frame in monitor._frames] == [1, 2, 3]


def test_the_end_is_in_the_traits(line: Any, train: Loop) -> None:
    run = Run()
    with watched(run):
        monitor = TrainMonitor(run, comm=line)
        train(2.0, 1.0)
    assert (monitor.state, monitor._controls) == ("finished", "none")
    assert (monitor._chart["length"], monitor._status["fraction"]) == (2, 1.0)
    state = monitor.get_state()
    assert state["_chart"]["series"][0]["points"]["data"] == np.float32([2, 2, 1, 1]).tobytes()


def test_a_diverged_run_says_why(line: Any, train: Loop) -> None:
    run = Run()
    with watched(run):
        monitor = TrainMonitor(run, comm=line)
        train(1.0, math.inf)
    assert (monitor.state, monitor._controls) == ("diverged", "none")
    assert run.diagnosis is not None
    assert monitor._diagnosis == run.diagnosis.text()
    assert "diverged" in [event["kind"] for event in monitor._events]


# --- what the browser asks --------------------------------------------------------------------


def test_a_knob_is_pending_until_its_step(run: Run, line: Any, train: Loop) -> None:
    monitor = TrainMonitor(run, comm=line)
    train(1.0)
    line.say("set", {"name": "lr", "value": 0.01}, seq=7)
    assert line.custom("ack")[-1][0] == {"kind": "ack", "seq": 7, "error": ""}
    assert [(k["name"], k["value"], k["pending"]) for k in monitor._knobs if k["main"]] == [
        ("lr", 0.1, 0.01)
    ]
    train(1.0)
    monitor._flush()
    assert train.optimizer.param_groups[0]["lr"] == 0.01
    assert [(k["value"], k["pending"]) for k in monitor._knobs if k["main"]] == [(0.01, None)]
    event = monitor._events[-1]
    assert [event[key] for key in ("kind", "name", "old", "new", "step")] == [
        "set", "lr", 0.1, 0.01, 1,
    ]  # fmt: skip


def test_an_impossible_value_is_answered_with_the_reason(run: Run, line: Any, train: Loop) -> None:
    TrainMonitor(run, comm=line)
    train(1.0)
    line.say("set", {"name": "lr", "value": -1}, seq=1)
    line.say("set", {"name": "lrr", "value": 1}, seq=2)
    errors = [ack["error"] for ack, _ in line.custom("ack")]
    assert errors[0] == "lr: expected 0 or more, got -1"
    assert errors[1].startswith("no knob named 'lrr'. Did you mean 'lr'?")


def test_buttons_reach_the_run(line: Any, train: Loop) -> None:
    run = Run()
    seen: list[tuple[str, int]] = []
    plan = iter(["step", "resume", "stop"])

    def browse() -> None:
        if run.state == "paused":
            seen.append((monitor.state, run.steps))
            line.say(next(plan))

    with watched(run):
        monitor = TrainMonitor(run, comm=line)
        run.subscribe(poll=browse)
        line.say("pause")
        train(1.0, 1.0, 1.0)
        line.say("pause")
        train(1.0, 1.0)
    assert run.state == "stopped"
    held = [steps for _, steps in seen]
    assert len(held) == 3
    assert held[1] == held[0] + 1, "one step"
    assert held[2] == held[1] + 2, "on to the second pause"


def test_in_a_pause_a_turned_knob_shows_at_once(run: Run, line: Any, train: Loop) -> None:
    monitor = TrainMonitor(run, comm=line)
    train(1.0)
    seen: list[object] = []

    def browse() -> None:
        if run.state != "paused":
            return
        lr = next(knob for knob in monitor._knobs if knob["name"] == "lr")
        seen.append((lr["value"], lr["pending"]))
        if len(seen) == 1:
            line.say("set", {"name": "lr", "value": 0.5})
        elif lr["value"] == 0.5 or len(seen) > 9:
            line.say("resume")

    run.subscribe(poll=browse)
    line.say("pause")
    train(1.0)
    assert seen[0] == (0.1, None)
    assert seen[-1] == (0.5, None)


def test_commands_to_a_run_that_has_ended_are_refused(line: Any, train: Loop) -> None:
    run = Run()
    with watched(run):
        train(1.0)
    TrainMonitor(run, comm=line)
    line.say("pause", seq=3)
    assert line.custom("ack")[-1][0] == {
        "kind": "ack",
        "seq": 3,
        "error": "run has ended (finished); start the cell again to steer it",
    }


def test_an_unknown_command_is_answered_with_the_nearest(run: Run, line: Any) -> None:
    TrainMonitor(run, comm=line)
    line.say("puase", seq=1)
    error = line.custom("ack")[-1][0]["error"]
    assert error.startswith("expected a command among ack, hello, pause,")
    assert error.endswith("got 'puase'. Did you mean 'pause'?")


def test_a_fault_in_a_handler_is_shown_and_does_not_reach_the_loop(run: Run, line: Any) -> None:
    monitor = TrainMonitor(run, comm=line)
    monitor.log.disabled = True
    line.say("set", {"nome": "lr"}, seq=1)
    monitor.log.disabled = False
    assert monitor._failure == "TrainMonitor.set: KeyError: 'name'"
    assert line.custom("ack")[-1][0]["error"] == monitor._failure


# --- language, lifetime -----------------------------------------------------------------------


def test_the_language_follows_while_the_widget_is_open(run: Run, line: Any) -> None:
    dlwidgets.set_language("zh")
    monitor = TrainMonitor(run, comm=line)
    assert monitor._language == "zh"
    dlwidgets.set_language("en")
    assert monitor._language == "en"
    monitor.close()
    dlwidgets.set_language("zh")
    assert monitor._language == "en"


def test_a_closed_monitor_is_forgotten_and_its_run_goes_on(
    run: Run, line: Any, train: Loop
) -> None:
    monitor = TrainMonitor(run, comm=line)
    line.say("hello")
    gone = weakref.ref(monitor)
    monitor.close()
    assert line.closed
    del monitor
    line._callback = None
    gc.collect()
    assert gone() is None
    sent = len(line.sent)
    train(1.0)
    run._control._flush()
    assert len(line.sent) == sent


def test_thinning_keeps_what_the_user_did() -> None:
    events = [Event(i, 0.0, "code", "lr", 1.0, 2.0) for i in range(1000)]
    events[500:500] = [Event(500, 0.0, "set", "lr", 1.0, 2.0)]
    kept = thin(events)
    assert len(kept) == MARKS
    assert [event.step for event in kept if event.kind == "set"] == [500]
    assert (kept[0].step, kept[-1].step) == (0, 999)
    assert thin(events[:10]) == events[:10]
