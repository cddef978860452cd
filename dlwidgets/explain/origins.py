"""Where the numbers of a result come from: the same expression, asked of places."""

from __future__ import annotations

import ast
from typing import Any

import torch
from torch import Tensor

from dlwidgets.explain.typed import (
    ALONG,
    ELEMENTWISE,
    REDUCING,
    SHAPING,
    Typed,
    arguments,
    value,
)

MOST = 4096
"""Numbers of a tensor whose places are followed."""

PLACES = SHAPING | {
    *("index_select", "masked_select", "gather", "take", "take_along_dim", "diag"),
}
"""What only chooses and moves numbers, and so does the same to their places."""

FILLING = {"masked_fill", "index_fill", "masked_fill_", "index_fill_"}
SCATTERING = {"scatter", "scatter_"}
PRODUCTS = {"mm", "mv", "bmm", "dot", "matmul"}


def origins(typed: Typed, x: Tensor, result: Tensor, name: str = "x") -> Tensor | None:
    """Return the flat places in ``x`` that make each number of ``result``, (*result.shape, k).

    −1 stands for a number that does not come from ``x``. None where it can't be said: of large
    tensors, and of functions that mix their numbers in other ways.
    """
    if not (0 < x.numel() <= MOST and 0 < result.numel() <= MOST):
        return None
    places = torch.arange(x.numel(), device=x.device).reshape(x.shape)
    try:
        with torch.no_grad():
            found = _Trace({name: x}, {name: places}).of(typed.tree)
    except (RuntimeError, IndexError, TypeError, ValueError):
        # Torch has computed the result: that its places can't be followed is no error.
        return None
    if found is None or tuple(found.shape[:-1]) != tuple(result.shape):
        return None
    return found


class _Trace:
    """Follows places through an expression; each step has a last axis, the places that it reads."""

    def __init__(self, names: dict[str, Tensor], places: dict[str, Tensor]) -> None:
        self._names, self._places = names, places

    def of(self, node: ast.expr) -> Tensor | None:  # noqa: PLR0911 -- one for each kind of node
        """Return the places that the value of a node is made of."""
        if isinstance(node, ast.Name):
            return self._places[node.id][..., None]
        if isinstance(node, ast.Subscript):
            if not isinstance(value(node.value, self._names), Tensor):
                return self.of(node.value)
            chosen = value(node.slice, self._names)
            return self._each(self.of(node.value), lambda part: part[chosen])
        if isinstance(node, ast.UnaryOp):
            return self.of(node.operand)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return self._product(node.left, node.right)
        if isinstance(node, ast.BinOp):
            return self._pairs([node.left, node.right], node)
        if isinstance(node, ast.Compare):
            return self._pairs([node.left, node.comparators[0]], node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        return self._call(node) if isinstance(node, ast.Call) else None

    @staticmethod
    def _each(found: Tensor | None, change: Any) -> Tensor | None:  # noqa: ANN401 -- of a tensor
        """Do the same to each of the places that a number is made of."""
        if found is None:
            return None
        return torch.stack([change(part) for part in found.unbind(-1)], -1)

    def _attribute(self, node: ast.Attribute) -> Tensor | None:
        if node.attr in {"T", "mT"}:
            return self._each(self.of(node.value), lambda part: getattr(part, node.attr))
        if node.attr in {"values", "indices"}:
            return self.of(node.value)
        return None

    def _pairs(self, parts: list[ast.expr], whole: ast.expr) -> Tensor | None:
        """Return the places of numbers taken one by one, stretched as broadcasting does."""
        shape = tuple(torch.as_tensor(value(whole, self._names)).shape)
        found = []
        for part in parts:
            held = value(part, self._names)
            traced = self.of(part) if isinstance(held, Tensor) else None
            if traced is not None:
                found.append(traced.expand(*shape, traced.shape[-1]))
        return torch.cat(found, -1) if found else None

    def _call(self, node: ast.Call) -> Tensor | None:
        func = node.func
        assert isinstance(func, ast.Attribute)  # noqa: S101 -- `read` lets nothing else through
        of_torch = isinstance(func.value, ast.Name) and func.value.id == "torch"
        if of_torch and not node.args:
            return None
        base, rest = (node.args[0], node.args[1:]) if of_torch else (func.value, node.args)
        if func.attr == "where" and of_torch:
            return self._where(node)
        if func.attr in PRODUCTS and rest:
            return self._product(base, rest[0])
        if func.attr in ELEMENTWISE:
            return self._pairs([base, *rest], node)
        found = self.of(base)
        if found is None:
            return None
        plain = ast.Call(func, rest, node.keywords)
        return self._method(func.attr, found, base, arguments(plain, self._names))

    def _method(  # noqa: PLR0911 -- one for each kind of function
        self,
        name: str,
        found: Tensor,
        base: ast.expr,
        given: tuple[list[Any], dict[str, Any]],
    ) -> Tensor | None:
        args, kwargs = given
        if name in PLACES:
            return self._each(found, lambda part: getattr(part, name)(*args, **kwargs))
        if name in FILLING:
            args = [*args[:-1], -1]
            return self._each(found, lambda part: getattr(part, name.rstrip("_"))(*args))
        if name in SCATTERING:
            dim, index = args[:2]
            return self._each(found, lambda part: part.scatter(dim, index, -1))
        held = value(base, self._names)
        if name == "nonzero":
            return self._each(found, lambda part: part[held != 0][:, None].expand(-1, held.ndim))
        if name in REDUCING:
            return _reduced(found, args, kwargs, whole=name == "norm")
        if name in ALONG:
            return _along(name, held, found, args, kwargs)
        return None

    def _where(self, node: ast.Call) -> Tensor | None:
        condition = value(node.args[0], self._names)
        sides = []
        for part in node.args[1:]:
            held = value(part, self._names)
            traced = self.of(part) if isinstance(held, Tensor) else None
            sides.append(torch.tensor(-1) if traced is None else traced[..., 0])
        if len(sides) != 2:  # noqa: PLR2004 -- where it holds, where not
            return None
        return torch.where(condition, sides[0], sides[1]).unsqueeze(-1)

    def _product(self, left: ast.expr, right: ast.expr) -> Tensor | None:
        """Return row and column of each number of a matrix product."""
        a, b = value(left, self._names), value(right, self._names)
        one, other = self.of(left), self.of(right)
        most = 2
        if not 1 <= a.ndim <= most or not 1 <= b.ndim <= most:
            return None
        found = []
        shape = (a @ b).shape
        if one is not None:
            rows = one[..., 0] if a.ndim == most else one[..., 0][None]
            wide = rows[:, None] if b.ndim == most else rows
            found.append(wide.expand(*shape, a.shape[-1]) if shape else rows[0])
        if other is not None:
            columns = other[..., 0].T if b.ndim == most else other[..., 0]
            found.append(columns.expand(*shape, b.shape[0]))
        return torch.cat(found, -1) if found else None


def _reduced(
    found: Tensor,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    whole: bool,
) -> Tensor | None:
    """Return all places along the axes that go."""
    axes = found.ndim - 1
    # The first argument of norm is its exponent.
    rest = args[1:] if whole else args
    dim = kwargs.get("dim", rest[0] if rest else None)
    keep = bool(kwargs.get("keepdim", rest[1] if len(rest) > 1 else False))
    if isinstance(dim, Tensor):
        return None
    dims = tuple(range(axes)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    gone = sorted({one % axes for one in dims}) if axes else []
    stay = [axis for axis in range(axes) if axis not in gone]
    shape = [found.shape[axis] for axis in stay]
    moved = found.permute(*stay, *gone, axes).reshape(*shape, -1)
    if keep:
        for axis in gone:
            moved = moved.unsqueeze(axis)
    return moved


def _along(
    name: str, held: Tensor, found: Tensor, args: list[Any], kwargs: dict[str, Any]
) -> Tensor | None:
    """Return the places that each number along an axis is made of."""
    if found.shape[-1] != 1 or held.ndim == 0:
        return None
    places = found[..., 0]
    if name in {"sort", "topk", "argsort"}:
        chosen = getattr(held, name)(*args, **kwargs)
        indices = chosen if isinstance(chosen, Tensor) else chosen.indices
        default = args[1] if name == "topk" and len(args) > 1 else -1
        dim = kwargs.get("dim", args[0] if name != "topk" and args else default)
        return places.gather(dim, indices)[..., None]
    dim = kwargs.get("dim", args[0] if args else -1) % held.ndim
    size = held.shape[dim]
    rows = places.movedim(dim, -1)[..., None, :].expand(*places.movedim(dim, -1).shape, size)
    if name in {"cumsum", "cumprod"}:
        before = torch.ones(size, size, dtype=torch.bool, device=held.device).tril()
        rows = rows.masked_fill(~before, -1)
    return rows.movedim(-2, dim)
