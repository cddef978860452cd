"""The loops of a cell, written so that the run can count their passes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sized
from contextlib import suppress
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from dlwidgets.training.live import tracked

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_TRAINING = frozenset({"backward", "step"})
"""Methods that give away a loop that trains."""


class Passes:
    """The passes of a loop over something: as many as that is long, if it says so."""

    def __init__(self, over: object) -> None:
        """Take what the loop runs over; only its length is asked for."""
        self._over = over

    def __len__(self) -> int:
        # Whatever goes wrong here must not end the user's loop: its length is a nicety.
        with suppress(Exception):
            if isinstance(self._over, Sized):
                return len(self._over)
        raise TypeError

    def __iter__(self) -> Iterator[None]:
        return repeat(None)


def counted(iterable: Iterable[T], *, again: bool = False) -> Iterable[T]:
    """Return what the loop runs over, counting its passes for the run that watches, if any.

    A loop that comes ``again``, as one within ``while True`` does, says nothing of the end.

    The user's iterator is asked first and by C code alone, so that whatever it raises has no
    line of ours in its traceback, and neither more nor less is taken from it.
    """
    __tracebackhide__ = True
    passes = Passes(None if again else iterable)
    ticks = tracked(passes)
    kind = type(iterable)
    if ticks is passes or not (hasattr(kind, "__iter__") or hasattr(kind, "__getitem__")):
        return iterable
    return map(itemgetter(0), zip(iterable, ticks, strict=False))


def count_loops(tree: ast.Module) -> ast.Module:
    """Write ``for a in counted(b)`` for ``for a in b`` where it may be a training loop.

    That is: at the top of the cell and in its plain functions every loop that calls something.
    In methods, generators and decorated functions, which run often or which others compile, only
    one in whose body a ``backward`` or ``step`` can be seen.
    """
    _Counted(_trainers(tree)).visit(tree)
    return ast.fix_missing_locations(tree)


def _calls(node: ast.AST) -> set[str]:
    """Return the names of all functions and methods that are called below ``node``."""
    functions = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    names = {function.attr for function in functions if isinstance(function, ast.Attribute)}
    return names | {function.id for function in functions if isinstance(function, ast.Name)}


def _trainers(tree: ast.AST) -> set[str]:
    """Return the names of what trains: torch's, and the cell's own functions that call them."""
    own = [
        (node.name, _calls(node)) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    known = set(_TRAINING)
    # Once for each function is enough for the longest chain of calls.
    for _ in own:
        known |= {name for name, calls in own if calls & known}
    return known


class _Counted(ast.NodeTransformer):
    """Wraps what the loops run over."""

    def __init__(self, trainers: set[str]) -> None:
        self._trainers = trainers
        self._strict = False
        self._again = False

    def visit_While(self, node: ast.While) -> ast.While:
        before, self._again = self._again, True
        self.generic_visit(node)
        self._again = before
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        body = ast.Module(node.body, [])
        calls = any(isinstance(inner, ast.Call) for inner in ast.walk(body))
        if _calls(body) & self._trainers if self._strict else calls:
            # Spelt as an import, so that nothing is added to the user's names and a function
            # defined in the cell still works when it is called after the cell.
            place = "__import__('dlwidgets.magics.loops', fromlist=('counted',)).counted"
            wrapper = ast.parse(place, mode="eval").body
            for part in ast.walk(wrapper):
                ast.copy_location(part, node.iter)
            again = [ast.keyword("again", ast.Constant(value=True))] if self._again else []
            node.iter = ast.copy_location(ast.Call(wrapper, [node.iter], again), node.iter)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        yields = any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
        return self._within(node, strict=yields or bool(node.decorator_list))

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node, strict=True)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        # Several may take turns, and their loops are then not nested in one another.
        return node

    def _within(self, node: ast.AST, *, strict: bool) -> ast.AST:
        before, self._strict = self._strict, self._strict or strict
        try:
            return self.generic_visit(node)
        finally:
            self._strict = before
