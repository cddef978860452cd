"""The ways in which one regression is computed, each a function that anyone can read."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from dlwidgets.training.retrain.by_hand import by_hand
from dlwidgets.training.retrain.with_tensorflow import with_tensorflow
from dlwidgets.training.retrain.with_torch import with_autograd, with_nn

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.retrain.by_hand import Steps


@dataclass(frozen=True, slots=True)
class Engine:
    """A function that yields (loss, w, b) once a step, and what it needs.

    Attributes:
        name: what it is called in ``RetrainExplorer.result``.
        function: takes x, y, the w and b to begin with, the rate and the number of steps; the loss
            is that before the step, w and b are those after it.
        imports: the lines that its source needs before it.
        package: what must be installed beyond this package's own needs; empty for nothing.
    """

    name: str
    function: Callable[..., Steps]
    imports: tuple[str, ...]
    package: str = ""

    @property
    def here(self) -> bool:
        """Whether it can run in this environment; nothing is imported to find out."""
        return not self.package or find_spec(self.package) is not None

    @property
    def source(self) -> str:
        """The text of exactly the function that runs."""
        return source(self.function)


def source(function: Callable[..., Any]) -> str:
    """Return the text of a function, without the empty lines around it."""
    return inspect.getsource(function).strip("\n")


_TORCH = ("import torch", "from torch import nn")

ENGINES = {
    engine.name: engine
    for engine in (
        Engine("numpy", by_hand, ()),
        Engine("autograd", with_autograd, _TORCH[:1]),
        Engine("nn", with_nn, _TORCH),
        Engine("tensorflow", with_tensorflow, (), package="tensorflow"),
    )
}
"""By name, in the order of the book."""
