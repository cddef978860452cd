"""All runs of a sweep at once, with ``torch.func``: one set of weights a row, vmapped."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from dlwidgets.language import say
from dlwidgets.training.sweep.updates import Batched, Options, State, batched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.training.sweep.task import Task, Tick

LARGEST = 50_000_000
"""Weights at once; an optimizer holds up to three matrices like them."""


class Lanes:
    """Several runs side by side: their weights as one matrix, (runs, parameters).

    ``named`` holds views into the matrix, (runs, *shape), so that an update of the whole matrix is
    an update of each parameter.
    """

    def __init__(self, task: Task, runs: int) -> None:
        """Lay out the weights at their start."""
        self.task = task
        self.model = task.fresh()
        start, _ = stack_module_state([self.model])
        fixed = {name: p for name, p in self.model.named_parameters() if not p.requires_grad}
        start = {name: held for name, held in start.items() if name not in fixed}
        flat = torch.cat([held.detach().flatten(1) for held in start.values()], 1)
        self.w = flat.repeat(runs, 1)
        self.g = torch.empty_like(self.w)
        parts = self.w.split([held[0].numel() for held in start.values()], 1)
        self.named = {
            name: part.view(runs, *held.shape[1:]).requires_grad_()
            for (name, held), part in zip(start.items(), parts, strict=True)
        }

        def loss(named: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
            out: Tensor = functional_call(self.model, {**named, **fixed}, (x,))
            return task.loss(out, y)

        # The same random numbers in all runs: those that each would draw by itself.
        self._losses = vmap(loss, in_dims=(0, None, None), randomness="same")
        self._ones = torch.ones(runs, dtype=self.w.dtype, device=self.w.device)

    def gradients(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return the gradient of each run, (runs, parameters), and its loss, (runs,).

        Runs share no weights, so the gradients of the sum of all losses are those of each. One
        pass of plain autograd through the vmapped losses is quicker than vmapping
        ``grad_and_value``. The gradients stand in memory that the next call overwrites.
        """
        losses = self._losses(self.named, x, y)
        found = torch.autograd.grad(losses, list(self.named.values()), self._ones)
        return torch.cat([g.flatten(1) for g in found], 1, out=self.g), losses.detach()

    def model_of(self, lane: int) -> nn.Module:
        """Return one run as a model of its own."""
        model = self.task.fresh()
        with torch.no_grad():
            for name, held in self.named.items():
                model.get_parameter(name).copy_(held[lane])
        return model


def together(task: Task, tick: Tick) -> Iterator[tuple[Tensor, nn.Module]]:
    """Train all runs; yield of each its losses, (steps,), and its model.

    Raises:
        ValueError: if it can't be; the text says why, in words that end a sentence.
    """
    model = task.fresh()
    built = [task.build(model, setting) for setting in task.settings]
    found = batched(built)
    if found is None:
        raise ValueError(_only_torch(built[0]))
    _trial(task, built[0])
    size = sum(p.numel() for p in task.model.parameters() if p.requires_grad)
    at_once = max(1, LARGEST // max(1, size))
    for start in range(0, len(task.settings), at_once):
        runs = range(start, min(start + at_once, len(task.settings)))
        lanes = Lanes(task, len(runs))
        losses = _train(lanes, _rows(found, runs), tick, share=len(runs))
        for lane in range(len(runs)):
            yield losses[lane], lanes.model_of(lane)


def _train(lanes: Lanes, found: tuple[Batched, Options], tick: Tick, share: int) -> Tensor:
    task = lanes.task
    how, options = found
    state = State()
    # On the device, so that it is never waited for.
    losses = torch.full((len(lanes.w), task.steps), math.nan, device=task.device)
    with task.seeded():
        for step, (x, y) in enumerate(task.feed()):
            g, losses[:, step] = lanes.gradients(x, y)
            state.step = step + 1
            with torch.no_grad():
                how.update(lanes.w, g, state, options)
            tick(share)
    return losses.cpu()


def _rows(found: tuple[Batched, Options], runs: range) -> tuple[Batched, Options]:
    """Return the options of some of the runs."""
    how, options = found
    return how, {
        name: held[runs.start : runs.stop] if isinstance(held, Tensor) else held
        for name, held in options.items()
    }


def _trial(task: Task, optimizer: torch.optim.Optimizer) -> None:
    """Take one gradient both ways, and raise ValueError unless they are equal."""
    batch = next(task.feed(), None)
    groups = optimizer.param_groups
    parameters = [p for p in optimizer.param_groups[0]["params"] if p.requires_grad]
    if batch is None or len(groups) > 1 or not parameters:
        return
    if len({(p.dtype, p.device) for p in parameters}) > 1:
        raise ValueError(say("its parameters differ in dtype", "其参数的数据类型不一致"))
    x, y = batch
    alone = task.fresh()
    with task.seeded():
        task.loss(alone(x), y).backward()
    expected = [p.grad for p in alone.parameters() if p.requires_grad]
    try:
        with task.seeded():
            g, _ = Lanes(task, 2).gradients(x, y)
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        raise ValueError(_reason(task.model, error)) from error
    flat = torch.cat(
        [
            (torch.zeros_like(p) if h is None else h).flatten()
            for p, h in zip(parameters, expected, strict=True)
        ]
    )
    if not torch.allclose(g[1], flat, rtol=1e-4, atol=1e-6, equal_nan=True):
        raise ValueError(
            say("torch.func.vmap computes other gradients for it", "torch.func.vmap 的梯度不一致")
        )


def _only_torch(optimizer: torch.optim.Optimizer) -> str:
    name = type(optimizer).__name__
    return say(
        f"{name} with these options has no form for many runs at once",
        f"{name} 及其选项没有可同时训练的实现",
    )


def _reason(model: nn.Module, error: Exception) -> str:
    for name, part in model.named_modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm) and part.track_running_stats:  # noqa: SLF001 -- the one base of all of them
            kind = type(part).__name__
            return say(
                f"{kind} ({name}) updates its statistics in training mode",
                f"{kind}（{name}）在训练模式下会更新统计量",
            )
    first = str(error).strip().split("\n")[0].split(". ")[0]
    return say(f"torch.func.vmap can't take it: {first}", f"torch.func.vmap 不支持它：{first}")
