"""`live`, `train` and the session around every run, in plain Python and in a kernel."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.training import Run, hooks
from dlwidgets.widgets.session import session
from tests.kernel.conftest import Notebook
from tests.magics.conftest import SETUP

OPTIMIZERS = import_module("torch.optim.optimizer")  # torch.optim hides it by name


class Loop:
    """A small model and a step of its training."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.x, self.y = torch.randn(64, 4), torch.randint(0, 3, (64,))
        self.model = nn.Linear(4, 3)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def step(self) -> None:
        loss = nn.functional.cross_entropy(self.model(self.x), self.y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


@pytest.fixture
def loop() -> Loop:
    return Loop()


def left() -> list[Any]:
    """Return everything that a session must put back."""
    adam = torch.optim.Adam([nn.Parameter(torch.ones(1))])
    module = torch.nn.modules.module
    return [
        signal.getsignal(signal.SIGINT),
        torch.Tensor.backward,
        torch.amp.GradScaler.step,
        dict(OPTIMIZERS._global_optimizer_pre_hooks),
        dict(OPTIMIZERS._global_optimizer_post_hooks),
        dict(module._global_forward_pre_hooks),
        dict(module._global_forward_hooks),
        dict(adam._optimizer_step_pre_hooks),
        hooks.active(),
        sys.stdout,
        sys.stderr,
        threading.active_count(),
    ]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = left()
    yield
    assert left() == before


# --- every kind of exit -----------------------------------------------------------------------


def test_it_ends(loop: Loop) -> None:
    with dlwidgets.live() as run:
        assert torch.Tensor.backward is not left  # watched now
        assert hooks.active() is not None
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        for _ in run.track(range(3)):
            loop.step()
    assert (run.state, run.steps) == ("finished", 3)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_raised_comes_through(loop: Loop, error: type[BaseException]) -> None:
    def block() -> None:
        with dlwidgets.live() as run:
            runs.append(run)
            loop.step()
            raise error

    runs: list[Run] = []
    with pytest.raises(error) as caught:
        block()
    (run,) = runs
    assert run.state == ("interrupted" if error is KeyboardInterrupt else "failed")
    assert run.steps == 1
    files = [entry.path.name for entry in caught.traceback]
    assert [name for name in files if name != "contextlib.py"] == ["test_session.py"] * 2


@pytest.mark.parametrize("how", ["stop", "diverge", "interrupt"])
def test_the_program_goes_on_after_the_block(loop: Loop, how: str) -> None:
    after = reached = False
    with dlwidgets.live() as run:
        for i in run.track(range(9)):
            if i == 3 and how == "stop":
                run.stop()
            if i == 3 and how == "diverge":
                loop.x = loop.x * float("nan")
            if i == 3 and how == "interrupt":
                os.kill(os.getpid(), signal.SIGINT)
            loop.step()
        reached = True
    after = True
    assert (reached, after) == (False, True)
    state = {"stop": "stopped", "diverge": "diverged", "interrupt": "interrupted"}[how]
    assert run.state == state
    assert run.steps == 3


def test_a_second_interrupt_raises(loop: Loop) -> None:
    def block() -> None:
        with dlwidgets.live() as run:
            runs.append(run)
            loop.step()
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            loop.step()

    runs: list[Run] = []
    with pytest.raises(KeyboardInterrupt):
        block()
    assert [(run.state, run.steps) for run in runs] == [("interrupted", 1)]


def test_a_handler_of_the_programs_own_is_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    own = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        mine = signal.getsignal(signal.SIGINT)
        with dlwidgets.live():
            assert signal.getsignal(signal.SIGINT) is not mine
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, own)
    assert before is own


def test_on_another_thread(loop: Loop) -> None:
    runs = []

    def work() -> None:
        with dlwidgets.live(monitor=False) as run:
            loop.step()
        runs.append(run)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [(run.state, run.steps) for run in runs] == [("finished", 1)]


def again(inner: str, loop: Loop) -> None:
    """Begin another run by one of the ways."""
    if inner == "train":
        dlwidgets.train(nn.Linear(4, 3), (loop.x, loop.y), epochs=1, device="cpu")
    with dlwidgets.live("second") if inner == "live" else session(Run("second")):
        pass


@pytest.mark.parametrize("inner", ["live", "train", "session"])
def test_one_inside_another_is_refused_and_the_outer_goes_on(
    loop: Loop, inner: str, capsys: Any
) -> None:
    with dlwidgets.live() as run:
        loop.step()
        with pytest.raises(RuntimeError, match="not one inside another"):
            again(inner, loop)
        loop.step()
    assert (run.state, run.steps) == ("finished", 2)
    assert "second" not in capsys.readouterr().err


def test_two_in_a_row(loop: Loop) -> None:
    for _ in range(2):
        with dlwidgets.live(monitor=False) as run:
            loop.step()
        assert (run.state, run.steps) == ("finished", 1)


# --- what it shows ----------------------------------------------------------------------------


def test_a_line_at_the_end(loop: Loop, capsys: Any) -> None:
    with dlwidgets.live("mine"):
        loop.step()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("✓ mine: finished · 1 steps · ")


def test_without_a_monitor_it_is_silent(loop: Loop, capsys: Any) -> None:
    with dlwidgets.live(monitor=False):
        loop.step()
    dlwidgets.train(nn.Linear(4, 3), (loop.x, loop.y), epochs=1, device="cpu", monitor=False)
    assert capsys.readouterr() == ("", "")


def test_every_sets_the_time_between_updates(loop: Loop) -> None:
    calls: dict[float, int] = {}
    for every in (1e-6, 1000.0):
        calls[every] = 0
        with dlwidgets.live(monitor=False, every=every) as run:

            def count(every: float = every) -> None:
                calls[every] += 1

            run.subscribe(flush=count)
            for _ in range(20):
                loop.step()
    # Once a step and at the end; against the first step and the end.
    assert calls[1e-6] == 21
    assert calls[1000.0] <= 2


# --- train ------------------------------------------------------------------------------------


def test_it_prints_what_it_guessed(loop: Loop, capsys: Any) -> None:
    run = dlwidgets.train(nn.Linear(4, 3), (loop.x, loop.y), epochs=2, device="cpu")
    assert capsys.readouterr().out == (
        "train: cross entropy (targets are class indices); SGD, lr 0.01; "
        "2 epochs in batches of 64; on cpu\n"
    )
    assert (run.state, run.steps) == ("finished", 2)


def test_it_classifies() -> None:
    data = dlwidgets.data.digits()
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    run = dlwidgets.train(model, data, epochs=3, lr=0.1, device="cpu", monitor=False)
    last = run.history.iloc[-1]
    assert last["test_accuracy"] > 0.85
    assert last["test_accuracy"] == dlwidgets.accuracy(model, data.test)
    # Test metrics stand once an epoch, at its last step.
    assert run.history["test_accuracy"].count() == 3


def test_it_regresses(capsys: Any) -> None:
    torch.manual_seed(0)
    x = torch.randn(256, 3)
    y = x @ torch.tensor([1.0, -2.0, 0.5]) + 3
    model = nn.Linear(3, 1)
    run = dlwidgets.train(model, (x, y), epochs=40, lr=0.1, device="cpu")
    assert "mean squared error (targets are floats)" in capsys.readouterr().out
    assert run.history["loss"].iloc[-1] < 1e-4
    torch.testing.assert_close(model.bias.detach(), torch.tensor([3.0]), atol=0.01, rtol=0)


@pytest.mark.parametrize(
    ("choices", "error", "text"),
    [
        ({"epochs": 0}, ValueError, "epochs: expected a whole number from 1, got 0"),
        ({"batch_size": 2.5}, ValueError, "batch_size: expected a whole number from 1, got 2.5"),
        ({"optimizer": "adamm"}, ValueError, "Did you mean 'adam'?"),
        ({"metrics": ["acc"]}, ValueError, "no metric named 'acc'"),
        ({"device": "gpu"}, ValueError, "device: expected 'auto'"),
        ({"epocs": 3}, TypeError, "epocs"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_touched(
    loop: Loop, choices: dict[str, Any], error: type[Exception], text: str, capsys: Any
) -> None:
    weight, generator = loop.model.weight.clone(), torch.get_rng_state()
    with pytest.raises(error, match=text.replace("?", r"\?")):
        dlwidgets.train(loop.model, (loop.x, loop.y), **{"device": "cpu", **choices})
    assert torch.equal(loop.model.weight, weight)
    assert torch.equal(torch.get_rng_state(), generator)
    assert capsys.readouterr() == ("", "")


def test_the_same_seed_trains_the_same(loop: Loop) -> None:
    start = {name: value.clone() for name, value in loop.model.state_dict().items()}
    weights = []
    for seed in (1, 1, 2):
        loop.model.load_state_dict(start)
        dlwidgets.train(
            loop.model,
            (loop.x, loop.y),
            batch_size=8,
            epochs=1,
            seed=seed,
            device="cpu",
            monitor=False,
        )
        weights.append(loop.model.weight.detach().clone())
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


# --- in a kernel ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    notebook = Notebook(Path(sys.executable), tmp_path_factory.mktemp("kernel"))
    notebook.run(f"import dlwidgets, signal\n{SETUP}")
    yield notebook
    notebook.close()


def displayed(kernel: Any, cell: str) -> list[set[str]]:
    kinds = ("display_data", "update_display_data")
    return [set(m["content"]["data"]) for kind in kinds for m in kernel.caused(cell, kind)]


LIVE = "application/vnd.jupyter.widget-view+json"


def test_live_shows_a_monitor_and_leaves_a_picture(kernel: Any) -> None:
    cell = kernel.execute("with dlwidgets.live() as run:\n    for i in run.track(range(4)): step()")
    assert kernel.finish(cell)["status"] == "ok"
    live, static = displayed(kernel, cell)
    assert LIVE in live
    assert static == {"text/html", "text/plain", "image/png"}


def test_silent_means_silent(kernel: Any) -> None:
    cell = kernel.execute(
        "with dlwidgets.live(monitor=False): step()\n"
        "dlwidgets.train(model, (x, y), epochs=1, device='cpu', monitor=False);"
    )
    assert kernel.finish(cell)["status"] == "ok"
    assert displayed(kernel, cell) == []
    assert kernel.printed(cell) == ""


def test_refused_inside_another_it_shows_nothing(kernel: Any) -> None:
    cell = kernel.execute(
        "with dlwidgets.live(monitor=False):\n    with dlwidgets.live('inner'): step()"
    )
    assert kernel.finish(cell)["ename"] == "RuntimeError"
    assert displayed(kernel, cell) == []


def test_the_interrupt_button_finishes_the_step(kernel: Any) -> None:
    cell = kernel.execute(
        "before = signal.getsignal(signal.SIGINT)\nimport itertools\n"
        "with dlwidgets.live() as run:\n    for i in itertools.count():\n        step()\n"
        "        if i == 0: print('on', flush=True)\n"
        "print('after', run.state, run.steps == len(run.history) > 0,"
        " signal.getsignal(signal.SIGINT) is before)"
    )
    kernel.until(lambda: "on" in kernel.printed(cell))
    kernel.manager.interrupt_kernel()
    assert kernel.finish(cell)["status"] == "ok"
    assert kernel.printed(cell) == "on\nafter interrupted True True\n"


def test_show_brings_the_monitor_back(kernel: Any) -> None:
    kernel.run("with dlwidgets.live() as run: step()")
    cell = kernel.execute("run.show()")
    kernel.finish(cell)
    assert [LIVE in data for data in displayed(kernel, cell)] == [True]
    kernel.run("run.close()")
