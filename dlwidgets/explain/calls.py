"""One forward pass of any model, watched: which layer was called when, with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from dlwidgets.explain.tensors import describe, tensors
from dlwidgets.explain.untouched import named_layers, scripted, untouched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from dlwidgets.explain.inputs import Input

REPEATS = 8
"""Calls of a layer within one call of its parent that are kept apart; a loop may make thousands."""

TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, *TRANSPOSED)


@dataclass(eq=False)
class Call:
    """A layer that was called, and what it called in turn.

    Attributes:
        inputs: what it was given, in words.
        output: what it returned, in words.
        done: whether it returned.
        more: further calls by the same parent that are not kept.
        multiply_adds: see `multiply_adds`; with those of the layers below.
        lead: the length of the first axis that all returned tensors have, or None.
    """

    module: nn.Module
    inputs: str = ""
    output: str = ""
    done: bool = False
    more: int = 0
    multiply_adds: int = 0
    lead: int | None = None
    below: list[Call] = field(default_factory=list)

    def all(self) -> Iterator[Call]:
        """Yield this call and all below it, in the order in which they began."""
        yield self
        for call in self.below:
            yield from call.all()


@dataclass(frozen=True)
class Pass:
    """What one forward pass did.

    Attributes:
        calls: the outermost calls: that of the model.
        error: what it raised.
        failing: the innermost call that raised it.
        samples: the size of the batch; None where the first axis does not run through to the end.
    """

    calls: tuple[Call, ...]
    error: Exception | None = None
    failing: Call | None = None
    samples: int | None = None

    @property
    def finished(self) -> int:
        """How many calls returned."""
        return sum(call.done for top in self.calls for call in top.all())


class _Watcher:
    """Hooks that come after the user's own, so that they see what the user's have changed."""

    def __init__(self, modules: list[nn.Module]) -> None:
        self.top = Call(nn.Module())
        self.stack = [self.top]
        for module in modules:
            module.register_forward_pre_hook(self._enter, with_kwargs=True)
            module.register_forward_hook(self._leave, with_kwargs=True)

    def _enter(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = _given(args, kwargs)
        call = Call(module, describe(given[0] if len(given) == 1 else tuple(given)))
        siblings = self.stack[-1].below
        same = [other for other in siblings if other.module is module]
        if len(same) < REPEATS:
            siblings.append(call)
        else:
            same[-1].more += 1
        self.stack.append(call)

    def _leave(
        self,
        module: nn.Module,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        output: object,
    ) -> None:
        # A forward that goes on after an error of a layer leaves that layer's call open.
        while len(self.stack) > 1:
            call = self.stack.pop()
            if call.module is module:
                call.output, call.done, call.lead = describe(output), True, _lead(output)
                call.multiply_adds += multiply_adds(module, _given(args, kwargs), output)
                self.stack[-1].multiply_adds += call.multiply_adds
                break

    def failing(self, traceback: TracebackType | None) -> Call | None:
        """Return the innermost call that an error came through."""
        through = set()
        while traceback is not None:
            through.add(id(traceback.tb_frame.f_locals.get("self")))
            traceback = traceback.tb_next
        return next((c for c in reversed(self.stack) if id(c.module) in through), None)


def _given(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    return [*args, *kwargs.values()]


def multiply_adds(module: nn.Module, given: list[Any], output: object) -> int:
    """Return how many products of a weight with an input one call takes, exactly.

    Those of linear and (transposed) convolution layers of any number of axes, products with the
    zeros of a padding included; 0 for other modules.
    """
    if isinstance(module, nn.Linear) and isinstance(output, torch.Tensor):
        return output.numel() * module.in_features
    if isinstance(module, CONVOLUTIONS) and isinstance(output, torch.Tensor):
        back = isinstance(module, TRANSPOSED)
        # Each output sums over the inputs of its group; transposed, each input feeds the outputs.
        channels = (module.out_channels if back else module.in_channels) // module.groups
        cells = given[0] if back else output
        return cells.numel() * channels * prod(module.kernel_size)
    return 0


def run(model: nn.Module, given: Input, *, evaluate: bool) -> Pass:
    """Run ``model`` once and return the calls; whatever it raises is kept in the result.

    Args:
        model: any module; it is `untouched`.
        given: what it is called with.
        evaluate: as after ``model.eval()``, else each layer in the mode that it is in.
    """
    with untouched(model, evaluate=evaluate):
        watcher = _Watcher([module for _, module, _ in named_layers(model) if not scripted(module)])
        error = failing = None
        try:
            given.call(model)
        except Exception as caught:  # noqa: BLE001 -- the user's own code may raise anything
            failing, error = watcher.failing(caught.__traceback__), caught.with_traceback(None)
        calls = tuple(watcher.top.below)
        return Pass(calls, error, failing, _samples(given, calls, failed=error is not None))


def _lead(value: object) -> int | None:
    sizes = {tensor.shape[0] if tensor.ndim else None for _, tensor in tensors(value)}
    return sizes.pop() if len(sizes) == 1 else None


def _samples(given: Input, calls: tuple[Call, ...], *, failed: bool) -> int | None:
    """Return how many samples were given, if as many came out; else it was no batch.

    Of a pass that failed, every layer that returned must have given so many.
    """
    size = given.size()
    if size is None or not calls:
        return None
    asked = [c for c in calls[0].all() if c.done] if failed else [calls[0]]
    return size if asked and all(call.lead == size for call in asked) else None


@dataclass(frozen=True)
class Part:
    """A copy of one tensor of what a layer took or gave.

    Attributes:
        path: the way to it in a tuple or dict: ``[0]``, ``['logits']``; empty for a plain tensor.
        tensor: of one sample of the batch, where ``sampled``; else all of it.
        sampled: whether its first axis was that of the samples.
    """

    path: str
    tensor: torch.Tensor
    sampled: bool


@dataclass(frozen=True)
class Capture:
    """What reached a layer in one of its calls, and what it returned; empty where nothing did."""

    inputs: tuple[Part, ...] = ()
    output: tuple[Part, ...] = ()


def capture(
    model: nn.Module,
    given: Input,
    module: nn.Module,
    *,
    call: int = 1,
    sample: int = 0,
    samples: int | None = None,
    evaluate: bool = True,
) -> Capture:
    """Run ``model`` again and return copies of what a layer took and gave in its ``call``-th call.

    Args:
        model: any module; it is `untouched`.
        given: what it is called with.
        module: the layer.
        call: from 1.
        sample: which sample of the batch is kept.
        samples: the size of the batch; None keeps everything.
        evaluate: as in `run`.

    Raises:
        Exception: what the model raises before it calls the layer.
    """
    found: dict[str, tuple[Part, ...]] = {}
    count = 0

    def enter(_module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        if count == call:
            values = _given(args, kwargs)
            found["inputs"] = _parts(values[0] if len(values) == 1 else values, sample, samples)

    def leave(_module: nn.Module, _args: tuple[Any, ...], output: object) -> None:
        if count == call and "output" not in found:
            found["output"] = _parts(output, sample, samples)

    with untouched(model, evaluate=evaluate):
        module.register_forward_pre_hook(enter, with_kwargs=True)
        module.register_forward_hook(leave)
        try:
            given.call(model)
        except Exception:
            # What came before an error is as good as ever; `run` has told of the error.
            if not found:
                raise
    return Capture(**found)


def _parts(value: object, sample: int, samples: int | None) -> tuple[Part, ...]:
    parts = []
    for path, tensor in tensors(value):
        one = samples is not None and tensor.ndim > 0 and tensor.shape[0] == samples
        parts.append(Part(path, (tensor[sample] if one else tensor).detach().clone(), one))
    return tuple(parts)
