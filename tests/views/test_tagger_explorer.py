"""The tagger explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

import dlwidgets
from dlwidgets import TaggerExplorer
from dlwidgets.data import book_sentences, sentences
from dlwidgets.models import Tagger
from dlwidgets.training import Run, watched
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
BOOK = book_sentences()


def tagger(data: Any = BOOK) -> Tagger:
    torch.manual_seed(0)
    return Tagger.fitting(data)


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``TaggerExplorer(model, data, **values)``."""

    def show(
        model: Any = None, data: Any = BOOK, *, page_language: str = "en", **values: Any
    ) -> Live:
        line = Line()
        widget = TaggerExplorer(model or tagger(data), data, **values, comm=line)
        stage = new_stage("tagger_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def field(page: Page) -> Locator:
    return page.locator(".dlw-tg-field")


def settled(live: Live, text: str) -> None:
    """Wait until the words on the page are those of ``text``."""
    expect(field(live.page)).to_have_value(text)
    expect(live.page.locator(".dlw-tg-stage")).not_to_have_attribute("aria-busy", "true")
    live.stage.drawn()
    assert live.widget.sentence == text


def shown(page: Page) -> list[list[float]]:
    """Return the exact numbers of all bars."""
    titles = page.locator(".dlw-tg-word").evaluate_all(
        "all => all.map(w => [...w.querySelectorAll('.dlw-tg-bar')].map(b => b.title))"
    )
    return [[float(title.split(" ")[0]) for title in row if title] for row in titles]


def agrees(live: Live) -> None:
    """Compare every bar with what torch gives now."""
    expected = live.widget.probabilities.tolist()
    found = [row for row in shown(live.page) if row]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-6)


def test_typing_changes_the_bars_and_they_are_torchs(show: Show) -> None:
    live = show()
    page = live.page
    expect(page.locator(".dlw-tg-word")).to_have_count(5)
    agrees(live)
    field(page).fill("")
    field(page).press_sequentially("They read the fish")
    settled(live, "They read the fish")
    agrees(live)
    heads = page.locator(".dlw-tg-word b").all_inner_texts()
    assert heads == ["They", "read", "the", "fish"]
    assert page.locator(".dlw-tg-tag").all_inner_texts() == live.widget.tags
    widths = (
        page.locator(".dlw-tg-word")
        .first.locator(".dlw-tg-bar i")
        .evaluate_all("all => all.map(el => el.style.getPropertyValue('--part'))")
    )
    assert float(widths[0]) == pytest.approx(live.widget.probabilities[0, 0].item(), abs=1e-4)
    expect(page.locator(".dlw-code-text")).to_have_text(live.widget.code())


def test_of_what_is_typed_while_the_kernel_is_busy_the_newest_alone_is_asked(show: Show) -> None:
    live = show()
    before = len(live.commands)
    live.page.evaluate(
        """async () => {
          const field = document.querySelector('.dlw-tg-field');
          for (let n = 1; n <= 40; n++) {
            field.value = 'fish '.repeat(n);
            field.dispatchEvent(new InputEvent('input', {bubbles: true}));
          }
        }"""
    )
    settled(live, "fish " * 40)
    asked = [one for one in live.commands[before:] if one["cmd"] == "say"]
    assert len(asked) <= 3
    agrees(live)


def test_half_composed_pinyin_is_not_tagged(show: Show) -> None:
    data = sentences("zh")
    live = show(data=data, sentence="")
    page = live.page
    field(page).focus()
    settled(live, "")
    before = len(live.commands)
    keys = page.context.new_cdp_session(page)
    for half in ("h", "hu", "hua", "花"):
        keys.send(
            "Input.imeSetComposition",
            {"text": half, "selectionStart": len(half), "selectionEnd": len(half)},
        )
        live.stage.drawn()
    expect(field(page)).to_have_value("花")
    # What Python changes meanwhile must not take the half word away.
    live.widget.compare = False
    live.push()
    expect(field(page)).to_have_value("花")
    assert [one for one in live.commands[before:] if one["cmd"] == "say"] == []
    keys.send("Input.insertText", {"text": "花开了"})
    settled(live, "花开了")
    said = [one["value"]["text"] for one in live.commands[before:] if one["cmd"] == "say"]
    assert said == ["花开了"]
    assert live.widget.words == ["花", "开", "了"]
    agrees(live)


def test_it_follows_a_training_and_compares_with_before(show: Show) -> None:
    model = tagger()
    live = show(model)
    page = live.page
    state = page.locator(".dlw-tg-state")
    expect(state).to_have_text("")
    before = shown(page)
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    run = Run()
    run.subscribe(every=0)
    with watched(run):
        for _ in range(30):
            loss = nn.functional.nll_loss(
                model(BOOK.train.x)[BOOK.train.y >= 0], BOOK.train.y[BOOK.train.y >= 0]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            live.push()
        expect(state).to_have_text(re.compile(r"^Learning now: step \d+$"))
        expect(state).to_have_attribute("data-on", "")
        # The page says what it has drawn, else no more would come.
        assert [one for one in live.commands if one["cmd"] == "seen"]
    live.push()
    expect(state).to_have_text("After a run of 30 steps")
    agrees(live)
    assert shown(page) != before
    titles = page.locator(".dlw-tg-bar").evaluate_all("all => all.map(el => el.title)")
    once = [float(re.search(r"\((.*)\)", title)[1]) for title in titles]  # type: ignore[index]
    assert once == pytest.approx([one for row in before for one in row], rel=1e-6)
    expect(page.locator(".dlw-tg-word small").filter(has_text="was ")).not_to_have_count(0)
    page.get_by_role("button", name="Compare from now").click()
    expect(page.locator(".dlw-tg-word small").filter(has_text="was ")).to_have_count(0)
    page.get_by_role("checkbox").uncheck()
    expect(page.locator(".dlw-tg-bar .dlw-tg-tick").first).to_be_hidden()
    assert live.widget.compare is False


def test_a_loop_that_nobody_watches_shows_when_one_comes_to_type(show: Show) -> None:
    model = tagger()
    live = show(model)
    with torch.no_grad():
        model.linear.bias.add_(torch.tensor([3.0, 0.0, 0.0]))
    field(live.page).focus()
    settled(live, live.widget.sentence)
    expect(live.page.locator(".dlw-tg-tag").first).to_have_text("DET")
    agrees(live)


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show()
    page = live.page
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("They ate")
    settled(live, "They ate")
    tags = live.widget.tags
    expect(page.locator(".dlw-spoken")).to_have_text(f"They {tags[0]}, ate {tags[1]}")
    for _ in live.widget._presets:
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="They ate the fish")).to_be_focused()
    page.keyboard.press("Enter")
    settled(live, "They ate the fish")
    page.keyboard.press("Tab")
    expect(page.locator(".dlw-tg-word").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    word = page.locator(".dlw-tg-word").last
    expect(word).to_be_focused()
    expect(word).to_have_attribute("aria-selected", "true")
    expect(page.locator(".dlw-tg-detail h3")).to_have_text("Vector of “fish”")
    assert live.widget._at == 3
    page.keyboard.press("Home")
    expect(page.locator(".dlw-tg-detail h3")).to_have_text("Vector of “They”")


def test_the_word_under_the_pointer_shows_its_vector_and_neighbours(show: Show) -> None:
    live = show()
    page = live.page
    expect(page.locator(".dlw-tg-hint")).to_be_visible()
    page.locator(".dlw-tg-word").nth(1).hover()
    expect(page.locator(".dlw-tg-detail h3")).to_have_text("Vector of “cat”")
    row = live.widget._model.embedding.weight[1]
    first = float(
        page.locator(".dlw-tg-vector code").inner_text()[1:].split(",")[0].replace("−", "-")
    )
    assert first == pytest.approx(row[0].item(), rel=1e-2)
    assert page.locator(".dlw-tg-vector canvas").evaluate("el => el.width") == len(row)
    cosine = torch.nn.functional.cosine_similarity(live.widget._model.embedding.weight, row[None])
    cosine[[1, BOOK.padding]] = -2
    best = list(BOOK.vocab)[int(cosine.argmax())]
    expect(page.locator(".dlw-tg-neighbour b").first).to_have_text(best)


def test_words_that_are_unknown_are_marked_and_marks_are_no_words(show: Show) -> None:
    live = show()
    field(live.page).fill("THE zebra, ate <b>🐟</b>")
    settled(live, "THE zebra, ate <b>🐟</b>")
    cards = live.page.locator(".dlw-tg-word")
    kinds = cards.evaluate_all("all => all.map(el => el.dataset.kind)")
    assert kinds[:4] == ["case", "unknown", "mark", "known"]
    expect(cards.nth(0).locator("small")).to_contain_text("read as “the”")
    expect(cards.nth(1).locator("small")).to_contain_text("unknown word")
    expect(cards.nth(2).locator("small")).to_have_text("punctuation: not tagged")
    expect(cards.nth(2).locator(".dlw-tg-bars")).to_be_hidden()
    assert live.page.locator(".dlw-tg-stage b b").count() == 0
    agrees(live)


def test_no_words_and_very_many(show: Show) -> None:
    live = show()
    page = live.page
    field(page).fill("")
    settled(live, "")
    expect(page.locator(".dlw-tg-empty")).to_be_visible()
    height = page.locator(".dlw-tg").bounding_box()
    field(page).fill("fish " * 10_000)
    expect(page.locator(".dlw-tg-word")).to_have_count(300)
    expect(page.locator(".dlw-tg-more")).to_have_text(
        "The first 300 words are tagged; the text goes on"
    )
    after = page.locator(".dlw-tg").bounding_box()
    assert height is not None
    assert after is not None
    assert after["height"] == height["height"]
    field(page).fill("fish")
    expect(page.locator(".dlw-tg-word")).to_have_count(1)
    expect(page.locator(".dlw-tg-more")).to_be_hidden()


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.sentence = "They read that book"
    live.push()
    settled(live, "They read that book")
    agrees(live)
    pressed = live.page.locator(".dlw-tg-presets [aria-pressed=true]")
    expect(pressed).to_have_text("They read that book")


def test_numbers_that_are_not_finite_and_many_tags(show: Show) -> None:
    torch.manual_seed(0)
    model = Tagger(11, 45)
    live = show(model, BOOK.vocab, tags=[f"T{i}" for i in range(45)])
    best = live.widget.probabilities.topk(8).indices[0].tolist()
    first = live.page.locator(".dlw-tg-word").first
    assert first.locator(".dlw-tg-bar span").all_inner_texts() == [f"T{i}" for i in best]
    with torch.no_grad():
        model.linear.bias.fill_(torch.nan)
    live.widget.refresh()
    live.push()
    expect(first.locator("output").first).to_have_text("NaN")
    expect(first.locator(".dlw-tg-tag")).to_be_empty()


def test_in_chinese(show: Show) -> None:
    data = sentences("zh")
    live = show(data=data, page_language="zh", sentence="这朵花很美。")
    page = live.page
    expect(field(page)).to_have_attribute("placeholder", "输入一句话")
    expect(page.locator(".dlw-tg-header")).to_contain_text("6 种词性")
    expect(page.locator(".dlw-tg-word small").last).to_have_text("标点：不标注")
    noun = data.tags.index("NN")
    with torch.no_grad():
        live.widget._model.linear.bias[noun] += 9
    live.widget.refresh()
    live.push()
    expect(page.locator(".dlw-tg-tag").first).to_have_attribute("title", "名词")
    agrees(live)


def test_without_a_kernel_it_says_so(show: Show) -> None:
    live = show()
    live.page.evaluate("stage.model.disconnect()")
    expect(live.page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    field(live.page).fill("They")
    expect(field(live.page)).to_have_value("They")


@pytest.mark.parametrize("width", [400, 700, 872])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(data=sentences())
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(".dlw-tg-word").first.hover()
    expect(page.locator(".dlw-tg-vector")).to_be_visible()
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('.dlw-tg :is(p, button, input, output, canvas)')]
          .filter((el) => el.getBoundingClientRect().right > innerWidth - 12)
          .map((el) => el.className || el.tagName)"""
    )
    assert beyond == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_fires_after_disposal(show: Show) -> None:
    live = show()
    assert_silent_once_disposed(live, ".dlw-tg")
