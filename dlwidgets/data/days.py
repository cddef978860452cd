"""Days as people write them, and which of a span are still to be asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dlwidgets.language import say

DAY = timedelta(days=1)
SATURDAY = 5

# Year first: whether 3/4/2020 is in March or in April can't be known.
WRITTEN = re.compile(
    r"\s*(\d{4})(?:(\d\d)(\d\d)|\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?)"
    r"(?:[ T]00:00(?::00(?:\.0+)?)?)?\s*"
)

Span = tuple[date, date]
"""A first and a last day, both in it."""


def parsed(text: str) -> date | None:
    """Return the day that ``text`` names, year first; ``None`` where it names none."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, month, day, other_month, other_day = found.groups()
    try:
        return date(int(year), int(month or other_month), int(day or other_day))
    except ValueError:
        return None


def day(name: str, value: object) -> date:
    """Return the argument ``name`` as a day.

    Args:
        name: what the argument is called.
        value: a date, a datetime, or a text such as ``"2010-10-10"`` or ``"20101010"``.

    Raises:
        ValueError: where it is no day of the calendar.
    """
    found = parsed(str(value))
    if isinstance(value, date):
        # pandas' "not a time" is a datetime as well, without a date.
        found = date(value.year, value.month, value.day) if value == value else None  # noqa: PLR0124
    if found is None:
        message = say(
            f"{name}: expected a date, year first, such as '2010-10-10', got {value!r}",
            f"{name}：应为年份在前的日期，例如 '2010-10-10'，得到 {value!r}",
        )
        raise ValueError(message)
    return found


def span(start: object, end: object) -> tuple[date, date | None]:
    """Return first and last day; the last is ``None`` where it is left open.

    Raises:
        ValueError: where one is no date, or the last lies before the first.
    """
    first = day("start", start)
    last = None if end is None else day("end", end)
    if last is not None and last < first:
        message = say(
            f"start {first} lies after end {last}; exchange them",
            f"start {first} 晚于 end {last}；请交换两者",
        )
        raise ValueError(message)
    return first, last


def missing(wanted: Span, covered: list[Span]) -> list[Span]:
    """Return the parts of ``wanted`` that no span of ``covered`` holds, the earliest first.

    Parts that are nothing but a weekend are left out: there is no trade to ask for.
    """
    first, last = wanted
    gaps = []
    for low, high in sorted(covered):
        if low > first:
            gaps.append((first, min(low - DAY, last)))
        first = max(first, high + DAY)
    gaps.append((first, last))
    return [gap for gap in gaps if gap[0] <= gap[1] and _weekday(gap)]


def _weekday(gap: Span) -> bool:
    """Whether there is a day from Monday to Friday."""
    first, last = gap
    return (last - first).days > 1 or any(one.weekday() < SATURDAY for one in gap)
