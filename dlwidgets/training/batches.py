"""What each model was given last, so that a divergence can be traced from its batch.

A hook on every forward pass would cost several per cent of a small step. So it stays only for the
first step; there it sees which of the user's variables the models are given (``x`` of
``for x, y in loader``), and later the batch is read from the variable. Where a model is given a
nameless expression, the hook stays.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.modules.module import register_module_forward_pre_hook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import nn
    from torch.utils.hooks import RemovableHandle

Place = tuple[str, torch.Size]
"""A variable, and the shape in which the model is given it."""


class Batches:
    """The last batch of each model of a run."""

    def __init__(self) -> None:
        """Know of no model yet."""
        self._thread = threading.get_ident()
        self._handle: RemovableHandle | None = None
        self._given: dict[nn.Module, tuple[Any, ...]] = {}
        self._places: dict[nn.Module, list[Place]] = {}
        self._met = False

    def open(self) -> None:
        """Begin to look at forward passes."""
        self._handle = register_module_forward_pre_hook(self._before_forward)

    def close(self) -> None:
        """Look no longer, and let go of every batch."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None
        self._given.clear()

    def meet(self, models: Iterable[nn.Module], variables: Mapping[str, object]) -> None:
        """Learn which models count, and which variables they were given in the step so far."""
        self._met = True
        unknown = [model for model in models if model not in self._places]
        for model in unknown:
            places = [_place(arg, variables) for arg in self._given.get(model, ())]
            if places and all(place is not None for place in places):
                self._places[model] = [place for place in places if place is not None]
        kept = {m: self._given.get(m, ()) for m in unknown if m not in self._places}
        self.close()
        if kept:
            self._given = kept
            self.open()

    def last(self, variables: Mapping[str, object]) -> dict[nn.Module, tuple[Any, ...]]:
        """Return the arguments of each model's last forward pass, where they are known."""
        found = {model: args for model, args in self._given.items() if args}
        for model, places in self._places.items():
            held = [(variables.get(name), shape) for name, shape in places]
            args = [
                value.reshape(-1, *shape[1:]) if len(shape) else value
                for value, shape in held
                if isinstance(value, torch.Tensor)
            ]
            if len(args) == len(places):
                found[model] = tuple(args)
        return found

    def _before_forward(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        mine = threading.get_ident() == self._thread
        # What is asked without gradients is a test, no step.
        if mine and torch.is_grad_enabled() and (not self._met or module in self._given):
            self._given[module] = args


def _place(arg: object, variables: Mapping[str, object]) -> Place | None:
    """Find the variable that holds ``arg``, or the same numbers in another shape."""
    if not isinstance(arg, torch.Tensor) or not arg.numel():
        return None
    for name, held in variables.items():
        if (
            isinstance(held, torch.Tensor)
            and held.dtype == arg.dtype
            and held.numel() == arg.numel()
            and held.data_ptr() == arg.data_ptr()
            and held.is_contiguous()
            and arg.is_contiguous()
        ):
            return name, arg.shape
    return None
