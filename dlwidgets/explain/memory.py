"""Where the numbers of a tensor stand in memory, and which operations share it (book 2.4.3)."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor

from dlwidgets.explain.cells import texts
from dlwidgets.explain.typed import read, run
from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.explain.typed import Typed

MOST = 1_000_000
"""Numbers that are copied so that they can be changed; larger tensors are only looked at."""

STRIP = 48
"""Cells of memory that are shown at once."""

COPYING = {"contiguous", "clone", "reshape", "flatten", "repeat", "ravel", "flip", "roll"}

How = Literal["start", "shares", "same", "copies"]


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A tensor in a chain of operations.

    Attributes:
        tensor: its numbers, which may share memory with others of the chain.
        call: what was called on the one before, as ``.t()``; empty of the first.
        how: whether it shares that one's memory, is that one, or copies.
        memory: which memory it lies in: 0 for that of the first, and so on.
        changed: whether the last action has changed its numbers.
        parent: which step it was called on.
    """

    tensor: Tensor
    call: str
    how: How
    memory: int
    changed: bool = False
    parent: int = 0


def begun(x: Tensor) -> tuple[Step, bool]:
    """Return the first step, and whether it is a copy: with the memory, strides and offset of x.

    Of a large tensor it is the user's own, only to be looked at.
    """
    mine = x.untyped_storage().nbytes() <= MOST * max(1, x.element_size())
    return Step(copy.deepcopy(x.detach()) if mine else x.detach(), "", "start", 0), mine


def address(x: Tensor) -> int:
    """Return where the memory of ``x`` begins: equal for all tensors that share it."""
    return x.untyped_storage().data_ptr()


def after(chain: tuple[Step, ...], at: int, text: str, *, mine: bool) -> tuple[Step, ...]:
    """Return the chain with one more operation, called on the tensor of step ``at``.

    Raises:
        ValueError: for a text that is no operation, or one that would copy too much.
        RuntimeError, IndexError, TypeError: torch's own.
    """
    typed, last = read(text), chain[at].tensor
    _allow(typed, last, mine=mine)
    before = last.clone() if typed.writes else last
    made: Any = run(typed, last)
    if not isinstance(made, Tensor):
        raise ValueError(  # noqa: TRY004 -- shown as a refusal of what was typed
            say(
                f"{typed.text} gives {type(made).__name__}, not one tensor; open it under Compute",
                f"{typed.text} 的结果是 {type(made).__name__}，不是单个张量；请在“计算”中打开",
            )
        )
    how: How = "copies"
    if address(made) == address(last):
        how = "same" if made is last else "shares"
    memory = chain[at].memory if how != "copies" else 1 + max(step.memory for step in chain)
    wrote = typed.writes and not _equal(before, last)
    step = Step(made, _call(typed), how, memory, parent=at)
    return _marked((*chain, step), chain[at].memory if wrote else -1)


def _call(typed: Typed) -> str:
    """Return what was called on ``x``.

    Raises:
        ValueError: where the expression does not begin with it.
    """
    if typed.text.startswith(("x.", "x[")):
        return typed.text[1:]
    raise ValueError(
        say(
            f"expected what follows a tensor, such as .t() or [1:], got {typed.text!r}",
            f"应为跟在张量之后的写法，例如 .t() 或 [1:]，得到 {typed.text!r}",
        )
    )


def _allow(typed: Typed, x: Tensor, *, mine: bool) -> None:
    if typed.writes and not mine:
        raise ValueError(
            say(
                f"this tensor has more than {MOST:,} numbers and is not copied, so it can't be "
                "changed here; open a part, such as explore(x[:100].clone())",
                f"此张量超过 {MOST:,} 个数，未复制，因此不能在此修改；"
                "请打开一部分，例如 explore(x[:100].clone())",
            )
        )
    if x.numel() > MOST and typed.methods & COPYING:
        raise ValueError(
            say(
                f"{typed.text} may copy {x.numel():,} numbers; take a part first, such as [:100]",
                f"{typed.text} 可能复制 {x.numel():,} 个数；请先取一部分，例如 [:100]",
            )
        )


def _equal(one: Tensor, other: Tensor) -> bool:
    """Return whether all numbers are the same; NaN is the same as NaN."""
    return bool(((one == other) | (one.isnan() & other.isnan())).all())


def _marked(chain: tuple[Step, ...], memory: int) -> tuple[Step, ...]:
    """Return the chain with those marked as changed that lie in a memory."""
    return tuple(replace(step, changed=step.memory == memory) for step in chain)


def write(
    chain: tuple[Step, ...], at: int, index: tuple[int, ...], text: str, *, mine: bool
) -> tuple[tuple[Step, ...], str]:
    """Write a number that was typed into one tensor of the chain; all that share it change too.

    Returns:
        the chain with the changed ones marked, and the number as Python writes it.

    Raises:
        ValueError: for what is no number of this type, or where nothing may be changed.
    """
    x = chain[at].tensor
    _allow(replace(read("x"), methods=frozenset({"fill_"})), x, mine=mine)
    number = number_of(x.dtype, text)
    x[index] = torch.tensor(number, dtype=x.dtype)
    return _marked(chain, chain[at].memory), repr(number)


def number_of(dtype: torch.dtype, text: str) -> complex | float | bool:
    """Return the number that a text stands for in a dtype, whole numbers exactly.

    Raises:
        ValueError: for anything else.
    """
    plain = text.strip().replace("−", "-")
    named = {"∞": "inf", "-∞": "-inf"}
    plain = named.get(plain, plain)
    try:
        if dtype == torch.bool:
            return {"true": True, "1": True, "false": False, "0": False}[plain.lower()]
        if dtype.is_complex:
            return complex(plain)
        if dtype.is_floating_point:
            return float(plain.replace(",", "."))
        number, ends = int(plain), torch.iinfo(dtype)
        if ends.min <= number <= ends.max:
            return number
    except (KeyError, ValueError):
        pass
    kind = str(dtype).removeprefix("torch.")
    raise ValueError(
        say(f"expected a number of {kind}, got {text!r}", f"应为 {kind} 数，得到 {text!r}")
    )


def strip(x: Tensor, start: int) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    """Return a part of the memory of ``x``: where it begins, how long all is, its numbers."""
    total = x.untyped_storage().nbytes() // x.element_size()
    first = max(0, min(start, total - STRIP))
    flat = torch.as_strided(x.detach(), (min(STRIP, total),), (1,), first)
    return first, total, *texts(flat)


def remedies(x: Tensor, text: str) -> tuple[str, ...]:
    """Return calls that do what a refused ``view`` was to do, each tried in torch."""
    typed = read(text)
    call = typed.text[1:]
    if not call.startswith(".view(") or x.numel() > MOST:
        return ()
    found = []
    for other in (call.replace(".view(", ".reshape(", 1), f".contiguous(){call}"):
        try:
            run(read(other), x)
        except (RuntimeError, TypeError):
            continue
        found.append(other)
    return tuple(found)
