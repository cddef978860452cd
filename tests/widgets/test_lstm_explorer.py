"""The LSTM explorer's Python: what it opens, what travels to the page, what comes back."""

from __future__ import annotations

import copy
import re
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence
from traitlets import TraitError

import dlwidgets
from dlwidgets import LSTMExplorer, ModelExplorer, explore
from tests.widgets.conftest import Line

VOCAB = ["<unk>", "The", "cat", "ate", "the", "fish", "They"]


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def close(ours: Any, theirs: Tensor) -> None:
    torch.testing.assert_close(torch.as_tensor(ours), theirs.detach(), rtol=1e-5, atol=1e-6)


def tagger() -> tuple[nn.LSTM, nn.Embedding, nn.Linear]:
    return nn.LSTM(4, 6), nn.Embedding(len(VOCAB), 4), nn.Linear(6, 3)


def worded(**values: Any) -> LSTMExplorer:
    lstm, embedding, head = tagger()
    options = {"vocab": VOCAB, "head": head, "labels": ["DET", "NN", "V"]} | values
    return LSTMExplorer(lstm, torch.tensor([1, 2, 3, 4, 5]), embedding=embedding, **options)


@pytest.mark.parametrize(
    "module",
    [
        nn.LSTM(3, 4),
        nn.GRU(3, 4),
        nn.RNN(3, 4),
        nn.LSTMCell(3, 4),
        nn.GRUCell(3, 4),
        nn.RNNCell(3, 4),
    ],
)
def test_explore_opens_every_recurrent_layer(module: nn.Module) -> None:
    explorer = explore(module, torch.randn(5, 2, 3))
    assert isinstance(explorer, LSTMExplorer)
    assert repr(explorer) == f"LSTMExplorer: {type(module).__name__} 3 → 4, 5 steps"
    assert explorer._apart < 1e-6
    assert isinstance(explore(nn.Linear(3, 4), torch.ones(1, 3)), ModelExplorer)


def test_states_are_those_of_torch_and_copies() -> None:
    net = nn.LSTM(3, 4, 2, bidirectional=True)
    x = torch.randn(7, 3)
    explorer = explore(net, x, layer=1, direction="reverse")
    assert "2 layers, bidirectional" in repr(explorer)
    out, (_, c) = net(x)
    close(explorer.states["h"], out[:, 4:])
    close(explorer.states["c"][0], c[3])
    assert set(explorer.states) == {"x", "i", "f", "g", "o", "c", "h"}
    assert explorer.states["x"].shape == (7, 8)
    explorer.states["h"][:] = 0
    close(explorer.states["h"], out[:, 4:])


def test_the_state_is_given_as_to_the_module() -> None:
    net, x = nn.LSTM(3, 4), torch.randn(5, 2, 3)
    h, c = torch.randn(1, 2, 4), torch.randn(1, 2, 4)
    out = net(x, (h, c))[0]
    for explorer in (explore(net, x, (h, c), sequence=1), explore(net, x, h, c, sequence=1)):
        close(explorer.states["h"], out[:, 1])


def test_what_the_page_gets_is_what_torch_computes() -> None:
    net, x = nn.LSTM(3, 4), torch.randn(6, 3)
    explorer = LSTMExplorer(net, x, step=2, unit=1)
    out = net(x)[0]
    close(explorer._maps["h"].T, out)
    close(explorer._maps["x"].T, x)
    close(explorer._lines["h"], out[:, 1].double())
    close(explorer._ends[1], out[2, 1].double())
    close(explorer._ends[0], out[1, 1].double())
    close(explorer._x, x[2].double())
    assert explorer._columns.tolist() == [0, 1, 2, 3, 4, 5]
    assert explorer._maps_before == {}


def test_only_what_is_shown_crosses_the_wire() -> None:
    line = Line()
    explorer = LSTMExplorer(nn.GRU(100, 300), torch.randn(1000, 100), comm=line)
    assert explorer._maps["h"].shape == (60, 200)
    assert explorer._columns[1] == 5
    assert explorer._rows.tolist() == list(range(0, 300, 5))
    close(explorer._maps["h"], torch.tensor(explorer.states["h"])[::5, ::5].T)
    assert explorer._code == ""
    assert "by hand" in explorer.code()
    line.say("go", {"step": 503, "unit": 7})
    assert explorer._lines["h"].shape == (200,)
    line.say("look", {"window": "near"}, 1)
    assert explorer._columns.tolist() == list(range(403, 603))
    line.say("go", {"step": 20, "unit": 7})
    assert explorer._columns[0] == 0
    assert max(len(b) for _, bs in line.sent for b in bs) < 60 * 200 * 4 + 1


def test_a_step_of_the_cursor_sends_no_more_than_has_changed() -> None:
    line = Line()
    LSTMExplorer(nn.LSTM(3, 4), torch.randn(9, 3), comm=line)
    line.sent.clear()
    line.say("go", {"step": 2, "unit": 0})
    line.say("go", {"step": 3, "unit": 0})
    assert not {"_lines", "_maps", "_memory", "_columns"} & {n for s in line.updates() for n in s}
    line.say("go", {"step": 3, "unit": 1})
    assert "_lines" in line.updates()[-1]


def test_an_edit_changes_what_follows_and_nothing_before() -> None:
    net, x = nn.LSTM(3, 4), torch.randn(8, 3)
    explorer = LSTMExplorer(net, x)
    explorer.edit(3, 2.5, feature=1)
    other = x.clone()
    other[3, 1] = 2.5
    close(explorer.states["h"], net(other)[0])
    assert np.array_equal(explorer.states["h"][:3], explorer.before["h"][:3])
    assert not np.allclose(explorer.states["h"][3], explorer.before["h"][3])
    assert explorer._changed
    assert explorer._maps_before["h"].shape == (4, 8)
    explorer.edit(3, [1.0, 2.0, 3.0])
    explorer.restore()
    assert not explorer._changed
    assert torch.equal(torch.tensor(explorer.states["h"]), torch.tensor(explorer.before["h"]))
    assert not torch.equal(x, other)


def test_words_are_put_in_place_of_others() -> None:
    explorer = worded(step=1)
    lstm, embedding = explorer._study.module, explorer._study.embedding
    assert explorer._words == ["The", "cat", "ate", "the", "fish"]
    explorer.edit(1, "fish")
    assert explorer._word == ["fish", "cat"]
    want = lstm(embedding(torch.tensor([1, 5, 3, 4, 5])))[0]
    close(explorer.states["h"], want)
    close(explorer.output, explorer._study.head(want).double())
    close(explorer._output[0], explorer._study.head(want)[1].double())
    assert explorer._outputs == ["DET", "NN", "V"]
    explorer.edit(1, 2)
    assert not explorer._changed
    with pytest.raises(ValueError, match=r"one of the 7 words .* got 'fisch'. Did you mean 'fish'"):
        explorer.edit(1, "fisch")


def test_a_vocabulary_may_be_a_dict_and_tokens_may_label_numbers() -> None:
    by_number = worded(vocab={word: at for at, word in enumerate(VOCAB)})
    assert by_number._words == ["The", "cat", "ate", "the", "fish"]
    assert worded(vocab=None)._words == ["#1", "#2", "#3", "#4", "#5"]
    explorer = LSTMExplorer(nn.LSTM(3, 4), torch.ones(2, 3), tokens=["猫", "<b>"])
    assert explorer._words == ["猫", "<b>"]
    with pytest.raises(TypeError, match="vocab as a list of words or a dict"):
        worded(vocab=7)


def test_held_gates_are_stated_and_the_module_stays() -> None:
    net, x = nn.LSTM(3, 4), torch.randn(8, 3)
    before = copy.deepcopy(net.state_dict())
    explorer = LSTMExplorer(net, x)
    explorer.ablate("f", 0, since=4)
    explorer.ablate("o", "mean", unit=2)
    assert explorer._held == [
        {"layer": 0, "reverse": False, "gate": "f", "to": "0", "unit": -1, "since": 4},
        {"layer": 0, "reverse": False, "gate": "o", "to": "mean", "unit": 2, "since": 0},
    ]
    s = explorer.states
    assert not s["f"][4:].any()
    assert s["f"][:4].all()
    np.testing.assert_allclose(s["o"][:, 2], explorer.before["o"][:, 2].mean(), rtol=1e-6)
    np.testing.assert_allclose(s["c"][5], s["i"][5] * s["g"][5], rtol=1e-6)
    assert explorer._apart < 1e-6
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    for wrong, text in (
        ({"layer": 1}, "expected layer 0 to 0"),
        ({"direction": "backward"}, "'forward' or 'reverse', got 'backward'"),
        ({"unit": "all"}, "unit as a whole number, got 'all'"),
        ({"since": -1}, "since as a whole number, got -1"),
    ):
        with pytest.raises(ValueError, match=text):
            explorer.ablate("f", 0, **wrong)
    explorer.ablate("g", np.float32(0.5), unit=np.int64(1))
    assert (explorer.states["g"][:, 1] == 0.5).all()
    with pytest.raises(ValueError, match="feature as a whole number, got 'x'"):
        explorer.edit(0, 1.0, feature="x")


def test_memory_is_told_and_sent_only_where_it_is_looked_at() -> None:
    net, x = nn.LSTM(3, 4), torch.randn(8, 3)
    explorer = LSTMExplorer(net, x, step=6, unit=2)
    assert not explorer._memory["shown"]
    leaf = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(net(leaf)[0][6, 2], leaf)
    close(explorer.memory["gradient"], gradient.norm(dim=1)[:7].double())
    explorer.tab = "memory"
    close(explorer._memory["gradient"], gradient.norm(dim=1)[:7].double())
    assert explorer.memory["first"] == 0
    assert explorer.memory["before"].size == 0
    explorer.ablate("f", 1)
    close(explorer._memory["before"], gradient.norm(dim=1)[:7].double())
    assert explorer.memory["gradient"][0] > explorer.memory["before"][0]
    assert (explorer.memory["product"] == 1).all()
    projected = LSTMExplorer(nn.LSTM(3, 4, proj_size=2), x, unit=3, tab="memory")
    assert not projected._memory["shown"]
    with pytest.raises(ValueError, match="unit 3 has no hidden state, as proj_size is 2"):
        _ = projected.memory


def test_the_program_names_the_module_as_the_notebook_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    net = nn.LSTM(3, 4)
    monkeypatch.setattr(sys.modules["__main__"], "my_lstm", net, raising=False)
    explorer = LSTMExplorer(net, torch.randn(5, 3), step=3)
    assert "my_lstm.weight_ih_l0" in explorer.code()
    names: dict[str, Any] = {"my_lstm": net}
    exec(explorer.code(), names)
    close(names["h_new"], torch.tensor(explorer.states["h"][3]))
    assert "tensor" in capsys.readouterr().out
    assert explorer._code == explorer.code()
    assert "held.weight" in LSTMExplorer(net, name="held").code()


# --- from the page --------------------------------------------------------------------------


def test_commands_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlwidgets.widgets.lstm_state.SLICE", float("inf"))
    line = Line()
    net, x = nn.LSTM(3, 4, 2, bidirectional=True), torch.randn(6, 2, 3)
    explorer = LSTMExplorer(net, x, comm=line)
    line.say("go", {"step": 2, "unit": 3}, 1)
    assert (explorer.step, explorer.unit) == (2, 3)
    line.say("turn", {"layer": 1, "direction": "reverse"}, 2)
    assert (explorer.layer, explorer.direction) == (1, "reverse")
    line.say("edit", {"step": 2, "feature": 0, "value": 4.0}, 3)
    assert explorer._x[0] == 4
    line.say("hold", {"gate": "i", "to": 0, "unit": None, "since": 1}, 4)
    line.say("hold", {"gate": "f", "to": "mean", "unit": 1, "since": 0}, 5)
    line.say("release", 0, 6)
    assert [(one["gate"], one["layer"], one["reverse"]) for one in explorer._held] == [
        ("f", 1, True)
    ]
    line.say("look", {"sequence": 1}, 7)
    assert explorer.sequence == 1
    assert not explorer._held
    close(explorer._maps["x"].T, x[:, 1])
    line.say("restore", None, 8)
    line.say("refresh", None, 9)
    assert [content["error"] for content, _ in line.custom("ack")] == [""] * 9


@pytest.mark.parametrize(
    ("command", "value", "text"),
    [
        ("turn", {"layer": 3, "direction": "forward"}, "expected layer 0 to 0"),
        ("edit", {"step": 9, "feature": 0, "value": 1.0}, "step from 0 to 4, got 9"),
        ("speak", {"step": 0, "word": "dog"}, "one of the 0 words"),
        ("hold", {"gate": "q", "to": 0, "unit": None, "since": 0}, "expected a gate"),
    ],
)
def test_what_the_page_can_not_have_is_answered_in_words(
    command: str, value: Any, text: str
) -> None:
    line = Line()
    explorer = LSTMExplorer(nn.LSTM(3, 4), torch.randn(5, 3), comm=line)
    line.say(command, value, 1)
    assert text in line.custom("ack")[0][0]["error"]
    assert explorer._failure == ""
    assert not explorer._changed


def test_a_long_computation_goes_on_in_slices_while_the_page_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dlwidgets.widgets.lstm_state.SLICE", 0.0)
    line = Line()
    net, x = nn.LSTM(3, 4), torch.randn(500, 3)
    explorer = LSTMExplorer(net, x, comm=line)
    before = explorer._maps["h"].copy()
    line.say("edit", {"step": 0, "feature": 0, "value": 9.0}, 1)
    assert explorer._progress < 1
    assert np.array_equal(explorer._maps["h"], before)
    turns = 0
    while explorer._progress < 1:
        line.say("more", None, 2)
        turns += 1
    assert turns > 3
    x[0, 0] = 9
    close(explorer._lines["h"], net(x)[0][::3, 0].double())
    assert explorer._apart < 1e-6


def test_the_weights_are_read_again_when_asked() -> None:
    line = Line()
    net, x = nn.LSTM(3, 4), torch.randn(5, 3)
    explorer = LSTMExplorer(net, x, comm=line)
    with torch.no_grad():
        net.weight_ih_l0.mul_(3)
    line.say("go", {"step": 1, "unit": 0})
    assert explorer._stale
    line.say("refresh")
    assert not explorer._stale
    close(explorer.states["h"], net(x)[0])


# --- options, refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind", "text"),
    [
        ({"steps": 3}, TypeError, r"got 'steps'. Did you mean 'step'\?"),
        ({"step": 5}, ValueError, "step as a whole number 0 to 4, got 5"),
        ({"unit": -1}, ValueError, "unit as a whole number 0 to 3, got -1"),
        ({"layer": 1}, ValueError, "layer as a whole number 0 to 0, got 1"),
        ({"direction": "reverse"}, ValueError, r"1 direction\(s\), got layer 0, reverse"),
        ({"sequence": "first"}, ValueError, "sequence as a whole number, got 'first'"),
        ({"sequence": 1}, ValueError, "sequence from 0 to 0, got 1"),
        ({"seed": "a"}, ValueError, "seed as a whole number, got 'a'"),
        ({"tokens": "The cat"}, TypeError, "tokens as a list of texts, got 'The cat'"),
        ({"labels": 3}, TypeError, "labels as a list of texts, got 3"),
        ({"vocab": {"cat": "one"}}, ValueError, "number of each word of vocab .* got 'one'"),
        ({"head": 3}, TypeError, "head as a module or a function of the states, got 3"),
    ],
)
def test_impossible_options(values: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        LSTMExplorer(nn.LSTM(3, 4), torch.randn(5, 3), **values)


def test_impossible_values_of_traits_leave_the_old_ones() -> None:
    explorer = LSTMExplorer(nn.LSTM(3, 4), torch.randn(5, 3))
    for name, value in (("step", 5), ("unit", 4), ("layer", 1), ("direction", "reverse")):
        with pytest.raises(TraitError):
            setattr(explorer, name, value)
    assert (explorer.step, explorer.unit, explorer.layer) == (4, 0, 0)
    with pytest.raises(AttributeError, match="Did you mean 'unit'"):
        explorer.units = 3


def test_shorter_sequences_of_a_packed_batch_move_the_cursor_back() -> None:
    net = nn.LSTM(3, 4, batch_first=True)
    x = torch.randn(2, 6, 3)
    packed = pack_padded_sequence(x, [6, 2], batch_first=True)
    explorer = LSTMExplorer(net, packed, step=5)
    explorer.sequence = 1
    assert explorer.step == 1
    assert explorer._net["steps"] == 2
    close(explorer.states["h"], net(x[1, :2])[0])


def test_nan_is_told() -> None:
    x = torch.randn(5, 3)
    x[2] = float("nan")
    explorer = LSTMExplorer(nn.LSTM(3, 4), x, tab="memory")
    assert explorer._broken == 2
    assert explorer._apart < 1e-6
    assert explorer._memory["reach"] == -1


class Sentences(nn.Module):
    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 4, **options)
        self.first = options.get("batch_first", False)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.lstm(x if self.first else x.transpose(0, 1))[0]
        return found if self.first else found.transpose(0, 1)


@pytest.mark.parametrize("options", [{}, {"batch_first": True}])
def test_inside_a_model_the_layer_opens_on_what_flowed_in(options: dict[str, Any]) -> None:
    model, x = Sentences(**options), torch.randn(5, 7, 3)
    explorer = explore(model, x, sample=3)
    explorer.select("lstm")
    inner = explorer.opened
    assert isinstance(inner, LSTMExplorer)
    assert inner.sequence == 3
    close(inner.states["h"], model(x)[3])
    explorer.sample = 1
    assert isinstance(explorer.opened, LSTMExplorer)
    close(explorer.opened.states["h"], model(x)[1])


def test_inside_a_model_packed_sequences_are_packed_again() -> None:
    class Packed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gru = nn.GRU(3, 4)

        def forward(self, x: Tensor) -> Tensor:
            packed = pack_padded_sequence(x, [2, 5, 3], enforce_sorted=False)
            found: Tensor = self.gru(packed, torch.ones(1, 3, 4))[1]
            return found

    model, x = Packed(), torch.randn(5, 3, 3)
    explorer = explore(model, x)
    explorer.select("gru")
    inner = explorer.opened
    assert isinstance(inner, LSTMExplorer)
    assert inner._net["lengths"] == [2, 5, 3]
    close(inner.states["h"][-1], model(x)[0, 0])


def test_a_users_own_opener_of_lstms_gets_what_the_layer_gets() -> None:
    class Mine(nn.LSTM): ...

    explore.register(Mine, ModelExplorer)
    model = Sentences()
    model.lstm = Mine(3, 4)
    explorer = explore(model, torch.randn(5, 7, 3))
    explorer.select("lstm")
    assert isinstance(explorer.opened, ModelExplorer)


def test_in_chinese() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match=re.escape("step 应为 0 到 4 的整数，得到 9")):
        LSTMExplorer(nn.LSTM(3, 4), torch.randn(5, 3), step=9)
    explorer = LSTMExplorer(nn.LSTM(3, 4))
    assert explorer._notes[0]["zh"].startswith("未给出输入")
