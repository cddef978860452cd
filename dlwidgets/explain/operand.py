"""A tensor with the code that makes it: the user's own, or numbers made for a shape."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from dlwidgets.explain.cells import written
from dlwidgets.language import say

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.broadcast import Shape

SPELT = 12
"""Numbers that a line of code spells out; of more, the user's own name stands there."""

MOST_NUMBERS = 1_000_000
"""Numbers made for a shape, at most."""

MOST_AXES = 6

_PLAIN = {torch.float32, torch.int64, torch.bool, torch.complex64}
"""Types that ``torch.tensor`` finds by itself."""


@dataclass(frozen=True, eq=False, slots=True)
class Operand:
    """One of the tensors of an operation.

    Attributes:
        tensor: its numbers.
        code: what makes them in Python.
        own: whether they are the user's.
    """

    tensor: Tensor
    code: str
    own: bool

    def then(self, call: str, changed: Tensor) -> Operand:
        """Return the operand after a method, written behind it."""
        return Operand(changed, f"{self.code}{call}", self.own)

    def shaped(self, shape: Shape, name: str) -> Operand:
        """Return the same numbers in another shape, or, where they can't fill it, other ones."""
        if self.own and math.prod(shape) == self.tensor.numel():
            if shape == tuple(self.tensor.shape):
                return self
            return self.then(f".reshape({_inside(shape)})", self.tensor.reshape(shape))
        return numbered(shape, name)


def given(tensor: Tensor, name: str) -> Operand:
    """Return the user's own tensor as an operand; short ones are spelt out in code."""
    return Operand(tensor, literal(tensor) or name, own=True)


def numbered(shape: Shape, name: str) -> Operand:
    """Return a tensor of ``shape`` with numbers to follow by eye: ``a`` counts ones, ``b`` tens."""
    many, step = math.prod(shape), 1 if name == "a" else 10
    if many > MOST_NUMBERS:
        raise ValueError(
            say(
                f"shape: expected at most {MOST_NUMBERS:,} numbers, got {many:,} in {shape}; "
                "open a tensor of your own for more",
                f"形状：至多 {MOST_NUMBERS:,} 个数，得到 {shape} 共 {many:,} 个；"
                "更大的请打开自己的张量",
            )
        )
    ends = f"{step}, {step * (many + 1)}" + ("" if step == 1 else f", {step}")
    tensor, code = torch.arange(step, step * (many + 1), step), f"torch.arange({ends})"
    if len(shape) == 1:
        return Operand(tensor, code, own=False)
    return Operand(tensor.reshape(shape), f"{code}.reshape({_inside(shape)})", own=False)


def _inside(shape: Shape) -> str:
    """Return a shape as arguments."""
    return ", ".join(map(str, shape)) if shape else "()"


def literal(x: Tensor) -> str:
    """Return the code of a short tensor, ``torch.tensor([[1, 2]])``; empty of a longer one."""
    if x.numel() > SPELT or x.device.type != "cpu":
        return ""
    dtype = "" if x.dtype in _PLAIN else f", dtype={x.dtype}"
    if x.numel() == 0:
        dtype = "" if x.dtype == torch.float32 else f", dtype={x.dtype}"
        return f"torch.empty({tuple(x.shape)}{dtype})"
    return f"torch.tensor({_nested(x.detach())}{dtype})"


def _nested(x: Tensor) -> str:
    if x.ndim:
        return f"[{', '.join(map(_nested, x))}]"
    text = written(x)
    return f'float("{text}")' if text in {"inf", "-inf", "nan"} else text


def read_shape(text: str) -> Shape:
    """Return the shape that was typed: ``(3, 1)``, ``3, 1``, ``[3, 1]``, ``3``, ``()``.

    Raises:
        ValueError: for anything else; the text says what was expected.
    """
    wide = text.translate(str.maketrans("（），", "(),")).strip()
    try:
        value = ast.literal_eval(wide or "()")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    sizes = (value,) if isinstance(value, int) else value
    fine = isinstance(sizes, (tuple, list)) and all(
        isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in sizes
    )
    if not fine or len(sizes) > MOST_AXES:
        raise ValueError(
            say(
                f"shape: expected up to {MOST_AXES} sizes from 0, such as (3, 1), got {text!r}",
                f"形状：应为至多 {MOST_AXES} 个不小于 0 的整数，例如 (3, 1)，得到 {text!r}",
            )
        )
    return tuple(sizes)


def begun(name: str) -> Operand:
    """Return what stands there at first, as in the book: a column of four, a row of three."""
    if name == "b":
        return Operand(torch.arange(0, 3), "torch.arange(0, 3)", own=False)
    column = torch.arange(0, 40, 10).reshape(4, 1)
    return Operand(column, "torch.arange(0, 40, 10).reshape(4, 1)", own=False)


def applied(operand: Operand, code: str, shape: Shape) -> Operand:
    """Return the operand after a remedy: ``.t()``, or numbers that only get another shape."""
    x = operand.tensor
    return operand.then(code, x.t() if code == ".t()" else x.reshape(shape))
