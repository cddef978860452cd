"""The optimizer explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

import dlwidgets
from dlwidgets import OptimizerExplorer
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
PARTIAL = functools.partial


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows a race of 12 steps, unless something else is said."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = OptimizerExplorer(*args, **{"steps": 12, **values}, comm=line)
        return Live(
            new_stage("optimizer_explorer"),
            widget,
            line,
            page_language=page_language,
            answering=False,
        )

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def agreed(page: Page) -> None:
    """Wait until torch has run what was asked for last, and the page has the same numbers."""
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-badge")).to_have_text("equals torch")


def line(page: Page, letter: str) -> list[str]:
    """Return the last line of the breakdown that begins with a letter."""
    row = page.locator(".dlw-op-steps tbody tr", has=page.locator(f"th:text-is('{letter}')")).last
    return row.locator("td").all_inner_texts()


def kept(page: Page, box: Locator, value: str) -> None:
    """Type a number and leave."""
    box.fill(value)
    box.press("Enter")
    page.evaluate("stage.drawn()")


def test_every_number_of_a_step_is_that_of_torch(show: Show) -> None:
    live = show("ravine", ["sgd", "adam"], racer=1, step=5)
    page = live.page
    agreed(page)
    theta = torch.tensor([-7.0, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([theta], lr=0.3)
    for _ in range(5):
        before = theta.detach().clone()
        optimizer.zero_grad()
        (theta[0] ** 2 / 20 + theta[1] ** 2).backward()
        optimizer.step()
    assert theta.grad is not None
    state = optimizer.state[theta]
    assert number(line(page, "g")[2]) == pytest.approx(theta.grad[0].item(), rel=1e-5)
    for letter, value in (
        ("s", state["exp_avg"][0]),
        ("r", state["exp_avg_sq"][0]),
        ("Δθ", (theta - before)[0]),
        ("θ", theta[0]),
    ):
        shown = line(page, letter)
        assert [number(one) for one in shown[2:]] == pytest.approx([value.item()] * 2, rel=1e-5)
    assert line(page, "ŝ")[0] == "s / (1 − ρ₁^t)"
    assert re.fullmatch(r"−0\.\d+ / \(1 − 0\.9\^5\)", line(page, "ŝ")[1])
    page.get_by_role("button", name="y", exact=True).click()
    page.evaluate("stage.drawn()")
    assert number(line(page, "θ")[3]) == pytest.approx(theta[1].item(), rel=1e-5)
    losses = page.locator(".dlw-op-racers td.dlw-op-number").all_inner_texts()
    expected = [one[5] for one in live.widget.losses.values()]
    assert [number(text) for text in losses] == pytest.approx(expected, rel=1e-2)


@pytest.mark.parametrize("fn", ["saddle", "beale", "net"])
def test_every_racer_agrees_live(show: Show, fn: str) -> None:
    page = show(fn, ["sgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adamw"]).page
    for name in ("Momentum", "NAG", "Adagrad", "RMSprop", "Adam", "AdamW"):
        page.get_by_role("radio", name=f"take the steps of {name} apart", exact=True).click()
        agreed(page)
        expect(page.locator(".dlw-op-title small")).to_have_text(f"step 12 of {name}")


def test_dragging_the_start_runs_the_race_from_there(show: Show) -> None:
    live = show()
    page = live.page
    box = page.locator(".dlw-op-map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5
    page.mouse.move(x - 100, y - 60)
    page.mouse.down()
    for i in range(8):
        page.mouse.move(x - 100 + 12.5 * (i + 1), y - 60 + 7.5 * (i + 1))
    page.mouse.up()
    expect(page.locator(".dlw-op-map")).not_to_have_attribute("aria-busy", "true")
    agreed(page)
    # The middle of the window, from −9 to 5 and from −4 to 4.
    assert live.widget.start == pytest.approx((-2, 0), abs=0.05)
    assert page.locator(".dlw-op-map").get_attribute("data-start") == " ".join(
        f"{v:g}".replace("-", "−") for v in live.widget.start
    )
    fresh = OptimizerExplorer(steps=12, start=live.widget.start).trajectories
    for name, path in live.widget.trajectories.items():
        assert np.array_equal(path, fresh[name])
    moves = [one for one in live.commands if one["cmd"] == "start"]
    assert 1 <= len(moves) <= 9


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show("bowl", ["sgd", "adam"])
    page = live.page
    page.locator(".dlw-op-map").focus()
    page.keyboard.press("ArrowRight")
    # A fiftieth of the window to the right.
    expect(page.locator(".dlw-spoken")).to_have_text(
        re.compile(r"^start at −2\.84, 2\. step 12, SGD: loss [\d.]+$")
    )
    assert live.widget.start == pytest.approx((-2.84, 2))
    page.keyboard.press("Shift+ArrowDown")
    agreed(page)
    assert live.widget.start[1] < 2
    for _ in range(2):
        page.get_by_role("button", name="One step back").press("Enter")
    page.evaluate("stage.drawn()")
    assert live.widget.step == 10
    page.get_by_role("radio", name="take the steps of SGD apart").focus()
    page.keyboard.press("ArrowDown")
    agreed(page)
    assert live.widget.racer == 1
    page.locator(".dlw-op").focus()
    page.keyboard.press("ArrowLeft")
    page.evaluate("stage.drawn()")
    assert live.widget.step == 9
    page.keyboard.press("Home")
    page.evaluate("stage.drawn()")
    assert live.widget.step == 0
    page.keyboard.press("Space")
    expect(page.locator(".dlw-player output")).to_have_text("12 / 12")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.evaluate("stage.drawn()")
    assert live.widget.step == 12


def test_options_are_typed_and_refused_as_torch_would(show: Show) -> None:
    live = show("bowl", ["sgd"])
    page = live.page
    kept(page, page.get_by_role("textbox", name="learning rate of SGD"), "0.25")
    agreed(page)
    assert live.widget.breakdown().letters["λ"] == 0.25
    kept(page, page.get_by_role("textbox", name="momentum of SGD"), "0.5")
    agreed(page)
    page.get_by_role("checkbox", name="nesterov of").check()
    agreed(page)
    expect(page.locator(".dlw-op-racers tbody th")).to_have_text("NAG")
    expect(page.locator(".dlw-op-notes p")).to_have_count(2)
    kept(page, page.get_by_role("textbox", name="momentum of"), "-3")
    expect(page.locator(".dlw-notice")).to_contain_text("Invalid momentum value: -3")
    assert "momentum=0.5" in live.widget.code()
    kept(page, page.get_by_role("textbox", name="start, x"), "1,5")
    agreed(page)
    assert live.widget.start == (1.5, 2)
    kept(page, page.get_by_role("textbox", name="steps", exact=True), "2.5")
    expect(page.locator(".dlw-notice")).to_contain_text("whole number from 1 to 1000")
    kept(page, page.get_by_role("textbox", name="steps", exact=True), "5")
    agreed(page)
    expect(page.locator(".dlw-player output")).to_have_text("5 / 5")


def test_racers_are_added_tuned_and_removed(show: Show) -> None:
    live = show("bowl", ["sgd"])
    page = live.page
    add = page.get_by_role("combobox", name="Add …", exact=True)
    add.select_option("relay")
    agreed(page)
    rows = page.locator(".dlw-op-racers tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.last.locator("th")).to_have_text("Adam → Momentum")
    page.get_by_role("radio", name="take the steps of Adam → Momentum apart").check()
    kept(page, page.get_by_role("textbox", name="from step"), "3")
    agreed(page)
    assert [p.begin for p in live.widget._contest.paths[1].pieces] == [0, 3]
    expect(page.locator(".dlw-op-title small")).to_have_text("step 12 of Momentum")
    page.get_by_role("button", name="Tune rates").click()
    expect(rows.first.locator("small")).to_have_text("tuned")
    agreed(page)
    rows.first.get_by_role("button", name="remove SGD").click()
    expect(rows).to_have_count(1)
    expect(rows.get_by_role("button", name="remove")).to_be_disabled()
    agreed(page)
    assert list(live.widget.trajectories) == ["Adam → Momentum"]


def test_an_optimizer_without_a_formula_shows_torchs_state(show: Show) -> None:
    page = show("bowl", [torch.optim.Adadelta]).page
    expect(page.locator(".dlw-badge")).to_have_text("torch alone")
    expect(page.locator(".dlw-op-steps tbody")).to_contain_text("acc_delta")
    expect(page.locator(".dlw-op-notes")).to_contain_text("torch's own state")


def test_divergence_is_said(show: Show) -> None:
    page = show("rosenbrock", [PARTIAL(torch.optim.SGD, lr=1.0), "adam"]).page
    expect(page.locator("[data-over]")).to_have_text(re.compile(r"^diverged at \d+$"))
    agreed(page)


def test_another_surface_and_the_net(show: Show) -> None:
    live = show()
    page = live.page
    surface = page.get_by_role("combobox", name="Surface")
    surface.select_option("saddle")
    agreed(page)
    assert live.widget.start == (-1.2, 0.001)
    expect(page.locator(".dlw-op-source")).to_have_text("f = x**2 - y**2 + y**4 / 2")
    surface.select_option("net")
    agreed(page)
    expect(page.locator(".dlw-op-map")).to_be_hidden()
    expect(page.locator(".dlw-op-code")).to_be_hidden()
    expect(page.get_by_role("img", name="The samples, and the curve of each net")).to_be_visible()
    surface.select_option("bowl")
    agreed(page)
    expect(page.locator(".dlw-op-map")).to_be_visible()
    # The map is painted: the middle of a bowl is not the page's own white.
    middle = page.locator(".dlw-op-map canvas").first.evaluate(
        "el => [...el.getContext('2d').getImageData(el.width / 2, el.height / 2, 1, 1).data]"
    )
    assert middle[:3] != [255, 255, 255]


def test_the_code_on_screen_walks_the_path(show: Show) -> None:
    live = show("beale", ["adam"])
    page = live.page
    page.get_by_text("The same path in plain PyTorch").click()
    known: dict[str, Any] = {"torch": torch}
    exec(page.locator(".dlw-code-text").inner_text(), known)
    assert np.array_equal(known["path"], live.widget.trajectories["Adam"])


def test_schedules_are_read_added_and_used_in_the_race(show: Show) -> None:
    live = show("bowl", ["sgd"], schedules=["StepLR"])
    page = live.page
    page.get_by_role("button", name="Schedules").click()
    page.get_by_role("combobox", name="Add a schedule …").select_option("OneCycleLR")
    rows = page.locator(".dlw-op-schedules tbody tr")
    expect(rows).to_have_count(2)
    page.evaluate("stage.drawn()")
    for step in (0, 4, 11):
        page.get_by_role("slider", name="Step").fill(str(step))
        page.evaluate("stage.drawn()")
        shown = [number(text) for text in rows.locator(".dlw-op-number").all_inner_texts()]
        assert shown == pytest.approx(live.widget._rates[:, step].tolist(), rel=1e-3)
    rows.last.get_by_role("button", name="remove OneCycleLR").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Race", exact=True).click()
    page.get_by_role("combobox", name="schedule of SGD").select_option("StepLR")
    agreed(page)
    assert live.widget.breakdown(11).letters["λ"] == pytest.approx(0.0125)
    expect(page.locator(".dlw-op-letters")).to_contain_text("λ = 0.0125")


def test_what_python_changes_shows(show: Show) -> None:
    live = show("bowl", ["sgd"])
    live.widget.start = (3.0, -1.0)
    live.widget.add("adam")
    live.widget.step = 4
    live.push()
    expect(live.page.locator(".dlw-op-map")).to_have_attribute("data-start", "3 −1")
    expect(live.page.locator(".dlw-op-racers tbody tr")).to_have_count(2)
    expect(live.page.locator(".dlw-player output")).to_have_text("4 / 12")


def test_without_a_kernel_it_still_plays_and_explains(show: Show) -> None:
    page = show("bowl", ["sgd", "adam"], step=0).page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-badge")).to_have_text("no kernel")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".dlw-player output")).to_have_text("12 / 12")
    expect(page.locator(".dlw-op-title small")).to_have_text("step 12 of SGD")
    expect(page.get_by_role("button", name="Tune rates")).to_be_disabled()


@pytest.mark.parametrize(("width", "dark"), [(400, False), (400, True), (700, False)])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int, *, dark: bool) -> None:
    live = show(racer=4)
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    if dark:
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    live.stage.drawn()
    for tab in ("Schedules", "Race"):
        page.get_by_role("button", name=tab, exact=True).click()
        live.stage.drawn()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".dlw-op-number, .dlw-op-racers label span").evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0)"
        ".map(el => el.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show("bowl", ["sgd"], page_language="zh-CN").page
    expect(page.get_by_role("button", name="学习率调度")).to_be_visible()
    expect(page.locator(".dlw-badge")).to_have_text("与 torch 一致")
    expect(page.locator(".dlw-op-title small")).to_have_text("SGD 的第 12 步")


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show("bowl", ["sgd"]), ".dlw-op")
