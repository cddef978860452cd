"""All knobs of a run, and how they meet their optimizers: what is looked at around each step."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.language import say, suggest
from dlwidgets.training.knobs import Knob, find_knobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(slots=True, eq=False)
class _Panel:
    """What the board knows of one optimizer."""

    owner: str
    scheduled: bool
    groups: list[dict[str, Any]]
    known: int = 0
    knobs: list[Knob] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    # What stood in the param groups when a step last looked: as long as the same objects stand
    # there still, a step need not look at each knob. Empty where it has to look all the same.
    seen: list[list[object]] = field(default_factory=list)
    # The rates that are multiplied just now.
    lent: list[Knob] = field(default_factory=list)


class Board:
    """All knobs of a run."""

    def __init__(self) -> None:
        """Start without knobs; ``turned``: whether a value may have changed since the last row."""
        self.knobs: list[Knob] = []
        self.own: dict[str, Knob] = {}
        self.turned = True
        self._panels: dict[torch.optim.Optimizer, _Panel] = {}

    def meet(
        self, optimizer: torch.optim.Optimizer, owner: str, *, scheduled: bool = False
    ) -> None:
        """Take in an optimizer; with a second one, names begin with the optimizer's.

        Args:
            optimizer: the optimizer.
            owner: its name.
            scheduled: whether a scheduler is known that leaves no mark on it.
        """
        panel = _Panel(owner, scheduled or _is_scheduled(optimizer), optimizer.param_groups)
        self._panels[optimizer] = panel
        self._extend(optimizer, panel)

    def add(self, knob: Knob, taken: Iterable[str] = ()) -> None:
        """Take in a knob of the user's own.

        Raises:
            ValueError: if its name is no Python name, or already means something else.
        """
        name = knob.key
        if not name.isidentifier() or name in {*taken, *(known.name for known in self.knobs)}:
            raise ValueError(
                say(
                    f"knob: expected a Python name that is still free, got {name!r}",
                    f"knob：应为尚未使用的 Python 名字，得到 {name!r}",
                )
            )
        self.own[knob.key] = knob
        self.knobs.append(knob)
        self.turned = True

    def _extend(self, optimizer: torch.optim.Optimizer, panel: _Panel) -> None:
        """Take in the param groups that are new, and name all knobs afresh."""
        found = find_knobs(optimizer, panel.owner, panel.known)
        panel.known = len(panel.groups)
        panel.knobs += found
        panel.places = list(
            dict.fromkeys((k.slot.number, k.slot.key) for k in panel.knobs if k.slot)
        )
        for knob in panel.knobs:
            if panel.scheduled and knob.key == "lr":
                knob.scheduled = knob.value
            if knob.slot is not None and panel.known > 1:
                knob.group = f"[{knob.slot.number}]"
        self.knobs += found
        self.turned = True
        single = len(self._panels) == 1
        for knob in self.knobs:
            knob.short = knob.slot is None or (single and f"{knob.key}{knob.group}" not in self.own)

    def resolve(self, values: Mapping[str, object]) -> list[tuple[Knob, float]]:
        """Return the knobs that ``values`` names, each with its checked number.

        A bare hyperparameter (``lr``) means that knob of every optimizer and param group.

        Raises:
            ValueError: for an unknown name or an impossible number; then nothing is turned.
        """
        resolved = []
        for name, value in values.items():
            knobs = [k for k in self.knobs if k.name == name] or [
                k for k in self.knobs if name in (k.key, f"{k.owner}.{k.key}")
            ]
            if not knobs:
                known = [knob.name for knob in self.knobs]
                listed = ", ".join(known) or say("none yet", "暂无")
                raise ValueError(
                    say(
                        f"no knob named {name!r}.{suggest(name, known)} Knobs: {listed}",
                        f"没有名为 {name!r} 的旋钮。{suggest(name, known)} 现有：{listed}",
                    )
                )
            resolved += [(knob, knob.check(value)) for knob in knobs]
        return resolved

    def turn(self, knob: Knob, value: float) -> float:
        """Make the next step use ``value``; return what the last one used."""
        old = knob.turn(value)
        self.turned = True
        for optimizer, panel in self._panels.items():
            # RMSprop makes its buffers at the first step alone, and only if there is momentum.
            if isinstance(optimizer, torch.optim.RMSprop) and knob in panel.knobs and value > 0:
                for parameter, state in optimizer.state.items():
                    if knob.key == "momentum" and "momentum_buffer" not in state:
                        state["momentum_buffer"] = torch.zeros_like(parameter)
        return old

    def look(
        self, optimizer: torch.optim.Optimizer, on_code: Callable[[Knob, float], None]
    ) -> bool:
        """Look at what the user's code and the scheduler have left for the next step.

        Returns:
            Whether there is a scheduler, so that the step needs :meth:`lend`.
        """
        panel = self._panels[optimizer]
        groups = optimizer.param_groups
        if (
            groups is panel.groups
            and len(groups) == len(panel.seen)
            and (panel.scheduled or "step" not in optimizer.__dict__)
        ):
            for group, seen in zip(groups, panel.seen, strict=True):
                if len(group) != len(seen) or not all(map(is_, group.values(), seen)):
                    break
            else:
                return panel.scheduled
        if panel.lent:
            self.take_back(optimizer)  # The last step raised.
        if groups is not panel.groups or len(groups) != panel.known:
            self._rebind(optimizer, panel)
        panel.scheduled = scheduled = panel.scheduled or _is_scheduled(optimizer)
        self.turned = True
        for knob in panel.knobs:
            if knob.slot is None or knob.slot.on_accelerator:
                continue
            now = knob.slot.read()
            if scheduled and knob.key == "lr":
                knob.scheduled = now
            elif now != knob.value:
                on_code(knob, now)
                knob.value = now
        # A tensor is the same object whatever it holds, so it is looked at each time.
        tensors = any(isinstance(groups[n][key], torch.Tensor) for n, key in panel.places)
        panel.seen = [] if tensors else [list(group.values()) for group in groups]
        return scheduled

    def _rebind(self, optimizer: torch.optim.Optimizer, panel: _Panel) -> None:
        """Follow ``load_state_dict``, which makes new groups, and ``add_param_group``."""
        panel.groups = optimizer.param_groups
        panel.known = min(panel.known, len(panel.groups))
        panel.knobs = [k for k in panel.knobs if k.slot and k.slot.number < panel.known]
        for knob in panel.knobs:
            if knob.slot is not None:
                knob.slot.group = panel.groups[knob.slot.number]
        self._extend(optimizer, panel)

    def lend(self, optimizer: torch.optim.Optimizer) -> None:
        """Multiply what the scheduler says, for the length of a step."""
        panel = self._panels[optimizer]
        for knob in panel.knobs:
            if knob.scheduled is not None and knob.slot is not None:
                value = knob.scheduled * knob.factor
                self.turned = self.turned or value != knob.value
                knob.value = value
                if knob.factor != 1.0:
                    knob.slot.write(knob.value)
                    panel.lent.append(knob)

    def take_back(self, optimizer: torch.optim.Optimizer) -> None:
        """Give a multiplied rate back to its scheduler, as the scheduler left it."""
        panel = self._panels[optimizer]
        for knob in panel.lent:
            if knob.scheduled is not None and knob.slot is not None:
                knob.slot.write(knob.scheduled)
        panel.lent.clear()

    def take_all_back(self) -> None:
        """Do so for every optimizer, also for one whose step was cut short."""
        for optimizer in self._panels:
            self.take_back(optimizer)

    def record(self, row: int) -> None:
        """Note the value of each knob at ``row`` (from 0)."""
        self.turned = False
        for knob in self.knobs:
            if knob.value != knob.changes.last:
                knob.changes.put(row, knob.value)


def _is_scheduled(optimizer: torch.optim.Optimizer) -> bool:
    # Schedulers wrap the method; ReduceLROnPlateau alone does not.
    return "step" in vars(optimizer) and hasattr(optimizer.step, "_wrapped_by_lr_sched")
