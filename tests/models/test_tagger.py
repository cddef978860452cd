from itertools import pairwise

import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.data import book_sentences, sentences
from dlwidgets.models import Tagger, word_accuracy


def learnt_from_the_book(seed: int) -> Tagger:
    """Train as in book 7.7: one sentence after the other, SGD, NLLLoss."""
    torch.manual_seed(seed)
    model = Tagger(9, 3, embedding=6, hidden=6)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss_function = nn.NLLLoss()
    pairs = list(book_sentences().pairs())
    for _epoch in range(300):
        for words, tags in pairs:
            loss = loss_function(model(words), tags)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


# The book's text shows neither sizes nor seed: these are ours, and the first four seeds there are.
@pytest.mark.parametrize("seed", range(4))
def test_the_books_result_from_the_same_seeds(seed: int) -> None:
    book = book_sentences()
    model = learnt_from_the_book(seed)
    right = {"The cat ate the fish": "DET NN V DET NN", "They ate the fish": "NN V DET NN"}
    for text, tags in right.items():
        guess = model(book.encode(text)).argmax(-1).tolist()
        assert [book.tags[i] for i in guess] == tags.split()
    assert all(word_accuracy(model, *pair) == 1 for pair in book.pairs())


def test_the_same_seed_gives_the_same_weights_bit_for_bit() -> None:
    once, again = learnt_from_the_book(3), learnt_from_the_book(3)
    for one, other in zip(once.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("both", [False, True])
def test_it_is_embedding_lstm_linear_log_softmax(both: bool) -> None:
    torch.manual_seed(0)
    model = Tagger(7, 4, embedding=3, hidden=5, layers=2, bidirectional=both)
    words = torch.tensor([[1, 2, 3], [6, 0, 5]])
    states, _ = nn.LSTM.forward(model.lstm, model.embedding.weight[words])
    scores = states @ model.linear.weight.T + model.linear.bias
    expected = scores - scores.exp().sum(-1, keepdim=True).log()
    torch.testing.assert_close(model(words), expected)
    torch.testing.assert_close(model(words[1]), expected[1])


def test_only_words_before_it_decide_a_words_tag_unless_it_reads_both_ways() -> None:
    torch.manual_seed(0)
    words = torch.tensor([1, 2, 3, 4])
    changed = torch.tensor([1, 2, 3, 0])
    one_way, both_ways = Tagger(5, 3).eval(), Tagger(5, 3, bidirectional=True).eval()
    assert torch.equal(one_way(words)[:3], one_way(changed)[:3])
    assert not torch.allclose(both_ways(words)[:3], both_ways(changed)[:3])


def test_the_entry_for_unknown_words_is_trained() -> None:
    data = sentences("en")
    moved = {}
    for share in (0.0, 0.2):
        torch.manual_seed(0)
        model = Tagger.fitting(data, word_dropout=share)
        before = model.embedding.weight[data.unknown].clone()
        dlwidgets.train(model, data, epochs=1, monitor=False, device="cpu")
        moved[share] = not torch.equal(before, model.embedding.weight[data.unknown])
        assert (model.embedding.weight[data.padding] == 0).all()
    assert moved == {0.0: False, 0.2: True}


def test_words_are_dropped_in_training_alone_as_often_as_asked() -> None:
    model = Tagger(10, 2, unknown=9, padding=8, word_dropout=0.25)
    words = torch.arange(8).repeat(2000)
    torch.manual_seed(0)
    dropped = model._with_unknown(words) == 9
    assert dropped.double().mean().item() == pytest.approx(0.25, abs=0.01)
    assert (model._with_unknown(torch.full((999,), 8)) == 8).all()
    assert torch.equal(model.eval()._with_unknown(words), words)


def test_training_on_the_corpus_beats_always_the_most_frequent_tag() -> None:
    data = sentences()
    torch.manual_seed(0)
    model = Tagger.fitting(data)
    run = dlwidgets.train(model, data, epochs=30, batch_size=16, monitor=False, device="cpu")
    counts: dict[str, dict[str, int]] = {}
    for word, tag in (pair for one in data.tagged["train"] for pair in one):
        of = counts.setdefault(word, {})
        of[tag] = of.get(tag, 0) + 1
    held = [pair for one in data.tagged["test"] for pair in one]
    often = [max(of, key=lambda tag: of[tag]) for of in (counts.get(w, {"NN": 1}) for w, _ in held)]
    simple = sum(guess == tag for guess, (_, tag) in zip(often, held, strict=True)) / len(held)
    assert simple < 0.82
    assert run.history["test_accuracy"].iloc[-1] > 0.87
    losses = run.history["test_loss"].dropna().tolist()
    assert any(later < earlier for earlier, later in pairwise(losses))
    model.eval()
    tags = {
        text: [data.tags[i] for i in model(data.encode(text)).argmax(-1).tolist()]
        for text in ("They fish in the river", "The cat ate the fish", "我 喜欢 红 花", "她 花 钱")
    }
    assert tags["They fish in the river"][1] == "V"
    assert tags["The cat ate the fish"][-1] == "NN"
    assert (tags["我 喜欢 红 花"][-1], tags["她 花 钱"][1]) == ("NN", "V")


def test_padding_counts_in_no_accuracy() -> None:
    torch.manual_seed(0)
    model = Tagger(5, 3).eval()
    words = torch.tensor([[1, 2, 3], [4, 0, 0]])
    guess = model(words).argmax(-1)
    tags = guess.clone()
    tags[1, 1:] = -100
    tags[0, 0] = (tags[0, 0] + 1) % 3
    assert word_accuracy(model, words, tags) == 3 / 4
    with pytest.raises(ValueError, match="there is no word to tag"):
        word_accuracy(model, words, torch.full((2, 3), -100))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocab_size": 0}, "expected vocab_size to be a whole number from 1, got 0"),
        ({"hidden": 2.5}, r"expected hidden to be a whole number from 1, got 2\.5"),
        ({"padding": 5}, "expected padding to be a word's id from 0 to 4, got 5"),
        ({"unknown": -1}, "expected unknown to be a word's id from 0 to 4, got -1"),
        ({"word_dropout": 1.0}, r"expected word_dropout from 0 to below 1, got 1\.0"),
    ],
)
def test_what_can_not_be_is_refused(options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Tagger(**({"vocab_size": 5, "tags": 2} | options))
