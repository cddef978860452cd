"""How a run is put into words and numbers: in its report, its plot and its line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.training.events import Event, State
    from dlwidgets.training.run import Run

SYMBOLS: dict[State, str] = {
    "ready": "○",
    "running": "▶",
    "paused": "‖",
    "finished": "✓",
    "stopped": "■",
    "diverged": "△",
    "failed": "✗",
    "interrupted": "□",
}

_GROUPED_FROM = 10_000
_EXPONENT_BELOW = 1e-4
_EXPONENT_FROM = 1e7


def state_words(state: State) -> str:
    """Return a state in the chosen language."""
    return {
        "ready": say("ready", "就绪"),
        "running": say("running", "训练中"),
        "paused": say("paused", "已暂停"),
        "finished": say("finished", "已完成"),
        "stopped": say("stopped", "已停止"),
        "diverged": say("diverged", "已发散"),
        "failed": say("failed", "出错"),
        "interrupted": say("interrupted", "已中断"),
    }[state]


def event_words(event: Event) -> str:
    """Return an event in the chosen language (``lr 0.1 → 0.01``)."""
    if event.kind in {"set", "code"}:
        return f"{event.name} {quantity(event.old)} → {quantity(event.new)}"
    return {
        "pause": say("pause", "暂停"),
        "resume": say("resume", "继续"),
        "step": say("single step", "单步"),
        "stop": say("stop", "停止"),
        "interrupt": say("interrupt", "中断"),
        "diverged": say("diverged", "发散"),
        "failed": say("failed", "出错"),
    }[event.kind]


def quantity(value: float | None) -> str:
    """Return a measured value with four significant digits: 0.31, 1.2e-5, 12,345."""
    if value is None or math.isnan(value):
        return "–" if value is None else "NaN"
    sign, size = ("−" if value < 0 else ""), abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    if not _EXPONENT_BELOW <= size < _EXPONENT_FROM:
        mantissa, exponent = f"{size:.3e}".split("e")
        return f"{sign}{float(mantissa):g}e{int(exponent)}"
    if size >= _GROUPED_FROM:
        return f"{sign}{size:,.0f}"
    # Twice, since 9999.9 in four digits is 1e+04 at first.
    return f"{sign}{float(f'{size:.4g}'):.12g}"


def clock(seconds: float) -> str:
    """Return seconds as a clock: 0:41, 12:05, 1:02:03."""
    minutes, s = divmod(max(0, round(seconds)), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"


def rate(steps_a_second: float) -> str:
    """Return steps a second: 1,830 or 0.42."""
    return f"{steps_a_second:,.0f}" if steps_a_second >= 10 else f"{steps_a_second:.2g}"  # noqa: PLR2004 -- beyond, digits after the point say nothing


def summary(run: Run) -> str:
    """Return how far the run came, in one line."""
    status = run.status()
    return say(
        f"{run.name}: {state_words(run.state)} · {status.steps:,} steps"
        f" · {clock(status.elapsed)} · {rate(status.rate)} steps/s",
        f"{run.name}：{state_words(run.state)} · {status.steps:,} 步"
        f" · {clock(status.elapsed)} · {rate(status.rate)} 步/秒",
    )
