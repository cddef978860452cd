"""Who takes part in a race: any optimizer of torch, configured or not, or one of your own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import torch
from torch.optim import Optimizer

from dlwidgets.explain.optimizers.stages import Options, Stage, of_class, read_stage
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.explain.optimizers.schedules import Schedule

NAMES: dict[str, tuple[type[Optimizer], Options]] = {
    **{
        name.lower(): (kind, {})
        for name, kind in vars(torch.optim).items()
        if isinstance(kind, type) and issubclass(kind, Optimizer) and kind is not Optimizer
    },
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nag": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
}
"""What can be asked for by name."""


@dataclass(frozen=True)
class Racer:
    """One who takes part: an optimizer, or one after another.

    Attributes:
        stages: the step from which each is used, and the optimizer; the first from step 0.
        schedule: of the rate, begun anew with each stage.
        tuned: whether the rate was chosen by `tuned`, not by the user.
    """

    stages: tuple[tuple[int, Stage], ...]
    schedule: Schedule | None = field(default=None)
    tuned: bool = False

    @property
    def name(self) -> str:
        """What it is called: ``"Adam"``, or ``"Adam → SGD"``."""
        return " → ".join(stage.title for _, stage in self.stages)

    def having(self, stage: int, **options: object) -> Racer:
        """Return the same with other options of one stage."""
        stages = list(self.stages)
        stages[stage] = (stages[stage][0], stages[stage][1].having(**options))
        return replace(self, stages=tuple(stages), tuned=self.tuned and "lr" not in options)

    def rated(self, rate: float, at: int | None = None) -> Racer:
        """Return the same with a rate that nobody has chosen by hand, at one stage or all."""
        stages = list(self.stages)
        for place, (begin, stage) in enumerate(self.stages):
            if at in {None, place} and "lr" in stage.options:
                stages[place] = (begin, replace(stage.having(lr=rate), known=stage.known))
        return replace(self, stages=tuple(stages), tuned=False)


def read_racer(given: object) -> tuple[Racer, bool]:
    """Return who takes part, and whether a rate was said.

    Args:
        given: a name (``"adam"``, ``"momentum"``, ``"nag"``), a class of ``torch.optim`` or your
            own, ``functools.partial(torch.optim.SGD, lr=0.1)``, an optimizer (its class and the
            numbers of its first group are read; it is never stepped), a function that makes one
            from parameters, or three of these as ``(first, step, then)``.

    Raises:
        TypeError: for what is none of these.
        ValueError: for an unknown name, or options that torch refuses.
    """
    if isinstance(given, Racer):
        return given, True
    if isinstance(given, (tuple, list)):
        return _relay(given)
    if isinstance(given, str):
        name = given.lower().replace("nesterov", "nag")
        if name not in NAMES:
            raise ValueError(
                say(
                    f"optimizer: expected a name among {', '.join(sorted(NAMES))}, got {given!r}."
                    f"{suggest(name, NAMES)}",
                    f"优化器：名称应为 {'、'.join(sorted(NAMES))} 之一，得到 {given!r}。"
                    f"{suggest(name, NAMES)}",
                )
            )
        kind, options = NAMES[name]
        return _alone(replace(of_class(kind, options), known=name)), False
    return _alone(read_stage(given)), True


def _alone(stage: Stage) -> Racer:
    return Racer(((0, stage),))


def _relay(given: Iterable[object]) -> tuple[Racer, bool]:
    """Return the racer that changes optimizers on the way: first, step, then."""
    match list(given):
        case [first, int(step), then] if step > 0:
            (before, one), (after, two) = read_racer(first), read_racer(then)
            stages = (before.stages[0], (step, after.stages[0][1]))
            return Racer(stages), one and two
    raise ValueError(
        say(
            "optimizer: expected (first, step, then) with a step from 1, such as "
            f"('adam', 60, 'momentum'), got {given!r}",
            "优化器：应为（先用的, 步数, 再用的），步数从 1 起，如 ('adam', 60, 'momentum')，"
            f"得到 {given!r}",
        )
    )
