"""The tagger explorer in a real JupyterLab: typed into while a cell trains its model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

OPEN = """\
torch.manual_seed(1)
book = dlwidgets.data.book_sentences()
tagger = dlwidgets.models.Tagger(9, 3, embedding=6, hidden=6)
word_to_ix = {word: i for word, i in book.vocab.items() if i < 9}
w = explore(tagger, word_to_ix, {"DET": 0, "NN": 1, "V": 2})
w"""

TRAIN = """\
%%train
optimizer = torch.optim.SGD(tagger.parameters(), lr=0.1)
loss_function = nn.NLLLoss()
while True:
    for words, tags in book.pairs():
        loss = loss_function(tagger(words), tags)
        optimizer.zero_grad(); loss.backward(); optimizer.step()"""

# What the page shows, and what the model says of the same sentence.
SAME = """\
with torch.no_grad(): found = tagger.eval()(book.encode(w.sentence)).exp()
print(json.dumps([w.tags, found.double().flatten().tolist()]))"""

NUMBERS = """all => all.map(el => Number(el.title.split(' ')[0].replace('−', '-')))"""


def test_bars_follow_the_weights_and_the_typing_while_a_cell_trains(open_notebook: Open) -> None:
    notebook = open_notebook(OPEN, TRAIN)
    notebook.run(1)
    cell = notebook.cell(1)
    field = cell.locator(".dlw-tg-field")
    expect(field).to_have_value("The cat ate the fish")
    notebook.wait_idle()
    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_steps(1)
    state = cell.locator(".dlw-tg-state")
    expect(state).to_have_text(re.compile(r"^Learning now: step [\d,]+$"))
    # Nobody touches it, and it learns: the book's first sentence is tagged rightly.
    tags = cell.locator(".dlw-tg-tag")
    expect(tags).to_have_text(["DET", "NN", "V", "DET", "NN"])
    field.fill("")
    field.press_sequentially("They ate the fish")
    expect(tags).to_have_text(["NN", "V", "DET", "NN"])
    assert notebook.prompt(2) == "[*]:"
    monitor.press("Stop")
    notebook.wait_done(2)
    assert not notebook.failed(2)
    expect(state).to_have_text(re.compile(r"^After a run of [\d,]+ steps$"))
    names, numbers = notebook.ask(SAME)
    assert names == ["NN", "V", "DET", "NN"]
    shown = cell.locator(".dlw-tg-bar").evaluate_all(NUMBERS)
    assert len(shown) == len(numbers)
    assert all(abs(a - b) < 1e-6 for a, b in zip(shown, numbers, strict=True))
