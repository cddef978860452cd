"""The tagger explorer without a browser: every number against torch, and odd input."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import traitlets as t
from torch import Tensor, nn

import dlwidgets
from dlwidgets import TaggerExplorer, explore
from dlwidgets.data import book_sentences, sentences
from dlwidgets.models import Tagger
from dlwidgets.training import Run, followers, watched
from dlwidgets.widgets.following import Following
from dlwidgets.widgets.tagger_explorer import MOST

if TYPE_CHECKING:
    from tests.widgets.conftest import Line

BOOK = book_sentences()
WORD_TO_IX = {word: i for word, i in BOOK.vocab.items() if i < 9}
TAG_TO_IX = {"DET": 0, "NN": 1, "V": 2}


def tagger(seed: int = 0) -> Tagger:
    torch.manual_seed(seed)
    return Tagger.fitting(BOOK)


def asked(model: nn.Module, text: str) -> Tensor:
    """Return the probabilities by the book's own way."""
    was = model.training
    with torch.no_grad():
        out: Tensor = model.eval()(BOOK.encode(text)).exp()
    model.train(was)
    return out


def step(model: nn.Module) -> None:
    """One step of a training that nobody watches."""
    optimizer = torch.optim.SGD(model.parameters(), 1.0)
    model(BOOK.train.x).sum().backward()
    optimizer.step()


def test_it_says_what_the_model_says() -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK)
    assert w.sentence == "The cat ate the fish"
    assert w.words == ["The", "cat", "ate", "the", "fish"]
    expected = asked(model, w.sentence)
    assert torch.equal(w.probabilities, expected)
    assert w.tags == [BOOK.tags[i] for i in expected.argmax(-1).tolist()]
    assert np.array_equal(w._now, expected.double().numpy())
    assert np.array_equal(w._before, w._now)
    w.sentence = "They ate the fish"
    assert np.array_equal(w._now, asked(model, w.sentence).double().numpy())
    assert repr(w).startswith("TaggerExplorer: They/")


def test_the_books_own_dictionaries_and_net() -> None:
    torch.manual_seed(1)

    class LSTMTagger(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.word_embeddings = nn.Embedding(9, 6)
            self.lstm = nn.LSTM(6, 6)
            self.hidden2tag = nn.Linear(6, 3)
            self.hidden = (torch.zeros(1, 1, 6), torch.zeros(1, 1, 6))

        def forward(self, sentence: Tensor) -> Tensor:
            embeds = self.word_embeddings(sentence)
            out, self.hidden = self.lstm(embeds.view(len(sentence), 1, -1), self.hidden)
            scores: Tensor = self.hidden2tag(out.view(len(sentence), -1))
            return scores.log_softmax(1)

    model = LSTMTagger()
    w = explore(model, WORD_TO_IX, TAG_TO_IX)
    assert isinstance(w, TaggerExplorer)
    assert w._names == ["DET", "NN", "V"]
    assert w._presets == ["The cat ate the fish", "They read that book", "They ate the fish"]
    with torch.no_grad():
        state = model.hidden
        expected = model(torch.tensor([0, 1, 2, 3, 4])).exp()
        model.hidden = state
    # It keeps its state between calls, but not what an explorer has asked.
    assert torch.equal(w.probabilities, expected)
    assert torch.equal(w.probabilities, expected)
    assert model.hidden is state


def test_the_code_line_gives_what_is_shown() -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK, name="net", sentence="They READ zebra!")
    assert w.code() == w._line
    assert w.code().endswith("= net.eval()(torch.tensor([5, 6, 9])).exp()")
    names: dict[str, Any] = {"torch": torch, "net": model}
    exec(w.code(), names)
    assert torch.equal(names["probabilities"], w.probabilities)


def test_before_and_after() -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK)
    before = w.probabilities
    step(model)
    assert np.array_equal(w._now, before.double().numpy())  # Nobody has told it.
    w.refresh()
    assert torch.equal(w.before, before)
    assert not torch.equal(w.probabilities, before)
    assert np.array_equal(w._before, before.double().numpy())
    assert np.array_equal(w._now, asked(model, w.sentence).double().numpy())
    w.mark()
    assert np.array_equal(w._before, w._now)
    assert torch.equal(w.before, w.probabilities)


def test_it_follows_a_training_to_its_last_step(line: Line) -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK, comm=line)
    seen: list[tuple[bool, int]] = []
    w.observe(lambda _: seen.append((w._follows, w._steps)), "_now")
    dlwidgets.train(model, BOOK, epochs=40, batch_size=2, monitor=False, device="cpu")
    assert seen[-1] == (False, 40)
    assert not w._follows
    assert w._steps == 40
    assert np.array_equal(w._now, asked(model, w.sentence).double().numpy())
    # Another model's training is no news.
    news = w._news_sent
    dlwidgets.train(tagger(1), BOOK, epochs=3, monitor=False, device="cpu")
    assert w._news_sent == news


def test_it_waits_until_the_page_has_drawn_the_last_news(line: Line) -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK, comm=line)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    run = Run()
    run.subscribe(every=0)  # A tick at each step.

    def step() -> int:
        loss = model(BOOK.train.x).exp()[..., 0].sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return w._news_sent

    with watched(run):
        assert step() == 1
        assert w._follows
        assert step() == step() == 1
        # Watching takes a small share of the time: the page's answer alone does not suffice.
        w._following._next = 0.0
        assert step() == 1
        line.say("seen", 1)
        assert step() == 2
    assert w._news_sent == 3
    assert not w._follows


def test_typing_during_a_training_is_answered_with_the_weights_of_that_step(line: Line) -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK, comm=line)
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    with watched(Run()):
        for _ in range(3):
            loss = model(BOOK.train.x).exp()[..., 0].sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        line.say("say", {"text": "They read the book", "asked": 4}, seq=9)
        assert np.array_equal(w._now, asked(model, "They read the book").double().numpy())
    assert w.sentence == "They read the book"
    assert w._asked == 4
    assert line.custom("ack")[-1][0] == {"kind": "ack", "seq": 9, "error": ""}
    assert model.training


def test_a_closed_or_forgotten_explorer_follows_nothing() -> None:
    before = list(followers._followers)
    w = TaggerExplorer(tagger(), BOOK)
    assert len(followers._followers) == len(before) + 1
    w.close()
    assert followers._followers == before
    other = weakref.ref(Following(Holder().news))
    gc.collect()
    assert other() is None
    assert followers._followers == before


class Holder:
    def news(self, _run: Run, _ended: bool) -> bool:
        raise AssertionError


def test_a_model_that_breaks_while_it_is_followed_ends_no_training() -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK)
    w._reader.model = nn.Linear(1, 1)
    run = dlwidgets.train(model, BOOK, epochs=2, monitor=False, device="cpu")
    assert run.state == "finished"
    assert w._failure.startswith("TaggerExplorer.follow: ")


def test_unknown_words() -> None:
    w = TaggerExplorer(tagger(), BOOK, sentence="THE zebra, ate 🐟.")
    kinds = [(word["text"], word["kind"]) for word in w._words]
    assert kinds == [
        ("THE", "case"),
        ("zebra", "unknown"),
        (",", "mark"),
        ("ate", "known"),
        ("🐟", "unknown"),
        (".", "mark"),
    ]
    assert w.words == ["THE", "zebra", "ate", "🐟"]
    assert w.probabilities.shape == (4, 3)
    assert np.isnan(w._now[2]).all()
    assert np.isnan(w._now[5]).all()
    assert not np.isnan(w._now[[0, 1, 3, 4]]).any()


def test_words_that_the_model_has_no_entry_for_are_not_given_to_it() -> None:
    model = Tagger(9, 3)
    w = TaggerExplorer(model, WORD_TO_IX, TAG_TO_IX, sentence="They ate zebra fish")
    assert [word["kind"] for word in w._words] == ["known", "known", "missing", "known"]
    assert w.words == ["They", "ate", "fish"]
    assert torch.equal(w.probabilities, asked(model, "They ate fish"))
    own = TaggerExplorer(model, WORD_TO_IX, TAG_TO_IX, unknown="that", sentence="zebra")
    assert own._words[0]["kind"] == "unknown"


@pytest.mark.parametrize("text", ["", "   ", "\n", ".,!?", "。，！"])
def test_no_words(text: str) -> None:
    w = TaggerExplorer(tagger(), BOOK, sentence=text)
    assert w.words == w.tags == []
    assert w.probabilities.shape == (0, 3)
    assert repr(w) == "TaggerExplorer: "
    exec(w.code(), {"torch": torch})


def test_ten_thousand_words() -> None:
    w = TaggerExplorer(tagger(), BOOK, sentence="fish " * 10_000)
    assert len(w.words) == MOST
    assert w._more
    assert torch.equal(w.probabilities, asked(w._model, " ".join(["fish"] * MOST)))
    w.sentence = "fish"
    assert not w._more


def test_chinese_and_english_in_one_sentence() -> None:
    data = sentences()
    w = TaggerExplorer(Tagger.fitting(data), data, sentence="我喜欢red花")
    assert w.words == ["我", "喜欢", "red", "花"]
    assert w._names == list(data.tags)


def test_a_word_is_looked_at(line: Line) -> None:
    model = tagger()
    w = TaggerExplorer(model, BOOK, comm=line)
    line.say("look", 1, seq=1)
    assert np.array_equal(w._row, model.embedding.weight.detach()[1].numpy())
    unit = nn.functional.normalize(model.embedding.weight.detach()[:10], dim=1)
    cosines = dict(zip(list(BOOK.vocab)[:10], (unit @ unit[1]).tolist(), strict=True))
    del cosines["cat"]
    best = sorted(cosines, key=cosines.__getitem__, reverse=True)[:6]
    assert [one["word"] for one in w._near] == best
    assert [one["cosine"] for one in w._near] == pytest.approx([cosines[o] for o in best], rel=1e-5)
    w.sentence = "cat"  # The place that was looked at is gone.
    assert w._at == -1
    assert w._row.size == 0
    for odd in (99, -5):
        line.say("look", odd, seq=2)
        assert w._row.size == 0


def test_nothing_of_the_model_or_of_chance_is_changed() -> None:
    model = tagger()
    model.eval()
    model.lstm.train()
    modes = [module.training for module in model.modules()]
    weights = [(id(p), p.clone()) for p in model.parameters()]
    state = torch.get_rng_state()
    w = TaggerExplorer(model, BOOK)
    w.sentence = "They read that zebra"
    w.mark()
    assert w.tags
    assert torch.equal(state, torch.get_rng_state())
    assert modes == [module.training for module in model.modules()]
    for (one, before), now in zip(weights, model.parameters(), strict=True):
        assert one == id(now)
        assert torch.equal(before, now)


def test_half_precision_and_double() -> None:
    for dtype in (torch.bfloat16, torch.float64):
        model = tagger().to(dtype)
        w = TaggerExplorer(model, BOOK)
        assert w.probabilities.dtype == dtype
        assert np.array_equal(w._now, asked(model, w.sentence).double().numpy())


@pytest.mark.gpu
def test_a_model_on_a_gpu_is_asked_there() -> None:
    model = tagger().cuda()
    w = TaggerExplorer(model, BOOK, name="model")
    with torch.no_grad():
        expected = model.eval()(BOOK.encode(w.sentence).cuda()).exp().cpu()
    assert torch.equal(w.probabilities, expected)
    names: dict[str, Any] = {"torch": torch, "model": model}
    exec(w.code(), names)
    assert torch.equal(names["probabilities"].cpu(), expected)
    w._on_look(1)
    assert np.array_equal(w._row, model.embedding.weight.detach()[1].cpu().numpy())


def test_weights_that_are_not_finite_are_shown_and_not_hidden() -> None:
    model = tagger()
    with torch.no_grad():
        model.linear.weight.fill_(torch.nan)
    w = TaggerExplorer(model, BOOK)
    assert w.tags == [""] * 5
    assert np.isnan(w._now).all()


def test_a_model_that_can_not_be_copied_has_no_before() -> None:
    model = tagger()
    model.held = model.linear.weight * 2  # type: ignore[assignment]  # a tensor with a graph
    w = TaggerExplorer(model, BOOK)
    assert w.before is None
    assert not w._kept
    assert w._before.shape == (0, 3)


def test_what_is_not_compared_is_not_computed() -> None:
    w = TaggerExplorer(tagger(), BOOK, compare=False)
    assert w._before.shape == (0, 3)
    assert w._once is None
    w.compare = True
    assert np.array_equal(w._before, w._now)


def test_opened_inside_a_training_it_follows_that_one() -> None:
    model = tagger()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with watched(Run()):
        w = TaggerExplorer(model, BOOK)
        model(BOOK.train.x).exp()[..., 0].sum().backward()
        optimizer.step()
    assert w._steps == 1
    assert np.array_equal(w._now, asked(model, w.sentence).double().numpy())
    # What nobody has watched is not told as if it belonged to that run.
    step(model)
    w.refresh()
    assert w._steps == 0


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        ((5, BOOK), {}, TypeError, "expected a module that takes word ids, got 5"),
        ((Tagger, BOOK), {}, TypeError, "expected a module .* got the class Tagger"),
        ((tagger(), 7), {}, TypeError, "vocab: expected a dict of words to ids"),
        ((tagger(), {}), {}, ValueError, "expected at least one word"),
        ((tagger(), {"a": 11}), {}, ValueError, "has 11 rows, but vocab goes up to 11"),
        ((tagger(), BOOK, ["A", "B"]), {}, ValueError, "It gives 3 tags, but 2 are named"),
        ((tagger(), BOOK, ["A", "A", "B"]), {}, ValueError, "tags: expected each name once"),
        ((tagger(), BOOK, {"A": 0, "B": 1, "C": 3}), {}, ValueError, "the ids 0 to 2, each once"),
        ((tagger(), BOOK, "ABC"), {}, TypeError, "tags: expected names such as"),
        ((tagger(), BOOK, [1, 2, 3]), {}, TypeError, "tags: expected names such as"),
        ((tagger(), BOOK), {"presets": "They"}, TypeError, "presets: expected a list"),
        ((tagger(), BOOK), {"unknown": "<no>"}, ValueError, "unknown: expected a word of vocab"),
        ((tagger(), BOOK), {"sentense": "x"}, TypeError, "got 'sentense'. Did you mean 'sentence'"),
        ((nn.Linear(3, 3), BOOK), {}, ValueError, "expected a model that takes word ids"),
    ],
)
def test_what_can_not_be_opened_says_why(
    args: tuple[Any, ...], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    before = list(followers._followers)
    with pytest.raises(error, match=message):
        TaggerExplorer(*args, **options)
    assert followers._followers == before


def test_errors_are_in_chinese_where_that_is_chosen() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match="给出了 2 个名称"):
        TaggerExplorer(tagger(), BOOK, ["A", "B"])
    with pytest.raises(TypeError, match="应为接受词编号的模块"):
        TaggerExplorer(5, BOOK)  # type: ignore[arg-type]
    w = TaggerExplorer(tagger(), BOOK)
    with pytest.raises(t.TraitError):
        w.sentence = 5  # type: ignore[assignment]
    with pytest.raises(AttributeError, match="您是不是想写 'sentence'"):
        w.sentance = "x"


def test_explore_finds_it() -> None:
    model = tagger()
    assert isinstance(explore(model, BOOK), TaggerExplorer)
    assert isinstance(explore(model, vocab=WORD_TO_IX, tags=TAG_TO_IX), TaggerExplorer)
    assert isinstance(explore(model, BOOK.train.x), dlwidgets.ModelExplorer)
    assert isinstance(explore(nn.Linear(2, 2), torch.ones(1, 2)), dlwidgets.ModelExplorer)
    assert isinstance(explore(model), dlwidgets.ModelExplorer)
