"""The retrain explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import dlwidgets
from dlwidgets import RetrainExplorer
from dlwidgets.training.retrain import ENGINES, Regression
from dlwidgets.widgets import retraining
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
HERE = [name for name, engine in ENGINES.items() if engine.here]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``RetrainExplorer(*args, **values)``, trained to its end."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = RetrainExplorer(*args, **values, comm=line).finish()
        return Live(
            new_stage("retrain_explorer"),
            widget,
            line,
            page_language=page_language,
            answering=False,
        )

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


PATIENCE = 120_000
"""Milliseconds for a training to come to its end where the cores are busy with other things."""


def done(live: Live, **values: Any) -> None:
    """Wait until Python stands at these values, and all that it trained is on the page."""
    live.page.wait_for_function(
        "values => stage.model.get('_done') && Object.entries(values).every("
        "([name, value]) => stage.model.get(name) === value)",
        arg=values,
        timeout=PATIENCE,
    )
    live.stage.drawn()


def number(page: Page, lane: str, name: str) -> float:
    """Return a number beside a fit, in full."""
    place = page.locator(f".dlw-re-panel[data-lane={lane}] [data-number={name}]")
    return float(str(place.get_attribute("title")).replace("−", "-"))


def slider(page: Page, name: str) -> Any:
    return page.get_by_role("slider", name=name, exact=True)


def trained(**values: Any) -> tuple[float, float]:
    """Return w and b as NumPy finds them."""
    job = Regression(**values).job([ENGINES["numpy"]])
    job.advance()
    _, w, b = job.lanes[0].rows[-1].tolist()
    return w, b


def test_every_engine_shows_what_numpy_finds(show: Show) -> None:
    live = show()
    page = live.page
    w, b = trained()
    for name in HERE:
        assert number(page, name, "w") == pytest.approx(w, rel=1e-10)
        assert number(page, name, "b") == pytest.approx(b, rel=1e-10)
    expect(page.locator(".dlw-badge")).to_contain_text("equal to")
    expect(page.locator(".dlw-badge")).to_have_attribute("data-tone", "good")
    expect(page.locator(".dlw-re-trouble")).to_contain_text("lr 0.001 is below 2/λ = 0.0178")
    expect(page.locator(".dlw-code-text")).to_have_text("dlwidgets.RetrainExplorer()")


def test_an_engine_that_is_absent_says_how_to_get_it(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = type(ENGINES["nn"])("tensorflow", ENGINES["tensorflow"].function, (), "no_such_thing")
    monkeypatch.setitem(ENGINES, "tensorflow", absent)
    panel = show().page.locator("[data-lane=tensorflow].dlw-re-panel")
    expect(panel).to_contain_text("TensorFlow is not installed")
    expect(panel.locator("code")).to_have_text("pip install 'dlwidgets[tensorflow]'")


def test_dragging_trains_anew_and_the_last_position_is_finished(show: Show) -> None:
    live = show()
    page = live.page
    box = slider(page, "lr").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for part in (0.55, 0.9, 0.3, 0.62, 0.7):
        page.mouse.move(box["x"] + part * box["width"], y, steps=3)
    page.mouse.up()
    asked = page.evaluate("stage.model.sent.filter(one => one.cmd === 'turn').at(-1).value")
    live.stage.page.wait_for_function(
        "asked => stage.model.get('_asked') === asked && stage.model.get('_done')",
        arg=asked["asked"],
    )
    live.stage.drawn()
    lr = live.widget.lr
    assert lr == asked["values"]["lr"] == pytest.approx(0.0078, rel=0.2)
    w, b = trained(lr=lr)
    for name in HERE:
        assert number(page, name, "w") == pytest.approx(w, rel=1e-9)
        assert number(page, name, "b") == pytest.approx(b, rel=1e-9)


def test_the_page_asks_for_slice_after_slice(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    live = show(engines=["numpy", "nn"])
    monkeypatch.setattr(retraining, "SLICE", 0.0)
    slider(live.page, "steps").focus()
    live.page.keyboard.press("Home")
    done(live)
    field = live.page.get_by_role("textbox", name="Value of steps")
    field.fill("25")
    field.press("Enter")
    done(live, steps=25)
    asked = [one["cmd"] for one in live.commands]
    assert asked.count("more") > 5
    assert number(live.page, "nn", "w") == pytest.approx(trained(steps=25)[0], rel=1e-10)


def test_a_newer_position_takes_over_within_a_slice(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = show(engines=["numpy", "nn"])
    monkeypatch.setattr(retraining, "SLICE", 0.0)
    field = live.page.get_by_role("textbox", name="Value of steps")
    field.fill("5000")
    field.press("Enter")
    live.page.wait_for_function("stage.model.get('steps') === 5000")
    assert not live.widget._done
    field.fill("10")
    field.press("Enter")
    done(live, steps=10)
    assert len(live.commands) < 1000
    assert number(live.page, "numpy", "w") == pytest.approx(trained(steps=10)[0], rel=1e-10)


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show()
    page = live.page
    slider(page, "lr").focus()
    page.keyboard.press("ArrowRight")
    done(live, lr=0.0013)
    w, b = trained(lr=0.0013)
    expect(page.locator(".dlw-spoken")).to_have_text(f"trained: w {w:.4g}, b {b:.4g}")
    slider(page, "points").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("textbox", name="Value of points")).to_have_value("50")
    done(live, points=50)
    page.get_by_role("slider", name="Look at").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-lane=nn] .dlw-re-pace span").first).to_have_text("step 1")
    page.keyboard.press("ArrowRight")
    w, _ = trained(lr=0.0013, points=50, steps=2)
    expect(page.locator("[data-lane=nn] [data-number=w]")).to_have_text(f"{w:.5g}")
    page.get_by_role("button", name="Newest").click()
    expect(page.locator("[data-lane=nn] .dlw-re-pace span").first).to_have_text("step 500")


def test_the_source_has_the_numbers_of_the_step_beside_its_lines(show: Show) -> None:
    live = show(steps=7)
    page = live.page
    page.locator("summary").click()
    nn_code = page.locator(".dlw-re-sources [data-lane=nn]")
    w, b = trained(steps=7)
    line = nn_code.locator(".dlw-re-code", has_text="optimizer.step()")
    expect(line).to_contain_text(f"# w = {w:.5g}, b = {b:.5g}")
    for name in HERE:
        block = page.locator(f".dlw-re-sources [data-lane={name}]")
        expect(block.locator(".dlw-re-value", has_text="loss = ")).to_have_count(1)
        lines = block.locator(".dlw-re-code").all_inner_texts()
        source = [line.split("  # ")[0].rstrip() for line in lines]
        assert source == [line.rstrip() for line in ENGINES[name].source.splitlines()]


def test_a_rate_that_is_too_large_is_explained_and_nothing_is_blank(show: Show) -> None:
    live = show()
    page = live.page
    field = page.get_by_role("textbox", name="Value of lr")
    field.fill("0.05")
    field.press("Enter")
    done(live, lr=0.05)
    trouble = page.locator(".dlw-re-trouble")
    expect(trouble).to_contain_text("lr 0.05 is above 2/λ = 0.0178")
    expect(trouble).to_contain_text("a number was no longer finite; the training stopped there")
    ended = live.widget.result["numpy"].losses.size + 1
    for name in HERE:
        panel = page.locator(f".dlw-re-panel[data-lane={name}]")
        expect(panel).to_contain_text(f"diverged at step {ended}")
    assert "NaN" not in page.locator(".dlw-re").inner_text()
    field.fill("1e-3")
    field.press("Enter")
    done(live, lr=0.001)
    expect(trouble).not_to_contain_text("finite")


def test_what_python_refuses_is_said_and_undone(show: Show) -> None:
    live = show()
    field = live.page.get_by_role("textbox", name="Value of lr")
    field.fill("-3")
    field.press("Enter")
    expect(live.page.locator(".dlw-notice")).to_contain_text(
        "lr expected a number from 0 to 1000, got -3"
    )
    slider(live.page, "lr").focus()
    expect(field).to_have_value("0.001")
    assert live.widget.lr == 0.001


def test_what_python_changes_shows_and_is_driven_to_its_end(show: Show) -> None:
    live = show()
    live.widget.turn(noise=0, seed=3)
    live.push()
    done(live, seed=3)
    expect(live.page.locator(".dlw-re-name")).to_have_text("y = 3x² + 2")
    expect(live.page.get_by_role("textbox", name="Value of seed")).to_have_value("3")
    assert number(live.page, "nn", "w") == pytest.approx(trained(noise=0, seed=3)[0], rel=1e-10)


def test_without_a_kernel_what_was_trained_stays_and_can_be_looked_at(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-badge")).to_have_text("no kernel")
    slider(page, "lr").press("ArrowRight")
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    page.get_by_role("slider", name="Look at").fill("9")
    w, _ = trained(steps=10)
    expect(page.locator("[data-lane=nn] [data-number=w]")).to_have_text(f"{w:.5g}")


def own(classes: bool) -> tuple[nn.Module, tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(0)
    inputs = 2 if classes else 1
    x = torch.randn(60, inputs)
    y = (x[:, 0] > 0).long() if classes else x**2
    return nn.Sequential(nn.Linear(inputs, 8), nn.Tanh(), nn.Linear(8, inputs)), (x, y)


@pytest.mark.parametrize("classes", [False, True])
def test_a_model_of_ones_own_is_trained_and_drawn(show: Show, classes: bool) -> None:
    live = show(*own(classes))
    page = live.page
    page.get_by_role("combobox", name="optimizer").select_option("adam")
    done(live, optimizer="adam")
    expect(slider(page, "momentum")).to_be_disabled()
    slider(page, "weight_decay").press("ArrowRight")
    page.wait_for_function("stage.model.get('weight_decay') > 0")
    done(live)
    losses = live.widget.result["model"].losses
    expect(page.locator("[data-number=loss]")).to_have_text(f"{losses[-1]:.5g}")
    expect(page.locator(".dlw-code-text")).to_contain_text("torch.optim.Adam(model.parameters()")
    expect(page.locator(".dlw-re-panel h3").first).to_have_text("Decisions" if classes else "Fit")
    if classes:
        expect(page.locator(".dlw-plane canvas")).to_have_attribute("data-numbers", str(48 * 48))


@pytest.mark.parametrize("width", [400, 700, 872])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show()
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".dlw-re-pace, .dlw-re-numbers, .dlw-re-line").evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1).map(el => el.textContent)"
    )
    assert cut == []


def test_turning_a_knob_moves_nothing_else_on_the_page(show: Show) -> None:
    live = show()
    place = "document.querySelector('.dlw-re-charts').getBoundingClientRect().top"
    before = live.page.evaluate(place)
    field = live.page.get_by_role("textbox", name="Value of lr")
    field.fill("0.05")
    field.press("Enter")
    done(live, lr=0.05)
    assert live.page.evaluate(place) == before


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(page.locator(".dlw-badge")).to_contain_text("一致，误差")
    expect(page.get_by_role("slider", name="查看")).to_be_visible()
    expect(page.locator(".dlw-re-trouble")).to_contain_text("w 与 b 会收敛")


def test_dark_pages_have_light_numbers(show: Show) -> None:
    live = show()
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    color = live.page.locator("[data-number=w]").first.evaluate("el => getComputedStyle(el).color")
    assert min(map(int, color.removeprefix("rgb(").removesuffix(")").split(","))) > 200


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-re")
