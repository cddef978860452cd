"""What is said of an argument that is no such thing."""

from __future__ import annotations

from dlwidgets.language import say


def check(name: str, en: str, zh: str, value: object, *, right: bool) -> None:
    """Raise TypeError unless ``right``, saying what ``name`` should be in both languages."""
    if not right:
        got = type(value).__name__
        raise TypeError(say(f"{name}: expected {en}, got {got}", f"{name}：应为 {zh}，得到 {got}"))


def check_count(name: str, value: object) -> None:
    """Raise ValueError unless the argument ``name`` is a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(
            say(
                f"{name}: expected a whole number from 1, got {value!r}",
                f"{name}：应为正整数，得到 {value!r}",
            )
        )
