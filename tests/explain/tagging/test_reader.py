from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlwidgets.explain.tagging import Reader, Vectors, copied, read_vocab, version

WORDS = ["The", "cat", "ate", "the", "fish", "<pad>"]


class Own(nn.Module):
    """A tagger of one's own, in one of many forms."""

    def __init__(self, form: str = "book", gives: str = "log", *, first: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.form, self.gives = form, gives
        self.words = nn.Embedding(6, 4, padding_idx=5)
        self.lstm = nn.LSTM(4, 5, batch_first=first)
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(5, 3)

    def forward(self, ids: Tensor) -> Any:
        x = self.words(ids)
        if self.form == "book":  # (T,) in, through (T, 1, embedding), (T, tags) out
            x = x.view(len(ids), 1, -1)
        elif ids.ndim != 2:
            message = "expected two axes"
            raise ValueError(message)
        states, _ = self.lstm(x)
        scores = self.out(self.drop(states))
        if self.form == "book":
            scores = scores.view(len(ids), -1)
        if self.gives == "tuple":
            return scores, states
        made = {"log": scores.log_softmax(-1), "probabilities": scores.softmax(-1)}
        return made.get(self.gives, scores)


def expected(model: Own, ids: list[int]) -> Tensor:
    """Compute the probabilities step by step, with an LSTM cell of the same weights."""
    cell = nn.LSTMCell(4, 5)
    cell.load_state_dict({name[:-3]: held for name, held in model.lstm.state_dict().items()})
    state, rows = None, []
    for index in ids:
        state = cell(model.words.weight[index][None], state)
        rows.append(model.out(state[0])[0].softmax(-1))
    return torch.stack(rows).detach()


@pytest.mark.parametrize("gives", ["log", "logits", "probabilities", "tuple"])
@pytest.mark.parametrize(
    ("form", "first", "found"),
    [("book", False, "words"), ("column", False, "column"), ("row", True, "row")],
)
def test_every_form_gives_the_same_probabilities(
    form: str, first: bool, found: str, gives: str
) -> None:
    model = Own(form, gives, first=first)
    reader = Reader(model, range(5), 3)
    assert (reader.form, reader.tags) == (found, 3)
    assert reader.scores == {"tuple": "logits"}.get(gives, gives)
    ids = [0, 1, 2, 3, 4, 4]
    got = reader.probabilities(ids)
    torch.testing.assert_close(got, expected(model, ids))
    names: dict[str, Any] = {"torch": torch, "m": model}
    exec(reader.code("m", ids), names)
    assert torch.equal(names["probabilities"], got)


def test_the_model_is_left_as_it_was() -> None:
    model = Own()
    model.hidden = None  # type: ignore[assignment]
    assert model.training
    weights = [p.clone() for p in model.parameters()]
    state, count = torch.get_rng_state(), version(model)
    reader = Reader(model, range(5), None)
    once = reader.probabilities([1, 2, 3])
    assert torch.equal(once, reader.probabilities([1, 2, 3]))
    assert model.training
    assert torch.equal(state, torch.get_rng_state())
    assert version(model) == count
    for before, now in zip(weights, model.parameters(), strict=True):
        assert torch.equal(before, now)
        assert now.grad is None


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_types_of_numbers(dtype: torch.dtype) -> None:
    model = Own().to(dtype)
    reader = Reader(model, range(5), 3)
    assert reader.scores == "log"
    got = reader.probabilities([0, 1])
    assert got.dtype == dtype
    torch.testing.assert_close(got.double().sum(-1), torch.ones(2).double(), atol=2e-2, rtol=0)


def test_no_words_are_not_asked_and_one_is() -> None:
    reader = Reader(Own(), range(5), 3)
    assert reader.probabilities([]).shape == (0, 3)
    names: dict[str, Any] = {"torch": torch}
    exec(reader.code("m", []), names)
    assert names["probabilities"].shape == (0, 3)
    assert reader.probabilities([2]).shape == (1, 3)


def test_weights_that_are_not_numbers_give_no_numbers() -> None:
    model = Own()
    with torch.no_grad():
        model.out.weight.fill_(torch.nan)
    reader = Reader(model, range(5), 3)
    assert reader.scores == ""
    assert reader.probabilities([0, 1]).isnan().all()
    with torch.no_grad():
        model.out.weight.fill_(0.5)
    assert reader.probabilities([0, 1]).isfinite().all()
    assert reader.scores == "log"


class Odd(nn.Module):
    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result

    def forward(self, ids: Tensor) -> Any:
        return self.result(ids) if callable(self.result) else self.result


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda ids: torch.zeros(3, len(ids)), r"For 4 words it returned \(3, 4\)"),
        (lambda ids: torch.zeros(len(ids), 2, 3), r"For 4 words it returned \(4, 2, 3\)"),
        (lambda ids: torch.zeros(len(ids), 5), "It gives 5 tags, but 3 are named"),
        (lambda ids: torch.zeros(len(ids), 3).long(), r"of torch\.int64"),
        (lambda ids: ids.no_such_thing, "AttributeError: 'Tensor' object has no attribute"),
        ({"logits": 1}, "It returned dict, no tensor"),
        ((), "It returned tuple, no tensor"),
    ],
)
def test_what_is_no_tagger_says_why(result: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Reader(Odd(result), range(5), 3)


def test_a_copy_stays_as_it_was() -> None:
    model = Own()
    reader, copy = Reader(model, range(5), 3), copied(model)
    assert copy is not None
    before = reader.probabilities([1, 2])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3)
    assert torch.equal(reader.probabilities([1, 2], copy), before)
    assert not torch.equal(reader.probabilities([1, 2]), before)
    model.held = model.out.weight * 2  # A tensor with a graph behind it: torch copies none.
    assert copied(model) is None


def test_neighbours_are_those_of_the_largest_cosine() -> None:
    model = Own()
    vectors = Vectors(model, read_vocab(WORDS))
    weight = model.words.weight.detach()
    assert torch.equal(vectors.row(2), weight[2])
    near = vectors.nearest(2, 10)
    unit = weight / weight.norm(dim=1, keepdim=True)
    cosines = {WORDS[i]: (unit[i] @ unit[2]).item() for i in (0, 1, 3, 4)}
    assert [one.word for one in near] == sorted(cosines, key=cosines.__getitem__, reverse=True)
    assert [one.cosine for one in near] == pytest.approx(sorted(cosines.values(), reverse=True))
    assert vectors.nearest(5) == []  # Padding has no direction, and is no neighbour.


def test_odd_vectors_have_no_neighbours() -> None:
    model = Own()
    with torch.no_grad():
        model.words.weight[1] = torch.nan
        model.words.weight[3] = 0
    vectors = Vectors(model, read_vocab(WORDS))
    assert {one.word for one in vectors.nearest(0)} == {"ate", "fish"}
    assert vectors.nearest(1) == []
    assert Vectors(nn.Linear(2, 2), read_vocab(WORDS)).nearest(0) == []
    with pytest.raises(ValueError, match=r"has 6 rows, but vocab goes up to 6 \('more'\)"):
        Vectors(model, read_vocab([*WORDS, "more"]))
