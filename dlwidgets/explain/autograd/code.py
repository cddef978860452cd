"""The graph as Python that runs by itself and gives what is shown."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from dlwidgets.explain.autograd.graph import Graph, Variable

NUMBERS = 36
"""Numbers of one tensor that are written out."""

OPERATORS = 24
"""Operators that are written out."""

ARITHMETIC = frozenset(
    {"AddBackward0", "SubBackward0", "RsubBackward1", "MulBackward0", "DivBackward0"}
    | {"MaskedFillBackward0"}
)
"""Operators that take numbers as well as tensors."""

SEVERAL = ("MaxBackward0", "MinBackward0", "Split", "Unbind")
"""Operators that return more than one tensor."""


def number(value: float, dtype: torch.dtype) -> str:
    """Return a number as Python reads it, no longer than its type needs: 0.1 in single precision.

    The result, put back into ``dtype``, is the very same number.
    """
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 -- NaN
        return f'float("{value}")'
    if dtype is torch.float32:
        return repr(float(str(np.float32(value))))
    return repr(value)


def literal(value: Tensor, *, leaf: bool = False) -> str:
    """Return ``torch.tensor(...)`` of these numbers."""
    options = (
        [] if value.dtype in {torch.float32, torch.int64, torch.bool} else [f"dtype={value.dtype}"]
    )
    options += ["requires_grad=True"] if leaf else []
    return f"torch.tensor({', '.join([_nested(value.tolist(), value.dtype), *options])})"


def _nested(value: object, dtype: torch.dtype) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_nested(one, dtype) for one in value)}]"
    return number(value, dtype) if isinstance(value, float) else repr(value)


def identifiers(graph: Graph) -> list[str]:
    """Return for each variable a name that Python takes; each once."""
    found: list[str] = []
    taken = {"torch"}
    for variable in graph.variables:
        name = re.sub(r"\W+", "_", variable.name).strip("_") or "c"
        name = f"_{name}" if keyword.iskeyword(name) or name[0].isdigit() else name
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name}_{count}"
        taken.add(unique)
        found.append(unique)
    return found


@dataclass(frozen=True)
class Script:
    """A graph as lines of Python.

    Attributes:
        made: the lines that make leaves and constants.
        computed: the lines of the forward pass, each with the name that it assigns.
        names: of each variable, as Python takes it.
        function: whether the forward pass is a call of the user's own function.
    """

    made: list[str]
    computed: list[tuple[str, str]]
    names: list[str]
    function: bool = False


def script(graph: Graph, values: Mapping[int, Tensor], call: str = "") -> Script | None:
    """Return the graph as Python; None where it is too large, or holds what we can't write.

    Args:
        graph: with names and values.
        values: of leaves and constants that were edited.
        call: the name of the function that computes it, if there is one.
    """
    names = identifiers(graph)
    bare: dict[int, Tensor] = {}
    made = []
    for variable in graph.variables:
        value = values.get(variable.index, variable.value)
        if variable.kind == "result" or (call and not variable.own):
            continue
        if value is None or value.numel() > NUMBERS:
            return None
        if _bare(variable) and value.ndim == 0:
            bare[variable.index] = value
        else:
            leaf = variable.kind == "leaf"
            made.append(f"{names[variable.index]} = {literal(value, leaf=leaf)}")
    if call:
        given = [v.name for v in graph.variables if v.own and v.kind != "result"]
        line = f"{call}({', '.join(f'{name}={name}' for name in given)})"
        root = names[graph.root]
        return Script(made, [(root, f"{root} = {line}")], names, function=True)
    computed = _computed(graph, names, bare)
    return None if computed is None else Script(made, computed, names)


def _computed(
    graph: Graph, names: list[str], bare: Mapping[int, Tensor]
) -> list[tuple[str, str]] | None:
    if len(graph.operators) > OPERATORS:
        return None
    lines = []
    for operator in graph.operators:
        if operator.rule is None or operator.rule.text == "":
            return None
        write = _in_place if operator.name in ARITHMETIC else literal
        inputs = [
            "None" if at < 0 else write(bare[at]) if at in bare else names[at]
            for at in operator.inputs
        ]
        line = operator.rule.code(operator.saved, inputs)
        many = operator.name.startswith(SEVERAL)
        for at in operator.outputs:
            part = f"[{graph.variables[at].output}]" if many else ""
            lines.append((names[at], f"{names[at]} = {line}{part}"))
    return lines


def filled(script: Script, lines: list[str], target: str) -> list[str]:
    """Return lines in which ``...`` is the forward pass, ``...y`` its part up to ``y``."""
    names = [name for name, _ in script.computed]
    cut = names.index(target) + 1 if target in names else 0
    found = list(script.made)
    for line in lines:
        body = line.strip()
        space = line[: len(line) - len(body)]
        if not body.startswith("...") and not body.endswith("..."):
            found.append(line)
            continue
        part = slice(None) if body == "..." else slice(cut) if body[0] == "." else slice(cut, None)
        if script.function and body != "...":
            # What is inside can't be reached from outside.
            found += ["# inside the function:"] if body[0] == "." else []
            part = slice(None) if body[0] != "." else slice(0)
        found += [space + text for _, text in script.computed[part]]
    return found


def gradients(graph: Graph, script: Script | None, vector: Tensor) -> list[str]:
    """Return the lines that give the gradients of the leaves; none where they can't be written."""
    leaves = [v for v in graph.variables if v.kind == "leaf"]
    root = graph.variables[graph.root]
    brackets = "" if root.shape == () else literal(vector) if vector.numel() <= NUMBERS else None
    if brackets is None:
        return []
    if script is not None:
        shown = [script.names[v.index] for v in leaves]
        last = ", ".join(f"{name}.grad" for name in shown)
        back = f"{script.names[graph.root]}.backward({brackets})"
        return [*script.made, *(line for _, line in script.computed), back, last]
    if all(v.own for v in [root, *leaves]):
        named = ", ".join(v.name for v in leaves)
        more = f", {brackets}" if brackets else ""
        return [f"torch.autograd.grad({root.name}, [{named}]{more}, retain_graph=True)"]
    return []


def _bare(variable: Variable) -> bool:
    """Whether a constant is a number without a name, which is written where it is used."""
    return variable.kind == "constant" and not variable.name and variable.dtype.is_floating_point


def _in_place(value: Tensor) -> str:
    text = _nested(value.item(), value.dtype)
    whole = re.sub(r"\.0$", "", text)
    text = whole if value.is_floating_point() and len(whole) < len(text) else text
    return f"({text})" if text.startswith("-") else text
