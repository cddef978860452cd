"""The knobs of a run: every numeric hyperparameter of every optimizer, and the user's own.

A knob is turned from any thread, but its value reaches ``optimizer.param_groups`` at a step
boundary only. Under a scheduler the learning rate is *multiplied*: the scheduler reads and writes
its own numbers, and the product stands in ``param_groups`` just while the optimizer steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypedDict

import torch

from dlwidgets.language import say
from dlwidgets.training.history import Changes

# What schedulers leave in a param group for themselves.
_NOT_KNOBS = {"params", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}
_UNIT = {"momentum": 0.999, "dampening": 1.0, "alpha": 1.0, "rho": 1.0}
_BELOW_ONE = {"beta1", "beta2", "beta3"}
_NON_NEGATIVE = {"lr", "weight_decay", "eps", "lambd", "lr_decay", *_UNIT, *_BELOW_ONE}
# Counts; all other numbers may be fractions, also where an optimizer begins with the integer 0.
_WHOLE = {"max_iter", "max_eval", "history_size", "ns_steps"}
_LOGARITHMIC = {"lr", "eps"}


@dataclass(slots=True, eq=False)
class Slot:
    """Where an optimizer keeps one number: a key of a param group, or a place in a tuple there."""

    group: dict[str, Any]
    key: str
    index: int | None = None
    number: int = 0

    def read(self) -> float:
        """Return the number that stands there."""
        value = self.group[self.key]
        return float(value if self.index is None else value[self.index])

    def write(self, value: float) -> None:
        """Put ``value`` there; a tensor is filled in place, since the optimizer may hold it."""
        held = self.group[self.key]
        if self.index is not None:
            items = list(held)
            items[self.index] = value
            self.group[self.key] = type(held)(items)
        elif isinstance(held, torch.Tensor):
            held.fill_(value)
        else:
            self.group[self.key] = int(value) if self.key in _WHOLE else value

    @property
    def on_accelerator(self) -> bool:
        """Whether reading would make the accelerator wait."""
        held = self.group[self.key]
        return isinstance(held, torch.Tensor) and held.device.type != "cpu"


@dataclass(slots=True, eq=False)
class Knob:
    """One number that can be turned while the run goes on.

    Attributes:
        name: how ``run.set`` and the history call it (``lr``, ``optimizer_G.lr``, ``lr[1]``).
        value: what the last step used; after a turn, what the next one will use.
        pending: what the run has been asked for and has not reached yet, else None.
        scheduled: what the scheduler says, None without a scheduler.
        low, high: the ends of its slider; a value set outside widens them.
        log: whether the slider is logarithmic.
        whole: whether it holds whole numbers alone (one of the user's own).
    """

    key: str
    value: float
    low: float
    high: float
    log: bool = False
    slot: Slot | None = None
    owner: str = ""
    group: str = ""
    pending: float | None = None
    scheduled: float | None = None
    factor: float = 1.0
    short: bool = True
    coded_at: int = -2
    whole: bool = False
    changes: Changes = field(default_factory=Changes)

    @property
    def name(self) -> str:
        """The full name, with the optimizer before it when there are several."""
        return f"{self.key}{self.group}" if self.short else f"{self.owner}.{self.key}{self.group}"

    def check(self, value: object) -> float:
        """Return ``value`` as a float, or raise ValueError with what was expected."""
        if isinstance(value, torch.Tensor) and value.numel() == 1:
            value = value.item()
        try:
            # True is 1 to Python, but nobody means it as a rate.
            real = isinstance(value, Real) and not isinstance(value, bool)
            number = float(value) if real else math.nan  # type: ignore[arg-type]  # as just asked
        except OverflowError:
            number = math.inf  # An integer beyond all floats.
        expected = self._expected(number)
        if expected is not None:
            shown = f"{number:g}" if math.isfinite(number) else repr(value)
            raise ValueError(
                say(
                    f"{self.name}: expected {expected[0]}, got {shown}",
                    f"{self.name}：应为{expected[1]}，得到 {shown}",
                )
            )
        return number

    def _expected(self, number: float) -> tuple[str, str] | None:
        """Return what ``number`` should have been, None if it will do."""
        if not math.isfinite(number):
            return "a finite number", "有限的数"
        if self.slot is None:
            inside = self.low <= number <= self.high and not (self.whole and number % 1)
            en, zh = ("a whole number from ", "整数") if self.whole else ("", "数")
            low, high = f"{self.low:g}", f"{self.high:g}"
            return None if inside else (f"{en}{low} to {high}", f" {low} 到 {high} 之间的{zh}")
        if self.key in _WHOLE and (number < 1 or number % 1):
            return "a whole number from 1", "正整数"
        if self.key in _NON_NEGATIVE and number < 0:
            return "0 or more", "大于或等于 0 的数"
        if self.key in _BELOW_ONE and number >= 1:
            return "less than 1", "小于 1 的数"
        return None

    def turn(self, value: float) -> float:
        """Make the next step use ``value``; return what the last one used."""
        old, self.pending = self.value, None
        self._widen(value)
        if self.slot is None:
            self.value = value
        elif self.scheduled is None:
            self.slot.write(value)
            # A tensor of 32 bits holds the nearest number that it can.
            self.value = value if self.slot.on_accelerator else self.slot.read()
        else:
            self.scheduled = self.slot.read()
            # A warm-up starts at zero: there the factor is measured on the rate it rises to.
            base = self.scheduled or float(self.slot.group.get("initial_lr", 0.0))
            self.factor = value / base if base else self.factor
            self.value = self.factor * self.scheduled
        return old

    def _widen(self, value: float) -> None:
        self.high = max(self.high, value)
        if value > 0 or not self.log:
            self.low = min(self.low, value)


def _range(key: str, value: float) -> tuple[float, float, bool]:
    """Return the slider's ends for a hyperparameter that stands at ``value``."""
    if key in _LOGARITHMIC:
        exponent = math.floor(math.log10(value)) if value > 0 else -2
        return 10.0 ** (exponent - 3), 10.0 ** (exponent + 2), True
    if key in _BELOW_ONE:
        return 0.0, 0.9999, False
    if key in _UNIT:
        return 0.0, max(_UNIT[key], value), False
    if key in _WHOLE:
        return 1.0, max(10.0, 2 * value), False
    if key == "weight_decay":
        return 0.0, max(0.1, 10 * value), False
    return min(0.0, 2 * value), max(1.0, 2 * abs(value)), False


def find_knobs(optimizer: torch.optim.Optimizer, owner: str, first: int = 0) -> list[Knob]:
    """Return a knob for each number in the optimizer's param groups from ``first`` on."""
    knobs = []
    for number, group in enumerate(optimizer.param_groups[first:], first):
        for key, held in group.items():
            if key in _NOT_KNOBS:
                continue
            for name, index in _numbers(key, held):
                slot = Slot(group, key, index, number)
                value = slot.read()
                knobs.append(Knob(name, value, *_range(name, value), slot, owner))
    return knobs


def _numbers(key: str, held: object) -> list[tuple[str, int | None]]:
    """Return a name for each number in what a param group holds, and its place in a tuple."""
    if _is_number(held) or (isinstance(held, torch.Tensor) and held.numel() == 1):
        return [(key, None)]
    if isinstance(held, (tuple, list)):
        # Adam's betas are beta1 and beta2, as in the paper.
        stem = key if key == "eps" else key.removesuffix("s")
        return [(f"{stem}{i + 1}", i) for i, item in enumerate(held) if _is_number(item)]
    return []


def _is_number(held: object) -> bool:
    return isinstance(held, (int, float)) and not isinstance(held, bool)


class KnobKind(TypedDict, total=False):
    """What kind of number a knob of the user's own holds."""

    log: bool
    whole: bool


def own_knob(
    name: str, value: float, low: float, high: float, *, log: bool = False, whole: bool = False
) -> Knob:
    """Return a knob of the user's own.

    Raises:
        ValueError: for ends that are none, or a value beyond them.
    """
    knob = Knob(name, math.nan, -math.inf, math.inf, log)
    low, high, value = knob.check(low), knob.check(high), knob.check(value)
    if not low < high or (log and low <= 0):
        raise ValueError(
            say(
                f"knob {name}: expected low < high (and low > 0 with log), got {low!r}, {high!r}",
                f"knob {name}：应有 low < high（对数刻度时 low > 0），得到 {low!r}、{high!r}",
            )
        )
    knob.low, knob.high, knob.whole = low, high, whole
    knob.value = knob.check(value)
    return knob
