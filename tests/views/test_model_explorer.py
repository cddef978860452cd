"""The model explorer in a real browser, with its real Python as its kernel."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import Tensor, nn

import dlwidgets
from dlwidgets.data import digits
from dlwidgets.models import CNN, LeNet5
from dlwidgets.widgets import explore as registry
from dlwidgets.widgets.base import Widget
from dlwidgets.widgets.explore import Explore
from dlwidgets.widgets.model_explorer import ModelExplorer
from tests.explain.models import Odd
from tests.views.live import Live, state_of
from tests.widgets.conftest import Line

Show = Callable[..., Live]


class Gate(nn.Linear):
    """A layer with an explorer of its own: another model explorer."""


@pytest.fixture
def show(new_stage: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """Return a function that shows ``explore(model, x)``."""
    # Each layer opens on its tensors, but for gates.
    general = "torch.nn.modules.module.Module"
    monkeypatch.setattr(registry, "_BUILT_IN", {general: registry._BUILT_IN[general]})
    explore = Explore()
    explore.register(Gate, lambda layer, x: ModelExplorer(nn.Sequential(layer), x))
    monkeypatch.setattr("dlwidgets.widgets.layer_opening.explore", explore)

    def show(model: nn.Module, x: object = None, **options: Any) -> Live:
        line = Line()
        widget = ModelExplorer(model, x, comm=line)
        return Live(new_stage("model_explorer"), widget, line, **options)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


@pytest.fixture
def cnn() -> CNN:
    torch.manual_seed(0)
    return CNN().eval()


def row(page: Page, name: str) -> Any:
    return page.locator(".dlw-me-rows .dlw-me-row").filter(
        has=page.locator(f".dlw-me-label[title='{name}']")
    )


def names(page: Page) -> list[str]:
    return page.locator(".dlw-me-rows .dlw-me-row:visible .dlw-me-label").all_inner_texts()


def shown(value: float, digits: int = 5) -> str:
    """Return a number as the page writes it."""
    return f"{float(f'{value:.{digits}g}'):g}".replace("-", "−")


# --- what is shown ----------------------------------------------------------------------------


def test_the_layers_are_rows_in_the_order_of_the_pass(show: Show, cnn: CNN) -> None:
    page = show(cnn, digits()).page
    assert names(page) == ["CNN", *(name for name, _ in cnn.named_children())]
    cells = row(page, "conv2").locator("[role=gridcell]")
    expect(cells).to_have_text(
        [
            "conv2",
            "Conv2d(8, 16, kernel_size=(5, 5), stride=(1, 1))",
            "1×16×8×8",
            "3,216",
            "204,800",
        ]
    )
    expect(page.locator(".dlw-me-sums")).to_have_text(
        "20,522 parameters · all trainable · 337,024 multiply-adds · batch of 1"
    )
    expect(page.locator(".dlw-me-remarks")).to_contain_text("one sample of digits")
    expect(page.locator(".dlw-me-detail")).to_be_hidden()


def test_the_page_is_drawn_from_the_traits_alone_and_asks_no_other_host(
    new_stage: Callable[[str], Any], cnn: CNN
) -> None:
    widget = ModelExplorer(cnn, digits())
    widget.select("conv1", tab="output")
    stage = new_stage("model_explorer")
    page = stage.open(state_of(widget))
    expect(page.locator(".dlw-me-tile")).to_have_count(8)
    assert stage.sent() == []
    origin = page.url.split("/model_explorer")[0]
    assert [url for url in stage.requests if not url.startswith((origin, "data:"))] == []


def test_what_is_odd_is_said_in_words(show: Show) -> None:
    model = Odd()
    model.norm.requires_grad_(False)  # noqa: FBT003 -- torch's signature
    model.last.register_forward_hook(lambda *_: None)
    page = show(model, torch.randn(5, 7)).page
    for name, tags in {
        "hidden[0]": ["not registered", "shared with last"],
        "norm": ["frozen", "train mode"],
        "last": ["hooks: 1"],
        "unused": ["not called"],
        "blocks.1": ["not called"],
    }.items():
        expect(row(page, name).locator(".dlw-me-tag")).to_have_text(tags)
    acts = row(page, "act")
    expect(acts).to_have_count(8)
    expect(acts.nth(1).locator(".dlw-me-tag")).to_have_text(["call 2"])
    expect(acts.nth(7).locator(".dlw-me-tag")).to_have_text(["call 8", "+2 more"])
    expect(row(page, "Odd").locator(".dlw-me-shape")).to_have_text("{y: 5×4, rest: (5×4, 5×7)}")


def test_torchs_error_stands_where_it_happened(show: Show) -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(5, 2))
    page = show(model, torch.randn(4, 1, 8, 8)).page
    alert = page.locator(".dlw-me-error")
    expect(alert).to_contain_text("mat1 and mat2 shapes cannot be multiplied (4x72 and 5x2)")
    expect(alert).to_contain_text("in 2 (Linear), given 4×72")
    expect(row(page, "2").locator(".dlw-me-tag")).to_have_text(["error"])
    row(page, "2").click()
    expect(page.locator(".dlw-me-choices button[aria-pressed=true]")).to_have_text("input")


def test_without_an_input_it_says_how_to_give_one(show: Show) -> None:
    page = show(LeNet5()).page
    expect(page.locator(".dlw-me-notes").first).to_contain_text("explore(model, x)")
    row(page, "s2.pool").click()
    expect(page.locator(".dlw-me-none")).to_contain_text("explore(model, x)")
    row(page, "c1").click()
    expect(page.locator(".dlw-me-tile")).to_have_count(6)


def test_texts_from_the_model_are_only_text(show: Show) -> None:
    class Sly(nn.Module):
        def extra_repr(self) -> str:
            return "<img src=x onerror=alert(1)>"

        def forward(self, _x: Tensor) -> Tensor:
            message = "<b id=sly>no</b>"
            raise ValueError(message)

    page = show(nn.Sequential(Sly()), torch.ones(1)).page
    expect(page.locator(".dlw-me-error")).to_contain_text("<b id=sly>no</b>")
    expect(page.locator(".dlw-me img, #sly")).to_have_count(0)


# --- a layer opened ---------------------------------------------------------------------------


def test_a_click_opens_the_maps_and_their_values_are_torchs(show: Show, cnn: CNN) -> None:
    x = digits().test.x[:3]
    live = show(cnn, x)
    page = live.page
    with torch.no_grad():
        maps = cnn.conv1(x)[0]
    row(page, "conv1").click()
    expect(row(page, "conv1")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".dlw-me-tile")).to_have_count(8)
    readout = page.locator(".dlw-me-maps .dlw-me-readout")
    box = page.locator(".dlw-me-pixels").bounding_box()
    for channel, r, c in ((0, 0, 0), (3, 5, 17), (7, 23, 23)):
        page.locator(".dlw-me-tile").nth(channel).click()
        page.mouse.move(
            box["x"] + box["width"] * (c + 0.5) / 24, box["y"] + box["height"] * (r + 0.5) / 24
        )
        expect(readout).to_have_text(f"[{channel}, {r}, {c}] = {shown(maps[channel, r, c].item())}")
    far = shown(maps.abs().max().item(), 3)
    expect(page.locator(".dlw-me-scale span").first).to_have_text(f"−{far}")
    expect(page.locator(".dlw-me-scale")).to_have_attribute(
        "aria-label", f"Colours from −{far} to {far}"
    )
    numbers = page.locator(".dlw-me-stats b")
    expect(numbers.nth(0)).to_have_text("4,608")
    expect(numbers.nth(1)).to_have_text(shown(maps.double().mean().item(), 4))
    expect(numbers.nth(2)).to_have_text(shown(maps.double().std(correction=0).item(), 4))
    expect(numbers.nth(3)).to_have_text(shown(maps.min().item(), 4))
    expect(numbers.nth(4)).to_have_text(shown(maps.max().item(), 4))


def test_the_pixels_have_the_colours_of_the_values(show: Show) -> None:
    model = nn.Identity()
    x = torch.tensor([[[[1.0, 0.0, -1.0, 0.5]]]])
    page = show(model, x).page
    row(page, "Identity").click()
    expect(page.locator(".dlw-me-pixels")).to_have_attribute("width", "4")
    pixels = page.evaluate(
        "() => [...document.querySelector('.dlw-me-pixels').getContext('2d')"
        ".getImageData(0, 0, 4, 1).data]"
    )
    blue, white, orange, half = (pixels[i : i + 3] for i in range(0, 16, 4))
    # --dlw-series-1, the surface and --dlw-series-2 of the light theme.
    assert (blue, white, orange) == ([0, 114, 178], [255, 255, 255], [196, 85, 0])
    assert half == pytest.approx([127.5, 184.5, 216.5], abs=1)


def test_the_theme_changes_the_colours(show: Show) -> None:
    page = show(nn.Identity(), torch.zeros(1, 1, 1, 1)).page
    row(page, "Identity").click()
    pixel = (
        "() => document.querySelector('.dlw-me-pixels').getContext('2d')"
        ".getImageData(0, 0, 1, 1).data[0]"
    )
    page.wait_for_function(f"({pixel})() === 255")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_function(f"({pixel})() < 40")


def test_vectors_are_bars_with_the_names_of_the_classes(show: Show, cnn: CNN) -> None:
    data = digits()
    page = show(cnn, data).page
    with torch.no_grad():
        logits = cnn(data.sample(1).x)[0]
    row(page, "fc2").click()
    expect(page.locator(".dlw-me-plot rect")).to_have_count(10)
    expect(page.locator(".dlw-me-names b")).to_have_text(list("0123456789"))
    expect(page.locator(".dlw-me-names i")).to_have_text([shown(v, 3) for v in logits.tolist()])
    bars = page.locator(".dlw-me-plot")
    bars.focus()
    bars.press("End")
    bars.press("ArrowLeft")
    expect(page.locator(".dlw-me-bars .dlw-me-readout")).to_have_text(
        f"[8] = {shown(logits[8].item())}"
    )
    expect(page.get_by_role("status")).to_contain_text(f"unit 8 (8): {shown(logits[8].item())}")


def test_tabs_parts_pages_and_samples_are_asked_of_python(show: Show) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 40, 3), nn.BatchNorm2d(40)).eval()
    x = torch.randn(6, 1, 5, 5)
    live = show(model, x)
    page = live.page
    with torch.no_grad():
        maps = model[0](x)
    row(page, "0").click()
    expect(page.locator(".dlw-me-page")).to_have_text("0–31 of 40")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(".dlw-me-page")).to_have_text("32–39 of 40")
    forward = page.get_by_role("button", name="Next page")
    expect(forward).to_have_attribute("aria-disabled", "true")
    expect(forward).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("from 32 of 40")
    asked = len(live.commands)
    page.keyboard.press("Enter")
    assert len(live.commands) == asked
    page.get_by_label("sample").fill("4")
    expect(page.get_by_role("status")).to_contain_text("sample 4")
    big = page.locator(".dlw-me-big")
    big.focus()
    big.press("ArrowRight")
    expect(page.locator(".dlw-me-maps .dlw-me-readout")).to_have_text(
        f"[32, 0, 0] = {shown(maps[4, 32, 0, 0].item())}"
    )
    row(page, "1").click()
    page.get_by_role("button", name="weights").click()
    page.get_by_label("Which tensor").select_option("running_var")
    expect(page.locator(".dlw-me-plot rect")).to_have_count(40)
    expect(page.locator(".dlw-me-stats b").nth(1)).to_have_text("1")
    assert live.widget.sample == 4
    assert live.widget._open["parts"][3] == "running_var"


def test_large_maps_say_that_they_are_thinned(show: Show) -> None:
    x = torch.arange(200.0 * 65).reshape(1, 1, 200, 65)
    page = show(nn.Identity(), x).page
    row(page, "Identity").click()
    expect(page.locator(".dlw-me-thin")).to_have_text(
        "200×65; of these one row in 4 and one column in 2 are shown"
    )
    big = page.locator(".dlw-me-big")
    big.focus()
    for _ in range(3):
        big.press("ArrowDown")
    # The first key began at row 0, so this is the third row that is shown.
    # The index is that of the tensor, and so is the value.
    expect(page.locator(".dlw-me-maps .dlw-me-readout")).to_have_text("[0, 8, 0] = 520")


def test_what_is_no_number_is_marked_and_counted(show: Show) -> None:
    x = torch.tensor([[[[float("nan"), 1.0], [float("inf"), 0.0]]]])
    page = show(nn.Identity(), x).page
    row(page, "Identity").click()
    expect(page.locator(".dlw-me-broken")).to_have_text("NaN or ∞")
    expect(page.locator(".dlw-me-stats div:visible span")).to_have_text(
        ["values", "mean", "std", "least", "greatest", "zeros", "NaN", "∞"]
    )
    big = page.locator(".dlw-me-big")
    big.focus()
    big.press("ArrowRight")
    expect(page.locator(".dlw-me-maps .dlw-me-readout")).to_have_text("[0, 0, 0] = NaN")


def test_the_mode_is_a_switch(show: Show) -> None:
    model = nn.Sequential(nn.BatchNorm1d(2)).train()
    page = show(model, torch.ones(1, 2)).page
    expect(page.locator(".dlw-me-error")).to_be_hidden()
    page.get_by_role("button", name="own mode").click()
    expect(page.locator(".dlw-me-error")).to_contain_text("Expected more than 1 value per channel")
    page.get_by_role("button", name="eval").click()
    expect(page.locator(".dlw-me-error")).to_be_hidden()


# --- an explorer inside -----------------------------------------------------------------------


def test_a_layers_own_explorer_is_shown_inside_and_lives(show: Show) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.ReLU(), Gate(3, 2))
    page = show(model, torch.randn(2, 3)).page
    row(page, "1").click()
    inner = page.locator(".dlw-me-child .dlw-me")
    expect(inner.locator(".dlw-me-name")).to_have_text("Sequential")
    expect(page.locator(".dlw-me-tensor").first).to_be_hidden()
    page.locator(".dlw-me-choices").first.get_by_role("button", name="output").click()
    expect(page.locator(".dlw-me-plot rect").first).to_be_attached()
    expect(inner).to_be_hidden()
    row(page, "0").first.click()
    expect(inner).to_have_count(0)
    assert page.evaluate("[...stage.children.values()].every(one => one.views === 0)")


def test_where_nothing_can_be_shown_inside_it_says_what_to_do(show: Show) -> None:
    live = show(nn.Sequential(Gate(3, 2)), torch.randn(2, 3))
    live.page.evaluate("stage.model.widget_manager = undefined")
    row(live.page, "0").click()
    expect(live.page.locator(".dlw-me-child")).to_contain_text("display w.opened in a cell")


# --- keyboard, languages, disposal ------------------------------------------------------------


def test_the_tree_is_walked_and_opened_by_keys_alone(show: Show) -> None:
    live = show(LeNet5(), torch.rand(2, 1, 28, 28))
    page = live.page
    page.locator(".dlw-me-refresh").focus()
    page.keyboard.press("Tab")
    focus = page.locator(".dlw-me-row:focus")
    for key, name in (
        *(("ArrowDown", "c1"), ("ArrowDown", "s2"), ("ArrowRight", "s2.pool")),
        *(("ArrowLeft", "s2"), ("End", "output"), ("Home", "LeNet5")),
        *(("ArrowDown", "c1"), ("ArrowUp", "LeNet5"), ("ArrowRight", "c1")),
    ):
        page.keyboard.press(key)
        expect(focus.locator(".dlw-me-label")).to_have_attribute("title", name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(focus).to_have_attribute("aria-expanded", "false")
    expect(row(page, "s2.pool")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(focus.locator(".dlw-me-label")).to_have_attribute("title", "c3")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-me-title b")).to_have_text("c3")
    expect(page.get_by_role("status")).to_have_text("c3 opened: output")
    page.keyboard.press("Escape")
    expect(page.locator(".dlw-me-detail")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("Closed")
    expect(focus.locator(".dlw-me-label")).to_have_attribute("title", "c3")
    assert page.locator(".dlw-me-rows [tabindex='0']").count() == 1


def test_maps_are_chosen_and_read_by_keys(show: Show, cnn: CNN) -> None:
    x = digits().test.x[:1]
    page = show(cnn, x).page
    with torch.no_grad():
        maps = cnn.conv1(x)[0]
    row(page, "conv1").click()
    tile = page.locator(".dlw-me-tile")
    tile.first.press("ArrowRight")
    tile.nth(1).press("ArrowRight")
    expect(tile.nth(2)).to_be_focused()
    expect(tile.nth(2)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("status")).to_contain_text("map 2")
    big = page.locator(".dlw-me-big")
    big.focus()
    # The first key only puts the cursor on the first value.
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        big.press(key)
    value = shown(maps[2, 1, 1].item())
    expect(page.locator(".dlw-me-maps .dlw-me-readout")).to_have_text(f"[2, 1, 1] = {value}")
    expect(page.get_by_role("status")).to_contain_text(f"map 2, row 1, column 1: {value}")
    # Escape closes from here too, and the focus returns to the tree.
    big.press("Escape")
    expect(page.locator(".dlw-me-detail")).to_be_hidden()
    expect(row(page, "conv1")).to_be_focused()


def test_keys_stay_inside(show: Show, cnn: CNN) -> None:
    page = show(cnn, digits()).page
    page.evaluate("() => { window.heard = 0; document.addEventListener('keydown', () => heard++) }")
    row(page, "conv1").focus()
    page.keyboard.press("b")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("heard") == 0


def test_python_opens_and_folds_nothing_else(show: Show, cnn: CNN) -> None:
    live = show(cnn, digits())
    live.widget.select("conv2", tab="weights")
    live.push()
    expect(live.page.locator(".dlw-me-title b")).to_have_text("conv2")
    expect(live.page.locator(".dlw-me-tile")).to_have_count(32)
    live.widget.select(None)
    live.push()
    expect(live.page.locator(".dlw-me-detail")).to_be_hidden()


def test_long_models_begin_folded_and_open_where_python_looks(show: Show) -> None:
    model = nn.Sequential(*(nn.Sequential(nn.Linear(2, 2), nn.ReLU()) for _ in range(30)))
    live = show(model, torch.ones(1, 2))
    page = live.page
    assert len(names(page)) == 31
    live.widget.select("17.0")
    live.push()
    expect(row(page, "17.0")).to_be_visible()
    expect(row(page, "17.0")).to_be_in_viewport()
    row(page, "3").locator(".dlw-me-twisty").click()
    expect(row(page, "3.0")).to_be_visible()
    assert live.commands == []


def test_everything_speaks_chinese(show: Show, cnn: CNN) -> None:
    dlwidgets.set_language("zh")
    page = show(cnn, digits().test.x[:3]).page
    expect(page.locator(".dlw-me-head span")).to_have_text(["层", "类", "输出", "参数", "乘加"])
    row(page, "conv1").click()
    expect(page.locator(".dlw-me-stats span").first).to_have_text("个数")
    expect(page.get_by_role("status")).to_have_text("已打开 conv1：输出")
    texts = page.locator(".dlw-me").inner_text()
    english = re.findall(
        r"\b(?:layer|output|input|weights|values|mean|sample|zeros|batch)\b", texts
    )
    assert english == []


def test_the_page_may_choose_the_language(show: Show, cnn: CNN) -> None:
    page = show(cnn, digits(), page_language="zh-CN").page
    expect(page.locator(".dlw-me-refresh")).to_have_text("刷新")
    expect(page.locator(".dlw-me-notes").first).to_have_text("digits 训练集中的一个样本（种子 0）")


def test_a_narrow_column_cuts_nothing_off(show: Show, cnn: CNN) -> None:
    live = show(cnn, digits().test.x[:40])
    page = live.page
    page.set_viewport_size({"width": 424, "height": 900})
    for name in ("conv1", "fc2"):
        row(page, name).click()
        expect(page.locator(".dlw-me-title b")).to_have_text(name)
        wide = page.evaluate(
            "() => [...document.querySelectorAll('.dlw-me, .dlw-me-tree, .dlw-me-detail')]"
            ".map(el => el.scrollWidth - el.clientWidth)"
        )
        assert max(wide) <= 0


def test_a_lost_kernel_is_said_and_what_is_here_stays(show: Show, cnn: CNN) -> None:
    live = show(cnn, digits())
    row(live.page, "conv1").click()
    expect(live.page.locator(".dlw-me-tile")).to_have_count(8)
    live.page.evaluate("stage.model.disconnect()")
    row(live.page, "conv2").click()
    expect(live.page.locator(".dlw-me-notice")).to_contain_text("No kernel")
    expect(live.page.locator(".dlw-me-tile")).to_have_count(8)


def test_nothing_fires_after_disposal(show: Show, cnn: CNN) -> None:
    live = show(cnn, digits())
    page = live.page
    row(page, "conv1").click()
    expect(page.locator(".dlw-me-tile")).to_have_count(8)
    page.evaluate("window.left = document.querySelector('.dlw-me')")
    page.evaluate("stage.unmount(); stage.close()")
    assert page.evaluate("stage.model.listeners") == 0
    before = len(live.commands)
    page.evaluate(
        "() => { document.body.append(left);"
        " left.querySelectorAll('button, .dlw-me-row').forEach(el => el.click()) }"
    )
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    live.widget.select("conv2")
    live.push()
    assert len(live.commands) == before
    assert page.evaluate("stage.errors") == []
