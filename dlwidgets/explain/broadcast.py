"""Broadcasting: which axes of two tensors meet, which are stretched, and what helps if none fit.

The rule (book 2.4.5): shapes are aligned from the right; two sizes agree if they are equal or one
of them is 1; an axis that is not there counts as 1.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlwidgets.explain.cells import Window, begins, cut, window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Shape = tuple[int, ...]

OPERATIONS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "add": (operator.add, "{a} + {b}"),
    "sub": (operator.sub, "{a} - {b}"),
    "mul": (operator.mul, "{a} * {b}"),
    "div": (operator.truediv, "{a} / {b}"),
    "pow": (operator.pow, "{a} ** {b}"),
    "maximum": (torch.maximum, "torch.maximum({a}, {b})"),
    "minimum": (torch.minimum, "torch.minimum({a}, {b})"),
    "eq": (operator.eq, "{a} == {b}"),
    "gt": (operator.gt, "{a} > {b}"),
    "lt": (operator.lt, "{a} < {b}"),
}
"""What is done to each pair of numbers, and how Python writes it."""

IN_PLACE = ("add", "sub", "mul", "div", "pow")
"""Those with a version that ends in an underscore and writes into the first tensor."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of the result; −1 stands for what is not there.

    Attributes:
        a: the size of the first tensor's axis.
        b: that of the second.
        out: the size of the result's; −1 where the two do not fit.
    """

    a: int
    b: int
    out: int

    @property
    def fits(self) -> bool:
        """Whether the two sizes agree."""
        return self.out >= 0


def align(a: Shape, b: Shape) -> tuple[Axis, ...]:
    """Return the axes of two shapes, aligned from the right."""
    many = max(len(a), len(b))
    return tuple(
        Axis(one, other, _met(one, other))
        for one, other in zip(_padded(a, many), _padded(b, many), strict=True)
    )


def _padded(shape: Shape, many: int) -> Shape:
    return (-1,) * (many - len(shape)) + shape


def _met(one: int, other: int) -> int:
    """Return the size of the result's axis, −1 if there is none."""
    if one in {1, -1}:
        return 1 if other == -1 else other
    return one if other in {1, -1, one} else -1


def hollow(shape: Shape, like: Tensor) -> Tensor:
    """Return a tensor of any shape that takes the memory of one number: for torch to judge."""
    return torch.zeros((), dtype=like.dtype, device=like.device).expand(shape)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What torch makes of an operation.

    Attributes:
        shape: of the result; None where torch refuses.
        error: torch's own words; empty if it does not.
    """

    shape: Shape | None
    error: str = ""


def judge(op: str, a: Tensor, b: Tensor, *, in_place: bool = False) -> Outcome:
    """Return what torch says to an operation; it is asked with tensors that take no memory."""
    first, second = tuple(a.shape), tuple(b.shape)
    axes = align(first, second)
    shape = tuple(axis.out for axis in axes)
    # Where shapes fit, one number each shows whether the types do; else torch stops before it
    # reads or writes a number.
    fits = all(axis.fits for axis in axes) and not (in_place and shape != first)
    one, other = (hollow((), x) for x in (a, b)) if fits else (hollow(first, a), hollow(second, b))
    try:
        if in_place:
            getattr(torch.empty_like(one, memory_format=torch.contiguous_format), f"{op}_")(other)
        else:
            OPERATIONS[op][0](one, other)
    except (RuntimeError, TypeError, ValueError) as error:
        return Outcome(None, str(error).splitlines()[0])
    return Outcome(shape)


def windows(
    op: str, a: Tensor, b: Tensor, at: Shape = (), *, in_place: bool = False
) -> tuple[Window, Window, Tensor, Window]:
    """Return the windows of ``a`` and ``b``, both stretched, the hollow result, and its window.

    Only the numbers shown are computed: each is that of the whole, since pairs do not meet others.

    Args:
        op: a key of `OPERATIONS`.
        a: the first tensor.
        b: the second; torch must have found that the two fit.
        at: where the window of the result begins.
        in_place: whether the result takes the type of ``a``, since it is written there.
    """
    shape = tuple(torch.broadcast_shapes(a.shape, b.shape))
    begin = begins(shape, at)
    one, other = cut(a.expand(shape), begin), cut(b.expand(shape), begin)
    # A number without axes does not decide the type of the result; stretched, it would.
    first, second = a if a.ndim == 0 else one, b if b.ndim == 0 else other
    computed = OPERATIONS[op][0](first, second)
    if in_place:
        computed = getattr(first.clone(), f"{op}_")(second)
    seen = (replace(window(part), at=begin) for part in (one, other, computed))
    left, right, out = seen
    return left, right, hollow(shape, computed), out


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of one shape after which the two fit: torch was asked.

    Attributes:
        which: ``"a"`` or ``"b"``.
        code: what to call, as ``.unsqueeze(1)``.
        shape: of the changed tensor.
        out: of the result.
    """

    which: str
    code: str
    shape: Shape
    out: Shape


MOST = 3
"""Remedies that are offered."""


def remedies(a: Tensor, b: Tensor) -> tuple[Remedy, ...]:
    """Return what makes two shapes fit, the simplest first; empty if only other numbers would."""
    found: list[Remedy] = []
    for write, change in _changes(a, b):
        for which, tensor, other in (("b", b, a), ("a", a, b)):
            changed = change(hollow(tuple(tensor.shape), tensor), tuple(other.shape))
            # An axis of one at the very left is there by itself.
            if changed is None or changed.shape[:1] == (1,):
                continue
            shape = tuple(changed.shape)
            try:
                out = tuple(torch.broadcast_shapes(shape, other.shape))
            except RuntimeError:
                continue
            if all(known.which != which or known.shape != shape for known in found):
                found.append(Remedy(which, write(changed), shape, out))
    return tuple(sorted(found, key=lambda one: (len(one.out), one.code.count(".")))[:MOST])


Change = tuple["Callable[[Tensor], str]", "Callable[[Tensor, Shape], Tensor | None]"]


def _changes(a: Tensor, b: Tensor) -> Iterator[Change]:
    """Yield how each change is written, and the change; None where a tensor can't be changed so."""
    most = max(a.ndim, b.ndim)
    for many in (1, 2):
        for places in combinations(range(most + many), many):
            code = "".join(f".unsqueeze({place})" for place in places)
            yield partial(_same, code), partial(_unsqueezed, places)
    yield partial(_same, ".t()"), lambda x, _: x.t() if x.ndim == 2 else None  # noqa: PLR2004 -- as torch's t()
    yield (
        lambda x: f".reshape({', '.join(map(str, x.shape))})",
        lambda x, other: (
            x.new_zeros(()).expand(other) if x.numel() == math.prod(other) > 0 else None
        ),
    )


def _same(code: str, _changed: Tensor) -> str:
    return code


def _unsqueezed(places: Shape, x: Tensor, _other: Shape) -> Tensor | None:
    for place in places:
        if place > x.ndim:
            return None
        x = x.unsqueeze(place)
    return x
