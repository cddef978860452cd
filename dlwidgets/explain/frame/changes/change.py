"""One statement that changes a frame: read, carried out on a copy, compared with the original."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dlwidgets.explain.frame.changes.diff import Diff, compare
from dlwidgets.explain.frame.changes.moves import NamedError
from dlwidgets.explain.frame.changes.statement import EXAMPLES, Work, carried_out
from dlwidgets.explain.frame.changes.words import explained
from dlwidgets.explain.frame.diagnosis import diagnosed, undiagnosed
from dlwidgets.explain.frame.grammar import LONGEST, RefusedError, check_size
from dlwidgets.explain.frame.names import PandasError
from dlwidgets.explain.frame.outcome import Refusal
from dlwidgets.explain.frame.reading import QUOTED, WIDE
from dlwidgets.language import Both

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a statement makes of a frame.

    Attributes:
        code: the statement, as it runs in a notebook.
        after: the changed copy; where there is an error, the frame as it was given.
        diff: what is different; None where there is an error.
        warnings: those of pandas.
        error: why nothing was changed.
    """

    code: str
    after: Subject
    diff: Diff | None = None
    warnings: tuple[str, ...] = ()
    error: Refusal | None = None


def change(subject: Subject, text: str, name: str = "df") -> Change:
    """Return what a typed statement makes of a copy; the frame itself is never changed.

    Taken are ``df["new"] = ...``, ``df.loc[...] = ...`` (also iloc, at, iat), ``df["a"] += 1``,
    ``del df["a"]``, ``df.columns = [...]``, ``df.insert(...)``, and ``df = df.method(...)`` with
    drop, rename, fillna, astype, replace, assign, sort_values and others. Keys and values are
    expressions as `read` takes them; nothing is evaluated blindly.
    """
    code, tree = text.strip(), None
    if len(text) > LONGEST:
        words = Both(f"At most {LONGEST:,} characters are read.", f"最多读取 {LONGEST:,} 个字符。")
        return Change(code[:60], subject, error=Refusal("too-long", "", "", words))
    for code in (text.strip(), _narrow(text.strip())):
        tree = _parsed(code)
        if tree is not None:
            break
    if tree is None:
        return Change(text.strip(), subject, error=_unreadable(text.strip(), name))
    return _done(Work(tree, subject, name, code))


def _narrow(text: str) -> str:
    """Return the text with signs of a Chinese keyboard as Python's, outside quotes."""
    parts = QUOTED.split(text)
    return "".join(one if i % 2 else one.translate(WIDE) for i, one in enumerate(parts))


def _parsed(code: str) -> ast.stmt | None:
    """Return the only statement of a text, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in a text is a warning of the parser's
        try:
            body = ast.parse(code).body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    return body[0] if len(body) == 1 else None


def _unreadable(code: str, name: str) -> Refusal:
    example = EXAMPLES.replace("df", name)
    words = Both(
        f"Python can't read this as one statement. Such as: {example}",
        f"无法读作一条 Python 语句。例如：{example}",
    )
    return Refusal("syntax" if code else "incomplete", "", "", words)


def _done(work: Work) -> Change:
    code = work.code
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            check_size(work.node)
            made = carried_out(work)
            diff = compare(work.subject, made)
        except RefusedError as error:
            return Change(code, work.subject, error=_placed(error.refusal, code, error.node))
        except PandasError as error:
            return Change(code, work.subject, error=_of_pandas(error, work))
    said = dict.fromkeys(f"{one.category.__name__}: {one.message}" for one in caught)
    return Change(code, made.after, diff, tuple(said))


def _of_pandas(error: PandasError, work: Work) -> Refusal:
    code = work.code
    if isinstance(error, NamedError):
        refusal = explained(error, work)
        # What is offered was tried.
        works = refusal.nearest and refusal.nearest != code and _tried(work, refusal.nearest)
        return _placed(refusal if works else replace(refusal, nearest=""), code, error.node)
    error.subject = work.subject
    tree = error.node
    for one in ast.iter_child_nodes(work.node):
        if isinstance(one, ast.expr) and error.node in ast.walk(one):
            tree = one
    try:
        found = diagnosed(error, tree)
    except Exception:  # noqa: BLE001 -- labels of any class: words are a help, the error stands
        found = undiagnosed(error)
    return _placed(found.refusal, code, found.node)


def _tried(work: Work, code: str) -> bool:
    """Return whether a statement works."""
    tree = _parsed(code)
    if tree is None:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            carried_out(replace(work, node=tree))
        except (RefusedError, PandasError):
            return False
    return True


def _placed(refusal: Refusal, code: str, node: ast.AST | None) -> Refusal:
    """Return a refusal with its place in the text, in characters."""
    if not isinstance(node, (ast.expr, ast.stmt)) or not hasattr(node, "lineno") or "\n" in code:
        return refusal
    coded = code.encode()
    start = len(coded[: node.col_offset].decode(errors="ignore"))
    stop = len(coded[: node.end_col_offset].decode(errors="ignore"))
    return replace(refusal, start=start, stop=stop)
