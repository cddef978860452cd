"""The update of each optimizer as lines of arithmetic, in the book's letters (5.6).

A line gives a letter a value: ``v = α*v + g``. The same text is shown, computed here, and computed
by the page; tests hold it against ``optimizer.state``. Letters: θ the parameter, g its gradient,
λ the rate, t the step from 1, α momentum, v velocity, r squares of gradients, s their mean, ρ what
is kept of an average, δ the small number against division by zero, ŝ and r̂ corrected for their
start at zero, τ dampening, w weight decay, η the decay of AdaGrad's rate, Δθ the change.

Where torch and the book differ, this is torch:

- The book keeps the rate inside the velocity (v ← αv − λg, θ ← θ + v), torch outside
  (v ← αv + g, θ ← θ − λv); the paths are the same as long as λ is constant.
- The book's NAG takes the gradient at the place ahead, θ + αv; torch takes it at θ and adds αv to
  it, which is the same method, written for the places ahead.
- δ stands beside the root in both; its usual value is 1e-7 in the book, 1e-8 (RMSprop, Adam) or
  1e-10 (Adagrad) in torch.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

Line = tuple[str, str]
"""A letter and its formula."""

LETTERS = {
    "lr": "λ",
    "momentum": "α",
    "dampening": "τ",
    "weight_decay": "w",
    "alpha": "ρ",
    "eps": "δ",
    "betas[0]": "ρ1",
    "betas[1]": "ρ2",
    "lr_decay": "η",
}
"""The letters of options."""


@dataclass(frozen=True)
class Formula:
    """How one optimizer with its options changes a number.

    Attributes:
        kind: the method's short name, as ``"nag"``.
        lines: in order; the last gives Δθ.
        state: the names of ``optimizer.state``, and the letters that hold them.
        first: of the first step, where it differs.
        notes: where torch differs from the book: ``"rate"``, ``"nesterov"``, ``"delta"``.
    """

    kind: str
    lines: tuple[Line, ...]
    state: dict[str, str] = field(default_factory=dict)
    first: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


def formula(optimizer: torch.optim.Optimizer) -> Formula | None:
    """Return what a step of ``optimizer`` computes, or None for classes without a known formula.

    A class that inherits from torch's may step otherwise, so only torch's own count.
    """
    group = optimizer.param_groups[0]
    known = KNOWN.get(type(optimizer))
    if known is None or group.get("differentiable") or group.get("capturable"):
        return None
    return known(group)


def _gradient(group: dict[str, Any], *, decoupled: bool = False) -> list[Line]:
    lines = [("g", "-g")] if group.get("maximize") else []
    if group.get("weight_decay") and not decoupled:
        lines.append(("g", "g + w*θ"))
    return lines


def _sgd(group: dict[str, Any]) -> Formula:
    before = _gradient(group)
    if not group["momentum"]:
        return Formula("sgd", (*before, ("Δθ", "-λ*g")))
    nesterov = bool(group["nesterov"])
    after: list[Line] = [("d", "g + α*v"), ("Δθ", "-λ*d")] if nesterov else [("Δθ", "-λ*v")]
    v = "α*v + (1 - τ)*g" if group["dampening"] else "α*v + g"
    first = (*before, ("v", "g"), *after) if group["dampening"] else ()
    return Formula(
        "nag" if nesterov else "momentum",
        (*before, ("v", v), *after),
        {"momentum_buffer": "v"},
        first,
        ("nesterov", "rate") if nesterov else ("rate",),
    )


def _adagrad(group: dict[str, Any]) -> Formula:
    decay: list[Line] = [("λ", "λ/(1 + (t - 1)*η)")] if group["lr_decay"] else []
    lines = (*_gradient(group), ("r", "r + g*g"), *decay, ("Δθ", "-λ/(δ + √r)*g"))
    return Formula("adagrad", lines, {"sum": "r"}, notes=("delta",))


def _rmsprop(group: dict[str, Any]) -> Formula:
    lines = [*_gradient(group), ("r", "ρ*r + (1 - ρ)*g*g")]
    state, root = {"square_avg": "r"}, "√r"
    if group["centered"]:
        lines.append(("m", "ρ*m + (1 - ρ)*g"))
        state["grad_avg"], root = "m", "√(r - m*m)"
    if group["momentum"]:
        lines += [("v", f"α*v + g/(δ + {root})"), ("Δθ", "-λ*v")]
        state["momentum_buffer"] = "v"
    else:
        lines.append(("Δθ", f"-λ/(δ + {root})*g"))
    return Formula("rmsprop", tuple(lines), state, notes=("delta",))


def _adam(group: dict[str, Any], *, decoupled: bool = False) -> Formula:
    decoupled = decoupled or bool(group.get("decoupled_weight_decay"))
    lines = [
        *_gradient(group, decoupled=decoupled),
        ("s", "ρ1*s + (1 - ρ1)*g"),
        ("r", "ρ2*r + (1 - ρ2)*g*g"),
        ("ŝ", "s/(1 - ρ1^t)"),
    ]
    state = {"exp_avg": "s", "exp_avg_sq": "r"}
    if group["amsgrad"]:
        lines += [("q", "max(q, r)"), ("r̂", "q/(1 - ρ2^t)")]
        state["max_exp_avg_sq"] = "q"
    else:
        lines.append(("r̂", "r/(1 - ρ2^t)"))
    decay = "-λ*w*θ " if decoupled and group["weight_decay"] else ""
    lines.append(("Δθ", f"{decay}{'- ' if decay else '-'}λ*ŝ/(δ + √r̂)"))
    return Formula("adamw" if decoupled else "adam", tuple(lines), state, notes=("delta",))


KNOWN: dict[type[torch.optim.Optimizer], Callable[[dict[str, Any]], Formula]] = {
    torch.optim.SGD: _sgd,
    torch.optim.Adagrad: _adagrad,
    torch.optim.RMSprop: _rmsprop,
    torch.optim.Adam: _adam,
    torch.optim.AdamW: lambda group: _adam(group, decoupled=True),
}

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.power,
}

_CALLS: dict[str, Callable[..., Any]] = {"max": np.maximum, "sqrt": np.sqrt}


def evaluate(text: str, letters: dict[str, Any]) -> Any:  # noqa: ANN401 -- numbers or arrays
    """Return the value of a formula, given numbers or arrays for its letters.

    Raises:
        KeyError: for a letter without a value.
    """
    # √r̂ is a root of one letter; with brackets a root is a call already.
    plain = ""
    rest = text
    while "√" in rest:
        before, _, rest = rest.partition("√")
        if rest.startswith("("):
            plain += f"{before}sqrt"
            continue
        size = next((i for i, c in enumerate(rest) if c in " )+-*/^,"), len(rest))
        plain += f"{before}sqrt({rest[:size]})"
        rest = rest[size:]
    tree = ast.parse((plain + rest).replace("^", "**"), mode="eval")
    return _value(tree.body, letters)


def _value(node: ast.expr, letters: dict[str, Any]) -> Any:  # noqa: ANN401 -- as above
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return letters[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, letters)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, letters), _value(right, letters))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _CALLS[name](*(_value(one, letters) for one in args))
    raise AssertionError(ast.dump(node))


def compute(lines: tuple[Line, ...], letters: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return letter, formula and value of each line, in order; later lines see earlier values."""
    known = dict(letters)
    found = []
    with np.errstate(all="ignore"):
        for letter, text in lines:
            known[letter] = evaluate(text, known)
            found.append((letter, text, known[letter]))
    return found
