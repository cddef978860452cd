"""Races: torch's own optimizers on surfaces, from one start, and the code that repeats them."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch

from dlwidgets.explain.optimizers import (
    SURFACES,
    Racer,
    Surface,
    fitting,
    on_surface,
    race,
    read_racer,
    read_schedule,
    read_surface,
    script,
    tuned,
)

PARTIAL = functools.partial


def my_bumps(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.sin(3 * x) * torch.cos(2 * y) + 0.1 * (x**2 + y**2)


def my_max(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.stack([x.abs(), 2 * y.abs()]).max()


def my_optimizer(parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
    return torch.optim.NAdam(parameters, lr=0.2)


def my_scheduler(optimizer: torch.optim.Optimizer) -> Any:
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=5)
    cool = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    return torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, cool], milestones=[5])


RACERS: list[Any] = [
    "sgd",
    "momentum",
    "nag",
    "adagrad",
    "rmsprop",
    "adam",
    "adamw",
    "adadelta",
    "rprop",
    "lbfgs",
    torch.optim.RAdam,
    my_optimizer,
    PARTIAL(torch.optim.Adam, lr=0.3, betas=(0.5, 0.6), amsgrad=True),
    ("adam", 7, PARTIAL(torch.optim.SGD, lr=0.05, momentum=0.9)),
]


def plain(surface: Surface, racer: Racer, steps: int) -> np.ndarray[Any, Any]:
    """Return the path that the script walks."""
    known: dict[str, Any] = {"torch": torch, "my_optimizer": my_optimizer}
    known |= {f.__name__: f for f in (my_bumps, my_max, my_scheduler)}
    exec(script(surface, surface.start, racer, steps), known)
    return np.array(known["path"])


@pytest.mark.parametrize("given", RACERS, ids=str)
def test_the_script_walks_the_same_path_to_the_bit(given: Any) -> None:
    surface = SURFACES["ravine"]
    racer, _ = read_racer(given)
    path = race(on_surface(surface, surface.start), racer, 20)
    assert np.array_equal(path.points, plain(surface, racer, 20))


@pytest.mark.parametrize("schedule", ["StepLR", "OneCycleLR", "ReduceLROnPlateau", my_scheduler])
def test_the_script_steps_the_schedule_too(schedule: Any) -> None:
    surface = SURFACES["bowl"]
    racer, _ = read_racer(PARTIAL(torch.optim.SGD, lr=0.3, momentum=0.9))
    racer = Racer(racer.stages, read_schedule(schedule, 20))
    path = race(on_surface(surface, surface.start), racer, 20)
    assert np.array_equal(path.points, plain(surface, racer, 20))
    assert len(set(path.held[:, path.options.index("lr")])) > 1


@pytest.mark.parametrize("name", SURFACES)
def test_sources_of_surfaces_are_what_is_computed(name: str) -> None:
    surface = SURFACES[name]
    racer, _ = read_racer(PARTIAL(torch.optim.Adam, lr=0.1))
    path = race(on_surface(surface, surface.start), racer, 10)
    assert np.array_equal(path.points, plain(surface, racer, 10))
    values = surface.values(7)
    assert values.shape == (7, 7)
    left, _, _, top = surface.window
    x, y = torch.tensor([left, top], dtype=torch.float64)
    assert values[6, 0] == pytest.approx(surface.function(x, y).item())


def test_surfaces_are_lowest_where_the_books_say() -> None:
    at = lambda *xy: torch.tensor(xy, dtype=torch.float64).unbind()  # noqa: E731 -- short
    assert SURFACES["beale"].function(*at(3, 0.5)).item() == 0
    assert SURFACES["rosenbrock"].function(*at(1, 1)).item() == 0
    assert SURFACES["saddle"].function(*at(0, 1)).item() == -0.5
    assert SURFACES["plateau"].function(*at(0, 0)).item() == 0


@pytest.mark.parametrize("function", [my_bumps, my_max])
def test_a_function_of_ones_own(function: Any) -> None:
    surface = read_surface(function, (-2, 2, -1, 3), (0.5, 0.7))
    assert surface.own
    assert surface.name == function.__name__
    values = surface.values()
    # A function that can't take many places at once is asked one by one, at fewer of them.
    assert values.shape == ((121, 121) if function is my_bumps else (41, 41))
    side = len(values)
    x = torch.linspace(-2, 2, side, dtype=torch.float64)
    y = torch.linspace(-1, 3, side, dtype=torch.float64)
    assert values[3, 10].item() == pytest.approx(function(x[10], y[3]).item())
    racer, _ = read_racer("adam")
    path = race(on_surface(surface, surface.start), racer, 10)
    assert np.array_equal(path.points, plain(surface, racer, 10))


def test_divergence_ends_the_path_and_says_where() -> None:
    surface = SURFACES["rosenbrock"]
    racer, _ = read_racer(PARTIAL(torch.optim.SGD, lr=1.0))
    path = race(on_surface(surface, surface.start), racer, 30)
    assert path.stopped is not None
    assert path.stopped < 12
    assert np.isfinite(path.points[: path.stopped]).all()
    assert np.isnan(path.points[path.stopped + 1 :]).all()


def test_a_loss_that_is_no_number_from_the_start() -> None:
    surface = read_surface(lambda x, y: torch.log(x) + y, None, (-1.0, 0.0))
    racer, _ = read_racer("sgd")
    path = race(on_surface(surface, (-1.0, 0.0)), racer, 3)
    assert path.stopped == 0
    assert path.held.shape == (3, 0)


def test_a_relay_changes_optimizers_on_the_same_parameter() -> None:
    surface = SURFACES["ravine"]
    adam = PARTIAL(torch.optim.Adam, lr=0.3)
    racer, said = read_racer((adam, 10, PARTIAL(torch.optim.SGD, lr=0.1, momentum=0.9)))
    assert said
    assert racer.name == "Adam → Momentum"
    course = on_surface(surface, surface.start)
    path, alone = race(course, racer, 20), race(course, read_racer(adam)[0], 20)
    assert np.array_equal(path.points[:11], alone.points[:11])
    assert [(p.begin, p.title) for p in path.pieces] == [(0, "Adam"), (10, "Momentum")]
    # The new optimizer remembers nothing of the old one.
    assert (path.before[10] == 0).all()


def test_an_optimizer_of_ones_own_is_read_and_left_alone() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    theirs = torch.optim.Adam([weight], lr=torch.tensor(0.25), betas=(0.8, 0.9), fused=False)
    weight.grad = torch.ones(3)
    theirs.step()
    theirs.param_groups[0]["lr"].fill_(0.125)
    before = weight.detach().clone(), int(theirs.state[weight]["step"])
    racer, said = read_racer(theirs)
    assert said
    surface = SURFACES["ravine"]
    path = race(on_surface(surface, surface.start), racer, 5)
    assert path.held[0, path.options.index("lr")] == 0.125
    assert racer.stages[0][1].given == {"lr", "betas"}
    assert np.array_equal(path.points, plain(surface, racer, 5))
    assert torch.equal(weight, before[0])
    assert int(theirs.state[weight]["step"]) == before[1]


def test_the_book_comparison_gives_every_racer_the_same_start_and_batches() -> None:
    course = fitting(seed=3)
    before = torch.get_rng_state()
    sgd, adam = (
        race(course, read_racer(PARTIAL(kind, lr=0.01))[0], 60)
        for kind in (torch.optim.SGD, torch.optim.Adam)
    )
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(sgd.points[0], adam.points[0])
    assert sgd.losses[0] == adam.losses[0]
    assert adam.losses[-10:].mean() < sgd.losses[-10:].mean()
    again = race(fitting(seed=3), read_racer(PARTIAL(torch.optim.Adam, lr=0.01))[0], 60)
    assert np.array_equal(adam.points, again.points)
    assert adam.curves is not None
    assert adam.curves.shape == (61, 41)
    lap = course.begin()
    assert lap.curve is not None
    assert np.array_equal(adam.curves[0], lap.curve().numpy())


def test_a_model_inside_a_function_gets_no_gradients() -> None:
    model = torch.nn.Linear(2, 1).double()

    def f(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = model(torch.stack([x, y])) ** 2
        return found

    surface = read_surface(f, None, (1.0, 2.0))
    path = race(on_surface(surface, surface.start), read_racer("lbfgs")[0], 4)
    assert path.losses[-1] < path.losses[0]
    assert all(p.grad is None for p in model.parameters())
    assert surface.values().shape == (41, 41)


def test_functions_with_random_numbers_are_the_same_each_time() -> None:
    surface = read_surface(lambda x, y: x**2 + y**2 + x * torch.randn(()), None, (1.0, 1.0))
    racer, _ = read_racer(PARTIAL(torch.optim.SGD, lr=0.1))
    paths = [race(on_surface(surface, (1.0, 1.0), seed), racer, 5).points for seed in (1, 1, 2)]
    assert np.array_equal(paths[0], paths[1])
    assert not np.array_equal(paths[0], paths[2])


def test_the_tuned_rate_is_the_best_of_the_grid() -> None:
    from dlwidgets.explain.optimizers.tuning import GRID

    surface = SURFACES["bowl"]
    course = on_surface(surface, surface.start)
    found = tuned(course, read_racer("sgd")[0], 6)
    rate = found.stages[0][1].options["lr"]
    assert found.tuned
    ends = {}
    for lr in GRID:
        path = race(course, read_racer(PARTIAL(torch.optim.SGD, lr=lr))[0], 6)
        ends[lr] = path.losses[-1]
    assert min(ends, key=lambda lr: ends[lr]) == rate == 1.0


def nonsense(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.stack([x, y])


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ("ravin", ValueError, r"Did you mean 'ravine'\?"),
        (3, TypeError, "got int"),
        (nonsense, ValueError, r"return one number .* got shape \(2,\)"),
        (lambda _x, _y: 1.0, ValueError, "got float"),
        (lambda x, _y: x.detach(), ValueError, "without a gradient"),
        (lambda x: x, ValueError, "failed on two float64 tensors: TypeError"),
    ],
)
def test_surfaces_that_can_not_be_shown(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        read_surface(given)


@pytest.mark.parametrize("window", [3, (1, 2, 3), (1, 0, 0, 1), (0, 1, 0, float("nan")), "abcd"])
def test_windows_have_an_inside(window: Any) -> None:
    with pytest.raises(ValueError, match="window: expected four numbers"):
        read_surface("bowl", window)


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ("adm", ValueError, r"Did you mean 'adam'\?"),
        (3, TypeError, "got int"),
        (PARTIAL(torch.optim.SGD, lr=-1), ValueError, "Invalid learning rate: -1"),
        (PARTIAL(torch.optim.SGD, lr=0.1, momentun=1), ValueError, "momentun"),
        (torch.optim.Muon, ValueError, "torch.optim.Muon could not be made"),
        (lambda _parameters: 3, TypeError, "to return a torch.optim.Optimizer, got int"),
        (("adam", "sgd"), ValueError, r"expected \(first, step, then\)"),
        (("adam", 0, "sgd"), ValueError, "with a step from 1"),
    ],
)
def test_optimizers_that_can_not_take_part(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        read_racer(given)


def test_a_step_that_torch_refuses_is_told_in_its_words() -> None:
    surface = SURFACES["bowl"]
    racer, _ = read_racer(PARTIAL(torch.optim.SparseAdam, lr=0.1))
    with pytest.raises(ValueError, match=r"SparseAdam: torch refused step 1: .*dense gradients"):
        race(on_surface(surface, surface.start), racer, 3)


def test_options_are_changed_by_name_and_refused_as_torch_would() -> None:
    racer, _ = read_racer("momentum")
    faster = racer.having(0, lr=0.5, momentum=0.0)
    assert faster.name == "SGD"
    with pytest.raises(ValueError, match=r"Did you mean 'momentum'\?"):
        racer.having(0, momentun=0.5)
    with pytest.raises(ValueError, match="Invalid momentum value"):
        racer.having(0, momentum=-1)
