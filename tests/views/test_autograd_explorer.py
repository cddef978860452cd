"""The autograd explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor, nn

import dlwidgets
from dlwidgets import AutogradExplorer
from dlwidgets.widgets.base import Widget
from tests.explain.autograd.graphs import computed
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``AutogradExplorer(target, **values)``; else z = wx + b."""

    def show(target: Any = None, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        given = {**values} if target is not None else book()
        widget = AutogradExplorer(given.pop("target", target), **given, comm=line)
        return Live(
            new_stage("autograd_explorer"),
            widget,
            line,
            page_language=page_language,
            answering=False,
        )

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def book() -> dict[str, Any]:
    x, w = torch.tensor(2.0), torch.tensor(3.0, requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    y = w * x
    z = y + b
    return {"target": z, "names": {"x": x, "w": w, "b": b, "y": y, "z": z}}


def vectors() -> dict[str, Any]:
    """Return the example of the book that is no scalar."""
    x = torch.tensor([[2.0, 3.0]], requires_grad=True)
    y = torch.zeros(1, 2)
    y[0, 0] = x[0, 0] ** 2 + 3 * x[0, 1]
    y[0, 1] = x[0, 1] ** 2 + 2 * x[0, 0]
    return {"target": y, "names": {"x": x, "y": y}}


def agreed(page: Page) -> None:
    """Wait until torch has answered what was done last, and found nothing."""
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-badge")).to_have_text("equals torch")


def node(page: Page, name: str) -> Locator:
    return page.locator(f'.dlw-au-node[aria-label^="{name},"]')


TEXT = "el => el.textContent"


def gradient(page: Page, name: str) -> str:
    return node(page, name).locator(".dlw-au-slope").evaluate(TEXT).removeprefix("∇ ")


def value(page: Page, name: str) -> str:
    return node(page, name).locator(".dlw-au-value").evaluate(TEXT)


def test_the_graph_of_the_book_with_torchs_numbers(show: Show) -> None:
    page = show().page
    agreed(page)
    assert [value(page, name) for name in "wxybz"] == ["3", "2", "6", "1", "7"]
    assert [gradient(page, name) for name in "wybz"] == ["2", "1", "1", "1"]
    signs = page.locator(".dlw-au-sign").all_text_contents()
    assert sorted(signs) == ["+", "×"]
    # From left to right, without a step back.
    places = [node(page, name).bounding_box() for name in "wyz"]
    assert [box["x"] for box in places if box] == sorted(box["x"] for box in places if box)


@pytest.mark.parametrize(
    "expression",
    [
        *("F.cross_entropy(w, torch.tensor([0, 1]))", "(w@v).relu().mean()", "w*w + v.sin()*s"),
        *("torch.cat([w, v]).softmax(0)", "F.layer_norm(w, (2,), v[0], v[1])", "(s*w)[0].norm()"),
    ],
)
def test_graphs_agree_live_also_after_an_edit(show: Show, expression: str) -> None:
    root, names = computed(expression)
    live = show(root, names=names)
    page = live.page
    agreed(page)
    entry = page.locator(".dlw-au-rows .dlw-entry").first
    entry.fill("0.75")
    entry.press("Enter")
    agreed(page)
    leaf = next(iter(live.widget._study.values.values()))
    assert leaf.flatten()[0] == 0.75


def test_dragging_a_leaf_computes_everything_again(show: Show) -> None:
    live = show()
    page = live.page
    slider = page.get_by_role("slider", name="x", exact=True)
    slider.fill("-2.5")
    agreed(page)
    assert live.widget.values["z"].item() == -6.5
    assert (value(page, "z"), gradient(page, "w")) == ("−6.5", "−2.5")
    expect(page.locator(".dlw-code-text").last).to_contain_text("x = torch.tensor(-2.5)")
    box = node(page, "w").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(box["x"] + 20 + 10 * step, box["y"] + 20)
    page.mouse.up()
    agreed(page)
    assert live.widget.values["w"].item() == pytest.approx(4)
    assert value(page, "w") == "4"
    page.get_by_role("button", name="Reset").click()
    agreed(page)
    assert (value(page, "w"), value(page, "x")) == ("3", "2")
    expect(page.get_by_role("button", name="Reset")).to_be_disabled()


def test_backward_goes_step_by_step(show: Show) -> None:
    page = show().page
    back = page.get_by_role("button", name="One step back")
    back.click()
    back.click()
    page.evaluate("stage.drawn()")
    assert [gradient(page, name) for name in "zwyb"] == ["1", "–", "–", "–"]
    expect(page.locator(".dlw-au-now")).to_have_text(re.compile("Backward begins at z"))
    page.get_by_role("button", name="One step on").click()
    page.evaluate("stage.drawn()")
    assert [gradient(page, name) for name in "zybw"] == ["1", "1", "1", "–"]
    moves = page.locator(".dlw-au-move").all_inner_texts()
    assert [" ".join(text.split()) for text in moves] == [
        "∇ y = 1 × 1 (∂/∂a = 1) = 1",
        "∇ b = 1 × 1 (∂/∂b = 1) = 1",
    ]
    page.get_by_role("slider", name="Step", exact=True).fill("2")
    expect(page.locator(".dlw-au-move")).to_have_text("∇ w=1×2(∂/∂a = b)=2")
    agreed(page)


def test_paths_that_meet_add_up(show: Show) -> None:
    w = torch.tensor(3.0, requires_grad=True)
    y = w * w
    page = show(y + w, names={"w": w, "y": y}).page
    expect(page.locator(".dlw-au-moves")).to_contain_text("Paths meet at w")
    expect(page.locator(".dlw-au-moves")).to_contain_text("1 + 3 + 3 = 7")
    agreed(page)


def test_playing_runs_to_the_end(show: Show) -> None:
    page = show().page
    page.get_by_role("combobox", name="Speed").select_option("100")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".dlw-player output")).to_have_text("2 / 2")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_jacobian_row_by_row(show: Show) -> None:
    live = show(**vectors())
    page = live.page
    cells = page.locator(".dlw-au-jacobian tbody td:not(:first-child)")
    assert cells.all_inner_texts() == ["4", "3", "2", "6", "6", "9"]
    expect(page.locator(".dlw-au-jacobian")).to_contain_text("column sums of J")
    page.get_by_role("button", name="v = (0, 1)").click()
    agreed(page)
    assert cells.all_inner_texts() == ["4", "3", "2", "6", "2", "6"]
    assert live.widget.grads["x"].tolist() == [[2, 6]]
    expect(page.locator(".dlw-au-jacobian")).to_contain_text("v picks row 1 of J")
    entry = page.get_by_role("textbox", name="v, output 0")
    entry.fill("10")
    entry.press("Enter")
    agreed(page)
    assert live.widget.grads["x"].tolist() == [[42, 36]]


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("without zero_grad", "grows to 1, 2, 3 times"),
        ("backward twice", "Torch says: Trying to backward through the graph a second time"),
        ("detach", "y.detach() cuts the graph there"),
        ("no_grad", "Torch says: element 0 of tensors does not require grad"),
        ("in-place change", "has been modified by an inplace operation"),
        ("leaf in place", "Torch says: a leaf Variable that requires grad"),
        (".grad of a result", "Torch warns: The .grad attribute of a Tensor that is not a leaf"),
    ],
)
def test_what_happens_when(show: Show, button: str, words: str) -> None:
    page = show().page
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".dlw-au-result")).to_contain_text(words)
    expect(page.locator(".dlw-spoken")).to_have_text("")


def test_gradients_of_three_passes_stand_in_a_table(show: Show) -> None:
    page = show().page
    page.get_by_role("button", name="without zero_grad", exact=True).click()
    cells = page.locator(".dlw-au-frames tbody td")
    expect(cells).to_have_text(["2", "1", "4", "2", "6", "3"])
    page.get_by_role("button", name="detach", exact=True).click()
    expect(cells).to_have_text(["None", "1"])
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile("detach: y.detach"))


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show()
    page = live.page
    node(page, "w").focus()
    page.keyboard.press("+")
    expect(page.locator(".dlw-spoken")).to_have_text("z 7.2; gradients w 2, b 1")
    assert live.widget.values["w"].item() == pytest.approx(3.1)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("mul")
    expect(page.locator(".dlw-au-detail")).to_contain_text("MulBackward0")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dlw-au-detail")).to_contain_text("y")
    page.keyboard.press("Home")
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.keyboard.press("Home")
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile("step 0: Backward begins at z"))
    slider = page.get_by_role("slider", name="b", exact=True)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    agreed(page)
    assert live.widget.values["b"].item() == pytest.approx(0.98)


def test_a_large_graph_is_bounded_and_can_be_walked_into(show: Show) -> None:
    net = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(40)])
    loss = net(torch.randn(2, 4)).sum()
    live = show(loss, names={"net": net, "loss": loss})
    page = live.page
    agreed(page)
    expect(page.locator(".dlw-au-header")).to_contain_text("24 of 121 operators")
    page.locator(".dlw-au-node[data-hidden]").first.focus()
    page.get_by_role("button", name="Show what lies behind").click()
    expect(page.get_by_role("button", name="Back to the output")).to_be_visible()
    agreed(page)
    page.get_by_role("button", name="Back to the output").click()
    expect(page.get_by_role("button", name="Back to the output")).to_be_hidden()


def test_what_can_not_be_computed_again_says_why(show: Show) -> None:
    lstm = nn.LSTM(2, 3)
    loss = lstm(torch.randn(4, 1, 2))[0].sum()
    page = show(loss, names={"lstm": lstm, "loss": loss}).page
    agreed(page)
    expect(page.locator(".dlw-au-leaves")).to_contain_text("RnnLayerBackward0")
    page.get_by_role("button", name="backward twice").click()
    expect(page.locator(".dlw-notice")).to_contain_text("give the function that computes it")


def test_a_refused_edit_leaves_everything_as_it_was(show: Show) -> None:
    def f(w: Tensor) -> Tensor:
        if w > 5:
            torch.linalg.cholesky(torch.tensor([[-1.0]]))
        return w**2

    live = show(f, w=2.0)
    page = live.page
    entry = page.get_by_role("textbox", name="w", exact=True)
    entry.fill("7")
    entry.press("Enter")
    expect(page.locator(".dlw-notice")).to_contain_text("linalg.cholesky")
    agreed(page)
    assert value(page, "w") == "2"
    entry.fill("3")
    entry.press("Enter")
    agreed(page)
    assert gradient(page, "w") == "6"


def test_python_changes_the_page(show: Show) -> None:
    live = show()
    live.widget.edit(w=-1.5)
    live.push()
    agreed(live.page)
    assert (value(live.page, "w"), value(live.page, "z")) == ("−1.5", "−2")


def test_without_a_kernel_what_is_there_can_still_be_walked(show: Show) -> None:
    page = show().page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-badge")).to_have_text("no kernel")
    page.get_by_role("button", name="One step back").click()
    page.evaluate("stage.drawn()")
    assert gradient(page, "w") == "–"
    expect(page.get_by_role("button", name="detach", exact=True)).to_be_disabled()


@pytest.mark.parametrize("width", [400, 700, 1280])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(**vectors())
    page = live.page
    page.set_viewport_size({"width": width, "height": 720})
    page.get_by_role("button", name="in-place change").click()
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    over = page.locator(".dlw-au-node").evaluate_all(
        "all => all.flatMap(g => [...g.querySelectorAll('text')].filter(t =>"
        " t.getBBox().width > g.querySelector('rect').getBBox().width).map(t => t.textContent))"
    )
    assert over == []


def test_dark_as_well(show: Show) -> None:
    live = show()
    page = live.page
    page.emulate_media(color_scheme="dark")
    fill = page.locator(".dlw-au-circle").first.evaluate("el => getComputedStyle(el).fill")
    assert fill == "rgb(22, 25, 29)"


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(page.locator(".dlw-badge")).to_have_text("与 torch 一致")
    page.get_by_role("button", name="两次 backward").click()
    expect(page.locator(".dlw-au-result")).to_contain_text("第一次 backward() 已释放")


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-au")
