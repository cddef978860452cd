"""The convolution explorer in a real browser, with its real Python as its kernel."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

import dlwidgets
from dlwidgets import ConvExplorer
from dlwidgets.widgets.base import Widget
from tests.explain.convolution.settings import valid_setting
from tests.views.live import Live, state_of
from tests.widgets.conftest import Line

Show = Callable[..., Live]
TORCH = "equals torch"


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``ConvExplorer(*args, **values)``."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = ConvExplorer(*args, **values, comm=line)
        return Live(
            new_stage("conv_explorer"), widget, line, page_language=page_language, answering=False
        )

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def grid(page: Page, name: str) -> Locator:
    return page.get_by_role("grid", name=name, exact=True)


def cell(page: Page, name: str, row: int, column: int) -> Locator:
    line = grid(page, name).locator(f".dlw-grid-row[aria-rowindex='{row + 1}']")
    return line.locator(f".dlw-cell[aria-colindex='{column + 1}']")


def numbers(page: Page, name: str) -> list[list[float]]:
    """Return what stands in a grid."""
    texts = grid(page, name).evaluate(
        "el => [...el.querySelectorAll('.dlw-grid-row')]"
        ".map(row => [...row.querySelectorAll('.dlw-cell')].map(cell => cell.textContent))"
    )
    return [[float(text.replace("−", "-").replace("∞", "inf")) for text in line] for line in texts]


def toned(page: Page, name: str, tone: str) -> list[tuple[int, int]]:
    """Return the places of the cells of a grid that are marked with a word."""
    return [
        (int(row) - 1, int(column) - 1)
        for row, column in grid(page, name).evaluate(
            "(el, tone) => [...el.querySelectorAll(`[data-tone~=${tone}]`)]"
            ".map(c => [c.parentElement.ariaRowIndex, c.ariaColIndex])",
            tone,
        )
    ]


def agreed(page: Page) -> None:
    """Wait until torch has judged what was done last, and found nothing."""
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-badge")).to_have_text(TORCH)


def line_of(page: Page) -> Locator:
    return page.locator(".dlw-cv-sum")


def code(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("as code"))


def drag(page: Page, name: str, value: int) -> None:
    """Move a slider there, as a hand does, and let it go."""
    page.get_by_role("slider", name=name, exact=True).evaluate(
        "(el, value) => { el.value = value; el.dispatchEvent(new Event('input', {bubbles: true}));"
        " el.dispatchEvent(new Event('change', {bubbles: true})) }",
        str(value),
    )


def paste(page: Page, text: str) -> None:
    """Paste into what has the focus."""
    page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " document.activeElement.dispatchEvent("
        "new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }",
        text,
    )


# --- window and sum -----------------------------------------------------------------------------


def test_the_books_figure_is_there_with_its_first_sum(show: Show) -> None:
    page = show().page
    assert numbers(page, "Output") == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    terms = "1×1 + 1×0 + 1×1 + 0×0 + 1×1 + 1×0 + 0×1 + 0×0 + 1×1"
    expect(line_of(page)).to_have_text(f"y[0, 0, 0] = {terms} + bias 0 = 4")
    agreed(page)


def test_an_output_under_the_pointer_shows_its_receptive_field(show: Show) -> None:
    page = show().page
    cell(page, "Output", 1, 1).hover()
    assert toned(page, "Input", "window") == [(r, c) for r in (1, 2, 3) for c in (1, 2, 3)]
    expect(line_of(page)).to_have_text(re.compile(r"^y\[0, 1, 1\] = .* \+ bias 0 = 4$"))
    # The cells of the window carry the weights that they meet.
    notes = (
        grid(page, "Input").locator("[data-note]").evaluate_all("e => e.map(c => c.dataset.note)")
    )
    assert notes == ["×1", "×0", "×1", "×0", "×1", "×0", "×1", "×0", "×1"]
    page.mouse.move(2, 2)
    expect(line_of(page)).to_have_text(re.compile(r"^y\[0, 0, 0\]"))


def test_an_input_under_the_pointer_shows_every_output_it_feeds(show: Show) -> None:
    page = show(stride=2, padding=1, input=torch.arange(25.0).view(5, 5)).page
    # In the padded grid the input's corner stands at 1, 1.
    cell(page, "Input", 2, 2).hover()
    assert toned(page, "Output", "lit") == [(0, 0), (0, 1), (1, 0), (1, 1)]
    expect(line_of(page)).to_have_text(
        "x[0, 1, 1] = 6 feeds 4 outputs: y[0, 0, 0] (×1), y[0, 0, 1] (×1), y[0, 1, 0] (×1), "
        "y[0, 1, 1] (×1)"
    )


def test_a_weight_under_the_pointer_shows_all_its_uses(show: Show) -> None:
    page = show(stride=2).page
    cell(page, "Kernel", 0, 2).hover()
    assert toned(page, "Input", "lit") == [(0, 2), (0, 4), (2, 2), (2, 4)]
    assert toned(page, "Output", "lit") == [(0, 0), (0, 1), (1, 0), (1, 1)]
    expect(line_of(page)).to_have_text(re.compile("is used 4 times"))


def test_a_click_pins_and_escape_lets_go(show: Show) -> None:
    live = show()
    page = live.page
    cell(page, "Output", 2, 0).click()
    page.mouse.move(2, 2)
    expect(page.locator(".dlw-cv-pin")).to_be_visible()
    expect(line_of(page)).to_have_text(re.compile(r"^y\[0, 2, 0\]"))
    assert live.widget.position == 6
    page.keyboard.press("Escape")
    expect(page.locator(".dlw-cv-pin")).to_be_hidden()


def test_the_grid_is_walked_by_keys_and_speaks(show: Show) -> None:
    page = show().page
    cell(page, "Output", 0, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cell(page, "Output", 1, 1)).to_be_focused()
    spoken = page.get_by_role("status")
    expect(spoken).to_have_text(re.compile(r"output row 2 column 2: .*1×1 \+ .* = 4"))
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-cv-pin")).to_be_visible()
    expect(spoken).to_have_text(re.compile("pinned"))
    page.keyboard.press("End")
    expect(cell(page, "Output", 1, 2)).to_be_focused()
    # One stop for Tab in each grid.
    assert grid(page, "Output").locator("[tabindex='0']").count() == 1


# --- numbers ------------------------------------------------------------------------------------


def test_a_typed_number_is_torchs_too(show: Show) -> None:
    live = show()
    page = live.page
    cell(page, "Input", 0, 0).focus()
    page.keyboard.type("-7.5")
    page.keyboard.press("Enter")
    agreed(page)
    assert live.widget.input[0, 0, 0] == -7.5
    assert numbers(page, "Output") == live.widget.output[0].tolist()
    assert numbers(page, "Output")[0][0] == -4.5
    expect(cell(page, "Input", 0, 0)).to_be_focused()


def test_what_is_no_number_is_refused_and_nothing_changes(show: Show) -> None:
    live = show()
    page = live.page
    cell(page, "Kernel", 0, 0).focus()
    page.keyboard.type("1x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("expected a number")
    page.keyboard.press("Escape")
    assert live.widget.layer.weight[0, 0, 0, 0] == 1
    assert live.commands == []


def test_opening_a_cell_without_changing_it_writes_nothing(show: Show) -> None:
    layer = nn.Conv2d(1, 1, 3)
    before = layer.weight.detach().clone()
    live = show(layer, torch.rand(6, 6))
    page = live.page
    cell(page, "Kernel", 0, 0).dblclick()
    entry = page.locator(".dlw-cell-entry")
    # The cell shows fewer digits than it holds; the entry all seven.
    assert abs(float(entry.input_value()) - before[0, 0, 0, 0].item()) < 1e-6
    page.keyboard.press("Enter")
    assert torch.equal(layer.weight, before)
    assert live.commands == []


def test_a_spreadsheets_cells_can_be_pasted(show: Show) -> None:
    live = show()
    page = live.page
    cell(page, "Input", 1, 1).focus()
    paste(page, "10\t20\n30\t40\n")
    agreed(page)
    assert live.widget.input[0, 1:3, 1:3].tolist() == [[10, 20], [30, 40]]
    assert numbers(page, "Output") == live.widget.output[0].tolist()


def test_a_python_list_replaces_an_input_that_it_does_not_fit(show: Show) -> None:
    live = show()
    page = live.page
    cell(page, "Input", 0, 0).focus()
    values = [[r * c for c in range(6)] for r in range(4)]
    paste(page, f"tensor({values}, dtype=torch.float64)")
    agreed(page)
    assert live.widget.input.tolist() == [values]
    assert numbers(page, "Output") == live.widget.output[0].tolist()
    cell(page, "Kernel", 0, 0).focus()
    paste(page, "what is this")
    expect(page.get_by_role("status")).to_contain_text("got “what is this”")


def test_users_see_what_they_do_to_the_weights_after_a_refresh(show: Show) -> None:
    live = show()
    with torch.no_grad():
        live.widget.layer.weight.fill_(2)
    live.widget.refresh()
    live.push()
    live.stage.drawn()
    assert numbers(live.page, "Kernel") == [[2] * 3] * 3
    assert numbers(live.page, "Output") == live.widget.output[0].tolist()


def test_a_filter_of_the_book_is_one_choice_away(show: Show) -> None:
    live = show(input=torch.arange(36.0).view(6, 6))
    page = live.page
    page.get_by_role("combobox", name="choose a filter").select_option(label="vertical edge")
    agreed(page)
    assert live.widget.layer.weight[0, 0].tolist() == [[1, 0, -1]] * 3
    # Numbers that grow by one a column give −6 everywhere.
    assert numbers(page, "Output") == [[-6.0] * 4] * 4


# --- settings -----------------------------------------------------------------------------------


def test_a_slider_changes_picture_code_formula_and_python(show: Show) -> None:
    live = show(input=torch.arange(36.0).view(6, 6))
    page = live.page
    drag(page, "stride", 2)
    agreed(page)
    assert live.widget.stride == [2, 2]
    assert numbers(page, "Output") == live.widget.output[0].tolist()
    expect(code(page)).to_have_value("nn.Conv2d(1, 1, kernel_size=3, stride=2)")
    expect(page.locator(".dlw-cv-result")).to_have_text("2")
    # 6 = 3 + 2 + 1: the last row and column are never read.
    left_out = toned(page, "Input", "left")
    assert left_out == [(r, c) for r in range(6) for c in range(6) if 5 in (r, c)]


def test_an_impossible_setting_keeps_the_picture_and_shows_the_way_out(show: Show) -> None:
    live = show(kernel_size=3, input=torch.arange(25.0).view(5, 5))
    page = live.page
    before = numbers(page, "Output")
    drag(page, "kernel_size", 7)
    trouble = page.locator(".dlw-cv-trouble")
    expect(trouble.locator("p").first).to_contain_text("kernel 7 spans 7 cells")
    expect(trouble.locator("code")).to_have_text(re.compile(r"7.*>.*5|5.*<.*7"))
    expect(trouble).to_contain_text("torch: Calculated padded input size per channel: (5 x 5)")
    expect(page.locator(".dlw-badge")).to_have_text("torch refuses")
    assert numbers(page, "Output") == before
    assert live.widget.kernel_size == [3, 3]
    trouble.get_by_role("button", name=re.compile("^use ")).click()
    expect(trouble).to_be_hidden()
    agreed(page)
    assert numbers(page, "Output") == live.widget.output[0].tolist()
    assert (live.widget.kernel_size, live.widget.padding) == ([7, 7], [1, 1])


def test_going_back_brings_the_last_valid_setting(show: Show) -> None:
    live = show()
    page = live.page
    drag(page, "kernel_size", 7)
    page.get_by_role("button", name="back to the picture").click()
    agreed(page)
    expect(code(page)).to_have_value("nn.Conv2d(1, 1, kernel_size=3)")
    assert live.widget.kernel_size == [3, 3]


def test_a_line_of_code_sets_the_widget(show: Show) -> None:
    live = show(input=torch.rand(1, 8, 9))
    page = live.page
    code(page).fill("conv = nn.Conv2d(1, 2, kernel_size=(3, 2), stride=2, padding=1)")
    page.keyboard.press("Enter")
    agreed(page)
    expect(code(page)).to_have_value("nn.Conv2d(1, 2, kernel_size=(3, 2), stride=2, padding=1)")
    assert (live.widget.kernel_size, live.widget.out_channels) == ([3, 2], 2)
    page.get_by_role("button", name="Show the functional form").click()
    expect(code(page)).to_have_value("F.conv2d(x, weight, bias, stride=2, padding=1)")


def test_a_wrong_line_is_explained_and_changes_nothing(show: Show) -> None:
    live = show()
    page = live.page
    code(page).fill("nn.Conv2d(1, 2, kernal_size=3)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Did you mean")).to_contain_text(
        "Did you mean 'kernel_size'?"
    )
    assert live.widget.code() == "nn.Conv2d(1, 1, kernel_size=3)"


def test_python_moves_the_picture(show: Show) -> None:
    live = show()
    live.widget.set(kernel_size=2, stride=3, position=1)
    live.push()
    live.stage.drawn()
    assert numbers(live.page, "Output") == live.widget.output[0].tolist()
    expect(line_of(live.page)).to_have_text(re.compile(r"^y\[0, 0, 1\]"))
    agreed(live.page)


def test_the_four_kinds_are_one_click_apart(show: Show) -> None:
    live = show(input=torch.arange(36.0).view(6, 6))
    for name, signs in (("MaxPool2d", r"max="), ("AvgPool2d", r".="), ("ConvTranspose2d", r".=")):
        live.page.get_by_role("button", name=name).click()
        agreed(live.page)
        assert live.widget.code().startswith(f"nn.{name}(")
        shown = torch.tensor(numbers(live.page, "Output"))
        torch.testing.assert_close(shown, live.widget.output[0], rtol=0.05, atol=0.1)
        assert re.fullmatch(signs, "".join(live.page.locator(".dlw-cv-sign").all_inner_texts()))


def test_a_relu_shows_before_and_after(show: Show) -> None:
    layer = nn.Conv2d(1, 1, 2, bias=False)
    layer.weight.data = torch.tensor([[[[1.0, 0], [0, -1]]]])
    live = show(nn.Sequential(layer, nn.ReLU()), torch.tensor([[5.0, 0, 1], [3, 2, 9], [0, 7, 1]]))
    assert numbers(live.page, "Before ReLU") == [[3, -9], [-4, 1]]
    assert numbers(live.page, "Output") == [[3, 0], [0, 1]]
    agreed(live.page)


# --- timeline -----------------------------------------------------------------------------------


def test_the_window_walks_by_arrow_keys_and_scrubbing(show: Show) -> None:
    live = show()
    page = live.page
    page.locator(".dlw-cv").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".dlw-cv-where")).to_have_text("4 / 9")
    assert live.widget.position == 3
    drag(page, "Position of the window", 8)
    expect(line_of(page)).to_have_text(re.compile(r"^y\[0, 2, 2\]"))
    assert live.widget.position == 8


def test_playing_walks_to_the_end_and_stops(show: Show) -> None:
    live = show(speed=60)
    page = live.page
    page.locator(".dlw-cv").focus()
    page.keyboard.press("Space")
    expect(page.locator(".dlw-cv-where")).to_have_text("9 / 9")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert live.widget.playing is False


# --- panels -------------------------------------------------------------------------------------


def test_the_matrix_is_proved_and_its_transpose_is_the_transposed_convolution(show: Show) -> None:
    live = show(panel="matrix", input=torch.arange(16.0).view(4, 4))
    page = live.page
    panel = page.get_by_role("tabpanel", name="Matrix W")
    expect(panel).to_contain_text("W: 4 outputs × 16 inputs, 36 numbers")
    expect(panel.locator(".dlw-cv-proof")).to_have_text("W · x + bias = y; largest difference 0")
    panel.get_by_role("button", name="Wᵀ").click()
    expect(panel.locator(".dlw-cv-proof")).to_contain_text("Wᵀ · y = ConvTranspose2d(y)")
    expect(panel.locator(".dlw-cv-proof")).to_contain_text("largest difference 0")


def test_a_transposed_convolution_is_laid_down_step_by_step(show: Show) -> None:
    live = show(kind="transposed", stride=2, input=[[1.0, 2], [3, 4]], panel="views")
    page = live.page
    overlap = [[1, 1, 2, 1, 1], [1, 1, 2, 1, 1], [2, 2, 4, 2, 2], [1, 1, 2, 1, 1], [1, 1, 2, 1, 1]]
    assert numbers(page, "Kernels per output") == overlap
    expect(page.get_by_role("tabpanel", name="Scatter")).to_contain_text("a checkerboard")
    drag(page, "Position of the window", 24)
    live.stage.drawn()
    # At the end both views have the same result, which is torch's.
    assert numbers(page, "Laid down so far") == live.widget.output[0].tolist()
    assert numbers(page, "Output") == live.widget.output[0].tolist()


def test_groups_are_counted_against_one_group(show: Show) -> None:
    live = show(in_channels=4, out_channels=6, groups=2, padding=1, panel="groups")
    grouped, full = nn.Conv2d(4, 6, 3, groups=2), nn.Conv2d(4, 6, 3)
    panel = live.page.get_by_role("tabpanel", name="Groups and cost")
    for layer in (grouped, full):
        count = sum(p.numel() for p in layer.parameters())
        expect(panel).to_contain_text(f"{count}")
    expect(panel).to_contain_text("2 layers side by side that do not see each other")
    expect(panel.get_by_role("img")).to_have_attribute(
        "aria-label", "6 output by 4 input channels in 2 groups"
    )


# --- quiz -----------------------------------------------------------------------------------------


def answer(page: Page, text: str) -> None:
    """Type an answer and press Enter."""
    page.get_by_role("region", name="Quiz").get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def test_nothing_gives_the_size_away_until_it_is_answered(show: Show) -> None:
    live = show(stride=2, padding=1, input=torch.arange(36.0).view(6, 6))
    page = live.page
    page.get_by_role("button", name="Quiz", exact=True).click()
    entry = page.get_by_role("region", name="Quiz").get_by_role("textbox")
    expect(entry).to_be_focused()
    expect(grid(page, "Output")).to_have_count(0)
    for hidden in (".dlw-cv-where", ".dlw-cv-sum", ".dlw-cv-formula", ".dlw-cv-tabs"):
        expect(page.locator(hidden)).to_be_hidden()
    assert toned(page, "Input", "left") == []
    answer(page, "2")
    says = page.locator(".dlw-cv-says")
    expect(says).to_have_text(re.compile(r"the \+ 1 at the end is missing"))
    answer(page, "4")
    expect(says).to_have_text(re.compile("how the division is rounded"))
    answer(page, "many")
    expect(says).to_have_text(re.compile("expected a whole number"))
    # (6 + 2 − 3) / 2 + 1 = 3 and a half.
    answer(page, "3 × 3")
    expect(says).to_have_text("Right.")
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    assert len(numbers_or_secrets(page)) == 3
    assert live.widget.score == {"asked": 4, "right": 1, "shown": 0, "tries": 3}


def numbers_or_secrets(page: Page) -> list[str]:
    return [row.inner_text() for row in grid(page, "Output").locator(".dlw-grid-row").all()]


def test_a_wrong_cell_hears_which_term_is_missing(show: Show) -> None:
    live = show(input=torch.arange(25.0).view(5, 5))
    page = live.page
    live.widget.quiz("cells", cells=[(1, 1)])
    live.push()
    live.stage.drawn()
    expect(cell(page, "Output", 1, 1)).to_have_text("?")
    cell(page, "Output", 1, 1).hover()
    expect(line_of(page)).to_have_text("y[0, 1, 1] = ?")
    # 6 + 8 + 12 + 16 + 18 = 60.
    answer(page, "42")
    expect(page.locator(".dlw-cv-says")).to_have_text(
        "Not quite: the term x[0, 3, 3]·w = 18×1 is missing."
    )
    answer(page, "\N{FULLWIDTH DIGIT ONE}/2")
    expect(page.locator(".dlw-cv-says")).to_contain_text("off by 59.5")
    page.get_by_role("button", name="Show me").click()
    expect(page.locator(".dlw-cv-says")).to_have_text("It is 60.")
    expect(cell(page, "Output", 1, 1)).to_have_text("60")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-cv-question")).to_have_text("0 of 1 right, 1 shown")
    assert live.widget.score == {"asked": 1, "right": 0, "shown": 1, "tries": 2}


def test_settings_and_cells_rest_while_a_quiz_runs(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("button", name="Quiz", exact=True).click()
    assert page.locator(".dlw-cv-side").evaluate("el => el.inert")
    cell(page, "Input", 0, 0).focus()
    page.keyboard.type("5")
    paste(page, "1\t2")
    drag(page, "stride", 2)
    live.stage.drawn()
    assert live.commands == []
    assert live.widget.score["asked"] == 4
    page.get_by_role("button", name="End quiz").click()
    expect(grid(page, "Output")).to_be_visible()
    expect(page.locator(".dlw-cv-tabs")).to_be_visible()
    assert live.widget.score["asked"] == 0


def test_a_page_that_comes_later_shows_the_same_question(
    new_stage: Callable[[str], Any],
) -> None:
    widget = ConvExplorer()
    widget.quiz("cells", cells=[(0, 0), (2, 2)])
    page = new_stage("conv_explorer").open(state_of(widget))
    expect(page.locator(".dlw-cv-question")).to_contain_text("What stands at y[0, 0, 0]?")
    answer(page, "4")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-cv-question")).to_contain_text("What stands at y[0, 2, 2]?")
    expect(cell(page, "Output", 0, 0)).to_have_text("4")
    expect(cell(page, "Output", 2, 2)).to_have_text("?")


def test_the_quiz_speaks_chinese(show: Show) -> None:
    page = show(page_language="zh-CN", padding=1).page
    page.get_by_role("button", name="小测").click()
    expect(page.locator(".dlw-cv-question")).to_have_text("输出有多大？高 × 宽 =")
    page.get_by_role("region", name="小测").get_by_role("textbox").fill("\N{FULLWIDTH DIGIT THREE}")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-cv-says")).to_have_text("不对：漏了填充。")


# --- large, odd, wrong --------------------------------------------------------------------------


def test_an_image_is_drawn_as_pixels_with_a_window_of_cells(show: Show) -> None:
    image = dlwidgets.data.photo(grey=True, side=120)
    live = show(nn.Conv2d(1, 2, 3, stride=2), image)
    page = live.page
    agreed(page)
    assert page.locator(".dlw-cv-pixels canvas:visible").count() >= 2
    assert len(numbers(page, "Input")) == 5
    live.widget.position = live.widget.output[0].numel() - 1
    live.push()
    live.stage.drawn()
    shown = torch.tensor(numbers(page, "Output"))[-1, -1]
    torch.testing.assert_close(shown, live.widget.output[0, -1, -1], atol=5e-3, rtol=5e-2)


def test_the_badge_turns_red_with_the_difference(show: Show) -> None:
    live = show()
    wrong = live.widget._torch.copy()
    wrong[4] += 0.5
    live.stage.update(_torch=wrong)
    badge = live.page.locator(".dlw-badge")
    expect(badge).to_have_attribute("data-tone", "bad")
    expect(badge).to_have_text("differs from torch by 1.1e-1")


def test_nan_and_infinity_are_told_apart(show: Show) -> None:
    image = torch.zeros(5, 5)
    image[0, 0], image[4, 4] = float("nan"), float("inf")
    page = show(input=image).page
    expect(cell(page, "Output", 0, 0)).to_have_text("NaN")
    expect(cell(page, "Output", 2, 2)).to_have_text("∞")
    agreed(page)


def test_a_page_without_a_kernel_goes_on_and_says_so(show: Show) -> None:
    live = show(input=torch.arange(25.0).view(5, 5))
    page = live.page
    page.evaluate("stage.model.disconnect()")
    drag(page, "stride", 2)
    live.stage.drawn()
    assert len(numbers(page, "Output")) == 2
    expect(page.locator(".dlw-badge")).to_have_text("not compared yet")
    expect(page.locator(".dlw-cv-notice")).to_contain_text("The kernel is gone")


def test_it_is_drawn_from_the_traits_alone_and_asks_no_other_host(
    new_stage: Callable[[str], Any],
) -> None:
    stage = new_stage("conv_explorer")
    page = stage.open(state_of(ConvExplorer(stride=2)))
    agreed(page)
    origin = page.url.split("/conv_explorer")[0]
    assert [url for url in stage.requests if not url.startswith((origin, "data:"))] == []
    assert stage.sent() == []


def test_random_settings_give_torchs_numbers_on_the_page(show: Show) -> None:
    live, dice = show(), random.Random(11)
    page = live.page
    drawn = [valid_setting(dice) for _ in range(100)]
    for seed, setting in enumerate(drawn):
        generator = torch.Generator().manual_seed(seed)
        shape = (setting.in_channels, *setting.size)
        image = torch.randint(-9, 10, shape, generator=generator).float()
        fields = asdict(setting)
        del fields["size"]
        live.widget.set(input=image, **fields)
        live.push()
        live.stage.drawn()
        badge = page.locator(".dlw-badge")
        assert badge.get_attribute("data-tone") == "good", (setting, badge.inner_text())
        # The badge compares with what Python sent; that is what the user's layer gives.
        with torch.no_grad():
            wanted = live.widget.layer(live.widget.input[None])[0]
        torch.testing.assert_close(torch.from_numpy(live.widget._torch), wanted.flatten())
        sizes = [grid(page, "Output").get_attribute(f"aria-{n}count") for n in ("row", "col")]
        assert [int(size or 0) for size in sizes] == list(wanted.shape[1:]), setting
    assert {setting.kind for setting in drawn} == {"conv", "transposed", "max", "avg"}


# --- looks, languages, disposal -----------------------------------------------------------------


@pytest.mark.parametrize("panel", ["size", "groups", "matrix"])
def test_a_narrow_column_cuts_nothing_off(show: Show, panel: str) -> None:
    live = show(panel=panel, in_channels=2, padding=1, stride=2)
    page = live.page
    page.set_viewport_size({"width": 424, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= 424
    wide = page.evaluate(
        "() => [...document.querySelectorAll('.dlw-cv *')].filter(el => el.checkVisibility()"
        " && el.getBoundingClientRect().right > 413).map(el => el.className || el.tagName)"
    )
    assert wide == []


def test_dark_and_light_differ_in_the_colours_of_the_theme(show: Show) -> None:
    page = show().page
    colour = "getComputedStyle(document.querySelector('.dlw-cv')).backgroundColor"
    light = page.evaluate(colour)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(colour) != light


def test_it_speaks_chinese(show: Show) -> None:
    page = show(page_language="zh-CN").page
    expect(page.locator(".dlw-badge")).to_have_text("与 torch 一致")
    expect(page.get_by_role("tab", name="输出尺寸")).to_be_visible()
    drag(page, "卷积核", 7)
    expect(page.locator(".dlw-cv-trouble")).to_contain_text("卷积核 7 跨 7 格")


def test_nothing_fires_after_disposal(show: Show) -> None:
    live = show(playing=True, speed=60)
    page = live.page
    page.evaluate("window.left = document.querySelector('.dlw-cv')")
    page.evaluate("stage.unmount(); stage.close()")
    assert page.evaluate("stage.model.listeners") == 0
    sent, saved = page.evaluate("[stage.model.sent.length, stage.model.saved.length]")
    page.evaluate(
        "() => { document.body.append(left);"
        " left.querySelectorAll('button, .dlw-cell').forEach(el => el.click());"
        " left.querySelectorAll('input').forEach("
        "el => el.dispatchEvent(new Event('input', {bubbles: true}))) }"
    )
    live.stage.drawn()
    assert page.evaluate("[stage.model.sent.length, stage.model.saved.length]") == [sent, saved]
    assert page.evaluate("stage.errors") == []


def test_two_views_show_the_same(show: Show) -> None:
    live = show()
    page = live.page
    live.stage.mount()
    page.locator(".dlw-cv").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dlw-cv-where")).to_have_text(["2 / 9", "2 / 9"])
