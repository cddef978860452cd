"""Expressions given to ``--log``, ``--show`` and ``--data``: checked before anything runs."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from types import CodeType

OFFERED = ("accuracy", "mean_loss")
"""Functions that an expression may use without an import."""


def compile_expressions(
    option: str,
    texts: Iterable[str],
    known: Collection[str] | None,
    offered: Collection[str] = OFFERED,
) -> dict[str, CodeType]:
    """Compile each text as an expression over ``known`` names; None: which there are is unknown.

    Raises:
        UsageError: for text that is no expression or uses a name that will not exist.
    """
    codes = {}
    for text in texts:
        try:
            tree = ast.parse(text.strip(), mode="eval")
            codes[text.strip()] = compile(tree, f"<{option}>", "eval")
        except (SyntaxError, ValueError) as error:
            reason = error.msg if isinstance(error, SyntaxError) else error
            raise UsageError(
                say(
                    f"{option}: expected a Python expression, got {text!r} ({reason})",
                    f"{option}：应为 Python 表达式，得到 {text!r}（{reason}）",
                )
            ) from error
        if known is None:
            continue
        for name in _free_names(tree):
            if name not in known and name not in offered and not hasattr(builtins, name):
                hint = suggest(name, [*known, *offered])
                raise UsageError(
                    say(
                        f"{option} {text!r}: no variable named {name!r}.{hint}",
                        f"{option} {text!r}：没有名为 {name!r} 的变量。{hint}",
                    )
                )
    return codes


def _free_names(tree: ast.AST) -> list[str]:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return [node.id for node in names if isinstance(node.ctx, ast.Load) and node.id not in bound]
