"""What may follow on the line of ``%%train``."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from dlwidgets.magics.options import CODE, flags, parser_of
from dlwidgets.magics.train import TrainMagics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_DATA = ("digits", "fashion_mnist", "mnist")
_DEVICES = ("auto", "cpu", "cuda", "mps")
_FUNCTIONS = ("accuracy", "mean_loss")


def complete(shell: InteractiveShell, event: Any) -> list[str]:  # noqa: ANN401 -- IPython's event
    """Return options after a space or a dash, and values after an option that has some."""
    before: str = event.text_until_cursor.removesuffix(event.symbol)
    values = _values(shell, before)
    if values is not None:
        return values
    return flags(parser_of(TrainMagics.train)) if _ends_a_word(before) else []


def _ends_a_word(before: str) -> bool:
    """Whether a new word of the line begins here, not within quotes."""
    quotes = before.count('"') % 2 or before.count("'") % 2
    return not quotes and before[-1:].isspace()


def _values(shell: InteractiveShell, before: str) -> list[str] | None:
    """Return the values that may stand here, None where an option may."""
    # The last option, and all that stands between it and the word at the cursor.
    last = re.search(r"""(--[a-z-]+)(=|\s+)("[^"]*|'[^']*|[^\s"']*)$""", before)
    if last is None:
        return None
    flag, _, begun = last.groups()
    if flag in CODE:
        names = [name for name in shell.user_ns if not name.startswith("_")]
        if begun.endswith("."):
            return []
        return [*names, *(_DATA if flag == "--data" else _FUNCTIONS)]
    if flag == "--device":
        return list(_DEVICES)
    if flag == "--optimizer":
        return _optimizers()
    return None if flag == "--no-widget" else []


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
