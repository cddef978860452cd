"""Small training loops that the tests of the engine share."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.optim import optimizer as torch_optimizer

from dlwidgets.training import Run, control, watched

PLAIN_BACKWARD = torch.Tensor.backward
PLAIN_SCALER_STEP = torch.amp.GradScaler.step


def small_net(*, dropout: float = 0.0) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 3))


def batch(seed: int = 1, size: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, 4, generator=generator), torch.randint(
        0, 3, (size,), generator=generator
    )


class Weight:
    """One weight whose loss falls by its rate: each step does ``w -= lr * slope``."""

    def __init__(self, lr: float = 0.1, **options: float) -> None:
        self.w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        self.optimizer = torch.optim.SGD([self.w], lr=lr, **options)

    def step(self, slope: float = 1.0) -> float:
        """Do one step; return how far the weight went."""
        before = self.w.item()
        self.optimizer.zero_grad()
        loss = slope * self.w.sum()
        loss.backward()
        self.optimizer.step()
        return before - self.w.item()


class Background:
    """Training on a thread of its own, steered from the test's."""

    def __init__(self, run: Run, loop: Callable[[], object]) -> None:
        self.run = run
        self.error: BaseException | None = None
        self._changed = threading.Condition()
        self._loop = loop
        run.subscribe(poll=self._notify, flush=self._notify)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with watched(self.run):
                self._loop()
        except BaseException as error:  # noqa: BLE001 -- the test looks at it
            self.error = error
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, timeout=60), self.run

    def wait_for_state(self, state: str) -> None:
        self.wait(lambda: self.run.state == state)

    def join(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()


def assert_no_hooks() -> None:
    assert torch.Tensor.backward is PLAIN_BACKWARD
    assert torch.amp.GradScaler.step is PLAIN_SCALER_STEP
    assert not torch_optimizer._global_optimizer_pre_hooks
    assert not torch_optimizer._global_optimizer_post_hooks
    assert not torch.nn.modules.module._global_forward_pre_hooks


@contextmanager
def poll_always() -> Iterator[None]:
    """Run a block in which runs poll at every boundary, not 50 times a second."""
    usual, control.POLL = control.POLL, 0.0
    try:
        yield
    finally:
        control.POLL = usual


@contextmanager
def at_boundary(run: Run, step: int, act: Callable[[], None]) -> Iterator[None]:
    """Run a block in which ``act`` is called between ``step`` and the next step."""
    done = []

    def look() -> None:
        if run.steps == step and not done:
            done.append(step)
            act()

    run.subscribe(poll=look)
    with poll_always():
        yield
    assert done == [step]
