"""What remains of a run in a saved notebook: a page without scripts, a picture, a line of text."""

from __future__ import annotations

import base64
import math
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.language import say
from dlwidgets.training import svg
from dlwidgets.training.curves import DARK, LIGHT, curves, marks, wants_log
from dlwidgets.training.words import (
    SYMBOLS,
    clock,
    event_words,
    quantity,
    rate,
    state_words,
    summary,
)

if TYPE_CHECKING:
    import pandas as pd

    from dlwidgets.training.frames import Frame
    from dlwidgets.training.run import Run

_BUCKETS = 1500
"""Pairs of points in the chart, over all curves: more would not be seen."""
_CHART = 64_000
"""Bytes that the chart as PNG should not exceed; it stands in the bundle twice."""
_PICTURES = 60_000
"""Bytes that the pictures of ``--show`` may take together."""
_EVENTS = 60
_SERIES = 24

_STYLE = (
    ".dlw-report{color-scheme:light dark;"
    "--dlw-ink:var(--jp-ui-font-color1,light-dark(#1f2328,#e4e6ea));"
    "--dlw-soft:var(--jp-ui-font-color2,light-dark(#5c6570,#9aa3ad));"
    "--dlw-surface:var(--jp-layout-color1,light-dark(#fff,#16191d));"
    "--dlw-line:var(--jp-border-color2,light-dark(#dde0e4,#343a41));"
    "--dlw-accent:light-dark(#0b62b0,#6cb6ff);--dlw-bad:light-dark(#b3261e,#ff8f85);"
    + "".join(
        f"--dlw-series-{i}:light-dark({light},{dark});"
        for i, (light, dark) in enumerate(zip(LIGHT, DARK, strict=True), 1)
    )
    + "background:var(--dlw-surface);color:var(--dlw-ink);max-width:760px;padding:8px 10px;"
    "box-sizing:border-box;container-type:inline-size;"
    "font:13px/1.4 var(--jp-ui-font-family,system-ui,sans-serif);"
    "font-variant-numeric:tabular-nums}"
    '[data-jp-theme-light="true"] .dlw-report,.vscode-light .dlw-report{color-scheme:light}'
    '[data-jp-theme-light="false"] .dlw-report,.vscode-dark .dlw-report{color-scheme:dark}'
    ".dlw-report .dlw-live[hidden]{display:block!important}"
    ".dlw-report .dlw-still{display:none!important}"
    ".dlw-report .dlw-head{margin:0 0 4px;overflow-wrap:anywhere}"
    ".dlw-report .dlw-chart{display:block;width:100%;max-width:680px;height:auto}"
    ".dlw-report svg text{font:11px var(--jp-ui-font-family,system-ui,sans-serif)}"
    "@container (max-width:480px){.dlw-report svg text{font-size:13px}}"
    ".dlw-report svg text:not(.dlw-mark){fill:var(--dlw-soft)}"
    ".dlw-report .dlw-grid{stroke:var(--dlw-line);fill:none}"
    ".dlw-report .dlw-mark{paint-order:stroke;stroke:var(--dlw-surface);stroke-width:3px}"
    ".dlw-report .dlw-swatch{vertical-align:middle;margin-right:6px}"
    ".dlw-report .dlw-bad{border-left:3px solid var(--dlw-bad);padding:2px 8px;margin:6px 0}"
    ".dlw-report .dlw-row{display:flex;flex-wrap:wrap;gap:6px 28px;align-items:flex-start;"
    "margin:4px 0}"
    ".dlw-report table{border-collapse:collapse;margin:0;font-size:12px;color:inherit}"
    ".dlw-report tr,.dlw-report tbody tr:nth-child(n){background:none}"
    ".dlw-report th,.dlw-report td{padding:2px 7px;text-align:right;border:0;"
    "border-bottom:1px solid var(--dlw-line);color:inherit}"
    ".dlw-report th{font-weight:400;color:var(--dlw-soft)}"
    ".dlw-report th:first-child{text-align:left}"
    ".dlw-report tbody th{color:inherit;max-width:16em;overflow-wrap:anywhere}"
    ".dlw-report figure{margin:4px 0}.dlw-report figcaption{font-size:11px;color:var(--dlw-soft)}"
    ".dlw-report figure img{image-rendering:pixelated;min-width:96px;max-width:100%}"
    ".dlw-report summary{cursor:pointer;color:var(--dlw-soft);font-size:12px}"
    ".dlw-report ul{margin:2px 0;padding-left:20px;font-size:12px}"
)


def report(run: Run) -> dict[str, str]:
    """Return a run as a MIME bundle: ``text/html``, ``image/png`` (base64) and ``text/plain``.

    The page has no scripts and fetches nothing. Where a viewer lets its style through, it shows
    an SVG chart in the colours of the theme; where a viewer strips styles and SVG, as JupyterLab
    does in a notebook that it does not trust, the PNG shows instead.
    """
    history = run.history
    picture = _picture(run)
    return {
        "text/html": _page(run, history, picture),
        "image/png": picture,
        "text/plain": _plain(run, history),
    }


def _picture(run: Run) -> str:
    """Return the chart as PNG in base64."""
    from matplotlib import style
    from matplotlib.figure import Figure

    from dlwidgets.training.plot import plot

    # In plain style, whatever the notebook has set: text by LaTeX, say, takes seconds or fails.
    with style.context("default"):
        figure = Figure(figsize=(6.4, 3.4), dpi=100, layout="constrained")
        plot(run, figure.add_subplot(), log=wants_log(curves(run, run.history)))
        for dots in (100, 72, 50):
            file = BytesIO()
            figure.savefig(file, format="png", dpi=dots)
            if file.tell() <= _CHART:
                break
    return base64.b64encode(file.getvalue()).decode("ascii")


def _plain(run: Run, history: pd.DataFrame) -> str:
    lasts = [f"{name} {quantity(last)}" for name, (last, *_) in _ends(run, history).items()]
    knobs = [f"{name} {quantity(value)}" for name, value, _ in _knobs(run)]
    lines = [summary(run), " · ".join(lasts + knobs)]
    if run.diagnosis is not None:
        lines.append(run.diagnosis.text())
    return "\n".join(line for line in lines if line)


def _page(run: Run, history: pd.DataFrame, picture: str) -> str:
    names = run.chart().names
    drawn = curves(run, history, max(60, _BUCKETS // max(1, len(names))))[:_SERIES]
    live = svg.chart(drawn, marks(run), len(history), log=wants_log(drawn)) if drawn else ""
    still = (
        f'<img src="data:image/png;base64,{picture}" alt="{_e(say("chart", "图"))}" width="640">'
    )
    nothing = say("no steps were recorded", "没有记录任何步")
    # The style turns this round: it shows what is hidden and hides the other.
    chart = (
        f'<div class="dlw-live" hidden="hidden">{live}</div><div class="dlw-still">{still}</div>'
        if drawn
        else f"<p>{_e(nothing)}</p>"
    )
    diagnosis = (
        f'<p class="dlw-bad" role="note">{_e(run.diagnosis.text())}</p>' if run.diagnosis else ""
    )
    return (
        f'<div class="dlw-report"><style>{_STYLE}</style>{_head(run)}{diagnosis}{chart}'
        f'<div class="dlw-row">{_values(run, history)}{_knob_tables(run)}</div>'
        f"{_pictures(run)}{_events(run)}</div>"
    )


def _e(text: str) -> str:
    return escape(text)


def _head(run: Run) -> str:
    status = run.status()
    facts = [
        say(f"{status.steps:,} steps", f"{status.steps:,} 步"),
        clock(status.elapsed),
        say(f"{rate(status.rate)} steps/s", f"{rate(status.rate)} 步/秒"),
    ]
    state = f'<span aria-hidden="true">{SYMBOLS[run.state]}</span> {_e(state_words(run.state))}'
    return f'<p class="dlw-head"><b>{_e(run.name)}</b> · {state} · {_e(" · ".join(facts))}</p>'


def _ends(run: Run, history: pd.DataFrame) -> dict[str, tuple[float, int, float, float]]:
    """Return last value, its step, least and greatest value of each series."""
    ends = {}
    for name in run.chart().names:
        values = history[name].to_numpy(dtype=np.float64)
        at = np.flatnonzero(~np.isnan(values))
        finite = values[np.isfinite(values)]
        least, greatest = (finite.min(), finite.max()) if len(finite) else (math.nan, math.nan)
        last, step = (values[at[-1]], at[-1] + 1) if len(at) else (math.nan, 0)
        ends[name] = float(last), int(step), float(least), float(greatest)
    return ends


def _cell(value: float) -> str:
    return f'<td title="{value!r}">{_e(quantity(value))}</td>'


def _table(heads: list[str], rows: list[str]) -> str:
    head = "".join(f'<th scope="col">{_e(text)}</th>' for text in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _values(run: Run, history: pd.DataFrame) -> str:
    rows = [
        f'<tr><th scope="row">{svg.swatch(i) if i < _SERIES else ""}{_e(name)}</th>{_cell(last)}'
        f"<td>{step:,}</td>{_cell(least)}{_cell(greatest)}</tr>"
        for i, (name, (last, step, least, greatest)) in enumerate(_ends(run, history).items())
    ]
    heads = [
        say("curve", "曲线"),
        say("last", "最新"),
        say("at step", "所在步"),
        say("min", "最小"),
        say("max", "最大"),
    ]
    return _table(heads, rows) if rows else ""


def _knobs(run: Run) -> list[tuple[str, float, bool]]:
    """Return name and value of each knob, and whether it matters most.

    The value is that at the last step, unless the knob was turned by hand after it.
    """
    turned = {event.name: event.kind == "set" and event.step for event in run.events}
    return [
        (
            knob.name,
            knob.value
            if math.isnan(knob.changes.last) or turned.get(knob.name) == run.steps
            else knob.changes.last,
            knob.key == "lr" or knob.slot is None or knob.name in turned,
        )
        for knob in run.knobs
    ]


def _knob_tables(run: Run) -> str:
    rows: dict[bool, list[str]] = {True: [], False: []}
    for name, value, main in _knobs(run):
        rows[main].append(f'<tr><th scope="row">{_e(name)}</th>{_cell(value)}</tr>')
    heads = [say("knob", "旋钮"), say("value", "值")]
    shown = _table(heads, rows[True]) if rows[True] else ""
    if rows[False]:
        more = say(f"more knobs ({len(rows[False])})", f"更多旋钮（{len(rows[False])}）")
        table = _table(heads, rows[False])
        shown += f"<details><summary>{_e(more)}</summary>{table}</details>"
    return f"<div>{shown}</div>" if shown else ""


def _pictures(run: Run) -> str:
    last = [frames[-1] for frames in run.frames.values() if frames]
    shown = [_figure(frame, _PICTURES // len(last)) for frame in last]
    return f'<div class="dlw-row">{"".join(shown)}</div>' if shown else ""


def _figure(frame: Frame, budget: int) -> str:
    caption = say(f"{frame.name} · step {frame.step:,}", f"{frame.name} · 第 {frame.step:,} 步")
    if frame.kind == "curve":
        drawn = svg.sparks(frame.data.astype(np.float64))
        return f"<figure>{drawn}<figcaption>{_e(caption)}</figcaption></figure>"
    pixels = frame.data.astype(np.uint8)
    stride = max(1, math.ceil(max(pixels.shape[:2]) / 512))
    file = svg.png(pixels[::stride, ::stride])
    while len(file) > budget and min(pixels.shape[:2]) > stride:
        stride += 1
        file = svg.png(pixels[::stride, ::stride])
    if stride > 1:
        caption += say(f" · every {stride}. pixel", f" · 每 {stride} 个像素取一")
    data = base64.b64encode(file).decode("ascii")
    source = f'src="data:image/png;base64,{data}" alt="{_e(caption)}"'
    return f"<figure><img {source}><figcaption>{_e(caption)}</figcaption></figure>"


def _events(run: Run) -> str:
    events = run.events
    if not events:
        return ""
    items = [
        say(
            f"step {event.step:,}: {event_words(event)}",
            f"第 {event.step:,} 步：{event_words(event)}",
        )
        for event in events[-_EVENTS:]
    ]
    title = say(f"events ({len(events)})", f"事件（{len(events)}）")
    if len(events) > len(items):
        title += say(f", the last {len(items)}", f"，仅列最近 {len(items)} 项")
    rows = "".join(f"<li>{_e(item)}</li>" for item in items)
    return f"<details><summary>{_e(title)}</summary><ul>{rows}</ul></details>"
