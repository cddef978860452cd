"""The user's own modules, asked: what the layer itself gives, and what a head makes of that."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from dlwidgets.explain.recurrent.reading import overridden
from dlwidgets.explain.recurrent.reference import quiet
from dlwidgets.explain.untouched import kept_random, untouched
from dlwidgets.language import say

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.recurrent.course import Begin
    from dlwidgets.explain.recurrent.reading import Net


def at_home(module: nn.Module, net: Net) -> bool:
    """Whether a module computes where and as the study does: on the CPU, in its dtype."""
    return all(p.device.type == "cpu" and p.dtype == net.dtype for p in module.parameters())


def module_states(module: nn.Module, net: Net, x: Tensor, begin: Begin) -> Tensor | None:
    """Return what the module itself gives, (steps, units), as after ``eval()``, without its hooks.

    None of a class with a forward of its own, which may compute anything else.
    """
    if overridden(module):
        return None
    with quiet(), untouched(module, evaluate=True):
        if net.cell:
            return _cells(module.forward, x, begin, pair=net.kind == "lstm")
        axis = 0 if net.batch_first else 1
        h, c = begin.h[:, None], begin.c[:, None]
        state = (h, c) if net.kind == "lstm" else h
        found: Tensor = module.forward(x.unsqueeze(axis), state)[0]
        return found.squeeze(axis)


def _cells(forward: Any, x: Tensor, begin: Begin, *, pair: bool) -> Tensor:  # noqa: ANN401 -- a method
    state: Any = (begin.h, begin.c) if pair else begin.h
    found = []
    for one in x:
        state = forward(one[None], state)
        found.append(state[0] if pair else state)
    return torch.cat(found)


def head_output(head: Any, states: Tensor) -> Tensor:  # noqa: ANN401 -- any callable
    """Return what a head makes of states, float64: (steps, outputs) or (outputs,).

    Args:
        head: a module, run as after ``eval()`` and left as it is, or a function.
        states: (steps, units).

    Raises:
        ValueError: where it can't take them, or gives something else.
    """
    home = next(iter(getattr(head, "parameters", list)()), states)
    context = untouched(head, evaluate=True) if isinstance(head, nn.Module) else nullcontext()
    with context, kept_random(set()), torch.no_grad():
        try:
            found = head(states.to(home.device, home.dtype))
        except Exception as error:
            raise ValueError(_refused(states, error)) from error
    if not isinstance(found, torch.Tensor) or found.ndim not in {1, 2}:
        got = tuple(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__
        raise ValueError(
            say(
                f"LSTMExplorer: expected head(states of shape {tuple(states.shape)}) to give "
                f"(steps, outputs) or (outputs,), got {got}",
                f"LSTMExplorer：head(形状为 {tuple(states.shape)} 的状态) 应返回 "
                f"(步数, 输出数) 或 (输出数,)，得到 {got}",
            )
        )
    found = found.detach().cpu().double()
    return found[:, None] if found.shape == (len(states),) else found


def _refused(states: Tensor, error: Exception) -> str:
    shape, why = tuple(states.shape), f"{type(error).__name__}: {error}"
    return say(
        f"LSTMExplorer: expected a head that takes states of shape {shape}, (steps, units); "
        f"got {why}",
        f"LSTMExplorer：head 应接受形状为 {shape}（步数, 单元数）的状态；得到 {why}",
    )
