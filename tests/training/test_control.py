import threading
from contextlib import nullcontext
from typing import Any

import pytest

from dlwidgets.training import Run, watched
from dlwidgets.training.events import ENDED, StopRun
from tests.training.loops import Background, Weight, at_boundary


def endless(run: Run) -> Background:
    """Train until the test says stop."""
    weight = Weight()

    def loop() -> None:
        while True:
            weight.step()

    return Background(run, loop)


def kinds(run: Run) -> list[str]:
    return [event.kind for event in run.events]


def test_a_pause_holds_the_step_counter() -> None:
    run = Run()
    training = endless(run)
    training.wait(lambda: run.steps >= 10)
    run.pause()
    training.wait_for_state("paused")
    held, polls = run.steps, []
    seconds = run.status().elapsed
    run.subscribe(poll=lambda: polls.append(run.steps))
    training.wait(lambda: len(polls) >= 3)
    assert set(polls) == {held}
    assert run.steps == len(run.history) == held
    assert run.status().elapsed == seconds
    run.resume()
    training.wait(lambda: run.steps > held + 5)
    assert run.state == "running"
    run.stop()
    training.join()
    assert run.state == "stopped"
    assert training.error is None
    assert kinds(run) == ["pause", "resume", "stop"]
    assert [run.events[0].step, run.events[1].step] == [held, held]


def test_step_adds_exactly_n() -> None:
    run = Run()
    run.pause()
    training = endless(run)
    training.wait_for_state("paused")
    steps = run.steps
    for n in (1, 1, 5, 2):
        run.step(n)
        training.wait(lambda: run.state == "paused" and run.steps == steps + n)  # noqa: B023 -- waits at once
        steps += n
    run.stop()
    training.join()
    assert run.steps == steps
    assert kinds(run) == ["pause", "step", "step", "step", "step", "stop"]
    assert [event.new for event in run.events[1:5]] == [1, 1, 5, 2]


@pytest.mark.parametrize("n", [1, 4])
def test_steps_asked_for_while_running_count_from_there(n: int) -> None:
    run, weight = Run(), Weight()
    seen = []

    def hold() -> None:
        if run.state == "paused":
            seen.append(run.steps)
            run.stop()

    with at_boundary(run, 3, lambda: run.step(n)):
        run.subscribe(poll=hold)
        with watched(run):
            while True:
                weight.step()
    assert seen == [3 + n]
    assert run.state == "stopped"


def test_commands_are_obeyed_in_order() -> None:
    run, weight = Run(), Weight(lr=0.1)
    seen: list[Any] = []

    def act() -> None:
        run.set(lr=0.2)
        run.pause()
        run.set(lr=0.3)
        run.resume()
        run.pause()
        run.set(lr=0.4)

    def hold() -> None:
        if run.state == "paused":
            seen.append((run.steps, run.knobs[0].value))
            run.resume()

    with at_boundary(run, 2, act):
        run.subscribe(poll=hold)
        with watched(run):
            for _ in range(4):
                weight.step()
    assert seen[0] == (2, 0.4)
    noted = [(e.step, e.kind, e.name, e.old, e.new) for e in run.events]
    assert noted == [
        (2, "set", "lr", 0.1, 0.2),
        (2, "pause", "", None, None),
        (2, "set", "lr", 0.2, 0.3),
        (2, "resume", "", None, None),
        (2, "pause", "", None, None),
        (2, "set", "lr", 0.3, 0.4),
        (2, "resume", "", None, None),
    ]
    assert run.history["lr"].tolist() == [0.1, 0.1, 0.4, 0.4]
    seconds = [event.seconds for event in run.events]
    assert seconds == sorted(seconds)


def test_knobs_can_be_turned_in_a_pause() -> None:
    run, weight = Run(), Weight(lr=0.1)

    def loop() -> None:
        for _ in range(6):
            weight.step()

    run.step(2)
    training = Background(run, loop)
    training.wait_for_state("paused")
    run.set(lr=0.5)
    training.wait(lambda: run.knobs[0].pending is None)
    assert run.knobs[0].value == 0.5
    assert weight.optimizer.param_groups[0]["lr"] == 0.5
    run.resume()
    training.join()
    assert run.history["lr"].tolist() == [0.1, 0.1, 0.5, 0.5, 0.5, 0.5]


def test_resume_takes_a_countdown_back() -> None:
    run, weight = Run(), Weight()
    with at_boundary(run, 2, lambda: run.step(3)), at_boundary(run, 3, run.resume), watched(run):
        for _ in range(9):
            weight.step()
    assert run.state == "finished"
    assert kinds(run) == ["step", "resume"]


def test_what_changes_nothing_is_not_noted() -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        run.resume()
        weight.step()
    assert run.events == []


def test_a_command_takes_effect_before_the_step_that_comes_next() -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        run.stop()
        weight.step()
        raise AssertionError
    assert run.state == "stopped"
    assert run.steps == 1
    assert weight.w.item() == -0.1


def test_a_stop_unwinds_through_except_exception_and_runs_finally() -> None:
    run, weight = Run(), Weight()
    unwound = []
    with at_boundary(run, 2, run.stop), watched(run):
        try:
            for _ in range(10):
                try:
                    weight.step()
                except Exception:  # noqa: BLE001 -- as users write it
                    unwound.append("caught")
        finally:
            unwound.append("finally")
    assert unwound == ["finally"]
    assert run.steps == 2
    assert run.state == "stopped"


def test_a_stop_that_is_swallowed_comes_again() -> None:
    run, weight = Run(), Weight()
    swallowed = 0
    with at_boundary(run, 2, run.stop), watched(run):
        for _ in range(6):
            try:
                weight.step()
            except StopRun:
                swallowed += 1
    assert swallowed == 5
    assert run.steps == 2
    assert run.state == "stopped"


def test_a_stop_in_a_pause_ends_it() -> None:
    run = Run()
    run.pause()
    training = endless(run)
    training.wait_for_state("paused")
    run.stop()
    training.join()
    assert run.state == "stopped"


@pytest.mark.parametrize("end", ["finished", "failed", "stopped"])
def test_commands_after_the_end_say_so(end: str) -> None:
    run, weight = Run("mine"), Weight()
    expected = pytest.raises(ZeroDivisionError) if end == "failed" else nullcontext()
    with expected, watched(run):
        weight.step()
        weight.step(1 / (end != "failed"))
        if end == "stopped":
            run.stop()
            weight.step()
    assert run.state == end
    assert run.state in ENDED
    for command in (run.pause, run.resume, run.step, run.stop, lambda: run.set(lr=0.5)):
        with pytest.raises(RuntimeError, match=rf"mine has ended \({end}\); start the cell again"):
            command()
    assert weight.optimizer.param_groups[0]["lr"] == 0.1
    assert run.knobs[0].pending is None


@pytest.mark.parametrize("n", [0, -1, True, "x", 1.5, None])
def test_a_number_of_steps_must_be_whole(n: Any) -> None:
    run = Run()
    with pytest.raises(ValueError, match="step: expected a whole number from 1, got"):
        run.step(n)


def test_commands_before_the_start_wait_for_it() -> None:
    run, weight = Run(), Weight()
    run.step(2)
    seen = []
    run.subscribe(poll=lambda: run.state == "paused" and (seen.append(run.steps), run.stop()))
    with watched(run):
        while True:
            weight.step()
    assert seen == [2]


def test_many_threads_may_send_at_once() -> None:
    run = Run()
    training = endless(run)
    training.wait(lambda: len(run.knobs) > 0)
    barrier = threading.Barrier(4)

    def send(offset: int) -> None:
        barrier.wait(30)
        for i in range(50):
            run.set(lr=(offset * 50 + i + 1) * 1e-3)

    senders = [threading.Thread(target=send, args=(i,)) for i in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    training.wait(lambda: len(run.events) == 200)
    run.stop()
    training.join()
    turned = [event.new for event in run.events[:200]]
    for offset in range(4):
        own = [v for v in turned if offset * 50 < round(v * 1e3) <= offset * 50 + 50]
        assert own == [(offset * 50 + i + 1) * 1e-3 for i in range(50)]
    assert [e.old for e in run.events[1:200]] == turned[:-1]


# --- interrupts -------------------------------------------------------------------------------


def test_an_interrupt_finishes_the_step_and_keeps_everything() -> None:
    run, weight = Run(), Weight()
    answers = []
    with at_boundary(run, 3, lambda: answers.append(run.interrupt())), watched(run):
        while True:
            weight.step()
    assert answers == [True]
    assert run.state == "interrupted"
    assert run.steps == len(run.history) == 3
    assert [(e.kind, e.step) for e in run.events] == [("interrupt", 3)]


def test_a_second_interrupt_and_one_after_the_end_are_not_taken() -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        assert run.interrupt()
        assert not run.interrupt()
        weight.step()
    assert run.state == "interrupted"
    assert not run.interrupt()


def test_an_interrupt_with_no_step_in_sight_is_not_taken() -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        run._control._last_boundary -= 1000.0
        assert not run.interrupt()
    assert run.state == "finished"


def test_an_interrupt_ends_a_pause() -> None:
    run = Run()
    run.pause()
    training = endless(run)
    training.wait_for_state("paused")
    assert run.interrupt()
    training.join()
    assert run.state == "interrupted"


def test_the_interrupt_takes_no_lock() -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        with run._control._lock:
            assert run.interrupt()


# --- subscribers ------------------------------------------------------------------------------


def test_subscribers_are_called_at_the_changes_of_state() -> None:
    run, weight = Run(), Weight()
    states = []
    run.subscribe(flush=lambda: states.append(run.state), every=1e9)
    with at_boundary(run, 2, run.pause):
        run.subscribe(poll=lambda: run.state == "paused" and run.resume())
        with watched(run):
            for _ in range(4):
                weight.step()
    assert states == ["running", "paused", "running", "finished"]


def test_a_tick_comes_no_more_often_than_asked() -> None:
    run, weight = Run(), Weight()
    flushes = []
    run.subscribe(flush=lambda: flushes.append(run.steps), every=0.0)
    with watched(run):
        for _ in range(5):
            weight.step()
    assert flushes == [0, 1, 2, 3, 4, 5, 5]


@pytest.mark.parametrize("which", ["poll", "flush"])
def test_a_subscriber_that_raises_is_dropped(
    which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run, weight = Run(), Weight()
    calls, others = [], []

    def broken() -> None:
        calls.append(run.steps)
        raise NotImplementedError

    run.subscribe(**{which: broken}, every=0.0)
    run.subscribe(**{which: lambda: others.append(run.steps)})
    with watched(run):
        for _ in range(5):
            run._control._poll_at = 0.0
            weight.step()
    assert len(calls) == 1
    assert len(others) >= 5
    assert run.state == "finished"
    assert run.steps == 5
    shown = capsys.readouterr().err
    assert shown.startswith("[dlwidgets]")
    assert "NotImplementedError" in shown


# --- status -----------------------------------------------------------------------------------


def test_status_counts_time_without_pauses() -> None:
    run = Run()
    assert run.status().elapsed == 0.0
    training = endless(run)
    training.wait(lambda: run.steps >= 5)
    run.pause()
    training.wait_for_state("paused")
    before = run.status()
    polls = []
    run.subscribe(poll=lambda: polls.append(1))
    training.wait(lambda: len(polls) > 3)
    after = run.status()
    assert (after.elapsed, after.rate, after.steps) == (before.elapsed, before.rate, before.steps)
    run.stop()
    training.join()
    ended = run.status()
    assert ended == run.status()
    assert before.elapsed <= ended.elapsed
    assert ended.rate == pytest.approx(ended.steps / ended.elapsed)
    assert 0 < ended.cost < 1e4
    assert (ended.fraction, ended.eta, ended.epoch, ended.epochs) == (None, None, None, None)


def test_a_run_says_what_it_is() -> None:
    run, weight = Run("lesson"), Weight()
    assert repr(run) == "<Run lesson: ready, 0 steps>"
    with watched(run):
        weight.step()
    assert repr(run) == "<Run lesson: finished, 1 steps>"
