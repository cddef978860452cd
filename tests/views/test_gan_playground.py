"""The playground in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

import dlwidgets
from dlwidgets import GanPlayground
from dlwidgets.widgets import gan_playground
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
SMALL = {"hidden_d": 8, "hidden_g": 8, "layers_d": 1, "layers_g": 1, "batch_size": 16}


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``GanPlayground(*args, **values)``, a few rounds on."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = GanPlayground(*args, **SMALL | values, comm=line).advance(8)
        stage = new_stage("gan_playground")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def state(page: Page) -> Any:
    return page.locator(".dlw-gp-state")


def rounds(live: Live, number: int) -> None:
    """Wait until the page shows this round."""
    expect(state(live.page)).to_contain_text(re.compile(rf"^round {number} "))


def legend(page: Page, chart: int) -> list[str]:
    found = page.locator(".dlw-courses").nth(chart).locator("b").all_inner_texts()
    return [one.replace("−", "-") for one in found]


def weights(widget: GanPlayground) -> list[torch.Tensor]:
    return [*widget.generator.parameters(), *widget.discriminator.parameters()]


def pixels(page: Page) -> bytes:
    """Return what the stage shows."""
    image: str = page.evaluate("document.querySelector('.dlw-gp-stage canvas').toDataURL()")
    return image.encode()


def test_the_numbers_are_those_of_the_nets(show: Show) -> None:
    live = show()
    page = live.page
    rounds(live, 8)
    now = live.widget._now
    shown = [float(one) for chart in range(4) for one in legend(page, chart)]
    assert shown == [float(f"{one:.3g}") for one in now[1:]]
    expect(page.locator(".dlw-code-text").last).to_contain_text("dlwidgets.GanPlayground(")
    # The browser's own number between the places of the map, against D itself.
    box = page.locator(".dlw-gp-stage").bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    text = page.locator(".dlw-gp-looked").inner_text()
    x, y, score = (float(one.replace("−", "-")) for one in re.findall(r"[−\d.e]+", text))
    with torch.no_grad():
        expected = live.widget.discriminator(torch.tensor([[x, y]])).sigmoid().item()
    assert score == pytest.approx(expected, abs=0.01)


def test_it_plays_until_it_is_paused(show: Show) -> None:
    live = show()
    page = live.page
    button(page, "Play").click()
    page.wait_for_function("stage.model.get('_counts')[0] > 12")
    button(page, "Pause").click()
    page.wait_for_function("stage.model.sent.length === stage.model.get('_tick') - 2")
    live.stage.drawn()
    reached = live.widget._counts[0]
    rounds(live, reached)
    expect(page.locator(".dlw-spoken")).to_contain_text(f"round {reached}: D(x)")
    again = GanPlayground(**SMALL).advance(reached)
    whole = live.widget._counts[1] == live.widget._counts[2]
    if not whole:
        again.step("d")
    assert all(map(torch.equal, weights(live.widget), weights(again)))


def test_a_round_at_a_time(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("combobox", name="Speed").select_option("rounds")
    button(page, "Play").click()
    page.wait_for_function("stage.model.get('_counts')[0] === 10")
    button(page, "Pause").click()
    mores = [one["value"] for one in live.stage.sent("more")]
    assert mores[0] == {"rounds": 1}


def test_one_update_at_a_time_and_by_keyboard(show: Show) -> None:
    live = show()
    page = live.page
    button(page, "One update of D alone").click()
    expect(state(page)).to_have_text("round 8 · updates: D 9, G 8")
    expect(page.locator(".dlw-gp-told")).to_contain_text("Next: an update of G")
    page.locator(".dlw-gp-stage").focus()
    page.keyboard.press("g")
    expect(state(page)).to_have_text("round 9 · updates: D 9, G 9")
    page.keyboard.press("r")
    rounds(live, 10)
    page.keyboard.press("p")
    expect(page.locator("[aria-current=step]")).to_have_text("D sees real points")
    page.keyboard.press(" ")
    page.wait_for_function("stage.model.get('_counts')[0] > 11")
    page.keyboard.press(" ")
    expect(button(page, "Play")).to_be_visible()
    # In a field these are letters.
    field = page.get_by_role("textbox", name="seed")
    field.focus()
    page.keyboard.press("d")
    live.stage.drawn()
    assert live.stage.sent("step") == live.stage.sent("step")[:2]


def test_slow_motion_tells_each_phase_with_its_numbers(show: Show) -> None:
    live = show()
    page = live.page
    told, phase = page.locator(".dlw-gp-told"), page.locator("[aria-current=step]")
    names = ["D sees real points", "D sees generated points", "D learns"]
    names += ["G makes points", "G hears which way", "G learns"]
    texts = []
    for name in names:
        page.get_by_role("button", name="Go on to the next phase of a round").click()
        expect(phase).to_have_text(name)
        texts.append(told.inner_text())
        values = [f"{one:.3g}" for one in live.widget._phase["values"]]
        assert all(value in texts[-1].replace("−", "-") for value in values)
    assert "16 real points" in texts[0]
    assert "its loss goes from" in texts[2]
    rounds(live, 9)


def test_layers_come_and_go(show: Show) -> None:
    live = show()
    page = live.page
    live.stage.drawn()
    before = pixels(page)
    for name in ("D(x)", "mesh of noise", "real", "generated", "gradients"):
        one = button(page, name)
        expect(one).to_have_attribute("aria-pressed", "true")
        one.press("Enter")
        live.stage.drawn()
        assert pixels(page) != before
        expect(one).to_have_attribute("aria-pressed", "false")
        before = pixels(page)


def test_noise_of_many_numbers_has_no_mesh(show: Show) -> None:
    page = show(noise_size=4).page
    expect(button(page, "mesh of noise")).to_be_disabled()
    expect(button(page, "mesh of noise")).to_have_attribute(
        "title", "Noise of 4 numbers has no mesh to draw"
    )


def test_a_cloud_is_drawn_with_the_pointer(show: Show) -> None:
    live = show()
    page = live.page
    button(page, "Draw").click()
    expect(page.locator(".dlw-gp-hint")).to_be_visible()
    box = page.locator(".dlw-gp-stage").bounding_box()
    x, y, side = box["x"], box["y"], box["width"]
    page.mouse.move(x + 0.25 * side, y + 0.75 * side)
    page.mouse.down()
    page.mouse.move(x + 0.75 * side, y + 0.75 * side, steps=12)
    page.mouse.up()
    page.wait_for_function("stage.model.get('target') === 'own'")
    points = live.widget.points
    assert len(points) >= 30
    # The lower part of the stage, from left to right.
    assert points[:, 0].min() == pytest.approx(-0.65, abs=0.1)
    assert points[:, 0].max() == pytest.approx(0.65, abs=0.1)
    assert np.abs(points[:, 1] + 0.65).max() < 0.1
    expect(page.locator(".dlw-gp-drawn")).to_have_text(f"{len(points)} points drawn")
    button(page, "Play").click()
    page.wait_for_function("stage.model.get('_counts')[0] > 1")
    expect(button(page, "Draw")).to_have_attribute("aria-pressed", "false")


def test_a_cloud_is_drawn_by_keyboard(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("combobox", name="target").select_option("own")
    stage = page.locator(".dlw-gp-stage")
    expect(stage).to_have_attribute("data-drawing", "")
    stage.focus()
    page.keyboard.press("Space")
    page.wait_for_function("stage.model.get('_target').count === 1")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("stage.model.get('_target').count === 2")
    assert live.widget.points.tolist() == [[0, 0], [pytest.approx(0.2), pytest.approx(0.01)]]
    button(page, "Clear").click()
    stage.focus()
    page.keyboard.press("Space")
    page.wait_for_function("stage.model.get('_target').count === 1")
    page.keyboard.press("Escape")
    expect(stage).not_to_have_attribute("data-drawing", "")


def test_knobs_turn_at_once_or_begin_anew(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("slider", name="lr_g", exact=True).press("ArrowRight")
    page.wait_for_function("stage.model.get('lr_g') > 0.002")
    rounds(live, 8)
    button(page, "only D").click()
    page.wait_for_function("stage.model.get('train') === 'd'")
    button(page, "least squares").click()
    page.wait_for_function("stage.model.get('loss') === 'least_squares'")
    rounds(live, 8)
    page.get_by_role("combobox", name="hidden_g").select_option("64")
    page.wait_for_function("stage.model.get('hidden_g') === 64")
    rounds(live, 0)
    assert live.widget.generator[0].weight.shape[0] == 64
    seed = page.get_by_role("textbox", name="seed")
    seed.fill("12")
    seed.press("Enter")
    page.wait_for_function("stage.model.get('seed') === 12")
    page.get_by_role("combobox", name="target").select_option("spiral")
    page.wait_for_function("stage.model.get('target') === 'spiral'")
    expect(page.locator(".dlw-gp-none")).to_be_visible()
    seed.fill("-3")
    seed.press("Enter")
    expect(page.locator(".dlw-notice")).to_contain_text("seed expected a number from 0")
    expect(seed).to_have_value("-3")
    page.locator(".dlw-gp-stage").focus()
    expect(seed).to_have_value("12")
    # What was refused does not keep it from being played.
    button(page, "Play").click()
    page.wait_for_function("stage.model.sent.filter(one => one.cmd === 'more').length > 3")


def test_a_known_course_says_what_to_look_for(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("combobox", name="Try").select_option("collapse")
    page.wait_for_function("stage.model.get('lr_g') === 0.01")
    expect(page.locator(".dlw-gp-told")).to_contain_text("lower lr_g below lr_d")
    page.get_by_role("slider", name="lr_g", exact=True).press("ArrowLeft")
    expect(page.locator(".dlw-gp-told")).to_contain_text("Next: an update of D")


def test_python_plays_and_turns(show: Show) -> None:
    live = show()
    page = live.page
    before = pixels(page)
    live.widget.advance(4)
    live.push()
    rounds(live, 12)
    assert pixels(page) != before
    live.widget.turn(target="grid", loss="saturating")
    live.push()
    rounds(live, 0)
    expect(button(page, "saturating")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("combobox", name="target")).to_have_value("grid")


def test_the_program_is_shown_when_it_is_asked_for(show: Show) -> None:
    live = show()
    page = live.page
    assert live.widget._program == ""
    page.locator(".dlw-gp-program summary").click()
    expect(page.locator(".dlw-gp-program pre")).to_contain_text('("DG", 8, 0.005, 0.002')
    expect(page.locator(".dlw-gp-tools")).to_contain_text("up to round 8")
    assert page.locator(".dlw-gp-program pre").inner_text().strip() == live.widget.code().strip()


def test_a_game_that_blows_up_stops_and_says_so(show: Show) -> None:
    live = show(optimizer="sgd", loss="least_squares", lr_d=100.0, seed=1)
    page = live.page
    live.widget.advance(400)
    live.push()
    told = page.locator(".dlw-gp-told")
    expect(told).to_have_attribute("data-bad", "")
    expect(told).to_contain_text("was no finite number at its update")
    expect(button(page, "Play")).to_be_disabled()
    live.widget.turn(lr_d=0.01)
    live.push()
    page.get_by_role("button", name="Restart").click()
    rounds(live, 0)
    expect(button(page, "Play")).to_be_enabled()


def test_points_of_ones_own_are_shown_in_their_units(show: Show) -> None:
    mine = np.random.default_rng(0).normal([1000, -50], 20, (50, 2))
    live = show(mine)
    page = live.page
    box = page.locator(".dlw-gp-stage").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    target = live.widget._target
    text = page.locator(".dlw-gp-looked").inner_text().replace("−", "-").replace(",", "")
    x, y = (float(one) for one in re.findall(r"-?[\d.]+", text)[:2])
    assert x == pytest.approx(target["centre"][0], rel=0.01)
    assert y == pytest.approx(target["centre"][1], rel=0.05)


def test_without_a_kernel_it_rests_and_says_so(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    expect(button(page, "Play")).to_be_disabled()
    # What is there can still be looked at.
    before = pixels(page)
    button(page, "generated").click()
    live.stage.drawn()
    assert pixels(page) != before


def test_where_its_view_goes_it_rests(show: Show) -> None:
    live = show()
    page = live.page
    button(page, "Play").click()
    page.wait_for_function("stage.model.get('_counts')[0] > 10")
    page.evaluate("stage.unmount()")
    live.stage.drawn()
    page.evaluate("stage.mount()")
    expect(button(page, "Play")).to_be_visible()


@pytest.mark.parametrize("width", [400, 700, 900])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show()
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".dlw-segments, .dlw-gp-layer, .dlw-gp-row, .dlw-gp-phases li")
    found = cut.evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1).map(el => el.textContent)"
    )
    assert found == []


def test_playing_moves_nothing_else_on_the_page(show: Show) -> None:
    live = show()
    place = "document.querySelector('.dlw-gp-knobs').getBoundingClientRect().top"
    before = live.page.evaluate(place)
    for _ in range(7):
        live.page.get_by_role("button", name="Go on to the next phase of a round").click()
        live.stage.drawn()
        assert live.page.evaluate(place) == before


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(state(page)).to_have_text("第 8 轮 · 更新次数：D 8，G 8")
    expect(button(page, "生成")).to_be_visible()
    expect(page.locator(".dlw-gp-told")).to_contain_text("接下来：更新 D")


def test_dark_pages_have_light_words(show: Show) -> None:
    live = show()
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    color = live.page.locator(".dlw-gp-name").evaluate("el => getComputedStyle(el).color")
    assert min(map(int, color.removeprefix("rgb(").removesuffix(")").split(","))) > 200


def test_nothing_fires_after_disposal(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_playground, "SLICE", 0.0)
    assert_silent_once_disposed(show(), ".dlw-gp")
