"""The LSTM explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import dlwidgets
from dlwidgets import LSTMExplorer
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
VOCAB = ["<unk>", "The", "cat", "ate", "fish", "They"]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``LSTMExplorer(*args, **values)``."""

    def show(
        module: Any = None, x: Any = None, *args: Any, page_language: str = "en", **values: Any
    ) -> Live:
        line = Line()
        if module is None:
            torch.manual_seed(0)
            module, x = nn.LSTM(3, 5), torch.randn(10, 3)
        widget = LSTMExplorer(module, x, *args, comm=line, **values)
        stage = new_stage("lstm_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def gate(page: Page, letter: str) -> float:
    """Return the number that the drawing shows for a gate."""
    box = page.locator(".dlw-ls-box").filter(
        has=page.locator(".dlw-ls-letter", has_text=re.compile(rf"^{letter}$"))
    )
    return number(box.locator(".dlw-ls-number").text_content() or "")


def state(page: Page, name: str) -> float:
    """Return the number that the drawing shows for a state: it follows its name."""
    text = page.locator(f".dlw-ls-end:text-is('{name}') + .dlw-ls-number").text_content()
    return number(text or "")


def part(page: Page, name: str) -> Any:
    return page.locator(f"[data-part={name}] .dlw-ls-map")


def pixels(page: Page, name: str) -> list[int]:
    found: list[int] = (
        part(page, name)
        .locator("canvas")
        .evaluate("el => [...el.getContext('2d').getImageData(0, 0, el.width, el.height).data]")
    )
    return found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.evaluate("stage.drawn()")


def settled(live: Live) -> None:
    """Wait until all is computed, and see that torch agrees and the page shows it."""
    live.page.wait_for_function("stage.model.get('_progress') === 1")
    live.stage.drawn()
    expect(live.page.locator(".dlw-badge")).to_have_text("equals torch")
    widget, states = live.widget, live.widget.states
    for name in widget._net["gates"]:
        value = states[name][widget.step, widget.unit]
        assert gate(live.page, name) == pytest.approx(value, rel=6e-3, abs=1e-6)
    if widget.unit < widget._net["out"]:
        h = states["h"][widget.step, widget.unit]
        assert state(live.page, "h") == pytest.approx(h, rel=6e-4, abs=1e-6)


def slider(page: Page, index: int) -> Any:
    return page.get_by_role("slider", name=f"input {index}", exact=True)


def test_the_drawing_and_the_formulas_have_the_numbers_of_torch(show: Show) -> None:
    live = show(unit=2)
    settled(live)
    page = live.page
    expect(page.locator(".dlw-ls-header b")).to_have_text("LSTM 3 → 5")
    assert state(page, "c") == pytest.approx(live.widget.states["c"][9, 2], rel=6e-4)
    assert state(page, "c₋₁") == pytest.approx(live.widget.states["c"][8, 2], rel=6e-4)
    row = page.locator(".dlw-ls-formula").first.text_content() or ""
    assert number(row.rsplit("=", 1)[1]) == pytest.approx(live.widget.states["i"][9, 2], rel=6e-4)
    terms = [number(one) for one in re.findall(r"[−+]?[\d.e]+", row.split("=")[2])]
    assert sum(terms) == pytest.approx(number(row.split("=")[3].strip("σ()")), rel=2e-2, abs=5e-3)
    assert page.locator(".dlw-ls-formula math").count() > 10


def test_a_click_on_a_map_goes_there_and_hovering_reads_its_numbers(show: Show) -> None:
    live = show()
    page = live.page
    box = part(page, "f").bounding_box()
    assert box is not None
    at = (box["x"] + 0.45 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.move(*at)
    readout = page.locator(".dlw-ls-readout")
    expect(readout).to_have_text(re.compile(r"^f\[3\] at step 4 = "))
    value = number(readout.inner_text().split("= ")[1])
    assert value == pytest.approx(live.widget.states["f"][4, 3], rel=1e-4)
    # The unit's course is drawn in passing; nothing is asked of the kernel for that.
    expect(page.locator(".dlw-ls-side > .dlw-chart small")).to_have_text("unit 3")
    assert live.widget.unit == 0
    assert not live.commands
    page.mouse.down()
    page.mouse.move(at[0] + 0.1 * box["width"], at[1])
    page.mouse.up()
    settled(live)
    assert (live.widget.step, live.widget.unit) == (5, 3)
    assert pixels(page, "f") != pixels(page, "g")


def test_dragging_an_input_changes_all_that_follows(show: Show) -> None:
    live = show(step=4)
    page = live.page
    before = pixels(page, "h")
    box = slider(page, 1).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for i in range(10):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.04 * i), y)
    page.mouse.up()
    settled(live)
    sent = [one["value"]["value"] for one in live.commands if one["cmd"] == "edit"]
    assert live.widget.states["x"][4, 1] == pytest.approx(sent[-1])
    assert sent[-1] > 1
    x = torch.tensor(live.widget.states["x"])
    theirs = live.widget._study.module(x)[0].detach().numpy()
    np.testing.assert_allclose(live.widget.states["h"], theirs, atol=1e-6)
    after = pixels(page, "h")
    assert after != before
    expect(page.locator(".dlw-ls-was").filter(has_text="was").first).to_be_visible()

    press(page, "change")
    expect(part(page, "h")).to_be_visible()
    # Ten columns of four bytes a pixel: before step 4 nothing has changed.
    changes = np.array(pixels(page, "h")).reshape(5, 10, 4)
    assert (changes[:, :4] == changes[0, 0]).all()
    assert (changes[:, 4:] != changes[0, 0]).any()
    press(page, "Undo all")
    settled(live)
    assert pixels(page, "h") == before
    assert page.get_by_role("button", name="change").is_disabled()


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show(step=4)
    page = live.page
    part(page, "c").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    settled(live)
    assert (live.widget.step, live.widget.unit) == (3, 1)
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile(r"step 3, unit 1: h −?[\d.]+$"))
    page.keyboard.press("Home")
    settled(live)
    assert live.widget.step == 0
    slider(page, 0).focus()
    was = live.widget.states["x"][0, 0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    settled(live)
    low, high = live.widget._reach
    moved = live.widget.states["x"][0, 0] - was
    assert moved == pytest.approx(11 * (high - low) / 200, rel=0.1)
    entry = page.get_by_role("textbox", name="value of input 2")
    entry.fill("-2,5")
    entry.press("Enter")
    settled(live)
    assert live.widget.states["x"][0, 2] == -2.5
    entry.fill("many")
    entry.press("Enter")
    expect(entry).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Hold a gate").press("Enter")
    page.get_by_role("button", name="Hold", exact=True).press("Enter")
    expect(page.locator(".dlw-ls-held li")).to_have_count(1)
    settled(live)


def test_a_held_gate_is_stated_drawn_and_released(show: Show) -> None:
    live = show(step=6, unit=2)
    page = live.page
    press(page, "Hold a gate")
    press(page, "i input gate")
    press(page, "1")
    press(page, "this unit")
    press(page, "this step")
    press(page, "Hold")
    settled(live)
    expect(page.locator(".dlw-ls-held li span")).to_have_text("i = 1 for unit 2 from step 6")
    assert gate(page, "i") == 1
    expect(page.locator(".dlw-ls-box[data-held]")).to_have_count(1)
    expect(page.locator(".dlw-badge")).to_have_attribute(
        "aria-label", re.compile("whose bias holds the gate")
    )
    states = live.widget.states
    assert (states["i"][6:, 2] == 1).all()
    assert (states["i"][:6, 2] < 1).all()
    # One step back it is not held.
    page.get_by_role("button", name="One step back").click()
    settled(live)
    expect(page.locator(".dlw-ls-box[data-held]")).to_have_count(0)
    press(page, "f forget gate")
    press(page, "its mean")
    press(page, "all units")
    press(page, "the first step")
    press(page, "Hold")
    settled(live)
    expect(page.locator(".dlw-ls-held li")).to_have_count(2)
    expect(page.locator(".dlw-ls-held li").nth(1)).to_contain_text("f = mean for all units")
    page.get_by_role("button", name="Release: i = 1 for unit 2 from step 6").click()
    settled(live)
    expect(page.locator(".dlw-ls-held li")).to_have_count(1)
    assert (live.widget.states["i"] < 1).all()


def test_words_are_chosen_and_the_output_follows(show: Show) -> None:
    torch.manual_seed(0)
    embedding, head = nn.Embedding(6, 4), nn.Linear(5, 3)
    live = show(
        nn.GRU(4, 5),
        torch.tensor([1, 2, 3, 1, 4]),
        embedding=embedding,
        vocab=VOCAB,
        head=head,
        labels=["DET", "NN", "V"],
        tab="output",
        step=1,
    )
    page = live.page
    rows = page.locator(".dlw-ls-outputs > div")
    expect(rows).to_have_count(3)
    expect(page.locator(".dlw-ls-diagram h3")).to_contain_text("step 1, cat")
    field = page.get_by_role("combobox", name="Word at this step")
    field.fill("They")
    field.press("Enter")
    settled(live)
    want = head(live.widget._study.module(embedding(torch.tensor([1, 5, 3, 1, 4])))[0])[1]
    for row, value in zip(rows.all(), want.tolist(), strict=True):
        assert number(row.locator("span").nth(1).inner_text()) == pytest.approx(value, rel=1e-3)
    expect(rows.first.locator("small")).to_have_text(re.compile("^was "))
    expect(page.locator(".dlw-ls-speak small")).to_have_text("was cat")
    field.fill("dogs")
    field.press("Enter")
    expect(page.locator(".dlw-notice")).to_have_text(
        re.compile("expected one of the 6 words of vocab, got 'dogs'")
    )
    # While an input method composes, Enter chooses a character.
    field.evaluate(
        "el => { el.value = 'fish'; el.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true})) }"
    )
    live.stage.drawn()
    assert live.widget._word == ["They", "cat"]


def test_playing_moves_through_time_to_the_end(show: Show) -> None:
    live = show(step=6)
    page = live.page
    page.get_by_role("combobox", name="Speed").select_option("100")
    press(page, "Play")
    page.wait_for_function("stage.model.get('step') === 9")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    settled(live)
    page.get_by_role("slider", name="Step", exact=True).fill("2")
    settled(live)
    assert live.widget.step == 2


def test_memory_is_drawn_and_said(show: Show) -> None:
    live = show()
    page = live.page
    press(page, "Memory")
    reach = live.widget.memory["reach"]
    expect(page.locator(".dlw-ls-memory > p").first).to_have_text(
        re.compile(rf"lies {reach} steps away")
    )
    canvas = page.locator(".dlw-ls-memory canvas").first
    before = canvas.evaluate("el => el.toDataURL()")
    press(page, "linear")
    after = page.locator(".dlw-ls-memory canvas").first
    assert after.evaluate("el => el.toDataURL()") != before
    old = page.locator(".dlw-ls-memory .dlw-ls-legend > span").nth(2)
    expect(old).to_be_hidden()
    live.widget.ablate("f", 1)
    live.push()
    expect(old).to_have_text("gradient before the changes")
    expect(old).to_be_visible()


def test_layers_directions_and_sequences(show: Show) -> None:
    torch.manual_seed(0)
    net = nn.LSTM(3, 5, 2, bidirectional=True, proj_size=2)
    live = show(net, torch.randn(6, 3, 3))
    page = live.page
    press(page, "layer 1")
    press(page, "reverse ←")
    settled(live)
    assert (live.widget.layer, live.widget.direction) == (1, "reverse")
    expect(page.locator(".dlw-ls-end").first).to_have_text("c₊₁")
    entry = page.get_by_role("spinbutton", name="Sequence")
    entry.fill("2")
    entry.press("Enter")
    settled(live)
    assert live.widget.sequence == 2
    unit = page.get_by_role("spinbutton", name="Unit")
    unit.fill("4")
    unit.press("Enter")
    settled(live)
    expect(page.locator(".dlw-ls-diagram > small")).to_contain_text("h has 2 units")
    assert page.get_by_role("button", name="h", exact=True).is_disabled()
    press(page, "Memory")
    expect(page.locator(".dlw-ls-memory")).to_contain_text("no hidden state of its own")


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.step, live.widget.unit = 3, 4
    live.widget.ablate("o", 0)
    live.widget.tab = "hold"
    live.push()
    settled(live)
    page = live.page
    expect(page.get_by_role("slider", name="Step", exact=True)).to_have_value("3")
    expect(page.locator(".dlw-ls-held li")).to_contain_text("o = 0 for all units from step 0")
    assert state(page, "h") == 0


def test_long_sequences_are_thinned_and_seen_near_the_cursor(show: Show) -> None:
    torch.manual_seed(0)
    live = show(nn.RNN(60, 150, nonlinearity="relu"), torch.randn(900, 60), step=700)
    page = live.page
    expect(page.locator(".dlw-ls-maps h3 small")).to_have_text("1 in 5 steps, 1 in 3 units")
    expect(page.locator(".dlw-ls-input h3 small")).to_contain_text("the first 48 of 60")
    press(page, "near the cursor")
    assert live.widget._columns[0] == 600
    expect(page.locator(".dlw-ls-maps h3 small")).to_have_text("1 in 3 units")
    slider(page, 0).fill("1")
    settled(live)


def test_nan_is_drawn_and_said(show: Show) -> None:
    x = torch.randn(8, 3)
    x[5, 0] = float("nan")
    live = show(nn.LSTM(3, 4), x)
    page = live.page
    expect(page.locator(".dlw-ls-broken")).to_have_text("NaN or infinite (red), first at step 5")
    expect(page.locator(".dlw-ls-box[data-broken]")).to_have_count(4)
    expect(page.locator(".dlw-badge")).to_have_text("equals torch")
    page.get_by_role("slider", name="Step", exact=True).fill("5")
    expect(page.get_by_role("textbox", name="value of input 0")).to_have_value("NaN")


def test_names_are_never_html(show: Show) -> None:
    page = show(nn.LSTM(3, 4), torch.ones(2, 3), tokens=["<img src=x>", "<b>"], step=0).page
    expect(page.locator(".dlw-ls-diagram h3")).to_contain_text("step 0, <img src=x>")
    assert page.locator(".dlw-ls img").count() == 0


@pytest.mark.parametrize("width", [400, 700, 1280])
def test_no_width_cuts_the_page_off(show: Show, width: int) -> None:
    live = show()
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    for tab in ("sums", "hold", "memory", "output"):
        live.widget.tab = tab
        live.push()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(nn.LSTM(3, 4), page_language="zh-CN").page
    expect(page.locator("[data-part=f] figcaption span")).to_have_text("遗忘门")
    expect(page.locator(".dlw-ls-notes")).to_contain_text("未给出输入")
    press(page, "固定一个门")
    press(page, "固定")
    expect(page.locator(".dlw-ls-held li")).to_contain_text("f = 0，所有单元，从第 0 步起")


def test_the_maps_follow_a_dark_page(show: Show) -> None:
    live = show()
    before = pixels(live.page, "g")
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    assert pixels(live.page, "g") != before


def test_without_a_kernel_the_page_says_so(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate("stage.model.disconnect(); stage.drawn()")
    page.get_by_role("slider", name="Step", exact=True).fill("3")
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    expect(slider(page, 0)).to_be_disabled()


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-ls")
