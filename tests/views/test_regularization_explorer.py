"""The regularization explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import dlwidgets
from dlwidgets.training.arms import Comparison, compare
from dlwidgets.training.arms.plan import EVAL_MODE, TEST, TRAIN, TRAIN_MODE
from dlwidgets.training.arms.standard import standard
from dlwidgets.widgets.base import Widget
from dlwidgets.widgets.regularization_explorer import RegularizationExplorer
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture(scope="module")
def book() -> Comparison:
    """The book's arms and an initialisation to zero, shortly trained."""
    arms = (("plain", None), ("dropout", 0.5), ("batch_norm", None), ("zero", None))
    return standard(arms, epochs=6, seeds=2, progress=False)


@pytest.fixture
def show(
    new_stage: Callable[[str], Any], book: Comparison, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Show]:
    """Return a function that shows ``RegularizationExplorer(comparison, **values)``."""
    monkeypatch.setattr("dlwidgets.training.arms.standard.standard", lambda: book)

    def show(found: Comparison | None = None, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = RegularizationExplorer(found, **values, comm=line)
        stage = new_stage("regularization_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def cells(page: Page, row: int) -> list[str]:
    """Return the numbers of an arm's row as texts."""
    return page.locator(".dlw-rg tbody tr").nth(row).locator("td").all_inner_texts()[1:]


def number(text: str) -> float:
    return float(text.split(" ", maxsplit=1)[0].replace("−", "-"))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.evaluate("stage.drawn()")


# --- what is shown ----------------------------------------------------------------------------


def test_the_table_has_the_numbers_of_torch_at_each_epoch_in_both_modes(
    show: Show, book: Comparison
) -> None:
    page = show().page
    for epoch in (6, 2):
        page.get_by_role("slider", name="epoch").fill(str(epoch))
        for mode, button in ((TRAIN_MODE, "train()"), (EVAL_MODE, "eval()")):
            press(page, button)
            for row, one in enumerate(book.outcomes):
                means = one.losses.mean(2)[:, :, epoch]
                shown = [number(text) for text in cells(page, row)[:3]]
                wanted = [means[TRAIN, mode], means[TEST, mode], means[TEST, 1 - mode]]
                assert shown == pytest.approx(wanted, rel=5e-3)
    assert cells(page, 3)[4:] == ["0", "other"]
    assert cells(page, 1)[5] == "same"
    assert cells(page, 1)[3].endswith(f" · {book.outcomes[1].best}")


def test_forgetting_eval_is_said_and_drawn_as_a_curve_of_its_own(show: Show) -> None:
    page = show().page
    expect(page.locator(".dlw-rg-forgot")).to_have_text("Measured after model.eval()")
    over = page.locator(".dlw-rg-curves .dlw-chart").nth(1).locator(".dlw-chart-over")
    dropout = over.evaluate("el => el.toDataURL()")
    page.get_by_role("radio", name="look into plain").check()
    page.evaluate("stage.drawn()")
    assert over.evaluate("el => el.toDataURL()") != dropout
    press(page, "train()")
    expect(page.locator(".dlw-rg-forgot")).to_have_text(re.compile("^Forgot eval"))


def test_the_mask_is_that_of_torch_pass_after_pass(show: Show, book: Comparison) -> None:
    live = show(training=True)
    page = live.page
    row = live.widget._arms[1]
    grid = page.locator(".dlw-rg-grid")
    for place in range(3):
        page.get_by_role("slider", name="pass").fill(str(place + 1))
        page.evaluate("stage.drawn()")
        gone = int(((row["passed"][place] == 0) & (row["given"] != 0)).sum())
        expect(grid).to_have_attribute("data-dropped", str(gone))
    still, *passes = row["passes"]
    beside = page.locator(".dlw-rg-beside").inner_text()
    assert f"eval(): {still:.4g} every time" in beside
    assert f"{passes[0]:.4g}, {passes[1]:.4g}" in beside
    assert "1/(1−p) = 2" in beside
    press(page, "eval()")
    expect(grid).to_have_attribute("data-dropped", "0")
    assert book["dropout 0.5"].arm.strength == 0.5


def test_a_cell_is_read_by_keyboard_and_by_ear(show: Show) -> None:
    live = show(training=True)
    page = live.page
    row = live.widget._arms[1]
    page.locator(".dlw-rg-grid").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.evaluate("stage.drawn()")
    given, passed = (float(row["given"][1, 1]), float(row["passed"][0, 1, 1]))
    text = page.locator(".dlw-rg-drop .dlw-chart p").inner_text().replace("−", "-")
    assert text.startswith("sample 1, unit 1: given ")
    words = text.split("given ")[1].replace(" →", "").split()
    assert float(words[0]) == pytest.approx(given, rel=1e-3)
    assert ("dropped" in text) == (passed == 0)
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile("sample 1, unit 1: given"))


def test_batch_norm_is_worked_out_with_the_numbers_of_either_mode(show: Show) -> None:
    live = show(arm="batch_norm", lens="batch_norm")
    page = live.page
    statistics = live.widget._arms[2]["statistics"]
    page.get_by_role("slider", name="feature").fill("5")
    for button, place in (("train()", 7), ("eval()", 8)):
        press(page, button)
        text = page.locator(".dlw-rg-formula code").inner_text().replace("−", "-")
        assert float(text.split(" = ")[-1]) == pytest.approx(statistics[place, 5], rel=1e-3)
        given = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", text.split(" = ")[1])]
        weight, x, mean, variance, eps, bias = given
        made = weight * (x - mean) / (variance + eps) ** 0.5 + bias
        assert made == pytest.approx(statistics[place, 5], rel=5e-3, abs=5e-3)


def test_lenses_that_do_not_fit_an_arm_say_so(show: Show) -> None:
    page = show(arm="plain").page
    expect(page.locator(".dlw-rg-empty")).to_have_text(re.compile("no dropout layer"))
    press(page, "Batch norm")
    expect(page.locator(".dlw-rg-empty")).to_have_text(re.compile("no batch norm layer"))
    press(page, "Initialisation")
    expect(page.locator(".dlw-rg-empty")).to_be_hidden()
    expect(page.locator(".dlw-rg-notes")).to_have_text(
        "zero init: no value and no gradient gets through the layers"
    )
    assert page.locator(".dlw-rg-lens .uplot:visible").count() == 2
    press(page, "Weights")
    assert page.locator(".dlw-rg-lens .uplot:visible").count() == 2


# --- touching it ------------------------------------------------------------------------------


def test_one_more_arm_is_trained_from_the_page(show: Show, book: Comparison) -> None:
    live = show()
    page = live.page
    page.get_by_role("combobox", name="Kind of arm").select_option("weight_decay")
    entry = page.get_by_role("textbox", name="Strength")
    expect(entry).to_have_value("0.1")
    entry.fill("0.5")
    entry.press("Enter")
    press(page, "Train")
    expect(page.locator(".dlw-rg tbody tr")).to_have_count(5)
    expect(page.get_by_role("radio", name="look into weight decay 0.5")).to_be_checked()
    expected = book.add(
        {"weight_decay 0.5": live.widget.comparison["weight_decay 0.5"].arm}, progress=False
    )
    mean = expected["weight_decay 0.5"].losses[TEST, EVAL_MODE, :, -1].mean()
    assert number(cells(page, 4)[1]) == pytest.approx(mean, rel=5e-3)
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile(r"^weight decay 0\.5: training"))


def test_a_strength_out_of_range_is_refused_in_the_view(show: Show) -> None:
    live = show()
    page = live.page
    entry = page.get_by_role("textbox", name="Strength")
    entry.fill("7")
    entry.press("Enter")
    press(page, "Train")
    expect(page.locator(".dlw-notice")).to_have_text(
        "dropout: expected a strength from 0 to 0.95, got 7"
    )
    expect(page.locator(".dlw-rg tbody tr")).to_have_count(4)


def test_arms_are_drawn_or_not_and_python_hears_it(show: Show) -> None:
    live = show()
    page = live.page
    canvas = page.locator(".dlw-rg-curves canvas").first
    before = canvas.evaluate("el => el.toDataURL()")
    page.get_by_role("checkbox", name="draw zero init").uncheck()
    live.stage.drawn()
    assert live.widget.shown == ["plain", "dropout 0.5", "batch_norm"]
    after = page.locator(".dlw-rg-curves canvas").first
    assert after.evaluate("el => el.toDataURL()") != before
    for name in ("plain", "dropout 0.5", "batch norm"):
        page.get_by_role("checkbox", name=f"draw {name}", exact=True).uncheck()
    live.stage.drawn()
    assert live.widget.shown == []


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show()
    page = live.page
    while page.evaluate("document.activeElement.getAttribute('aria-label')") != "epoch":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".dlw-spoken")).to_have_text(
        re.compile(r"^dropout 0\.5: training loss [\d.]+, test loss [\d.]+$")
    )
    live.stage.drawn()
    assert live.widget.epoch == 5


def test_dragging_a_chart_chooses_the_epoch(show: Show) -> None:
    live = show()
    page = live.page
    box = page.locator(".dlw-rg-curves .u-over").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.34 * box["width"], box["y"] + 50)
    page.mouse.down()
    expect(page.locator(".dlw-rg-header output")).to_have_text("2")
    page.mouse.move(box["x"] + 0.52 * box["width"], box["y"] + 50)
    expect(page.locator(".dlw-rg-header output")).to_have_text("3")
    page.mouse.up()
    live.stage.drawn()
    assert live.widget.epoch == 3


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.arm = "batch_norm"
    live.widget.lens = "batch_norm"
    live.widget.log_scale = True
    live.push()
    page = live.page
    expect(page.get_by_role("radio", name="look into batch norm")).to_be_checked()
    expect(page.get_by_role("button", name="log")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".dlw-rg-norm")).to_be_visible()


def test_the_code_of_the_chosen_arm_is_there_to_be_copied(show: Show, book: Comparison) -> None:
    page = show().page
    page.locator("summary").click()
    expect(page.locator(".dlw-code-text")).to_have_text(book.code("dropout 0.5"))
    page.get_by_role("radio", name="look into zero init").check()
    expect(page.locator(".dlw-code-text")).to_have_text(book.code("zero"))


def test_ones_own_arms_have_ones_own_names(show: Show) -> None:
    draw = torch.Generator().manual_seed(7)
    x = torch.randn(40, 3, generator=draw)
    y = (x.sum(1) > 0).long()
    data = ((x[:20], y[:20]), (x[20:], y[20:]))
    arms = {"小网络 <b>": lambda: nn.Linear(3, 2), "wild": (lambda: nn.Linear(3, 2), {"lr": 1e30})}
    page = show(compare(arms, data, epochs=1, seeds=1, progress=False, device="cpu")).page
    expect(page.get_by_role("radio", name="look into 小网络 <b>")).to_be_checked()
    expect(page.locator(".dlw-rg-own")).to_be_visible()
    expect(page.locator(".dlw-rg-sums")).to_have_text("1 epoch · 1 seed")
    assert float(cells(page, 1)[0].replace("∞", "inf").replace(",", "")) > 1e9


# --- looks, languages, trouble, disposal ------------------------------------------------------


@pytest.mark.parametrize("width", [400, 700, 1280])
def test_no_width_cuts_the_page_off(show: Show, width: int) -> None:
    live = show()
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    for lens in ("dropout", "batch_norm", "weights", "signal"):
        live.widget.lens = lens
        live.push()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(page.locator("h3").first).to_contain_text("训练损失")
    expect(page.get_by_role("radio", name="查看 批量归一化")).to_be_visible()
    press(page, "train()")
    expect(page.locator(".dlw-rg-forgot")).to_contain_text("忘记 eval()：")


def test_the_charts_follow_a_dark_page(show: Show) -> None:
    live = show()
    grid = live.page.locator(".dlw-rg-grid")
    before = grid.evaluate("el => el.toDataURL()")
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    assert grid.evaluate("el => el.toDataURL()") != before


def test_without_a_kernel_everything_but_training_goes_on(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate("stage.model.disconnect(); stage.drawn()")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    page.get_by_role("slider", name="epoch").fill("1")
    expect(page.locator(".dlw-rg-header output")).to_have_text("1")
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-rg")
