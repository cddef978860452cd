"""What Tab offers on the lines of ``%%train`` and ``%explore``."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from dlwidgets.magics.options import CODE, flags, parser_of
from dlwidgets.magics.train import TrainMagics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from IPython.core.interactiveshell import InteractiveShell

    Matcher = Callable[[CompletionContext], SimpleMatcherResult]

_DATA = ("digits", "fashion_mnist", "mnist")
_DEVICES = ("auto", "cpu", "cuda", "mps")
_FUNCTIONS = ("accuracy", "mean_loss")


# Also where the result is given a name: w = %explore model.
_EXPLORE = re.compile(r"^\s*([\w.]+\s*=\s*)?%explore\s")


def magic_matcher(shell: InteractiveShell) -> Matcher:
    """Return what IPython may ask for completions.

    A hook of the older kind would do for terminals, but in notebooks jedi's guesses about the
    line as Python (``--ellipsis``, ``--eval``) would stand between ours.
    """

    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        line, token = context.text_until_cursor, context.token
        if _EXPLORE.match(line):
            # IPython completes attributes, arguments and keys there, but not the first name.
            fitting = [SimpleCompletion(n) for n in _names(shell) if n.startswith(token)]
            return SimpleMatcherResult(completions=fitting)
        if not line.startswith("%%train "):
            return SimpleMatcherResult(completions=[])
        offered, only = _offered(shell, line.removesuffix(token))
        fitting = [SimpleCompletion(text) for text in offered if text.startswith(token)]
        return SimpleMatcherResult(completions=fitting, suppress=only and bool(fitting))

    marked: Matcher = context_matcher(identifier="dlwidgets.magics")(matcher)
    return marked


def _offered(shell: InteractiveShell, before: str) -> tuple[Iterable[str], bool]:
    """Return what may begin after ``before``, and whether nothing else may."""
    # The last option, and all that stands between it and the cursor.
    last = re.search(r"""(--[a-z-]+)(=|\s+)("[^"]*|'[^']*|[^\s"']*)$""", before)
    flag, begun = (last[1], last[3]) if last is not None else ("--no-widget", "")
    if flag in CODE:
        names = _names(shell)
        own = _DATA if flag == "--data" else _FUNCTIONS
        return ([] if begun.endswith(".") else [*names, *own]), False
    if flag == "--device":
        return _DEVICES, True
    if flag == "--optimizer":
        return _optimizers(), True
    if flag == "--no-widget" and _ends_a_word(before):
        return flags(parser_of(TrainMagics.train)), True
    return [], True


def _names(shell: InteractiveShell) -> list[str]:
    """Return the user's variables."""
    return [name for name in shell.user_ns if not name.startswith("_")]


def _ends_a_word(before: str) -> bool:
    """Whether a new word of the line begins here, not within quotes."""
    quotes = before.count('"') % 2 or before.count("'") % 2
    return not quotes and before[-1:].isspace()


def _optimizers() -> list[str]:
    """Return the names of torch's optimizers, if the user has imported it."""
    # Importing it takes seconds, and nobody waits so long for a completion.
    torch = sys.modules.get("torch")
    if torch is None:
        return []
    every = vars(torch.optim).items()
    base = torch.optim.Optimizer
    kinds = [n for n, k in every if isinstance(k, type) and issubclass(k, base) and k is not base]
    return [name.lower() for name in kinds]
