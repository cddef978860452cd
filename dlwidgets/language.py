"""The language of labels and messages: English or Chinese.

A leaf that every layer may import. Strings stand in pairs where they are used, so neither
language can lack one.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Language = Literal["en", "zh"]

_chosen: Language | None = None
_listeners: list[Callable[[], None]] = []


def set_language(code: str | None) -> None:
    """Choose the language of every label and message: ``"en"``, ``"zh"``, or ``None``.

    Args:
        code: ``"en"`` or ``"zh"``; ``None`` lets widgets follow the page and prints English.

    Raises:
        ValueError: for any other code.
    """
    global _chosen  # noqa: PLW0603 -- one language per process, as for locale.setlocale
    if code is not None and code not in get_args(Language):
        message = say(
            f"set_language: expected 'en' or 'zh', got {code!r}",
            f"set_language：应为 'en' 或 'zh'，得到 {code!r}",
        )
        raise ValueError(message)
    _chosen = cast("Language | None", code)
    for listener in tuple(_listeners):
        listener()


def language() -> Language | None:
    """Return the chosen language, or ``None`` while nobody has chosen one."""
    return _chosen


def say(en: str, zh: str) -> str:
    """Return the text in the chosen language (English while none is chosen)."""
    return zh if _chosen == "zh" else en


class Both(NamedTuple):
    """A text in both languages, for views: they follow their page where nobody has chosen."""

    en: str = ""
    zh: str = ""

    def __str__(self) -> str:
        return say(self.en, self.zh)


SILENT = Both()
"""No text."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'lr'?"`` for the nearest known name, or an empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    if not close:
        return ""
    return say(f" Did you mean {close[0]!r}?", f" 您是不是想写 {close[0]!r}？")


def no_attribute(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """Return what ``module`` raises for a name that it lacks, with the nearest that it has."""
    message = say(
        f"module {module!r} has no attribute {name!r}.", f"模块 {module} 没有属性 {name!r}。"
    )
    return AttributeError(message + suggest(name, known), name=name, obj=None)


def on_change(listener: Callable[[], None]) -> Callable[[], None]:
    """Call ``listener`` after each change of language; return a function that ends this."""
    _listeners.append(listener)

    def forget() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return forget
