"""A race of optimizers: drag the start, play the paths, take a step apart, draw schedules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.widgets import optimizer_contest as reading
from dlwidgets.widgets import optimizer_rows as rows
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Widget, command

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.explain.optimizers import Breakdown, Contest, Surface

USUAL = ("sgd", "momentum", "adagrad", "rmsprop", "adam")

SHAPES = ("StepLR", "CosineAnnealingLR", "OneCycleLR")


def _numbers(ndim: int, help_: str, dtype: str = "float64") -> Any:  # noqa: ANN401 -- a trait
    return wire.Array(dtype, ndim=ndim, help=help_).tag(sync=True)


class OptimizerExplorer(Widget, bundle="optimizer_explorer"):
    """Optimizers of torch race from one start; every step can be taken apart.

    ``explore(torch.optim.Adam(model.parameters()))`` opens yours beside plain SGD,
    ``OptimizerExplorer(f, ["sgd", "adam"], start=(1, 2))`` a race on your own f(x, y),
    ``explore(scheduler)`` a schedule of the rate. Paths are torch's own, in double precision; the
    page computes each line of a step, and a badge says whether torch agrees (book 3.6 to 3.8, 5.6).
    """

    step = t.Int(0, help="Which place of the paths is shown, 0 being the start.").tag(sync=True)
    racer = t.Int(0, help="Whose steps are taken apart.").tag(sync=True)
    number = t.Enum([0, 1], 0, help="Which of the two parameters is taken apart.").tag(sync=True)
    tab = t.Enum(["race", "schedules"], "race", help="What is shown.").tag(sync=True)

    _surfaces = t.List(t.Unicode(), help="What can be run on, by name.").tag(sync=True)
    _surface = t.Unicode("", help="What is run on.").tag(sync=True)
    _source = t.Unicode("", help="The surface as an expression, or its own name.").tag(sync=True)
    _names = t.List(t.Unicode(), help="The two numbers that are followed.").tag(sync=True)
    _window = _numbers(1, "x from, x to, y from, y to; empty for the net.")
    _map = _numbers(2, "The surface over the window, the first row at the lowest y.", "float32")
    _start = _numbers(1, "Where all begin, x and y.")
    _steps = t.Int(0, help="How many steps a race has.").tag(sync=True)
    _racers = t.List(rows.RACER, help="Who takes part.").tag(sync=True)
    _points = _numbers(3, "The paths, (racers, steps + 1, 2).")
    _losses = _numbers(2, "The losses on them, (racers, steps + 1).")
    _records = t.List(rows.RECORD, help="What each optimizer held.").tag(sync=True)
    _curves = _numbers(3, "What each net has learned, (racers, steps + 1, places).", "float32")
    _samples = _numbers(2, "What the nets learn, (samples, 2).", "float32")
    _optimizers = t.List(t.Unicode(), help="Optimizers that can be added by name.").tag(sync=True)
    _shapes = t.List(t.Unicode(), help="Schedules that can be added by name.").tag(sync=True)
    _schedules = t.List(rows.SCHEDULE, help="The schedules that are drawn.").tag(sync=True)
    _rates = _numbers(2, "The rate of each schedule, (schedules, steps).")
    _asked = t.Int(0, help="Which question of the page has been answered.").tag(sync=True)

    def __init__(
        self,
        fn: object = "ravine",
        optimizers: Sequence[object] = USUAL,
        *,
        start: Sequence[float] | None = None,
        steps: int | None = None,
        seed: int = 0,
        window: Sequence[float] | None = None,
        schedules: Sequence[object] = SHAPES,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Run a race.

        Args:
            fn: ``"ravine"``, ``"saddle"``, ``"plateau"``, ``"beale"``, ``"rosenbrock"``,
                ``"bowl"``; your own ``f(x, y)`` of two tensors, in torch; or ``"net"``, the book's
                comparison, in which a small net learns a parabola from noisy points.
            optimizers: up to eight: names (``"adam"``, ``"momentum"``, ``"nag"``), classes of
                ``torch.optim`` or your own, ``functools.partial(torch.optim.SGD, lr=0.1)``,
                optimizers (read, never stepped), functions that make one from parameters, or
                ``("adam", 60, "sgd")``, the first until step 60 and then the other. Names get a
                rate that suits the surface; on your own function it is searched for.
            start: x and y; without it the surface's own.
            steps: of each, up to 1,000.
            seed: of the net, its batches, and functions that draw random numbers.
            window: what the map shows: x from, x to, y from, y to.
            schedules: names (``"StepLR"``), classes of ``torch.optim.lr_scheduler`` with options
                as ``functools.partial``, functions from an optimizer to a scheduler, or
                schedulers (copied).
            **values: ``step``, ``racer``, ``number``, ``tab``, and what all widgets take.

        Raises:
            TypeError: for what is no function, optimizer or schedule, or an unknown option.
            ValueError: for unknown names, what torch refuses, too many, or a start that is none.
        """
        from dlwidgets.explain.optimizers.racers import NAMES
        from dlwidgets.explain.optimizers.schedules import KNOWN

        self._check_names(values)
        self._contest = reading.contest(fn, start, steps, seed, window, optimizers, schedules)
        self._own: dict[str, Surface] = {}
        if (surface := self._contest.surface) and (surface.own or window is not None):
            self._own[surface.name] = surface
        values.setdefault("step", self._contest.steps)
        super().__init__(
            **self._state(None),
            _surfaces=self._places(),
            _optimizers=sorted(NAMES),
            _shapes=list(KNOWN),
            **values,
        )

    @property
    def trajectories(self) -> dict[str, NDArray[np.float64]]:
        """Where each racer was, (steps + 1, 2); NaN after it diverged."""
        paths = zip(self._contest.names, self._contest.paths, strict=True)
        return {name: path.points.copy() for name, path in paths}

    @property
    def losses(self) -> dict[str, NDArray[np.float64]]:
        """The loss of each racer at these places, (steps + 1,)."""
        paths = zip(self._contest.names, self._contest.paths, strict=True)
        return {name: path.losses.copy() for name, path in paths}

    @property
    def start(self) -> tuple[float, float]:
        """Where all begin; setting it runs the race again."""
        return self._contest.start

    @start.setter
    def start(self, place: Sequence[float]) -> None:
        self._show(replace(self._contest, start=reading.start_of(place)))

    @property
    def steps(self) -> int:
        """How many steps a race has; setting it runs the race again."""
        return self._contest.steps

    @steps.setter
    def steps(self, steps: int) -> None:
        self._show(replace(self._contest, steps=reading.steps_of(steps)))

    def breakdown(
        self, step: int | None = None, racer: int | None = None, number: int | None = None
    ) -> Breakdown:
        """Return one step of one parameter, taken apart; what is left out is what is on screen.

        Args:
            step: from 0.
            racer: its place in the list.
            number: 0 or 1, which parameter.

        Raises:
            ValueError: for a step that was not taken, or a racer or number that there is not.
        """
        from dlwidgets.explain.optimizers import breakdown

        at = self.racer if racer is None else reading.within("racer", racer, len(self._racers))
        path = self._contest.paths[at]
        taken = self._contest.steps if path.stopped is None else path.stopped
        chosen = max(0, min(self.step, taken) - 1) if step is None else step
        which = self.number if number is None else reading.within("number", number, 2)
        return breakdown(path, reading.within("step", chosen, taken), which)

    def code(self, racer: int | None = None) -> str:
        """Return plain PyTorch that walks the path of a racer: a list ``path`` of its places."""
        at = self.racer if racer is None else reading.within("racer", racer, len(self._racers))
        return self._contest.script(at)

    def add(self, optimizer: object) -> None:
        """Let one more take part: anything that the constructor takes.

        Raises:
            TypeError: for what is no optimizer.
            ValueError: for an unknown name, what torch refuses, or one too many.
        """
        self._show(self._contest.entered([optimizer]))

    def draw(self, schedule: object) -> None:
        """Draw one more schedule: anything that the constructor takes.

        Raises:
            TypeError: for what is no schedule.
            ValueError: for an unknown name, what torch refuses, or one too many.
        """
        from dlwidgets.explain.optimizers import read_schedule

        drawn = self._contest.schedules
        reading.few(len(drawn) + 1)
        read = read_schedule(schedule, self._contest.steps)
        self._show(replace(self._contest, schedules=(*drawn, read)))

    def __repr__(self) -> str:
        return f"OptimizerExplorer: {self._surface}, {', '.join(self._contest.names)}"

    @t.validate("racer")
    def _one_of_the_racers(self, proposal: dict[str, Any]) -> int:
        return max(0, min(len(self._contest.racers) - 1, int(proposal["value"])))

    @t.validate("step")
    def _within_the_race(self, proposal: dict[str, Any]) -> int:
        return max(0, min(self._contest.steps, int(proposal["value"])))

    def _places(self) -> list[str]:
        from dlwidgets.explain.optimizers import SURFACES

        return [*(name for name in self._own if name not in SURFACES), *SURFACES, rows.NET]

    def _show(self, contest: Contest, asked: int | None = None) -> None:
        """Run what has changed, and show it; nothing changes where that fails."""
        before, self._contest = self._contest, contest
        try:
            state = self._state(before)
        except Exception:
            self._contest = before
            raise
        if asked is not None:
            state["_asked"] = asked
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
            self.racer = min(self.racer, len(contest.racers) - 1)
            # Who looks at the end goes on looking at the end.
            self.step = contest.steps if self.step == before.steps else self.step

    def _state(self, before: Contest | None) -> dict[str, Any]:
        """Return the traits that show the contest, once it has been run."""
        self._contest = self._contest.run(before)
        return rows.state(self._contest, before)

    @command
    def _on_start(self, value: dict[str, Any]) -> None:
        """Begin somewhere else."""
        place = reading.start_of((value["x"], value["y"]))
        self._show(replace(self._contest, start=place), int(value["asked"]))

    @command
    def _on_surface(self, value: str) -> None:
        """Run on another surface, from its own start."""
        from dlwidgets.explain.optimizers import read_surface

        name = str(value)
        found = None if name == rows.NET else self._own.get(name) or read_surface(name)
        self._show(self._contest.elsewhere(found))

    @command
    def _on_steps(self, value: float) -> None:
        self._show(replace(self._contest, steps=reading.steps_of(value)))

    @command
    def _on_change(self, value: dict[str, Any]) -> None:
        """Change an option of a racer, its turn to another optimizer, or its schedule."""
        self._show(reading.changed(self._contest, value))

    @command
    def _on_tune(self, _value: object) -> None:
        self._show(self._contest.tuned())

    @command
    def _on_add(self, value: str | list[Any]) -> None:
        self.add(tuple(value) if isinstance(value, list) else str(value))

    @command
    def _on_remove(self, value: int) -> None:
        self._show(reading.without(self._contest, int(value)))

    @command
    def _on_draw(self, value: str) -> None:
        self.draw(str(value))

    @command
    def _on_erase(self, value: int) -> None:
        drawn = self._contest.schedules
        gone = reading.within("schedule", int(value), len(drawn))
        self._show(replace(self._contest, schedules=drawn[:gone] + drawn[gone + 1 :]))


def open_optimizer(optimizer: object, fn: object = "ravine", **options: Any) -> OptimizerExplorer:  # noqa: ANN401 -- checked there
    """Open an optimizer of the user's beside plain SGD with its rate; it is read, never stepped."""
    from functools import partial

    import torch

    group = optimizer.param_groups[0]  # type: ignore[attr-defined]  # explore() has looked
    plain = partial(torch.optim.SGD, lr=float(group.get("lr", 0.01)))
    return OptimizerExplorer(fn, [optimizer, plain], **options)


def open_scheduler(scheduler: object, fn: object = "ravine", **options: Any) -> OptimizerExplorer:  # noqa: ANN401 -- checked there
    """Open a copy of a scheduler of the user's, beside a race of its optimizer's class."""
    optimizer = scheduler.optimizer  # type: ignore[attr-defined]  # explore() has looked
    chosen = {"schedules": [scheduler], "tab": "schedules"} | options
    return open_optimizer(optimizer, fn, **chosen)
