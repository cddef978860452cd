"""Every way out of a watched block leaves torch, the run and the program usable."""

import threading
from typing import Any

import pytest
import torch

from dlwidgets.training import Run, watched
from dlwidgets.training.hooks import active
from dlwidgets.training.live import tracked
from tests.training.loops import PLAIN_BACKWARD, Weight, assert_no_hooks


def test_the_end_of_the_loop_finishes_the_run() -> None:
    run, weight = Run(), Weight()
    assert run.state == "ready"
    with watched(run) as same:
        assert same is run
        assert run.state == "running"
        assert torch.Tensor.backward is not PLAIN_BACKWARD
        weight.step()
    assert run.state == "finished"
    assert run.events == []
    assert_no_hooks()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ValueError("mine"), "failed"),
        (KeyboardInterrupt(), "interrupted"),
        (SystemExit(3), "failed"),
        (GeneratorExit(), "failed"),
        (StopIteration(), "failed"),
    ],
)
def test_the_users_exceptions_come_out_as_they_are(error: BaseException, state: str) -> None:
    run, weight = Run(), Weight()
    states = []
    run.subscribe(flush=lambda: states.append(run.state))

    def loop() -> None:
        weight.step()
        raise error

    with pytest.raises(type(error)) as caught, watched(run):
        loop()
    assert caught.value is error
    assert run.state == state
    assert [event.kind for event in run.events] == [
        "interrupt" if state == "interrupted" else "failed"
    ]
    assert states[-1] == state
    assert run.steps == 1
    assert_no_hooks()


def test_an_error_in_backward_or_step_is_the_users_own() -> None:
    run, weight = Run(), Weight()
    weight.w.requires_grad_(requires_grad=False)
    with pytest.raises(RuntimeError, match="does not require grad"), watched(run):
        weight.step()
    assert run.state == "failed"
    assert_no_hooks()


def test_a_watch_inside_a_watch_is_refused() -> None:
    outer, inner, weight = Run(), Run(), Weight()
    with watched(outer):
        weight.step()
        with pytest.raises(RuntimeError, match="not one inside another"), watched(inner):
            raise AssertionError
        weight.step()
    assert inner.state == "ready"
    assert (outer.state, outer.steps) == ("finished", 2)
    with watched(inner):
        weight.step()
    assert (inner.state, inner.steps) == ("finished", 1)
    assert_no_hooks()


def test_a_run_trains_once() -> None:
    run, weight = Run("once"), Weight()
    with watched(run):
        weight.step()
    with pytest.raises(RuntimeError, match="once is finished: a run trains once"), watched(run):
        raise AssertionError
    assert run.steps == 1
    assert_no_hooks()


def test_runs_on_two_threads_do_not_mix() -> None:
    barrier = threading.Barrier(2)
    runs = [Run("a"), Run("b")]
    failures: list[BaseException] = []

    def work(run: Run, lr: float, steps: int) -> None:
        try:
            weight = Weight(lr=lr)
            with watched(run):
                assert active().run is run
                for i in range(steps):
                    barrier.wait(30)
                    weight.step(slope=lr * 10)
                    run.log(mine=i)
                if steps == 20:
                    run.set(lr=0.9)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [
        threading.Thread(target=work, args=(run, lr, 20))
        for run, lr in zip(runs, (0.1, 0.2), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    for run, lr in zip(runs, (0.1, 0.2), strict=True):
        assert run.steps == 20
        assert run.history["mine"].tolist() == list(range(20))
        assert run.history["lr"].tolist() == [lr] * 20
        expected = [-lr * (10 * lr) ** 2 * i for i in range(20)]
        assert run.history["loss"].tolist() == pytest.approx(expected)
    assert_no_hooks()


def test_another_thread_is_not_watched() -> None:
    run, weight, other = Run(), Weight(), Weight()
    with watched(run):
        weight.step()
        thread = threading.Thread(target=other.step)
        thread.start()
        thread.join(60)
        weight.step()
    assert run.steps == 2
    assert other.w.item() == -0.1
    assert len(run.optimizers) == 1


def test_whoever_patched_backward_before_gets_it_back() -> None:
    plain = torch.Tensor.backward
    calls = []

    def theirs(self: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        calls.append(1)
        plain(self, *args, **kwargs)

    torch.Tensor.backward = theirs
    try:
        with watched(Run()):
            Weight().step()
        assert torch.Tensor.backward is theirs
        assert calls == [1]
    finally:
        torch.Tensor.backward = plain
    assert_no_hooks()


def test_whoever_patched_backward_since_keeps_it() -> None:
    calls = []
    with watched(Run()):
        ours = torch.Tensor.backward

        def theirs(self: torch.Tensor, *args: Any, **kwargs: Any) -> None:
            calls.append(1)
            ours(self, *args, **kwargs)

        torch.Tensor.backward = theirs
        Weight().step()
    try:
        assert torch.Tensor.backward is theirs
        Weight().step()
        run = Run()
        with watched(run):
            Weight().step()
        assert run.steps == 1
        assert calls == [1, 1, 1]
    finally:
        torch.Tensor.backward = PLAIN_BACKWARD


def test_an_optimizer_outside_is_left_alone() -> None:
    weight = Weight()
    weight.step()
    run = Run()
    with watched(run):
        weight.step()
    weight.step()
    assert run.steps == 1
    assert weight.w.item() == pytest.approx(-0.3)
    assert not weight.optimizer._optimizer_step_post_hooks


def test_fifty_runs_leave_nothing_behind() -> None:
    weight = Weight()
    for _ in range(50):
        run = Run()
        with watched(run):
            weight.step()
        assert run._watch is None
    assert_no_hooks()
    assert active() is None


def test_a_watch_lets_go_of_batches_and_models() -> None:
    net = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    run = Run()
    with watched(run):
        watch = active()
        for _ in range(2):
            loss = net(torch.ones(1, 2) * 2).sum()
            loss.backward()
            optimizer.step()
        assert watch._batches._given
    assert not watch._batches._given
    assert not watch._captured


def test_tracked_counts_for_the_run_of_this_thread() -> None:
    plain = [1, 2]
    assert tracked(plain) is plain
    run, weight = Run(), Weight()
    with watched(run):
        for _ in tracked(range(4)):
            weight.step()
            assert run.status().fraction is not None
    assert run.status().fraction == 1.0
