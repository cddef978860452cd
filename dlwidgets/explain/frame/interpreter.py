"""The tree of a typed expression, followed step by step on the real frame; nothing is evaluated."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.calls import call_method, call_text, made
from dlwidgets.explain.frame.grammar import METHODS, TEXT, not_allowed, refused
from dlwidgets.explain.frame.names import Accessor, Names, PandasError
from dlwidgets.explain.frame.operators import COMPARING, combined, compared, negated
from dlwidgets.explain.frame.tracking import Held, is_mask, taken

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject

LONG_KEY = 1_000
"""Lists of labels longer than this are only looked up where each label stands once."""


class Interpreter(Names):
    """Follows expressions on one subject under one name."""

    def __init__(self, subject: Subject, name: str) -> None:
        super().__init__(subject, name)
        self.steps: list[tuple[ast.Subscript, Held, str, Any]] = []

    def follow(self, tree: ast.expr) -> Held:
        """Return what a whole expression is; errors of pandas know the subject."""
        try:
            return self.run(tree)
        except PandasError as error:
            error.subject = self.whole.value
            raise

    def run(self, node: ast.expr) -> Held:
        """Return what a part of the expression is.

        Raises:
            RefusedError: for what may not be typed.
            PandasError: where pandas raises, with its error as the cause.
        """
        found = self.visit(node)
        if isinstance(found, Accessor):
            here = ast.unparse(node)
            raise refused(
                node,
                "incomplete",
                f"{here} waits for what to select, such as {here}"
                + (".lower()" if found.how in {"str", "dt"} else "[0]"),
                f"{here} 之后还要写出选取的内容，例如 {here}"
                + (".lower()" if found.how in {"str", "dt"} else "[0]"),
            )
        return found

    def visit(self, node: ast.expr) -> Held | Accessor:
        """Return what a part of the expression is, or what waits for more."""
        work = getattr(self, f"_{type(node).__name__.lower()}", None)
        if work is None:
            raise not_allowed(node, ast.unparse(node)[:60])
        found: Held | Accessor = work(node)
        return found

    def _constant(self, node: ast.Constant) -> Held:
        return Held(node.value)

    def _tuple(self, node: ast.Tuple) -> Held:
        return Held(tuple(self.run(one).value for one in node.elts))

    def _list(self, node: ast.List) -> Held:
        return Held([self.run(one).value for one in node.elts])

    def _set(self, node: ast.Set) -> Held:
        values = [self.run(one).value for one in node.elts]
        return self.tried(node, lambda: Held(set(values)))

    def _slice(self, node: ast.Slice) -> Held:
        ends = (node.lower, node.upper, node.step)
        return Held(slice(*(None if one is None else self.run(one).value for one in ends)))

    def _starred(self, node: ast.Starred) -> Held:
        raise not_allowed(node, "*")

    def _unaryop(self, node: ast.UnaryOp) -> Held:
        held = self.run(node.operand)
        return self.tried(node, lambda: negated(node, held))

    def _binop(self, node: ast.BinOp) -> Held:
        left, right = self.run(node.left), self.run(node.right)
        return self.tried(node, lambda: combined(node, left, right))

    def _compare(self, node: ast.Compare) -> Held:
        left = self.run(node.left)
        found = left
        for place, (sign, other) in enumerate(zip(node.ops, node.comparators, strict=True)):
            if place and not self._truth(node, found):
                return found
            if type(sign) not in COMPARING:
                raise not_allowed(node, "is")
            right = self.run(other)
            found = self.tried(node, partial(compared, node, sign, left, right))
            left = right
        return found

    def _boolop(self, node: ast.BoolOp) -> Held:
        first, *more = node.values  # noqa: PD011 -- of the tree, not of a frame
        found = self.run(first)
        for other in more:
            if self._truth(node, found) == isinstance(node.op, ast.Or):
                return found
            found = self.run(other)
        return found

    def _truth(self, node: ast.expr, held: Held) -> bool:
        return bool(self.tried(node, lambda: Held(bool(held.value))).value)

    def _subscript(self, node: ast.Subscript) -> Held:
        base = self.visit(node.value)
        key = self.run(node.slice).value
        if isinstance(base, Accessor):
            held, how = base.held, base.how
            if how == "str":
                return self.tried(node, lambda: Held(held.value.str[key], None, held.lit))
            if how == "dt":
                raise not_allowed(node, "dt[]")
        else:
            held, how = base, "[]"
        if how == "[]" and not isinstance(held.value, (pd.DataFrame, pd.Series, pd.Index, slice)):
            return self._of_other(node, held, key)
        return self._taken(node, held, how, key)

    def _of_other(self, node: ast.Subscript, held: Held, key: Any) -> Held:  # noqa: ANN401 -- any key
        """Return a part of a tuple or list, as ``df.shape[0]``, or the key of an IndexSlice."""
        if held.value is pd.IndexSlice:
            return Held(key)
        if not isinstance(held.value, (tuple, list, str)):
            raise not_allowed(node, ast.unparse(node)[:60])
        return self.tried(node, lambda: Held(held.value[key], None, held.lit))

    def _taken(self, node: ast.Subscript, held: Held, how: str, key: Any) -> Held:  # noqa: ANN401 -- any key
        self.steps.append((node, held, how, key))
        self._check_key(node, held, key)
        try:
            return taken(held, how, key)
        except Exception as error:
            raise PandasError(node, held, how, key) from error

    def _check_key(self, node: ast.Subscript, held: Held, key: Any) -> None:  # noqa: ANN401 -- any key
        """Refuse lists of labels that would find millions of rows many times over."""
        for part in key if isinstance(key, tuple) else (key,):
            long = isinstance(part, (pd.Series, pd.Index, np.ndarray)) and len(part) > LONG_KEY
            if long and not is_mask(part) and not held.value.index.is_unique:
                raise refused(
                    node.slice,
                    "too-long",
                    f"At most {LONG_KEY:,} labels can be looked up where labels repeat.",
                    f"标签有重复时，一次最多查找 {LONG_KEY:,} 个标签。",
                )

    def _call(self, node: ast.Call) -> Held:
        func = node.func
        if any(isinstance(one, ast.Starred) for one in node.args) or any(
            one.arg is None for one in node.keywords
        ):
            raise not_allowed(node, "*")
        args = [self.run(one).value for one in node.args]
        named = {str(one.arg): self.run(one.value).value for one in node.keywords}
        if isinstance(func, ast.Name) and func.id in {"slice", "float"} and func.id != self.name:
            return self.tried(node, lambda: made(node, func.id, args, named))
        if not isinstance(func, ast.Attribute):
            raise not_allowed(node, f"{ast.unparse(func)[:60]}()")
        if isinstance(func.value, ast.Name) and func.value.id in {"pd", "np"} - {self.name}:
            return self.tried(node, lambda: made(node, ast.unparse(func), args, named))
        base = self.visit(func.value)
        if isinstance(base, Accessor):
            if base.how != "str" or func.attr not in TEXT:
                raise not_allowed(func, f".{base.how}.{func.attr}()")
            held = base.held
            return self.tried(node, lambda: call_text(node, held, args, named))
        if func.attr not in METHODS:
            raise not_allowed(func, f".{func.attr}()")
        return self.tried(node, lambda: call_method(node, base, args, named))
