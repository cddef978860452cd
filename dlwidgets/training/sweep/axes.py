"""What is swept: the options that were given several values, and every combination of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from numbers import Real
from typing import Any

from dlwidgets.language import say

MOST = 2000
"""Combinations at most: more could not be told apart on a screen."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An option of the optimizer and the values that it takes, numbers in rising order."""

    name: str
    choices: tuple[Any, ...]

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers, so that distances between them mean something."""
        return all(_number(value) for value in self.choices)

    @property
    def logarithmic(self) -> bool:
        """Whether the values span decades, so that a logarithmic scale suits them."""
        if not self.numeric or min(self.choices) <= 0:
            return False
        return bool(max(self.choices) / min(self.choices) > 20)  # noqa: PLR2004 -- over a decade


def axes(options: dict[str, Any]) -> tuple[Axis, ...]:
    """Return the options that hold several values, in the order in which they were given.

    ``betas=(0.9, 0.999)`` is one value, as it is to torch; a list of such pairs is several.

    Raises:
        ValueError: for none or more than two of them, one without values, or too many runs.
    """
    found = tuple(
        Axis(name, _values(name, value)) for name, value in options.items() if _several(value)
    )
    if not 1 <= len(found) <= 2:  # noqa: PLR2004 -- a line or a map
        named = ", ".join(axis.name for axis in found)
        raise ValueError(
            say(
                f"sweep: expected one or two options with several values, got {named or 'none'}; "
                "write lr=torch.logspace(-4, 1, 41)",
                f"sweep：应有一个或两个选项带多个取值，得到 {named or '零个'}；"
                "请写成 lr=torch.logspace(-4, 1, 41)",
            )
        )
    count = math.prod(len(axis.choices) for axis in found)
    if count > MOST:
        raise ValueError(
            say(
                f"sweep: expected at most {MOST:,} runs, got {count:,}; give fewer values",
                f"sweep：最多 {MOST:,} 次训练，得到 {count:,}；请减少取值",
            )
        )
    return found


def settings(options: dict[str, Any], swept: tuple[Axis, ...]) -> list[dict[str, Any]]:
    """Return the options of each run; the last axis turns fastest."""
    names = [axis.name for axis in swept]
    every = product(*(axis.choices for axis in swept))
    return [options | dict(zip(names, values, strict=True)) for values in every]


def _several(value: object) -> bool:
    if isinstance(value, (str, bytes, dict)) or getattr(value, "ndim", 1) == 0:
        return False
    if isinstance(value, tuple):
        # A pair such as betas is one value.
        return bool(value) and all(isinstance(part, tuple) for part in value)
    return isinstance(value, Iterable)


def _values(name: str, given: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- whatever an option takes
    plain = given.tolist() if hasattr(given, "tolist") else list(given)
    values = [_shortest(value, given) if _number(value) else value for value in plain]
    wrong = any(isinstance(value, list) for value in values)
    if not values or wrong or any(_number(v) and not math.isfinite(v) for v in values):
        raise ValueError(
            say(
                f"sweep: expected {name} as finite values in one row, got {given!r}",
                f"sweep：{name} 应为一维的有限取值，得到 {given!r}",
            )
        )
    unique = list(dict.fromkeys(values))
    return tuple(sorted(unique)) if all(map(_number, unique)) else tuple(unique)


def _shortest(value: Any, given: Any) -> Any:  # noqa: ANN401 -- a number in, a number out
    """Return the shortest number that means the same: 0.1 where float32 makes 0.10000000149."""
    if "float32" not in str(getattr(given, "dtype", "")):
        return value
    return float(f"{value:.7g}")


def _number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
