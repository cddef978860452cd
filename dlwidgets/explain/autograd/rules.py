"""What an operator of autograd computes, found again from what its node has saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Text = str | Callable[..., str]

Saved = dict[str, Any]
"""What a node has saved, by name without ``_saved_``; with the ``shape`` of its output."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One operator.

    Attributes:
        symbol: what stands in the square; may hold saved options: ``"^{exponent}"``.
        edges: for each edge of the node the saved name of that input, where torch saves it.
        run: computes the output from what was saved and the inputs: edges, then extras.
        text: the same in Python: a template of inputs and options, or a function of both.
        slopes: for each edge the derivative, as the book writes it; G is the upstream gradient.
        elementwise: whether each number of the output hangs on one of each input.
        extras: saved tensors that are inputs without gradient, as the target of a loss.
        optional: edges that may be left out, as a bias.
        missing: gives an input that torch does not save from the output and the other inputs.
        before: gives what stood there before the operator wrote into it.
    """

    symbol: str
    edges: tuple[str, ...]
    run: Callable[..., Any]
    text: Text
    slopes: tuple[str, ...]
    elementwise: bool = False
    extras: tuple[str, ...] = ()
    optional: tuple[int, ...] = ()
    missing: Callable[[Saved, Tensor, list[Any]], Tensor] | None = None
    before: Callable[[Saved, Tensor], Tensor] | None = None

    def sign(self, saved: Saved) -> str:
        """Return the symbol with its options."""
        return self.symbol.format_map(saved)

    def edge(self, place: int) -> str:
        """Return the saved name of the input at an edge; all edges of ``cat`` are alike."""
        return self.edges[min(place, len(self.edges) - 1)]

    def slope(self, place: int) -> str:
        """Return the derivative with respect to the input at an edge."""
        return self.slopes[min(place, len(self.slopes) - 1)]

    def code(self, saved: Saved, inputs: list[str]) -> str:
        """Return the call in Python."""
        if callable(self.text):
            return self.text(saved, *inputs)
        return self.text.format(*inputs, **saved)


def of_one(
    symbol: str,
    run: Callable[..., Any],
    text: Text,
    slope: str,
    saved: str = "",
    *,
    elementwise: bool = True,
    extras: tuple[str, ...] = (),
) -> Rule:
    """Return the rule of an operator of one input with a gradient."""
    return Rule(symbol, (saved,), run, text, (slope,), elementwise, extras)
