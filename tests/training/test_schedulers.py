from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as schedulers

from dlwidgets.training import Run, watched
from tests.training.loops import Weight

STEPS = 24
TURN = 8
Make = Callable[[torch.optim.Optimizer], Any]

MAKE: dict[str, Make] = {
    "StepLR": lambda o: schedulers.StepLR(o, 5, gamma=0.5),
    "LambdaLR": lambda o: schedulers.LambdaLR(o, lambda s: min(1.0, s / 6)),
    "ExponentialLR": lambda o: schedulers.ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda o: schedulers.CosineAnnealingLR(o, 10),
    "CyclicLR": lambda o: schedulers.CyclicLR(o, 0.01, 0.1, step_size_up=4),
    "OneCycleLR": lambda o: schedulers.OneCycleLR(o, 0.4, total_steps=STEPS + 1),
    "ReduceLROnPlateau": lambda o: schedulers.ReduceLROnPlateau(o, patience=2, factor=0.5),
    "SequentialLR": lambda o: schedulers.SequentialLR(
        o,
        [
            schedulers.ConstantLR(o, 0.1, total_iters=4),
            schedulers.StepLR(o, 6, gamma=0.5),
        ],
        milestones=[4],
    ),
}


def train(
    make: Make, on_step: Callable[[int], None] = lambda _step: None, **options: Any
) -> tuple[list[float], list[float], list[float]]:
    """Return at each step how far the weight went, the scheduler's rate, and what it then said."""
    weight = Weight(lr=0.2, **options)
    optimizer = weight.optimizer
    scheduler = make(optimizer)
    used, said, after = [], [], []
    for step in range(STEPS):
        on_step(step)
        said.append(float(optimizer.param_groups[0]["lr"]))
        momentum = optimizer.param_groups[0]["momentum"]
        optimizer.param_groups[0]["momentum"] = 0.0  # So that a step shows the rate alone.
        used.append(weight.step())
        optimizer.param_groups[0]["momentum"] = momentum
        if isinstance(scheduler, schedulers.ReduceLROnPlateau):
            scheduler.step(1.0)
        else:
            scheduler.step()
        after.append(float(scheduler.get_last_lr()[0]))
    return used, said, after


def exact(values: list[float]) -> Any:
    return pytest.approx(values, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", MAKE)
def test_untouched_a_scheduler_goes_its_way(name: str) -> None:
    bare = train(MAKE[name], momentum=0.5)
    run = Run()
    with watched(run):
        watching = train(MAKE[name], momentum=0.5)
    assert watching == bare
    assert run.history["lr"].tolist() == bare[1]
    assert [e for e in run.events if e.name == "lr"] == []


@pytest.mark.parametrize("name", MAKE)
def test_the_slider_multiplies_what_the_scheduler_says(name: str) -> None:
    bare_used, bare_said, bare_after = train(MAKE[name], momentum=0.5)
    run = Run()
    scheduled = []

    def on_step(step: int) -> None:
        if step == TURN:
            run.set(lr=3.0)
        elif step > TURN:
            knob = run.knobs[0]
            scheduled.append((knob.scheduled, knob.value))

    with watched(run):
        used, said, after = train(MAKE[name], on_step, momentum=0.5)
    factor = 3.0 / bare_said[TURN]
    assert used == exact([v * (factor if s >= TURN else 1) for s, v in enumerate(bare_used)])
    # Between the steps the numbers are the scheduler's own.
    assert said == bare_said
    assert after == bare_after
    assert run.history["lr"].tolist() == exact(
        [v * (factor if s >= TURN else 1) for s, v in enumerate(bare_said)]
    )
    assert [one for one, _ in scheduled] == bare_said[TURN:-1]
    assert [both for _, both in scheduled] == exact([factor * v for v in bare_said[TURN:-1]])
    (event,) = [e for e in run.events if e.name == "lr"]
    assert (event.step, event.kind, event.new) == (TURN, "set", 3.0)
    # Back to what the scheduler says.
    assert run.knobs[0].factor == pytest.approx(factor)


def test_a_rate_of_zero_is_multiplied_by_what_it_warms_up_to() -> None:
    run = Run()

    def on_step(step: int) -> None:
        if step == 1:
            run.set(lr=0.4)

    def make(optimizer: torch.optim.Optimizer) -> Any:
        return schedulers.LambdaLR(optimizer, lambda step: 0.0 if step < 3 else 1.0)

    with watched(run):
        used, _, _ = train(make, on_step)
    assert used[:3] == [0, 0, 0]
    assert used[3:] == exact([0.4] * (STEPS - 3))


def test_a_scheduler_made_in_mid_run_takes_over_from_a_manual_rate() -> None:
    weight, run = Weight(lr=0.1), Run()
    with watched(run):
        weight.step()
        run.set(lr=0.8)
        weight.step()
        scheduler = schedulers.StepLR(weight.optimizer, 1, gamma=0.5)
        run.set(lr=0.4)
        used = []
        for _ in range(3):
            used.append(weight.step())
            scheduler.step()
    assert used == exact([0.4, 0.2, 0.1])
    assert scheduler.get_last_lr() == [0.1]
    assert weight.optimizer.param_groups[0]["lr"] == 0.1


def test_a_rate_in_a_tensor_is_multiplied_too() -> None:
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    lr = torch.tensor(0.5)
    optimizer = torch.optim.SGD([weight], lr=lr)
    scheduler = schedulers.ExponentialLR(optimizer, 0.5)
    run = Run()
    with watched(run):
        for step in range(4):
            optimizer.zero_grad()
            loss = weight.sum()
            loss.backward()
            if step == 2:
                run.set(lr=1.0)
            optimizer.step()
            scheduler.step()
    assert optimizer.param_groups[0]["lr"] is lr
    assert run.history["lr"].tolist() == [0.5, 0.25, 1.0, 0.5]
    assert weight.item() == -2.25
    assert lr.item() == 0.03125


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_step_that_is_cut_short_gives_the_rate_back(error: type[BaseException]) -> None:
    class Broken(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            if run.steps == 2:
                raise error
            return super().step(closure)

    weight = torch.zeros(1, requires_grad=True)
    optimizer = Broken([weight], lr=0.5)
    schedulers.StepLR(optimizer, 100)
    run = Run()

    def loop() -> None:
        for step in range(4):
            if step == 1:
                run.set(lr=2.0)
            weight.grad = torch.ones(1)
            optimizer.step()

    with pytest.raises(error), watched(run):
        loop()
    assert run.history["lr"].tolist() == [0.5, 2.0]
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_a_step_that_raised_and_was_caught_is_not_multiplied_twice() -> None:
    class Shaky(torch.optim.SGD):
        broken = False

        def step(self, closure: Any = None) -> Any:
            if run.steps == 2 and not Shaky.broken:
                Shaky.broken = True
                raise ValueError
            return super().step(closure)

    weight = torch.zeros(1, requires_grad=True)
    optimizer = Shaky([weight], lr=0.5)
    schedulers.StepLR(optimizer, 100)
    run = Run()
    with watched(run):
        for step in range(6):
            if step == 1:
                run.set(lr=2.0)
            weight.grad = torch.ones(1)
            try:
                optimizer.step()
            except ValueError:
                assert step == 2
    assert Shaky.broken
    assert run.history["lr"].tolist() == [0.5, 2.0, 2.0, 2.0, 2.0]
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_the_factor_is_measured_on_the_newest_rate_of_each_optimizer() -> None:
    first, second = Weight(lr=1.0), Weight(lr=1.0)
    decays = [schedulers.ExponentialLR(w.optimizer, 0.5) for w in (first, second)]
    run = Run()
    used = []
    with watched(run):
        for step in range(4):
            if step == 2:
                run.set(lr=1.0)
            used.append((first.step(), second.step()))
            for decay in decays:
                decay.step()
    assert used == [(1.0, 1.0), (0.5, 0.5), (1.0, 1.0), (0.5, 0.5)]
