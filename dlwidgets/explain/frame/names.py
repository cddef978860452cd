"""Names and attributes in a typed expression: the frame, its columns, constants of pandas."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.grammar import (
    ACCESSORS,
    ATTRIBUTES,
    CONSTANTS,
    OF_NUMPY,
    OF_PANDAS,
    RefusedError,
    not_allowed,
    refused,
)
from dlwidgets.explain.frame.tracking import Held, taken, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.explain.frame.outcome import Subject

KNOWN = 1_000
"""Columns that a name is compared with."""


class PandasError(Exception):
    """An error of pandas, with the step at which it was raised."""

    def __init__(self, node: ast.expr, held: Held | None, how: str, key: Any) -> None:  # noqa: ANN401 -- any key
        super().__init__()
        self.node = node
        self.held = held
        self.how = how
        self.key = key
        self.subject: Any = None


class Accessor:
    """``df.loc``, ``s.str``: what waits for brackets or a method."""

    def __init__(self, held: Held, how: str) -> None:
        self.held = held
        self.how = how


class Names:
    """What names and attributes stand for, on one subject under one name."""

    def __init__(self, subject: Subject, name: str) -> None:
        self.whole = whole(subject)
        self.name = name

    def visit(self, node: ast.expr) -> Held | Accessor:
        """Return what a part of an expression is, or what waits for more."""
        raise NotImplementedError

    def tried(self, node: ast.expr, work: Callable[[], Held]) -> Held:
        """Return what pandas gives, or raise its error with the part that it comes from."""
        try:
            return work()
        except RefusedError:
            raise
        except Exception as error:
            raise PandasError(node, None, "", None) from error

    def _name(self, node: ast.Name) -> Held:
        if node.id == self.name:
            return self.whole
        if node.id in {"pd", "np", "slice", "float"}:
            raise refused(
                node,
                "incomplete",
                f"{node.id} alone is no selection.",
                f"单独的 {node.id} 不是选取。",
            )
        raise self._unknown(node)

    def _unknown(self, node: ast.Name) -> RefusedError:
        columns = self._columns()
        nearest = f"{self.name}[{node.id!r}]" if node.id in columns else ""
        more = f" The column of this name is {nearest}." if nearest else ""
        said = f"该名称的列应写作 {nearest}。" if nearest else ""
        return refused(
            node,
            "unknown-name",
            f"{node.id!r} is not known here: the frame is called {self.name}."
            f'{more} Texts stand in quotes: "{node.id}".',
            f"此处没有 {node.id!r} 这个名称：表格名为 {self.name}。{said}"
            f'字符串要加引号："{node.id}"。',
            nearest,
        )

    def _columns(self) -> list[Any]:
        value = self.whole.value
        return list(value.columns[:KNOWN]) if isinstance(value, pd.DataFrame) else []

    def _attribute(self, node: ast.Attribute) -> Held | Accessor:
        if isinstance(node.value, ast.Name) and node.value.id != self.name:
            if node.value.id in {"pd", "np"}:
                return Held(self._constant_of(node))
            raise self._unknown(node.value)
        base = self.visit(node.value)
        if isinstance(base, Accessor):
            return self._after_accessor(node, base)
        kind = self._kind(base.value)
        if node.attr in ATTRIBUTES.get(kind, ()):
            return self._plain(node, base)
        if kind in {"DataFrame", "Series"}:
            return self._label(node, base)
        raise not_allowed(node, f".{node.attr}")

    def _constant_of(self, node: ast.Attribute) -> Any:  # noqa: ANN401 -- a constant
        module, known = (pd, OF_PANDAS) if ast.unparse(node.value) == "pd" else (np, OF_NUMPY)
        if node.attr not in known:
            raise not_allowed(node, ast.unparse(node)[:60])
        if node.attr not in CONSTANTS:
            here = ast.unparse(node)
            raise refused(
                node,
                "incomplete",
                f"{here} waits for its value: {here}(...)",
                f"{here} 之后要写出它的值：{here}(...)",
            )
        return getattr(module, node.attr)

    @staticmethod
    def _kind(value: Any) -> str:  # noqa: ANN401 -- anything
        for kind, of in (("DataFrame", pd.DataFrame), ("Series", pd.Series), ("Index", pd.Index)):
            if isinstance(value, of):
                return kind
        return "Timestamp" if isinstance(value, pd.Timestamp) else ""

    def _plain(self, node: ast.Attribute, base: Held) -> Held | Accessor:
        if node.attr in {*ACCESSORS, "str", "dt"}:
            if node.attr in {"str", "dt"}:
                self.tried(node, lambda: getattr(base.value, node.attr))
            return Accessor(base, node.attr)
        return Held(getattr(base.value, node.attr))

    def _after_accessor(self, node: ast.Attribute, base: Accessor) -> Held:
        if base.how == "dt" and node.attr in ATTRIBUTES["dt"]:
            held = base.held
            return self.tried(node, lambda: Held(getattr(held.value.dt, node.attr), None, held.lit))
        raise not_allowed(node, f".{base.how}.{node.attr}")

    def _label(self, node: ast.Attribute, base: Held) -> Held:
        """Return the column, or element, that an attribute names; as pandas, methods come first."""
        value, name = base.value, node.attr
        labels = value.columns if isinstance(value, pd.DataFrame) else value.index
        if name.startswith("_") or name in vars(value) or hasattr(type(value), name):
            here = ast.unparse(node.value)
            holds = not name.startswith("__") and not isinstance(labels, pd.MultiIndex)
            if holds and name in labels:
                spelt = f'{here}["{name}"]'
                raise refused(
                    node,
                    "not-allowed",
                    f"{here}.{name} is something of pandas' own and not the column; "
                    f"that is {spelt}.",
                    f"{here}.{name} 是 pandas 自己的属性，不是这一列；这一列应写作 {spelt}。",
                    spelt,
                )
            raise not_allowed(node, f".{name}")
        try:
            result = getattr(value, name)
        except Exception as error:
            raise PandasError(node, base, ".", name) from error
        found = taken(base, "[]", name)
        return Held(result, found.track, found.sources, found.chosen)
