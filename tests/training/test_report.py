"""What a saved notebook keeps: numbers that are true, a page that is safe, in both languages."""

import base64
import re
import struct
import subprocess
import sys
import zlib
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import torch
from torch import nn

from dlwidgets.language import set_language
from dlwidgets.training import Event, Run, svg, watched
from dlwidgets.training.frames import Frame, as_frame
from dlwidgets.training.report import report

SVG = "{http://www.w3.org/2000/svg}"
VOID = {"img", "br", "meta"}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


class Page(HTMLParser):
    """Reads tables, tags and texts, and that every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[tuple[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append(("", dict(attrs).get("title")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data
        if self._open and self._open[-1] in {"td", "th"}:
            text, title = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, title)

    def row(self, name: str) -> list[tuple[str, str | None]]:
        return next(row[1:] for row in self.rows if row[0][0] == name)


def trained(steps: int = 40) -> Run:
    torch.manual_seed(0)
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    run = Run("run <b>&\"'")
    with watched(run):
        for _epoch in run.track(range(2)):
            for _ in run.track(range(steps // 2)):
                loss = (model(torch.randn(8, 4)) ** 2).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if run.steps == 10:
                    run.set(lr=0.025)
            run.log(**{"acc <script>alert(1)</script>": 1 / 3 + _epoch})
    return run


def measured(**series: list[float]) -> Run:
    run = Run()
    for step in range(len(next(iter(series.values())))):
        run._open_row(None)
        for name, values in series.items():
            run._history.put(name, values[step])
    return run


def chart_of(html: str) -> ET.Element:
    found = re.search(r'<svg class="dlw-chart".*?</svg>', html, re.DOTALL)
    assert found
    return ET.fromstring(found[0])


def test_the_numbers_are_those_of_the_history() -> None:
    run = trained()
    table, page = run.history, Page(report(run)["text/html"])
    for name in ("loss", "acc <script>alert(1)</script>"):
        (_, last), (step, _), (_, least), (_, greatest) = page.row(name)
        assert float(last) == table[name].dropna().iloc[-1]
        assert int(step) == table[name].last_valid_index() + 1
        assert float(least) == table[name].min()
        assert float(greatest) == table[name].max()
    assert float(page.row("lr")[0][1]) == table["lr"].iloc[-1] == 0.025
    assert float(page.row("momentum")[0][1]) == 0.5
    assert page.row("acc <script>alert(1)</script>")[0][0] == "1.333"


def test_the_head_says_how_it_went() -> None:
    run = trained()
    text = Page(report(run)["text/html"]).text
    assert text.startswith("run <b>&\"' · ✓ finished · 40 steps · 0:0")
    assert "events (1)" in text
    assert "step 10: lr 0.1 → 0.025" in text


def test_names_cannot_break_out() -> None:
    run = trained()
    run._events.append(Event(5, 0.1, "set", "</title></svg><img src=x>", 1.0, 2.0))
    run.frames["<i>"] = deque([as_frame("<i>", 3, torch.rand(1, 1, 8, 8))])
    html = report(run)["text/html"]
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "i", "iframe", "link", "object", "b "}
    assert [tag for tag, _ in page.tags].count("b") == 1  # our own, around the name
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        if "src" in attributes:
            assert (tag, attributes["src"][:22]) == ("img", "data:image/png;base64,")
        assert "href" not in attributes
    assert "url(" not in html
    assert "@import" not in html


def test_the_chart_is_well_formed_and_shows_every_step() -> None:
    chart = chart_of(report(measured(loss=[4.0, 2.0, 1.0, 3.0]))["text/html"])
    path = next(p.get("d") for p in chart.iter(f"{SVG}path") if p.get("stroke-width") == "1.5")
    points = [tuple(map(float, point.split())) for point in re.split("[ML]", path)[1:]]
    x, y = zip(*points, strict=True)
    assert x == pytest.approx([54, 54 + 436 / 3, 54 + 872 / 3, 490], abs=0.1)
    # Places are straight in the values: 4 on top, 1 at the bottom, 2 and 3 at the thirds.
    assert (y[2] - y[3]) / (y[2] - y[0]) == pytest.approx(2 / 3, abs=0.01)
    assert (y[2] - y[1]) / (y[2] - y[0]) == pytest.approx(1 / 3, abs=0.01)
    labels = [text.text for text in chart.iter(f"{SVG}text")]
    assert {"1", "2", "3", "4", "step"} <= set(labels)
    assert "vertical: log scale" not in labels


def test_a_loss_over_many_decades_is_logarithmic_and_says_so() -> None:
    run = measured(loss=[1000.0, 10.0, 0.1], acc=[0.1, 0.5, 0.9])
    labels = [text.text for text in chart_of(report(run)["text/html"]).iter(f"{SVG}text")]
    assert labels[-1] == "vertical: log scale"
    assert {"1,000", "10", "0.1"} - set(labels) == {"1,000"}  # 1000 in four digits stands ungrouped
    assert "1000" in labels
    below = measured(loss=[1000.0, 10.0, 0.1], acc=[0.0, 0.5, 0.9])
    assert "log scale" not in report(below)["text/html"]


def test_each_curve_differs_by_more_than_colour() -> None:
    run = measured(**{f"m{i}": [float(i), i + 1.0] for i in range(5)})
    chart = chart_of(report(run)["text/html"])
    lines = [p for p in chart.iter(f"{SVG}path") if p.get("stroke-width") == "1.5"]
    assert len({p.get("stroke") for p in lines}) == 5
    assert len({p.get("stroke-dasharray") for p in lines}) == 5


def test_events_are_marked() -> None:
    run = measured(loss=[1.0] * 101)
    run._events.append(Event(50, 0.5, "set", "lr", 0.1, 0.01))
    chart = chart_of(report(run)["text/html"])
    mark = next(p for p in chart.iter(f"{SVG}path") if p.find(f"{SVG}title") is not None)
    assert mark.get("d") == "M272.0 12V220"  # step 51, in the middle
    assert mark.find(f"{SVG}title").text == "lr 0.1 → 0.01"
    assert "lr 0.1 → 0.01" in [text.text for text in chart.iter(f"{SVG}text")]


def test_a_divergence_is_explained() -> None:
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    run = Run()
    with watched(run):
        for step in range(5):
            loss = (weight * (float("nan") if step == 3 else 1)).sum()
            loss.backward()
            optimizer.step()
    bundle = report(run)
    text = Page(bundle["text/html"]).text
    assert "△ diverged" in text
    assert run.diagnosis.text() in text
    assert bundle["text/plain"].splitlines()[-1] == run.diagnosis.text()


def pixels(file: bytes) -> np.ndarray:
    """Decode a PNG as our own encoder writes it."""
    width, height, depth, kind = struct.unpack(">IIBB", file[16:26])
    assert depth == 8
    size = struct.unpack(">I", file[33:37])[0]
    assert zlib.crc32(file[37 : 41 + size]) == struct.unpack(">I", file[41 + size : 45 + size])[0]
    rows = np.frombuffer(zlib.decompress(file[41 : 41 + size]), np.uint8).reshape(height, -1)
    assert not rows[:, 0].any()
    shape = (height, width, 3) if kind == 2 else (height, width)
    return rows[:, 1:].reshape(shape)


def pictures(html: str) -> list[bytes]:
    found = [attributes for tag, attributes in Page(html).tags if tag == "img"]
    return [base64.b64decode(a["src"].split(",")[1]) for a in found if "width" not in a]


def test_the_last_picture_of_each_expression_is_kept() -> None:
    run = trained()
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
    color = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    run.frames["a"] = deque([Frame("a", 1, "image", grey * 0), Frame("a", 9, "image", grey)])
    run.frames["b"] = deque([Frame("b", 1200, "image", color)])
    run.frames["c"] = deque([Frame("c", 2, "curve", np.float32([[0, 1, 2], [2, np.nan, 0]]))])
    run.frames["d"] = deque()
    html = report(run)["text/html"]
    first, second = pictures(html)
    np.testing.assert_array_equal(pixels(first), grey)
    np.testing.assert_array_equal(pixels(second), color)
    text = Page(html).text
    assert "a · step 9" in text
    assert "b · step 1,200" in text
    spark = ET.fromstring(re.search(r'<svg class="dlw-spark".*?</svg>', html)[0])
    assert [p.get("d") for p in spark.iter(f"{SVG}path")] == [
        "M2.0 98.0L100.0 50.0L198.0 2.0",
        "M2.0 2.0M198.0 98.0",
    ]


def test_large_pictures_are_thinned_and_say_so() -> None:
    run = trained()
    noise = np.random.default_rng(0).integers(0, 256, (2000, 1500, 3), np.uint8)
    for name in "abc":
        run.frames[name] = deque([Frame(name, 7, "image", noise)])
    bundle = report(run)
    assert sum(len(value) for value in bundle.values()) < 300_000
    stride = int(re.search(r"a · step 7 · every (\d+)\. pixel", bundle["text/html"])[1])
    np.testing.assert_array_equal(
        pixels(pictures(bundle["text/html"])[0]), noise[::stride, ::stride]
    )


def test_a_long_run_with_many_curves_stays_small() -> None:
    rng = np.random.default_rng(0)
    run = measured(**{f"metric_{i}": rng.random(20_000).tolist() for i in range(12)})
    run._events += [Event(step, 0.0, "code", "lr", 1.0, 0.5) for step in range(2000)]
    bundle = report(run)
    assert sum(len(value) for value in bundle.values()) < 300_000
    assert "events (2000), the last 60" in bundle["text/html"]


def test_nothing_measured() -> None:
    bundle = report(Run("new"))
    assert "no steps were recorded" in Page(bundle["text/html"]).text
    assert bundle["text/plain"] == "new: ready · 0 steps · 0:00 · 0 steps/s"


def test_one_step_and_constant_values() -> None:
    chart = chart_of(report(measured(loss=[0.0], same=[2.0]))["text/html"])
    assert len(list(chart.iter(f"{SVG}circle"))) == 2
    assert "nan" not in ET.tostring(chart, "unicode").lower()


def test_the_bundle_is_what_jupyter_takes() -> None:
    bundle = report(trained())
    assert list(bundle) == ["text/html", "image/png", "text/plain"]
    assert base64.b64decode(bundle["image/png"], validate=True).startswith(b"\x89PNG\r\n")
    first, second = bundle["text/plain"].splitlines()
    assert first.startswith("run <b>&\"': finished · 40 steps · 0:0")
    assert re.search(r"^loss [\d.e-]+ · acc .* 1.333 · lr 0.025 · momentum 0.5", second)


def test_the_chart_shows_without_style_too() -> None:
    html = report(trained())["text/html"]
    tags = Page(html).tags
    assert ("div", {"class": "dlw-live", "hidden": "hidden"}) in tags
    style = re.search("<style>(.*?)</style>", html)[1]
    assert ".dlw-live[hidden]{display:block!important}" in style
    assert ".dlw-still{display:none!important}" in style


def test_chinese() -> None:
    set_language("zh")
    bundle = report(trained())
    text = Page(bundle["text/html"]).text
    assert "✓ 已完成 · 40 步" in text
    for word in (
        "曲线",
        "最新",
        "所在步",
        "最小",
        "最大",
        "旋钮",
        "更多旋钮",
        "事件（1）",
        "第 10 步",
    ):
        assert word in text
    assert bundle["text/plain"].startswith("run <b>&\"'：已完成 · 40 步")
    assert not re.search(r"\b(step|steps|curve|knob|finished|events)\b", text)


def test_the_style_of_the_notebook_does_not_matter() -> None:
    code = """
import sys, matplotlib
matplotlib.rcParams["text.usetex"] = True
matplotlib.rcParams["figure.facecolor"] = "black"
from dlwidgets.training import Run
from dlwidgets.training.report import report
run = Run()
run._open_row(None); run._history.put("loss", 1.0)
assert len(report(run)["image/png"]) > 1000
assert matplotlib.rcParams["text.usetex"] and "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("low", "high", "log", "ticks"),
    [
        (0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (1, 1200, False, [500, 1000]),
        (-3, 7, False, [-2, 0, 2, 4, 6]),
        (2, 2, False, [1, 1.5, 2, 2.5, 3]),
        (0.02, 3000, True, [0.1, 1, 10, 100, 1000]),
        (1e-9, 1, True, [1e-9, 1e-7, 1e-5, 1e-3, 0.1]),
    ],
)
def test_ticks_are_round(low: float, high: float, log: bool, ticks: list[float]) -> None:
    axis = svg.Axis(low, high, 0, 100, log=log)
    assert axis.ticks(5) == pytest.approx(ticks)
    assert axis.place(np.array(ticks)).min() >= -1e-9
    assert axis.place(np.array(ticks)).max() <= 100 + 1e-9


@pytest.mark.parametrize(
    ("value", "label"),
    [(0.25, "0.25"), (500_000, "500,000"), (1e6, "1e6"), (-2.5e6, "−2.5e6"), (1e-6, "1e-6")],
)
def test_labels_fit_beside_the_axis(value: float, label: str) -> None:
    assert svg._label(value) == label
