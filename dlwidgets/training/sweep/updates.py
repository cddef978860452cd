"""The optimizers of ``torch.optim``, for many runs at once.

Each is written as its paper has it, on matrices with one row a run: weights ``w`` and gradients
``g`` of shape (runs, parameters). Options are doubles of shape (runs, 1), so that 1 − β is exact,
and are narrowed (`_as`) where they meet the weights. Tests hold every step against ``torch.optim``
itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

Options = dict[str, Any]
"""Numbers as doubles of shape (runs, 1) on the CPU, flags as they are."""


@dataclass
class State:
    """What an optimizer remembers: its step, from 1, and matrices like the weights."""

    step: int = 0
    held: dict[str, Tensor] = field(default_factory=dict)

    def zeros(self, name: str, like: Tensor) -> Tensor:
        """Return a matrix by name, of zeros when it is first asked for."""
        if name not in self.held:
            self.held[name] = torch.zeros_like(like)
        return self.held[name]


def sgd(w: Tensor, g: Tensor, s: State, o: Options) -> None:
    """Stochastic gradient descent with momentum (book 5.6.2), and Nesterov's (5.6.3)."""
    g = _decayed(w, g, o)
    if _any(o["momentum"]):
        # Torch begins with the whole gradient, whatever the dampening; and a run without momentum
        # has no dampening either.
        taken = torch.where(o["momentum"] == 0, 1.0, 1.0 if s.step == 1 else 1 - o["dampening"])
        momentum = _as(w, o["momentum"])
        v = s.zeros("momentum_buffer", w).mul_(momentum).add_(_as(w, taken) * g)
        g = g + momentum * v if o["nesterov"] else v
    w.addcmul_(g, _as(w, -o["lr"]))


def adagrad(w: Tensor, g: Tensor, s: State, o: Options) -> None:
    """AdaGrad: each rate falls with the squares that have been seen (book 5.6.4)."""
    g = _decayed(w, g, o)
    if s.step == 1:
        s.held["sum"] = torch.zeros_like(w) + _as(w, o["initial_accumulator_value"])
    r = s.held["sum"].addcmul_(g, g)
    lr = o["lr"] / (1 + (s.step - 1) * o["lr_decay"])
    w.sub_(_as(w, lr) * g / (r.sqrt() + _as(w, o["eps"])))


def rmsprop(w: Tensor, g: Tensor, s: State, o: Options) -> None:
    """RMSProp: the same with squares that are forgotten (book 5.6.5)."""
    g = _decayed(w, g, o)
    alpha, rest = _as(w, o["alpha"]), _as(w, 1 - o["alpha"])
    r = s.zeros("square_avg", w).mul_(alpha).add_(rest * g * g)
    if o["centered"]:
        mean = s.zeros("grad_avg", w).mul_(alpha).add_(rest * g)
        r = r - mean * mean
    g = g / (r.sqrt() + _as(w, o["eps"]))
    if _any(o["momentum"]):
        g = s.zeros("momentum_buffer", w).mul_(_as(w, o["momentum"])).add_(g)
    w.addcmul_(g, _as(w, -o["lr"]))


def adam(w: Tensor, g: Tensor, s: State, o: Options) -> None:
    """Adam: both moments, corrected for their start at zero (book 5.6.6)."""
    _moments(w, _decayed(w, g, o), s, o)


def adamw(w: Tensor, g: Tensor, s: State, o: Options) -> None:
    """Adam with a decay that is not part of the gradient (Loshchilov and Hutter, 2019)."""
    w.mul_(_as(w, 1 - o["lr"] * o["weight_decay"]))
    _moments(w, g, s, o)


def _moments(w: Tensor, g: Tensor, s: State, o: Options) -> None:
    first, second = o["beta1"], o["beta2"]
    m = s.zeros("exp_avg", w).lerp_(g, _as(w, 1 - first))
    r = s.zeros("exp_avg_sq", w).mul_(_as(w, second)).add_(_as(w, 1 - second) * g * g)
    if o["amsgrad"]:
        most = s.zeros("max_exp_avg_sq", w)
        r = torch.maximum(most, r, out=most)
    root = r.sqrt().div_(_as(w, (1 - second**s.step).sqrt())).add_(_as(w, o["eps"]))
    w.sub_(_as(w, o["lr"] / (1 - first**s.step)) * m / root)


def _decayed(w: Tensor, g: Tensor, o: Options) -> Tensor:
    return torch.addcmul(g, w, _as(w, o["weight_decay"])) if _any(o["weight_decay"]) else g


def _any(numbers: Tensor) -> bool:
    return bool(numbers.any())


def _as(w: Tensor, numbers: Tensor) -> Tensor:
    return numbers.to(w.device, w.dtype)


@dataclass(frozen=True, slots=True)
class Batched:
    """How one class of ``torch.optim`` is carried out for many runs."""

    update: Callable[[Tensor, Tensor, State, Options], None]
    numbers: frozenset[str]
    flags: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset({"maximize", "differentiable", "capturable"})
    """Options that only torch's own class carries out."""


KNOWN: dict[type[torch.optim.Optimizer], Batched] = {
    torch.optim.SGD: Batched(
        sgd,
        frozenset({"lr", "momentum", "dampening", "weight_decay"}),
        frozenset({"nesterov"}),
    ),
    torch.optim.Adagrad: Batched(
        adagrad,
        frozenset({"lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"}),
    ),
    torch.optim.RMSprop: Batched(
        rmsprop,
        frozenset({"lr", "alpha", "eps", "weight_decay", "momentum"}),
        frozenset({"centered"}),
    ),
    torch.optim.Adam: Batched(
        adam,
        frozenset({"lr", "beta1", "beta2", "eps", "weight_decay"}),
        frozenset({"amsgrad"}),
        frozenset({"maximize", "differentiable", "capturable", "decoupled_weight_decay"}),
    ),
    torch.optim.AdamW: Batched(
        adamw, frozenset({"lr", "beta1", "beta2", "eps", "weight_decay"}), frozenset({"amsgrad"})
    ),
}


def batched(
    optimizers: list[torch.optim.Optimizer],
) -> tuple[Batched, Options] | None:
    """Return how runs with these optimizers, one each, are updated at once; None if they can't.

    They are of one class; each has one group of parameters.
    """
    found = KNOWN.get(type(optimizers[0]))
    if found is None:
        return None
    rows = [_flat(optimizer.param_groups[0]) for optimizer in optimizers]
    if any(row.get(name) for row in rows for name in found.never):
        return None
    options: Options = {}
    for name in found.flags:
        if len({row[name] for row in rows}) > 1:
            return None
        options[name] = rows[0][name]
    for name in found.numbers:
        numbers = [float(row[name]) for row in rows]
        options[name] = torch.tensor(numbers, dtype=torch.float64)[:, None]
    return found, options


def _flat(group: dict[str, Any]) -> dict[str, Any]:
    if "betas" not in group:
        return group
    first, second = group["betas"]
    return group | {"beta1": first, "beta2": second}
