"""Choosing, reducing and multiplying numbers, with where each comes from (book 2.4.4 to 2.4.9)."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlwidgets.explain.memory import MOST as LARGEST
from dlwidgets.explain.memory import address
from dlwidgets.explain.origins import MOST, origins
from dlwidgets.explain.typed import Typed, read, run
from dlwidgets.language import say

GROUPS: dict[str, tuple[str, ...]] = {
    "index": (
        *("x[0]", "x[:, -1]", "x[1:, ::2]", "x[x > {mid}]", "x.nonzero()"),
        *("x.masked_select(x > {mid})", "x.take(torch.tensor([0, 3]))"),
        *("x.index_select(1, torch.tensor([0, 2]))", "x.gather(1, torch.tensor([[0], [1]]))"),
        *("torch.where(x > {mid}, x, 0)", "x.scatter_(1, torch.tensor([[0], [1]]), 0)"),
    ),
    "reduce": (
        *("x.sum()", "x.sum(0)", "x.sum(1, keepdim=True)", "x.mean(0)", "x.float().mean(0)"),
        *("x.cumsum(1)", "x.prod(1)", "x.float().norm(2)", "x.max(1)", "x.topk(2)", "x.sort(0)"),
        *("x == x[0]", "x.equal(x)"),
    ),
    "matrix": (
        *("x @ x.t()", "x.mm(x.t())", "x.mv(x[0])", "x[0].dot(x[0])", "x.t()", "x.float().svd()"),
        *("x.bmm(x.transpose(1, 2))", "x.dot(x)"),
    ),
}
"""Expressions to begin with, as far as they suit a tensor."""

CALLS = (
    *(".t()", ".view(-1)", ".reshape(-1)", "[1:]", "[:, ::2]", ".transpose(0, 1)"),
    *(".permute(2, 0, 1)", ".unsqueeze(0)", ".squeeze()", ".flatten()", ".expand(2, {shape})"),
    *(".narrow(0, 0, 2)", ".contiguous()", ".clone()", ".add_(10)"),
)
"""What a chain of operations may go on with."""


@dataclass(frozen=True, eq=False, slots=True)
class Computed:
    """What an expression gives.

    Attributes:
        text: the expression as Python writes it.
        parts: its tensors by name: one without a name, or ``values`` and ``indices``.
        value: what is no tensor, as ``True``.
        how: whether its memory is that of the tensor, and whether it has written into it.
        places: of each part, the flat places that make each number; None where it can't be said.
        rule: how an index of the result leads to one of the tensor, in letters.
    """

    text: str
    parts: dict[str, Tensor]
    value: str
    how: str
    places: dict[str, Tensor | None]
    rule: str


_BASIC = (
    ast.Name,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.Constant,
    ast.UnaryOp,
    ast.USub,
    ast.Load,
)
"""What makes views alone, however large the tensor."""


def compute(text: str, x: Tensor) -> Computed:
    """Return what torch makes of an expression; what writes into ``x`` writes into a copy of it.

    Raises:
        ValueError: for what can't be shown.
        RuntimeError, IndexError, TypeError: torch's own.
    """
    typed = read(text)
    if x.numel() > LARGEST and not all(isinstance(one, _BASIC) for one in ast.walk(typed.tree)):
        raise ValueError(
            say(
                f"expected at most {LARGEST:,} numbers to compute with, got {x.numel():,}; "
                "open a part, such as explore(x[:100])",
                f"至多对 {LARGEST:,} 个数进行计算，得到 {x.numel():,} 个；"
                "请打开一部分，例如 explore(x[:100])",
            )
        )
    held = x.clone() if typed.writes else x
    made = run(typed, held)
    parts = _parts(made)
    first = next(iter(parts.values()), None)
    how = (
        "value"
        if first is None
        else "writes"
        if typed.writes
        else "view"
        if address(first) == address(held)
        else "copy"
    )
    places = {name: origins(typed, x, part) for name, part in parts.items()}
    rule = _rule(typed, x)
    return Computed(typed.text, parts, "" if parts else repr(made), how, places, rule)


def _parts(made: Any) -> dict[str, Tensor]:  # noqa: ANN401 -- what torch returns
    if isinstance(made, Tensor):
        return {"": made}
    if not isinstance(made, tuple):
        return {}
    names = [name for name in ("values", "indices", "U", "S", "V") if hasattr(made, name)]
    found = {name: getattr(made, name) for name in names}
    found = found or {str(i): part for i, part in enumerate(made)}
    return {name: part for name, part in found.items() if isinstance(part, Tensor)}


LETTERS = "ijklmn"


def _rule(typed: Typed, x: Tensor) -> str:
    """Return the rule of a function of dim and index, ``out[i, j] = x[i, index[i, j]]``."""
    tree = typed.tree
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Attribute):
        return ""
    of_torch = ast.unparse(tree.func.value) == "torch"
    args, axes = tree.args[1 if of_torch else 0 :], x.ndim
    name = tree.func.attr.rstrip("_")
    if name == "take":
        return "out[i] = x.flatten()[index[i]]"
    if name not in {"gather", "scatter", "index_select"} or not args or axes > len(LETTERS):
        return ""
    dim = ast.literal_eval(args[0]) % axes if axes else 0
    all_ = list(LETTERS[:axes])
    whole = ", ".join(all_)
    index = f"index[{all_[dim]}]" if name == "index_select" else f"index[{whole}]"
    inner = ", ".join([*all_[:dim], index, *all_[dim + 1 :]])
    if name == "scatter":
        return f"out[{inner}] = src[{whole}]"
    return f"out[{whole}] = x[{inner}]"


def presets(x: Tensor) -> dict[str, list[str]]:
    """Return the expressions that torch takes of a tensor; of large ones only indices."""
    small = x.numel() <= MOST
    mid = "0" if x.is_floating_point() or x.numel() == 0 or not small else _middle(x)
    found: dict[str, list[str]] = {}
    for group, all_ in GROUPS.items():
        texts = [text.format(mid=mid) for text in all_ if small and _suits(text, x)]
        found[group] = [text for text in texts if _runs(text, x)]
    return found


def _suits(text: str, x: Tensor) -> bool:
    """Return whether a text says something of this type: means want fractions, complex has two."""
    return ".float()" not in text or not (
        x.is_complex() or (x.is_floating_point() and "mean" in text)
    )


def _middle(x: Tensor) -> str:
    return "0" if x.is_complex() or x.dtype == torch.bool else str(int(x.double().mean()))


def calls(x: Tensor) -> list[str]:
    """Return what torch takes as the next operation of a chain."""
    if x.numel() > MOST:
        return [call for call in ("[:8]", ".t()") if _runs(f"x{call}", x)]
    shape = ", ".join(map(str, x.shape))
    return [
        call
        for one in CALLS
        if _runs(f"x{(call := one.format(shape=shape).replace(', )', ')'))}", x)
    ]


def _runs(text: str, x: Tensor) -> bool:
    try:
        typed = read(text)
        run(typed, x.clone() if typed.writes else x)
    except (RuntimeError, IndexError, TypeError, ValueError):
        # A view that does not work is what the chain is there to show.
        return text.startswith("x.view(") and x.ndim > 1
    return True


HINTS = {
    "step must be greater": "step",
    "out of bounds": "range",
    "out of range": "range",
    "too many indices": "many",
    "size is not compatible": "view",
    "is invalid for input of size": "numel",
    "could not infer output dtype": "dtype",
    "shape of the mask": "mask",
    "must match the size": "broadcast",
    "cannot be multiplied": "product",
}
"""What is said beside torch's words, by a part of them."""


def hint(error: str) -> str:
    """Return the key of a hint for one of torch's errors; empty if there is none."""
    return next((key for part, key in HINTS.items() if part in error), "")
