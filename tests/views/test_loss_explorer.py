"""The loss explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn
from torch.nn import functional

import dlwidgets
from dlwidgets import LossExplorer
from dlwidgets.widgets.base import Widget
from tests.explain.test_loss import drawn
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``LossExplorer(*args, **values)``."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = LossExplorer(*args, **values, comm=line)
        return Live(
            new_stage("loss_explorer"), widget, line, page_language=page_language, answering=False
        )

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def agreed(page: Page) -> None:
    """Wait until torch has judged what was done last, and found nothing."""
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-badge")).to_have_text("equals torch")


def value(page: Page) -> float:
    return float(page.locator(".dlw-lo-value").inner_text().replace("−", "-"))


def logit(page: Page, sample: int, index: int) -> Any:
    return page.get_by_role("slider", name=f"logit of sample {sample}, class {index}", exact=True)


def test_every_number_on_screen_is_that_of_torch(show: Show) -> None:
    live = show()
    page = live.page
    agreed(page)
    x = live.widget.logits.clone().requires_grad_()
    loss = functional.cross_entropy(x, live.widget.target)
    loss.backward()
    assert value(page) == pytest.approx(loss.item(), rel=1e-5)
    shown = page.locator(".dlw-lo-bar[data-kind=part]").all_inner_texts()
    softmax = x.softmax(1).flatten().tolist()
    assert [float(text) for text in shown] == pytest.approx(softmax, rel=1e-2)
    slopes = page.locator(".dlw-lo-bar[data-kind=signed]").all_inner_texts()
    assert x.grad is not None
    assert [float(text.replace("−", "-")) for text in slopes] == pytest.approx(
        x.grad.flatten().tolist(), rel=1e-2
    )
    exact = page.locator(".dlw-lo-bar[data-kind=part] span").evaluate_all(
        "all => all.map(el => Number(el.title))"
    )
    assert exact == pytest.approx(softmax, rel=1e-7)
    terms = [text for text in page.locator(".dlw-lo-number").all_inner_texts() if text]
    one = functional.cross_entropy(x, live.widget.target, reduction="none").tolist()
    assert [float(text) for text in terms] == pytest.approx(one, rel=1e-2)


@pytest.mark.parametrize("seed", range(12))
def test_random_losses_agree_live(show: Show, seed: int) -> None:
    task = drawn(seed)
    live = show(task.module(), task.logits, task.asked())
    agreed(live.page)
    for name in ("Binary with logits", "Squared error", "Cross entropy"):
        live.page.get_by_role("button", name=name).click()
        agreed(live.page)


def test_dragging_a_logit_changes_the_page_at_once_and_python_soon(show: Show) -> None:
    live = show()
    page = live.page
    logit(page, 0, 3).fill("5")
    agreed(page)
    assert live.widget.logits[0, 3] == 5
    expected = functional.cross_entropy(live.widget.logits, live.widget.target)
    assert value(page) == pytest.approx(expected.item(), rel=1e-5)


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show(nn.CrossEntropyLoss(), [[0.0, 0.0]], [0])
    page = live.page
    logit(page, 0, 1).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile(r"^loss 0\.7185$"))
    agreed(page)
    page.get_by_role("radio", name="target of sample 0, class 1").focus()
    page.keyboard.press("Space")
    agreed(page)
    assert live.widget.target.tolist() == [1]
    entry = page.get_by_role("textbox", name="logit of sample 0, class 0")
    entry.fill("-2,5")
    entry.press("Enter")
    agreed(page)
    assert live.widget.logits[0].tolist() == [-2.5, 0.05]


def test_weights_smoothing_and_reduction(show: Show) -> None:
    live = show()
    page = live.page
    entry = page.get_by_role("textbox", name="weight of class 1")
    entry.fill("3")
    entry.press("Enter")
    page.get_by_role("slider", name="label smoothing").fill("0.2")
    page.get_by_role("button", name="sum").click()
    agreed(page)
    weight = torch.tensor([1.0, 3.0, 1.0, 1.0], dtype=torch.float64)
    expected = functional.cross_entropy(
        live.widget.logits, live.widget.target, weight, reduction="sum", label_smoothing=0.2
    )
    assert value(page) == pytest.approx(expected.item(), rel=1e-5)
    expect(page.locator(".dlw-code-text")).to_contain_text(
        'weight=torch.tensor([1.0, 3.0, 1.0, 1.0]), reduction="sum", label_smoothing=0.2)'
    )
    page.get_by_role("button", name="none").click()
    agreed(page)
    expect(page.locator(".dlw-lo-total span")).to_have_text(re.compile(r"^\[[\d., ]+\]$"))


def test_the_code_line_computes_the_loss(show: Show) -> None:
    page = show().page
    line = page.locator(".dlw-code-text").inner_text()
    assert eval(line, {"torch": torch, "F": functional}).item() == pytest.approx(
        value(page), rel=1e-5
    )


def test_targets_of_binary_losses_are_typed_and_refused_where_torch_would(show: Show) -> None:
    live = show(nn.BCEWithLogitsLoss(), [0.5, -1.0], [1.0, 0.0], labels=["cat", "dog"])
    page = live.page
    entry = page.get_by_role("textbox", name="target of sample 0, class dog")
    entry.fill("0.5")
    entry.press("Enter")
    agreed(page)
    assert live.widget.target.tolist() == [[1, 0.5]]
    entry.fill("7")
    entry.press("Enter")
    expect(page.locator(".dlw-lo-trouble")).to_have_text("target: expected 0 to 1, got 1 to 7")
    assert live.widget.target.tolist() == [[1, 0.5]]
    entry.fill("much")
    entry.press("Enter")
    expect(entry).to_have_attribute("aria-invalid", "true")


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.reduction = "sum"
    live.push()
    expect(live.page.get_by_role("button", name="sum")).to_have_attribute("aria-pressed", "true")
    agreed(live.page)
    assert value(live.page) == pytest.approx(live.widget.value, rel=1e-5)


def test_without_a_kernel_it_goes_on_computing(show: Show) -> None:
    page = show(nn.CrossEntropyLoss(), [[0.0, 0.0]], [0]).page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-badge")).to_have_text("no kernel")
    logit(page, 0, 0).fill("8")
    page.evaluate("stage.drawn()")
    assert value(page) == pytest.approx(0.000335406, rel=1e-3)


@pytest.mark.parametrize("width", [400, 700, 872])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show()
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(".dlw-lo-number, .dlw-lo-bar span").evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0)"
        ".map(el => el.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(page.get_by_role("button", name="交叉熵", exact=True)).to_be_visible()
    expect(page.locator(".dlw-badge")).to_have_text("与 torch 一致")


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-lo")
