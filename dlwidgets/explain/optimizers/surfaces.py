"""Losses of two parameters, f(x, y), that show what optimizers find easy or hard (book 5.6.1)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from dlwidgets.explain.untouched import kept_random
from dlwidgets.language import say, suggest

Function = Callable[[Tensor, Tensor], Tensor]
Window = tuple[float, float, float, float]

SIDE = 121
"""Places along each side of the map; a function that takes one place at a time gets fewer."""

COARSE = 41


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters.

    Attributes:
        name: what it is called.
        function: of two tensors x and y.
        source: the function as an expression of Python, or its own name.
        window: what a map shows: x from, x to, y from, y to.
        start: where races begin unless something else is said.
        rates: of the usual optimizers, by short name, chosen so that each shows its character.
        own: whether the user gave it.
    """

    name: str
    function: Function
    source: str
    window: Window
    start: tuple[float, float]
    rates: dict[str, float]
    own: bool = False

    def values(self, side: int = SIDE) -> Tensor:
        """Return the function over the window, (rows, columns), the first row at the lowest y."""
        left, right, bottom, top = self.window
        with kept_random(set()), torch.no_grad():
            if elementwise(self.function, self.window):
                x = torch.linspace(left, right, side, dtype=torch.float64)
                y = torch.linspace(bottom, top, side, dtype=torch.float64)
                return self.function(x[None, :].expand(side, -1), y[:, None].expand(-1, side))
            coarse = min(side, COARSE)
            xs = torch.linspace(left, right, coarse, dtype=torch.float64)
            ys = torch.linspace(bottom, top, coarse, dtype=torch.float64)
            rows = [[self.function(x, y).reshape(()) for x in xs] for y in ys]
            return torch.stack([torch.stack(row) for row in rows])


def saddle(x: Tensor, y: Tensor) -> Tensor:
    """Flat in the middle, up along x, down along y to two valleys."""
    return x**2 - y**2 + y**4 / 2


def ravine(x: Tensor, y: Tensor) -> Tensor:
    """Twenty times as steep across as along."""
    return x**2 / 20 + y**2


def plateau(x: Tensor, y: Tensor) -> Tensor:
    """A hole in a plain: far from it there is hardly any gradient."""
    return 1 - torch.exp(-(x**2 + y**2) / 4)


def beale(x: Tensor, y: Tensor) -> Tensor:
    """Steep corners around a flat valley; the least value is at (3, 0.5)."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    """A bent valley whose floor hardly falls; the least value is at (1, 1)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def bowl(x: Tensor, y: Tensor) -> Tensor:
    """The same slope in all directions: what a rate does, and nothing else."""
    return (x**2 + y**2) / 2


USUAL = ("sgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adamw")


def _rates(*values: float) -> dict[str, float]:
    return dict(zip(USUAL, values, strict=True))


SURFACES: dict[str, Surface] = {
    one.name: one
    for one in (
        Surface(
            "ravine",
            ravine,
            "x**2 / 20 + y**2",
            (-9, 5, -4, 4),
            (-7.0, 2.0),
            _rates(0.9, 0.1, 0.1, 1.5, 0.1, 0.3, 0.3),
        ),
        Surface(
            "saddle",
            saddle,
            "x**2 - y**2 + y**4 / 2",
            (-1.8, 1.8, -1.5, 1.5),
            (-1.2, 0.001),
            _rates(0.05, 0.02, 0.02, 0.2, 0.05, 0.1, 0.1),
        ),
        Surface(
            "plateau",
            plateau,
            "1 - torch.exp(-(x**2 + y**2) / 4)",
            (-4.5, 3.5, -3, 3.6),
            (-3.2, 2.4),
            _rates(0.3, 0.3, 0.3, 0.3, 0.1, 0.2, 0.2),
        ),
        Surface(
            "beale",
            beale,
            "(1.5 - x + x * y)**2 + (2.25 - x + x * y**2)**2 + (2.625 - x + x * y**3)**2",
            (-1, 4.5, -1.6, 2),
            (0.7, 1.4),
            _rates(0.02, 0.005, 0.005, 0.5, 0.05, 0.2, 0.2),
        ),
        Surface(
            "rosenbrock",
            rosenbrock,
            "(1 - x)**2 + 100 * (y - x**2)**2",
            (-2, 2, -1, 3),
            (-1.2, 1.0),
            _rates(0.001, 0.001, 0.001, 0.5, 0.05, 0.2, 0.2),
        ),
        Surface(
            "bowl",
            bowl,
            "(x**2 + y**2) / 2",
            (-4, 4, -3.2, 3.2),
            (-3.0, 2.0),
            _rates(0.1, 0.05, 0.05, 1.0, 0.1, 0.3, 0.3),
        ),
    )
}


def read_surface(
    given: object, window: object = None, start: tuple[float, float] | None = None
) -> Surface:
    """Return the surface of a name, or of a function of two tensors.

    Args:
        given: a name of `SURFACES`, a `Surface`, or your own ``f(x, y)`` in torch.
        window: x from, x to, y from, y to; for your own function six units around the start.
        start: where the race begins, for your own function.

    Raises:
        TypeError: for what is none of these.
        ValueError: for an unknown name, a window without an inside, or a function that returns
            no single number that has a gradient.
    """
    if isinstance(given, str):
        if given not in SURFACES:
            raise ValueError(
                say(
                    f"surface: expected one of {', '.join(SURFACES)}, or your own f(x, y); "
                    f"got {given!r}.{suggest(given, SURFACES)}",
                    f"曲面：应为 {'、'.join(SURFACES)} 之一，或自己的 f(x, y)；得到 {given!r}。"
                    f"{suggest(given, SURFACES)}",
                )
            )
        found = SURFACES[given]
    elif isinstance(given, Surface):
        found = given
    elif callable(given):
        where = start or (1.0, 1.0)
        name = str(getattr(given, "__name__", type(given).__name__))
        around = (where[0] - 3, where[0] + 3, where[1] - 3, where[1] + 3)
        source = name if name.isidentifier() else "f"
        found = Surface(source, given, source, around, where, {}, own=True)
        _check(found)
    else:
        raise TypeError(
            say(
                f"surface: expected a name ({', '.join(SURFACES)}) or a function f(x, y) of two "
                f"tensors, got {type(given).__name__}",
                f"曲面：应为名称（{'、'.join(SURFACES)}）或两个张量的函数 f(x, y)，"
                f"得到 {type(given).__name__}",
            )
        )
    return found if window is None else replace(found, window=_window(window))


def _window(given: Any) -> Window:  # noqa: ANN401 -- checked here
    try:
        left, right, bottom, top = (float(one) for one in given)
    except (TypeError, ValueError):
        left = right = bottom = top = math.nan
    if all(map(math.isfinite, (left, right, bottom, top))) and left < right and bottom < top:
        return left, right, bottom, top
    raise ValueError(
        say(
            f"window: expected four numbers (x from, x to, y from, y to), got {given!r}",
            f"window：应为四个数（x 起、x 止、y 起、y 止），得到 {given!r}",
        )
    )


def _check(surface: Surface) -> None:
    """Raise ValueError unless the function gives one number that has a gradient."""
    x, y = (torch.tensor(at, dtype=torch.float64, requires_grad=True) for at in surface.start)
    try:
        with kept_random(set()), torch.enable_grad():
            value = surface.function(x, y)
    except Exception as error:
        raise ValueError(
            say(
                f"surface: {surface.name}(x, y) failed on two float64 tensors: "
                f"{type(error).__name__}: {error}; write it with torch, as x**2 + torch.sin(y)",
                f"曲面：{surface.name}(x, y) 对两个 float64 张量出错："
                f"{type(error).__name__}: {error}；请用 torch 编写，例如 x**2 + torch.sin(y)",
            )
        ) from error
    good = isinstance(value, Tensor) and value.numel() == 1 and value.is_floating_point()
    if good and value.requires_grad:
        return
    got = (
        type(value).__name__
        if not isinstance(value, Tensor)
        else f"shape {tuple(value.shape)}, {value.dtype}"
        + ("" if value.requires_grad else ", without a gradient")
    )
    raise ValueError(
        say(
            f"surface: expected {surface.name}(x, y) to return one number as a tensor that "
            f"depends on x or y, got {got}; compute it from x and y with torch",
            f"曲面：{surface.name}(x, y) 应返回依赖于 x 或 y 的单个数（张量），得到 {got}；"
            "请用 torch 由 x 和 y 计算",
        )
    )


def elementwise(function: Function, window: Window) -> bool:
    """Whether a function takes many places at once, and treats each as it would alone."""
    left, right, bottom, top = window
    x = torch.tensor([[left, right, left], [right, left, right]], dtype=torch.float64)
    y = torch.tensor([[bottom, top, top], [bottom, bottom, top]], dtype=torch.float64)
    x, y = 0.9 * x + 0.1 * x.mean(), 0.9 * y + 0.1 * y.mean()
    try:
        with kept_random(set()):
            together = function(x, y)
            apart = [function(a, b).reshape(()) for a, b in zip(x.ravel(), y.ravel(), strict=True)]
    except Exception:  # noqa: BLE001 -- whatever a user's function raises, it takes one at a time
        return False
    if not isinstance(together, Tensor) or together.shape != x.shape:
        return False
    return torch.allclose(together.ravel(), torch.stack(apart), equal_nan=True)
