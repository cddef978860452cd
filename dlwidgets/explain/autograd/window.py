"""The part of a graph that fits on a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlwidgets.explain.autograd.backward import Visit
    from dlwidgets.explain.autograd.graph import Graph

LIMIT = 24
"""Operators that are shown at once."""


@dataclass(frozen=True)
class Window:
    """What is shown, from one variable back.

    Attributes:
        start: the variable from which the window looks back.
        operators: indices, in the order in which backward comes to them.
        variables: indices: all that go into these operators or come out.
        hidden: for each variable whose maker is not shown, how many operators lie behind it.
    """

    start: int
    operators: tuple[int, ...]
    variables: tuple[int, ...]
    hidden: dict[int, int]


def look(graph: Graph, visits: list[Visit], start: int, limit: int = LIMIT) -> Window:
    """Return the first operators that backward comes to from ``start``."""
    reach = behind(graph, start)
    order = [visit.operator for visit in visits if visit.operator in reach]
    # What no gradient comes to is shown last.
    order += sorted(reach - set(order), reverse=True)
    chosen = tuple(order[:limit])
    variables = {start}
    for index in chosen:
        operator = graph.operators[index]
        variables.update(at for at in (*operator.inputs, *operator.outputs) if at >= 0)
    hidden = {
        at: len(behind(graph, at))
        for at in variables
        if graph.variables[at].maker >= 0 and graph.variables[at].maker not in chosen
    }
    return Window(start, chosen, tuple(sorted(variables)), hidden)


def behind(graph: Graph, variable: int) -> set[int]:
    """Return the operators that a variable was computed with."""
    found: set[int] = set()
    waiting = [graph.variables[variable].maker]
    while waiting:
        index = waiting.pop()
        if index < 0 or index in found:
            continue
        found.add(index)
        waiting += [graph.variables[at].maker for at in graph.operators[index].inputs if at >= 0]
    return found
