"""How `dlwidgets.train` learns to tag words."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import dlwidgets
from dlwidgets.data import book_sentences, sentences
from dlwidgets.models import Tagger
from dlwidgets.training.fit import plan
from dlwidgets.training.tasks.tagging import Tagging, loss_by_word, tagging_loss


class Own(nn.Module):
    def __init__(self, words: int, tags: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, 8)
        self.gru = nn.GRU(8, 8, batch_first=True)
        self.out = nn.Linear(8, tags)

    def forward(self, ids: Tensor) -> Tensor:
        out: Tensor = self.out(self.gru(self.words(ids))[0])
        return out


def test_a_tagger_is_trained_by_word_and_says_so() -> None:
    data = sentences("en")
    torch.manual_seed(0)
    given = plan(Tagger.fitting(data), data, device="cpu", batch_size=16)
    assert isinstance(given.task, Tagging)
    assert given.text == (
        "train: cross entropy of each word's tag, padding left out; accuracy by word; Adam, "
        "lr 0.01; 5 epochs in batches of 16; on cpu"
    )


def test_ones_own_model_of_words_is_recognised_and_others_are_not() -> None:
    data = sentences("en")
    sizes = len(data.vocab), len(data.tags)
    assert isinstance(plan(Own(*sizes), data, device="cpu").task, Tagging)
    pixels = torch.rand(8, 5), torch.randint(3, (8,))
    assert not isinstance(plan(nn.Linear(5, 3), pixels, device="cpu").task, Tagging)
    flat = nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(20, 3))
    ids = torch.randint(9, (8, 5)), torch.randint(3, (8,))
    assert not isinstance(plan(flat, ids, device="cpu").task, Tagging)


def test_the_loss_is_that_of_torch_over_the_words_alone() -> None:
    torch.manual_seed(0)
    scores, tags = torch.randn(2, 4, 3), torch.tensor([[0, 1, 2, 1], [2, 0, -100, -1]])
    counted = tags >= 0
    expected = nn.functional.cross_entropy(scores[counted], tags[counted])
    torch.testing.assert_close(tagging_loss(scores, tags), expected)
    again = nn.functional.nll_loss(scores.log_softmax(-1)[counted], tags[counted])
    torch.testing.assert_close(tagging_loss(scores.log_softmax(-1), tags), again)


def test_it_is_the_plain_loop() -> None:
    data = book_sentences()
    torch.manual_seed(0)
    model, twin = Tagger.fitting(data, word_dropout=0), Tagger.fitting(data, word_dropout=0)
    twin.load_state_dict(model.state_dict())
    run = dlwidgets.train(
        model, data, epochs=3, batch_size=2, lr=0.1, optimizer="sgd", monitor=False, device="cpu"
    )
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
    losses = []
    for _ in range(3):
        scores = twin(data.train.x)
        counted = data.train.y >= 0
        loss = nn.functional.cross_entropy(scores[counted], data.train.y[counted])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert run.history["loss"].tolist() == pytest.approx(losses, rel=1e-5)


def test_what_is_measured_counts_words_not_sentences() -> None:
    data = sentences("zh")
    torch.manual_seed(0)
    model = Tagger.fitting(data)
    run = dlwidgets.train(model, data, epochs=2, monitor=False, device="cpu")
    assert model.training
    model.eval()
    right = [
        (guess == tag)
        for words, tags in data.pairs("test")
        for guess, tag in zip(model(words).argmax(-1).tolist(), tags.tolist(), strict=True)
    ]
    accuracy = run.history["test_accuracy"].dropna().tolist()
    assert len(accuracy) == 2
    assert accuracy[-1] == pytest.approx(sum(right) / len(right))
    assert dlwidgets.accuracy(model, data.test) == accuracy[-1]
    assert dlwidgets.accuracy(model, data.loader(7, split="test")) == accuracy[-1]
    losses = [nn.functional.nll_loss(model(w), t, reduction="sum") for w, t in data.pairs("test")]
    mean = sum(one.item() for one in losses) / len(right)
    assert loss_by_word(model, data.test) == pytest.approx(mean, rel=1e-5)
    assert run.history["test_loss"].dropna().iloc[-1] == pytest.approx(mean, rel=1e-5)


def test_accuracy_takes_as_many_tags_as_words_for_what_they_are() -> None:
    x, y = torch.tensor([[0, 1, 2], [2, 1, 0]]), torch.tensor([[0, 1, 2], [0, 1, -100]])
    torch.manual_seed(0)
    model = Tagger(3, 3).eval()
    right = (model(x).argmax(-1) == y)[y >= 0]
    assert dlwidgets.accuracy(model, (x, y)) == right.double().mean().item()


def test_a_seed_decides_everything() -> None:
    weights = []
    for _ in range(2):
        torch.rand(1)
        data = sentences("zh")
        state = torch.get_rng_state()
        torch.manual_seed(5)
        model = Tagger.fitting(data)
        dlwidgets.train(model, data, epochs=1, monitor=False, device="cpu", seed=3)
        torch.set_rng_state(state)
        weights.append(torch.cat([p.flatten() for p in model.parameters()]))
    assert torch.equal(*weights)


@pytest.mark.parametrize(
    ("words", "tags", "message"),
    [
        (5, 6, r"embedding has 5 rows, but the data have words up to id \d+; make it with"),
        (900, 2, "it gives 2 tags, but the data have tags up to 5; make it with 6"),
    ],
)
def test_a_model_without_room_says_what_to_do(words: int, tags: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan(Tagger(words, tags), sentences(), device="cpu")


def test_own_losses_and_metrics() -> None:
    data = book_sentences()

    def half(_model: nn.Module, _data: Any) -> float:
        return 0.5

    def loss(scores: Tensor, tags: Tensor) -> Tensor:
        return 2 * tagging_loss(scores, tags)

    run = dlwidgets.train(
        Tagger.fitting(data), data, epochs=1, loss=loss, metrics=[half], monitor=False, device="cpu"
    )
    assert run.history["test_half"].iloc[-1] == 0.5
    assert "test_accuracy" not in run.history
    with pytest.raises(TypeError, match="loss: expected a function"):
        plan(Tagger.fitting(data), data, loss="nll", device="cpu")
