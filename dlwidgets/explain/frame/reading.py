"""Expressions on a frame, as typed: read with ``ast``, followed on the real frame."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import replace

from dlwidgets.explain.frame.diagnosis import diagnosed, undiagnosed
from dlwidgets.explain.frame.grammar import LONGEST, RefusedError, check_size
from dlwidgets.explain.frame.interpreter import Interpreter
from dlwidgets.explain.frame.names import PandasError
from dlwidgets.explain.frame.outcome import (
    Outcome,
    Refusal,
    Subject,
    dtype_of,
    kind_of,
    shape_of,
)
from dlwidgets.explain.frame.remarks import remarks
from dlwidgets.language import Both

WIDE = str.maketrans("（），：【】［］“”‘’＝＜＞＆｜～．＋－＊／！", "(),:[][]\"\"''=<>&|~.+-*/!")  # noqa: RUF001 -- these are the signs
"""Signs of a Chinese keyboard, and what Python has for them."""

QUOTED = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")


def read(subject: Subject, text: str, name: str = "df") -> Outcome:
    """Return what a typed expression gives, what it was taken from, or why it gives nothing.

    A text that begins with ``[`` or ``.`` continues ``name``. Nothing is evaluated: the text is
    parsed, and each part of it is followed on the frame if it is one of those that are allowed.
    The frame is never changed.
    """
    name = name if name.isidentifier() else "df"
    typed = Typed(text, name)
    if typed.refusal is not None:
        return Outcome(typed.whole, error=typed.refusal)
    return typed.follow(subject, typed.tree)


class Typed:
    """A typed text: its tree, or why it has none; and which characters belong to which part."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.refusal: Refusal | None = None
        self.tree: ast.expr = ast.Constant(None)
        # Halves of signs, which a text from a broken paste may hold, can't be sent back.
        plain = text.encode(errors="backslashreplace").decode().rstrip()
        self.cut = len(plain) - len(plain.lstrip())
        plain = re.sub(r"[\r\n\t\u3000]", " ", plain[self.cut :])
        self.added = len(name) if plain.translate(WIDE).startswith((".", "[")) else 0
        self.whole = name + plain if self.added else plain
        if len(text) > LONGEST:
            self.whole = self.whole[:60]
            self._refuse(
                "too-long",
                f"At most {LONGEST:,} characters are read; these are {len(text):,}.",
                f"最多读取 {LONGEST:,} 个字符，当前为 {len(text):,} 个。",
            )
        elif not plain:
            self._refuse(
                "incomplete",
                f'Type an expression, such as {name}.loc[...] or {name}["..."].',
                f'请输入表达式，例如 {name}.loc[...] 或 {name}["..."]。',
            )
        else:
            self._parse()

    def _refuse(self, reason: str, en: str, zh: str, start: int = -1, stop: int = -1) -> None:
        self.refusal = Refusal(reason, "", "", Both(en, zh), "", start, stop)

    def _parse(self) -> None:
        try:
            self.tree = self._tree(self.whole)
        except SyntaxError as first:
            narrow = self._narrow()
            try:
                self.tree = self._tree(narrow)
                self.whole = narrow
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                self._syntax(first)
                return
        except (ValueError, MemoryError, RecursionError):
            self._refuse("too-long", "This can't be read as Python.", "无法作为 Python 代码读取。")
            return
        try:
            check_size(self.tree)
        except RefusedError as error:
            self.refusal = self.placed(error.refusal, error.node)

    @staticmethod
    def _tree(text: str) -> ast.expr:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a text is a warning of the parser's
            return ast.parse(text, mode="eval").body

    def _narrow(self) -> str:
        """Return the text with signs of a Chinese keyboard as Python's, outside quotes."""
        parts = QUOTED.split(self.whole)
        return "".join(one if i % 2 else one.translate(WIDE) for i, one in enumerate(parts))

    def _syntax(self, error: SyntaxError) -> None:
        offset = max(0, min((error.offset or 1) - 1, len(self.whole)))
        start = self._typed(offset)
        stop = self._typed(max(offset + 1, (error.end_offset or 0) - 1))
        if re.search(r"(?<![=!<>])=(?!=)", QUOTED.sub("", self.whole)):
            self._refuse(
                "syntax",
                "= sets a value; nothing is changed here. Compare with ==.",
                "= 用于赋值；此处不修改数据。比较请用 ==。",
                start,
                stop,
            )
            return
        self._refuse(
            "syntax",
            f"Python can't read this: {error.msg}.",
            f"Python 无法读取：{error.msg}。",
            start,
            stop,
        )

    def _typed(self, place: int) -> int:
        """Return where a character of the whole stands in the text that was typed."""
        return max(0, place - self.added) + self.cut

    def place(self, node: ast.AST | None) -> tuple[int, int]:
        """Return where a part stands in the text that was typed, in characters."""
        start, stop = self.inside(node)
        return (-1, -1) if start < 0 else (self._typed(start), self._typed(stop))

    def inside(self, node: ast.AST | None) -> tuple[int, int]:
        """Return where a part stands in the whole expression, in characters."""
        if not isinstance(node, ast.expr) or node.end_col_offset is None:
            return -1, -1
        coded = self.whole.encode()
        return (
            len(coded[: node.col_offset].decode(errors="ignore")),
            len(coded[: node.end_col_offset].decode(errors="ignore")),
        )

    def placed(self, refusal: Refusal, node: ast.AST | None) -> Refusal:
        """Return a refusal with its place."""
        start, stop = self.place(node)
        return replace(refusal, start=start, stop=stop)

    def follow(self, subject: Subject, tree: ast.expr) -> Outcome:
        """Return what a tree gives."""
        interpreter = Interpreter(subject, self.name)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                held = interpreter.follow(tree)
            except RefusedError as error:
                return Outcome(self.whole, error=self.placed(error.refusal, error.node))
            except PandasError as error:
                return Outcome(self.whole, error=self._diagnosed(error))
            except RecursionError:
                return Outcome(self.whole, error=Refusal("too-long", "", "", _DEEP))
        said = dict.fromkeys(f"{one.category.__name__}: {one.message}" for one in caught)
        return Outcome(
            self.whole,
            held.value,
            kind_of(held.value),
            shape_of(held.value),
            dtype_of(held.value),
            held.lit,
            held.track is None and not held.chosen,
            remarks(interpreter),
            tuple(said),
        )

    def _diagnosed(self, error: PandasError) -> Refusal:
        try:
            found = diagnosed(error, self.tree)
        except Exception:  # noqa: BLE001 -- labels of any class: words are a help, the error stands
            found = undiagnosed(error)
        node = found.node
        refusal = self.placed(found.refusal, node)
        start, stop = self.inside(node)
        for better in found.instead:
            code = self.whole[:start] + better + self.whole[stop:]
            if start >= 0 and self.works(error, code):
                return replace(refusal, nearest=code)
        for code in found.codes:
            if self.works(error, code):
                return replace(refusal, nearest=code)
        return refusal

    def works(self, error: PandasError, code: str) -> bool:
        """Return whether a suggestion gives a result."""
        typed = Typed(code, self.name)
        if typed.refusal is not None:
            return False
        interpreter = Interpreter(error.subject, self.name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                interpreter.run(typed.tree)
            except (RefusedError, PandasError, RecursionError):
                return False
        return True


_DEEP = Both("This stands too deep within itself.", "嵌套过深。")
