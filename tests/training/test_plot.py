"""The run as a matplotlib chart: what the lines hold, what the marks say, in both languages."""

import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlwidgets.data.lettering import Lettering
from dlwidgets.language import set_language
from dlwidgets.training import Event, Run


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


def measured(**series: list[float]) -> Run:
    """Return a run with these values, NaN where nothing was logged."""
    run = Run("digits")
    for step in range(len(next(iter(series.values())))):
        run._open_row(None)
        for name, values in series.items():
            if not math.isnan(values[step]):
                run._history.put(name, values[step])
    return run


def drawn(axes: Axes) -> None:
    """Render, so that matplotlib warns of what it cannot draw."""
    with tempfile.TemporaryFile() as file:
        axes.figure.savefig(file, format="png")


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_lines_hold_the_history() -> None:
    axes = measured(loss=[3.0, 2.0, 1.5, 1.25], acc=[0.1, 0.2, 0.3, 0.4]).plot()
    loss, acc = axes.lines
    assert loss.get_xdata().tolist() == [1, 2, 3, 4]
    assert loss.get_ydata().tolist() == [3, 2, 1.5, 1.25]
    assert acc.get_ydata() == pytest.approx([0.1, 0.2, 0.3, 0.4], rel=1e-6)  # float32
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["loss", "acc"]
    assert (axes.get_xlabel(), axes.get_title()) == ("step", "digits · ready")
    assert axes.get_yscale() == "linear"
    drawn(axes)


def test_a_gap_stays_a_gap_but_rare_values_are_joined() -> None:
    nan = math.nan
    axes = measured(loss=[3, 2, nan, 1, 1, 1], test=[nan, nan, 0.1, nan, nan, 0.7]).plot()
    loss, test = axes.lines
    np.testing.assert_array_equal(loss.get_ydata(), [3, 2, nan, 1, 1, 1])
    assert (test.get_xdata().tolist(), test.get_ydata().tolist()) == ([3, 6], [0.1, 0.7])
    assert (loss.get_marker(), test.get_marker()) == ("", "s")
    drawn(axes)


def test_a_long_run_keeps_its_spikes_and_the_places_of_rare_values() -> None:
    rows = 10_000
    loss, test = [1.0] * rows, [math.nan] * rows
    loss[7_654], test[4_999], test[9_999] = 50.0, 0.25, 0.125
    lines = measured(loss=loss, test=test).plot().lines
    assert len(lines[0].get_xdata()) <= 4000
    spike = int(np.nanargmax(lines[0].get_ydata()))
    assert lines[0].get_ydata()[spike] == 50
    assert abs(lines[0].get_xdata()[spike] - 7_655) < 8
    assert lines[1].get_xdata().tolist() == [5_000, 10_000]
    assert lines[1].get_ydata().tolist() == [0.25, 0.125]


def test_log_leaves_out_what_it_cannot_show() -> None:
    axes = measured(loss=[10.0, 1.0, 0.0, 0.1], low=[-1.0, -1.0, -1.0, -1.0]).plot(log=True)
    assert (axes.get_yscale(), axes.get_ylabel()) == ("log", "log scale")
    np.testing.assert_array_equal(
        axes.lines[0].get_ydata(), [10, 1, np.nan, float(np.float32(0.1))]
    )
    drawn(axes)
    assert measured(low=[-1.0, -2.0, -3.0]).plot(log=True).get_yscale() == "linear"


def test_events_are_marked_where_they_show() -> None:
    run = measured(loss=[1.0] * 100)
    run._events += [
        Event(10, 0.1, "set", "lr", 0.1, 0.01),
        Event(11, 0.1, "set", "momentum", 0.0, 0.9),
        Event(60, 0.6, "code", "lr", 0.01, 1e-5),
        Event(100, 1.0, "diverged"),
    ]
    axes = run.plot()
    assert [line.get_xdata()[0] for line in axes.lines[1:]] == [11, 12, 61, 101]
    assert texts(axes) == ["lr 0.1 → 0.01, momentum 0 → 0.9", "lr 0.01 → 1e-5", "diverged"]
    drawn(axes)


def test_a_schedule_does_not_bury_what_was_done_by_hand() -> None:
    run = measured(loss=[1.0] * 1000)
    run._events += [Event(step, 0.0, "code", "lr", 1.0, 0.5) for step in range(1, 1000)]
    run._events.insert(500, Event(500, 0.0, "set", "beta", 1.0, 2.0))
    axes = run.plot()
    assert len(axes.lines) == 1 + 40
    assert any("beta 1 → 2" in text for text in texts(axes))


def test_nothing_measured_is_said() -> None:
    axes = Run("new").plot()
    assert texts(axes) == ["no steps were recorded"]
    assert axes.get_legend() is None
    drawn(axes)


def test_an_axes_of_the_users_is_drawn_on() -> None:
    mine = Figure().add_subplot()
    mine.plot([0, 1], [5, 5])
    run = measured(loss=[1.0, 2.0])
    assert run.plot(mine) is mine
    assert mine.lines[1].get_ydata().tolist() == [1, 2]
    assert [text.get_text() for text in mine.get_legend().get_texts()] == ["loss"]


def test_any_name_is_only_a_name() -> None:
    names = ["_hidden", "$x_1$", "a\nb", "$", "损失"]
    run = measured(**{name: [1.0, 2.0, 4.0] for name in names})
    run.name = "r$u$n\t损"
    axes = run.plot()
    shown = [text.get_text() for text in axes.get_legend().get_texts()]
    assert shown[:4] == ["_hidden", "$x_1$", "a?b", "$"]
    drawn(axes)


def test_chinese_labels_where_a_font_has_them() -> None:
    set_language("zh")
    axes = measured(loss=[100.0, 1.0]).plot(log=True)
    if Lettering().shows("步"):
        wanted = ("步", "对数刻度", "digits · 就绪")
    else:
        wanted = ("step", "log scale", "digits · ready")
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == wanted
    drawn(axes)


def test_english_labels_where_no_font_has_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("zh")
    latin = [font for font in font_manager.fontManager.ttflist if "DejaVu" in font.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", latin)
    run = measured(损失=[100.0, 1.0])
    axes = run.plot(log=True)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "log scale")
    assert axes.get_title() == "digits · ready"
    assert axes.get_legend().get_texts()[0].get_text() == "??"
    drawn(axes)


def test_pyplot_is_left_alone() -> None:
    code = """
import sys
from dlwidgets.training import Run
run = Run()
run._open_row(None); run._history.put("loss", 1.0)
axes = run.plot()
assert len(axes.figure.axes) == 1
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
