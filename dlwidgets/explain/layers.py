"""What a model is made of and what runs when: one row for each call of each layer."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from dlwidgets.explain.calls import CONVOLUTIONS, Call, Pass, run
from dlwidgets.explain.untouched import devices, kept_random, named_layers, scripted
from dlwidgets.language import SILENT, Both

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.explain.inputs import Input

ROWS = 2000
"""Rows in all."""

LISTS = (nn.ModuleList, nn.ModuleDict)
"""Modules that are never called: they only hold others."""


@dataclass(frozen=True)
class Layer:
    """One call of one layer; or a layer that no call reached.

    Attributes:
        path: as ``model.get_submodule`` takes it; empty for the model itself.
        kind: the name of the class.
        arguments: what the module prints between its brackets.
        depth: how many layers it runs inside.
        call: which call of this module, from 1; 0 where it was not called.
        more: calls after this one, by the same layer, that have no row.
        inputs: the shapes that it was given; empty where it was not called.
        output: the shapes that it returned; empty where it did not return.
        failed: whether the error of the pass came from here.
        parameters: of the module and all below it, each once; None while some are lazy.
        trainable: those of them that require gradients.
        own: those that are the module's own, not a child's.
        shared: the path of the layer that has some of its own parameters too, or empty.
        multiply_adds: of linear and convolution layers and what contains them; else None.
        training: its own mode, before anything was run.
        hooks: the user's own forward hooks; they run too.
        registered: whether torch knows it (it does not, where it is in a plain list).
    """

    path: str
    kind: str
    arguments: str
    depth: int
    call: int = 0
    more: int = 0
    inputs: str = ""
    output: str = ""
    failed: bool = False
    parameters: int | None = 0
    trainable: int = 0
    own: int = 0
    shared: str = ""
    multiply_adds: int | None = None
    training: bool = False
    hooks: int = 0
    registered: bool = True


@dataclass(frozen=True)
class Trace:
    """The layers of a model: in the order in which they ran, or, without a pass, were registered.

    Attributes:
        layers: depth first; those that did not run come last in their parent.
        cut: rows left out, where there are more than `ROWS`.
        parameters: of the whole model, each once; None while some are lazy.
        trainable: those of them that require gradients.
        multiply_adds: of the pass; None where none was made, or it failed.
        samples: the size of the batch that was passed; None if it was no batch.
        error: torch's own words, where the pass failed; else empty.
        place: where it failed, in words.
    """

    layers: tuple[Layer, ...]
    cut: int
    parameters: int | None
    trainable: int
    multiply_adds: int | None = None
    samples: int | None = None
    error: str = ""
    place: Both = SILENT


def trace(
    model: nn.Module, given: Input | None = None, *, evaluate: bool = True
) -> tuple[Trace, Input | None]:
    """Run ``model`` and return its layers in the order in which they ran; the model is unchanged.

    Where the input alone fails, a batch of it is tried: images are often given without one. The
    input that was used comes second.

    Args:
        model: any module.
        given: what to call it with; None makes no pass and gives the structure alone.
        evaluate: as after ``model.eval()``, else each layer in the mode that it is in.
    """
    if given is None or scripted(model):
        return rows(model, Pass(())), None
    done = run(model, given, evaluate=evaluate)
    wider = given.batched() if done.error is not None else None
    if wider is not None:
        again = run(model, wider, evaluate=evaluate)
        if again.error is None or again.finished > done.finished:
            return rows(model, again), wider
    return rows(model, done), given


def rows(model: nn.Module, done: Pass) -> Trace:
    """Return what a pass did, as rows."""
    table = _Table(model, done)
    total, trainable = count(model.parameters())
    error = "" if done.error is None else f"{type(done.error).__name__}: {done.error}"
    return Trace(
        layers=tuple(table.rows[:ROWS]),
        cut=max(0, len(table.rows) - ROWS),
        parameters=total,
        trainable=trainable,
        multiply_adds=None if error or not done.calls else done.calls[0].multiply_adds,
        samples=done.samples,
        error=error,
        place=table.place(done.failing) if error else SILENT,
    )


def count(parameters: Iterable[nn.Parameter]) -> tuple[int | None, int]:
    """Return how many numbers the parameters hold, each once, and how many of them are trained.

    None where a lazy one does not know its size yet.
    """
    each = list({id(p): p for p in parameters}.values())
    if any(is_lazy(p) for p in each):
        return None, 0
    return sum(p.numel() for p in each), sum(p.numel() for p in each if p.requires_grad)


def initialised(model: nn.Module, given: Input) -> nn.Module:
    """Return ``model``, or, where it has lazy layers, a copy that ``given`` has initialised.

    The first pass of a lazy layer makes its parameters: that is for the user to do, not for us.
    """
    if not any(is_lazy(p) for p in [*model.parameters(), *model.buffers()]):
        return model
    copy = deepcopy(model)
    # An error comes again in the pass that is shown, and is told there.
    with kept_random(devices(model)), torch.no_grad(), suppress(Exception):
        given.call(copy)
    return copy


def _arguments(module: nn.Module) -> str:
    try:
        return " ".join(module.extra_repr().split())
    except Exception as error:  # noqa: BLE001 -- the user's own code may raise anything
        return f"extra_repr: {type(error).__name__}: {error}"


class _Table:
    """Turns calls and modules into rows."""

    def __init__(self, model: nn.Module, done: Pass) -> None:
        self.model, self.done = model, done
        self.named = {id(m): (path, known) for path, m, known in named_layers(model)}
        self.called = {id(call.module) for top in done.calls for call in top.all()}
        self.numbers: dict[int, int] = {}
        self.owners: dict[int, str] = {}
        for path, module, _ in named_layers(model):
            for parameter in module.parameters(recurse=False):
                self.owners.setdefault(id(parameter), path)
        self.rows: list[Layer] = []
        if not done.calls:
            self._idle(model, 0)
        for top in done.calls:
            self._add(top, 0)

    def place(self, failing: Call | None) -> Both:
        """Return in words where the pass ended."""
        call = failing or Call(self.model)
        path, kind = self._path(call.module), type(call.module).__name__
        where = f"{path} ({kind})" if path else kind
        if not call.below:
            return Both(
                f"in {where}, given {call.inputs or 'nothing'}",
                f"位于 {where}，输入 {call.inputs or '无'}",
            )
        last = next((self._path(b.module) for b in reversed(call.below) if b.done), "")
        if not last:
            return Both(f"in the forward of {where}", f"位于 {where} 的 forward")
        return Both(
            f"in the forward of {where}, after {last}",
            f"位于 {where} 的 forward，在 {last} 之后",
        )

    def _path(self, module: nn.Module) -> str:
        return self.named.get(id(module), ("", True))[0]

    def _add(self, call: Call, depth: int) -> None:
        """Add a call and all below it, then the layers below it that no call reached."""
        module = call.module
        number = self.numbers.get(id(module), 0) + 1
        self.numbers[id(module)] = number + call.more
        counted = call.multiply_adds > 0 or isinstance(module, (nn.Linear, *CONVOLUTIONS))
        row = replace(
            self._row(module, depth),
            call=number,
            more=call.more,
            inputs=call.inputs,
            output=call.output,
            failed=call is self.done.failing,
            multiply_adds=call.multiply_adds if counted and call.done else None,
        )
        self.rows.append(row)
        for below in call.below:
            self._add(below, depth + 1)
        if number == 1:
            self._idle_below(module, depth + 1)

    def _idle(self, module: nn.Module, depth: int) -> None:
        """Add a layer that was not called, and those below it."""
        self.rows.append(self._row(module, depth))
        self._idle_below(module, depth + 1)

    def _idle_below(self, module: nn.Module, depth: int) -> None:
        for child in module.children():
            if id(child) in self.called:
                continue
            if isinstance(child, LISTS) and self.done.calls:
                self._idle_below(child, depth)
            else:
                self._idle(child, depth)

    def _row(self, module: nn.Module, depth: int) -> Layer:
        path, known = self.named.get(id(module), ("", True))
        total, trainable = count(module.parameters())
        own = list(module.parameters(recurse=False))
        shared = next((o for p in own if (o := self.owners[id(p)]) != path), "")
        return Layer(
            path=path,
            kind=type(module).__name__,
            arguments=_arguments(module),
            depth=depth,
            parameters=total,
            trainable=trainable,
            own=count(own)[0] or 0,
            shared=shared,
            training=module.training,
            hooks=len(module._forward_hooks) + len(module._forward_pre_hooks),  # noqa: SLF001 -- torch counts them nowhere else
            registered=known,
        )
