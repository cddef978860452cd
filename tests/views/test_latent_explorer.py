"""The latent explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import torch
from playwright.sync_api import Page, expect

import dlwidgets
from dlwidgets import LatentExplorer
from dlwidgets.widgets.base import Widget
from tests.explain.latent.small import digits, plain, small
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
DATA = digits()


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``LatentExplorer(*args, **values)``."""

    def show(
        model: Any = None, data: Any = DATA, *, page_language: str = "en", **values: Any
    ) -> Live:
        line = Line()
        model = small() if model is None and "encode" not in values else model
        widget = LatentExplorer(model, data, **values, comm=line)
        stage = new_stage("latent_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


PIXELS = """el => [...el.getContext('2d').getImageData(0, 0, el.width, el.height).data]
  .filter((_, i) => i % 4 === 0)"""


def decoded(page: Page) -> list[int]:
    """Return the pixels of the decoded picture, red alone."""
    found: list[int] = page.locator(".dlw-le-decoded canvas").evaluate(PIXELS)
    return found


def wanted(widget: Any) -> list[int]:
    """Return what they should be, from what torch decodes now."""
    found: list[int] = (255 * widget.image.clamp(0, 1)).round().int().flatten().tolist()
    return found


def settled(live: Live) -> None:
    """Wait until everything that was asked is answered, and see that the picture is torch's."""
    live.page.evaluate("stage.drawn()")
    assert decoded(live.page) == wanted(live.widget)


def slider(page: Page, index: int) -> Any:
    return page.get_by_role("slider", name=f"dimension {index}", exact=True)


def frame(data: Any) -> float:
    """Return which share of their height figures take."""
    boxes = [(one[0] > 0.2).nonzero() for one in data.test.x]
    return sum(int((b.amax(0) - b.amin(0)).max()) + 1 for b in boxes) / 28 / len(boxes)


def tab(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.evaluate("stage.drawn()")


def code(page: Page) -> str:
    return page.locator(".dlw-code-text").inner_text()


def test_the_picture_is_what_torch_decodes_and_the_code_line_gives_it(show: Show) -> None:
    model = small(4)
    live = show(model)
    settled(live)
    slider(live.page, 2).fill("1.5")
    settled(live)
    assert live.widget.z.tolist() == [0, 0, 1.5, 0]
    image = eval(code(live.page), {"torch": torch, "vae": model})
    assert torch.equal(image.detach(), live.widget.image)


def test_dragging_sends_the_newest_and_the_exact_value_on_release(show: Show) -> None:
    live = show()
    page = live.page
    box = slider(page, 0).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for i in range(30):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.02 * i), y)
    page.mouse.up()
    settled(live)
    shown = [one for one in live.commands if one["cmd"] == "show"]
    assert shown[-1]["value"]["final"]
    assert not shown[0]["value"]["final"]
    entry = page.get_by_role("textbox", name="value of dimension 0")
    assert float(entry.input_value()) == pytest.approx(float(live.widget.z[0]), rel=1e-2)
    assert live.widget._z.tolist() == live.widget.z.tolist()
    assert float(live.widget.z[0]) > 1.5


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show()
    page = live.page
    slider(page, 1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    settled(live)
    assert live.widget.z.tolist() == pytest.approx([0, 0.11])
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile(r"dimension 1: 0\.11$"))
    page.keyboard.press("Delete")
    settled(live)
    assert live.widget.z.tolist() == [0, 0]
    entry = page.get_by_role("textbox", name="value of dimension 1")
    entry.fill("-2,25")
    entry.press("Enter")
    settled(live)
    assert live.widget.z.tolist() == [0, -2.25]
    page.locator(".dlw-le-plane").focus()
    page.keyboard.press("ArrowLeft")
    settled(live)
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile(r"^at "))
    page.get_by_role("button", name="Reset").press("Enter")
    settled(live)
    assert live.widget.z.tolist() == [0, 0]


def test_a_double_click_resets_one_dimension(show: Show) -> None:
    live = show(plain())
    live.widget.z = [1.0, 2.0, 3.0]
    live.push()
    slider(live.page, 1).dblclick()
    settled(live)
    assert live.widget.z[0] == 1
    assert live.widget.z[1] == live.widget._home[1]


def test_dimensions_stand_by_kl_and_dead_ones_are_grey(show: Show) -> None:
    model = small(5)
    with torch.no_grad():
        for layer in (model.mu, model.logvar):
            layer.weight[3] = layer.bias[3] = 0
        model.mu.weight *= 8
    live = show(model)
    page = live.page
    names = page.locator(".dlw-le-name").all_inner_texts()
    assert names == [f"z{i}" for i in live.widget._order]
    assert names[-1] == "z3"
    expect(page.locator(".dlw-le-row[data-dead]")).to_have_count(1)
    expect(page.locator(".dlw-le-sums")).to_have_text(
        "5 dimensions · 1 dead (KL below 0.01 nats) · 40 points"
    )


def where(page: Page) -> list[float]:
    text = page.locator(".dlw-le-plane").get_attribute("data-place") or ""
    return [float(one) for one in text.split()]


def test_the_plane_is_dragged_and_what_lies_off_it_stays(show: Show) -> None:
    live = show(small(4))
    live.widget.z = [0.5, 0.5, 0.5, 0.5]
    live.push()
    page = live.page
    box = page.locator(".dlw-le-plane").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 150, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 60, steps=8)
    page.mouse.up()
    settled(live)
    across, up = live.widget.dims
    rest = [i for i in range(4) if i not in (across, up)]
    assert live.widget.z[rest].tolist() == [0.5, 0.5]
    assert where(page) == pytest.approx([float(live.widget.z[i]) for i in (across, up)], abs=1e-3)
    assert live.widget._z.tolist() == live.widget.z.tolist()


def test_another_plane_is_chosen(show: Show) -> None:
    live = show(small(4), dims=[0, 1])
    page = live.page
    page.get_by_label("Across").select_option("1")
    page.evaluate("stage.drawn()")
    assert live.widget.dims == [1, 0]
    page.get_by_role("button", name="Principal components").click()
    page.evaluate("stage.drawn()")
    assert live.widget.plane == "pca"
    expect(page.locator(".dlw-le-planes small")).to_have_text(re.compile(r"component 1 \(\d"))
    page.locator(".dlw-le-plane").focus()
    page.keyboard.press("ArrowUp")
    settled(live)
    place = torch.tensor(live.widget._axes) @ live.widget.z
    assert where(page) == pytest.approx(place.tolist(), abs=1e-3)


def test_the_scrubber_goes_from_a_to_b(show: Show) -> None:
    live = show(small(4), picks=[3, 7, 9])
    page = live.page
    a, b, c = live.widget.mu[[3, 7, 9]]
    scrub = page.get_by_role("slider", name="Part of the way from a to b")
    scrub.fill("1")
    settled(live)
    torch.testing.assert_close(live.widget.z, b.float(), rtol=0, atol=0)
    page.get_by_role("button", name="Spherical").click()
    scrub.focus()
    page.keyboard.press("Home")
    settled(live)
    torch.testing.assert_close(live.widget.z, a.float(), rtol=0, atol=0)
    page.keyboard.press("PageUp")
    settled(live)
    assert live.widget.path == "spherical"
    assert float(slider(page, 0).input_value()) == pytest.approx(float(live.widget.z[0]), abs=1e-6)
    page.get_by_role("button", name="Go there").click()
    settled(live)
    torch.testing.assert_close(live.widget.z, (a - b + c).float())
    strip = page.get_by_label("Eleven pictures on the way")
    strip.focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    settled(live)
    torch.testing.assert_close(live.widget.z, b.float(), rtol=0, atol=0)


def test_pictures_are_picked_by_number_or_in_the_plane_and_refused_if_there_is_none(
    show: Show,
) -> None:
    live = show()
    page = live.page
    entry = page.get_by_role("textbox", name="number of picture b")
    entry.fill("12")
    entry.press("Enter")
    page.evaluate("stage.drawn()")
    assert live.widget.picks[1] == 12
    entry.fill("4000")
    entry.press("Enter")
    expect(page.locator(".dlw-notice")).to_have_text("expected a point from 0 to 39, got 4000")
    assert live.widget.picks[1] == 12
    page.get_by_role("button", name="Choose c by a click on the plane").click()
    plane = page.locator(".dlw-le-plane")
    expect(plane).to_have_attribute("data-armed", "")
    before = live.widget.z.tolist()
    plane.click(position={"x": 200, "y": 150})
    page.evaluate("stage.drawn()")
    expect(plane).not_to_have_attribute("data-armed", "")
    assert live.widget.z.tolist() == before


def test_a_drawing_is_encoded_as_it_grows(show: Show) -> None:
    model = small(3)
    live = show(model)
    page = live.page
    tab(page, "Draw")
    paper = page.locator(".dlw-le-paper")
    box = paper.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 60, steps=6)
    page.evaluate("stage.drawn()")
    assert live.widget._seen["index"] == -1
    page.mouse.move(box["x"] + 90, box["y"] + 150, steps=6)
    page.mouse.up()
    page.evaluate("stage.drawn()")
    drawn, again = page.locator(".dlw-le-seen > figure:not(.dlw-le-draws) canvas").all()
    ink = torch.tensor(drawn.evaluate(PIXELS)).reshape(28, 28) / 255
    assert float(ink.max()) > 0.8
    # These digits fill their pictures, and so does the drawing.
    rows = (ink > 0.2).any(1).nonzero()
    assert float(rows.max() - rows.min()) + 1 == pytest.approx(28 * frame(DATA), abs=1.5)
    mu, logvar = model.eval().encode(ink[None, None])
    seen = live.widget._seen
    torch.testing.assert_close(torch.tensor(seen["mu"]), mu[0].detach(), rtol=0.02, atol=0.02)
    torch.testing.assert_close(
        torch.tensor(seen["sigma"]), (0.5 * logvar[0]).exp().detach(), rtol=0.02, atol=0.02
    )
    want = (255 * model.decode(mu)).round().detach().flatten()
    assert float((torch.tensor(again.evaluate(PIXELS)) - want).abs().max()) <= 2
    page.get_by_role("button", name="Take μ").click()
    settled(live)
    assert live.widget.z.tolist() == seen["mu"].tolist()


def test_a_picture_by_its_number_and_another_noise(show: Show) -> None:
    live = show()
    page = live.page
    tab(page, "Draw")
    entry = page.get_by_role("textbox", name="or a test picture, number")
    entry.fill("5")
    entry.press("Enter")
    page.evaluate("stage.drawn()")
    assert live.widget._seen["index"] == 5
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile("looking at test picture 5$"))
    first = live.widget._seen["draws"].copy()
    page.get_by_role("button", name="Another ε").click()
    page.evaluate("stage.drawn()")
    assert live.widget._seen["index"] == 5
    assert (live.widget._seen["draws"] != first).any()
    entry.fill("99")
    entry.press("Enter")
    expect(page.locator(".dlw-notice")).to_have_text("expected a point from 0 to 39, got 99")


def test_a_touch_draws_too(show: Show) -> None:
    live = show()
    tab(live.page, "Draw")
    live.page.locator(".dlw-le-paper").evaluate(
        """el => {
          const box = el.getBoundingClientRect();
          el.setPointerCapture = () => {};
          el.hasPointerCapture = () => true;
          const say = (type, x, y) => el.dispatchEvent(new PointerEvent(type, {bubbles: true,
            pointerType: 'touch', pointerId: 7, button: 0, buttons: 1,
            clientX: box.left + x, clientY: box.top + y}));
          say('pointerdown', 50, 50); say('pointermove', 120, 120); say('pointerup', 120, 120);
        }"""
    )
    live.page.evaluate("stage.drawn()")
    assert live.widget._seen["index"] == -1
    assert live.widget._seen["pictures"][0].max() > 100


def test_reconstructions_samples_and_manifold_are_sheets_to_choose_from(show: Show) -> None:
    live = show(small(3))
    page = live.page
    tab(page, "Reconstructions")
    sheet = page.get_by_label("Originals, each with its reconstruction")
    sheet.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settled(live)
    torch.testing.assert_close(live.widget.z, live.widget.mu[1].float(), rtol=0, atol=0)
    tab(page, "Random samples")
    page.get_by_role("button", name="Another seed").click()
    page.evaluate("stage.drawn()")
    assert live.widget.seed == 1
    page.get_by_label("Random samples; choose").click(position={"x": 70, "y": 10})
    settled(live)
    source = torch.Generator().manual_seed(1)
    z = torch.randn(64, 3, generator=source, dtype=torch.float64)
    assert live.widget.z.tolist() in z.float().tolist()
    tab(page, "Manifold")
    page.get_by_label("Decoded from a grid of the plane").click(position={"x": 3, "y": 3})
    settled(live)
    place = [float(live.widget.z[i]) for i in live.widget.dims]
    assert place == pytest.approx([live.widget._across[0], live.widget._up[-1]], abs=1e-5)


def test_kl_and_error_now_and_over_the_training(show: Show) -> None:
    history = pd.DataFrame({"step": range(1, 51), "kl": range(50), "recon": range(50, 0, -1)})
    history["test_kl_2"] = [float("nan")] * 48 + [2.0, 4.0]
    live = show(small(3), run=SimpleNamespace(history=history))
    page = live.page
    tab(page, "KL and error")
    terms = dict(
        zip(
            page.locator(".dlw-le-now dt").all_inner_texts(),
            page.locator(".dlw-le-now dd").all_inner_texts(),
            strict=True,
        )
    )
    kl = float(live.widget.kl.sum())
    assert float(terms["KL, all dimensions"].split()[0]) == pytest.approx(kl, rel=1e-3)
    entropy = float(live.widget._errors[1])
    bound = float(terms["Both together (−ELBO at μ)"].split()[0])
    assert bound == pytest.approx(kl + entropy, rel=1e-3)
    expect(page.locator(".dlw-le-measures .dlw-le-classes span")).to_have_text(["kl", "recon"])
    expect(page.locator(".dlw-le-measures .uplot")).to_be_visible()
    course = page.get_by_role("img", name="KL of z2 over the training: 2 → 4")
    # From half the height to the top, over the whole width.
    expect(course.locator("polyline")).to_have_attribute("points", "0.0,8.0 96.0,1.0")
    expect(page.locator(".dlw-le-bars svg")).to_have_count(1)


def test_what_python_changes_shows(show: Show) -> None:
    live = show(small(3))
    live.widget.z = [1.0, -2.0, 0.5]
    live.push()
    settled(live)
    assert [float(slider(live.page, i).input_value()) for i in range(3)] == [1, -2, 0.5]
    live.widget.path = "spherical"
    live.push()
    expect(live.page.get_by_role("button", name="Spherical")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_changed_parameters_are_said_and_encoded_again(show: Show) -> None:
    model = small()
    live = show(model)
    stale = live.page.locator(".dlw-le-stale")
    expect(stale).to_be_hidden()
    with torch.no_grad():
        model.mu.bias += 1
    slider(live.page, 0).fill("1")
    settled(live)
    expect(stale).to_be_visible()
    before = live.widget.mu
    live.page.get_by_role("button", name="Encode again").click()
    expect(stale).to_be_hidden()
    torch.testing.assert_close(live.widget.mu, before + 1)
    settled(live)


def test_a_decoder_that_fails_is_said_and_the_page_lives_on(show: Show) -> None:
    model, broken = small(), [False]

    def decode(z: torch.Tensor) -> torch.Tensor:
        if broken[0]:
            message = "out of memory"
            raise RuntimeError(message)
        return model.decode(z)

    live = show(None, encode=model.encode, decode=decode)
    broken[0] = True
    slider(live.page, 0).fill("1")
    expect(live.page.locator(".dlw-failure")).to_have_text(
        re.compile("RuntimeError: out of memory")
    )
    broken[0] = False
    slider(live.page, 0).fill("2")
    settled(live)
    assert float(live.widget.z[0]) == 2


def test_values_that_are_no_numbers_are_red_and_counted(show: Show) -> None:
    model = small()
    decode = lambda z: torch.where(z[:, :1, None, None] > 1, torch.nan, model.decode(z))  # noqa: E731 -- shortest here
    live = show(None, encode=model.encode, decode=decode)
    slider(live.page, 0).fill("2")
    expect(live.page.locator(".dlw-le-trouble")).to_have_text(
        "784 values are NaN or infinite (red)"
    )
    assert set(decoded(live.page)) == {214}
    slider(live.page, 0).fill("0")
    expect(live.page.locator(".dlw-le-trouble")).to_have_text("")
    settled(live)


@pytest.mark.parametrize("size", [1, 64])
def test_one_dimension_and_many(show: Show, size: int) -> None:
    live = show(small(size))
    page = live.page
    expect(page.locator(".dlw-le-row")).to_have_count(size)
    page.locator(".dlw-le-plane").click(position={"x": 180, "y": 60})
    settled(live)
    assert float(live.widget.z[live.widget.dims[0]]) != 0
    for name in ("Draw", "Reconstructions", "Random samples", "Manifold", "KL and error"):
        tab(page, name)
    assert page.evaluate("stage.errors") == []


def test_colours_vectors_and_data_without_classes(show: Show) -> None:
    source = torch.Generator().manual_seed(0)
    live = show(small(2, (3, 8, 9)), torch.rand(12, 3, 8, 9, generator=source))
    red = (255 * live.widget.image[0]).round().int().flatten().tolist()
    assert decoded(live.page) == red
    expect(live.page.locator(".dlw-le-classes span")).to_have_count(0)


def test_vectors_are_bars_and_can_not_be_drawn(show: Show) -> None:
    source = torch.Generator().manual_seed(0)
    live = show(plain(2, 13), torch.rand(12, 13, generator=source))
    page = live.page
    bars = torch.tensor(decoded(page)).reshape(48, 13)
    want = (48 * live.widget.image).round()
    assert float(((bars == 255).sum(0) - want).abs().max()) <= 1
    tab(page, "Draw")
    expect(page.locator(".dlw-le-draw > p")).to_have_text(re.compile("no pictures"))
    entry = page.get_by_role("textbox", name="or a test picture, number")
    entry.fill("5")
    entry.press("Enter")
    expect(page.locator(".dlw-le-seen")).to_be_visible()


def test_without_a_kernel_it_says_so_and_stays(show: Show) -> None:
    page = show().page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-notice")).to_have_text(re.compile("The kernel is gone"))
    slider(page, 0).fill("2")
    tab(page, "Manifold")
    tab(page, "Draw")
    assert page.evaluate("stage.errors") == []


@pytest.mark.parametrize("width", [400, 700, 1000])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(small(20))
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("Draw", "Reconstructions", "Random samples", "Manifold", "Between pictures"):
        tab(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".dlw-le button, .dlw-le h3").evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0)"
        ".map(el => el.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(plain(), page_language="zh-CN").page
    expect(page.get_by_role("button", name="随机样本", exact=True)).to_be_visible()
    expect(page.locator(".dlw-le-notes li").first).to_have_text(re.compile("编码是点"))


def test_every_note_has_words(show: Show) -> None:
    raw = (255 * DATA.test.x).to(torch.uint8).flatten(1)
    model = plain()
    live = show(None, raw, encode=model.encode, decode=model.decoder, points=30)
    texts = live.page.locator(".dlw-le-notes li").all_inner_texts()
    assert len(texts) == len(live.widget._notes) == 4
    assert texts[0] == "30 of 40 samples, drawn with seed 0"
    assert "28×28" in texts[-2]


def test_dark_pages_get_dark_surfaces(show: Show) -> None:
    page = show().page
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.evaluate("stage.drawn()")
    surface = page.locator(".dlw-card").evaluate("el => getComputedStyle(el).backgroundColor")
    assert surface == "rgb(22, 25, 29)"


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-le")
