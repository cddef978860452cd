"""Gates and states against torch: any module, any options, edits, held gates, memory."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from dlwidgets.explain.recurrent import Ablation, Study, detail, program
from dlwidgets.explain.recurrent.ablation import altered, numbers
from tests.explain.recurrent.nets import called, nets, one_of

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def close(ours: torch.Tensor, theirs: torch.Tensor) -> None:
    limit = TOLERANCE[theirs.dtype]
    torch.testing.assert_close(ours, theirs, rtol=limit, atol=limit, equal_nan=True)


@settings(max_examples=80, deadline=None)
@given(nets(), st.data())
def test_the_states_are_those_of_the_module_whatever_its_options(
    made: tuple[nn.RNNBase, torch.Tensor, Any], data: st.DataObject
) -> None:
    net, x, state = made
    before = copy.deepcopy(net.state_dict())
    mode, drawn = net.training, torch.get_rng_state()
    many = 1 if x.ndim == 2 else x.shape[0 if net.batch_first else 1]
    index = data.draw(st.integers(0, many - 1))
    study = Study(net, x, state, index=index)
    limit = TOLERANCE[x.dtype]
    assert study.difference(0) < limit
    out, end = called(net, x, state)
    close(study.now.input(study.net.layers), one_of(net, out, index))
    ends = end if isinstance(end, tuple) else (end,)
    for row, where in enumerate(study.net.places):
        last = 0 if where[1] else study.steps - 1
        for part, whole in zip("hc", ends, strict=False):
            last_state = whole[row] if x.ndim == 2 else whole[row, index]
            close(study.now.part(where, part)[last], last_state)
    assert net.training is mode
    assert torch.equal(torch.get_rng_state(), drawn)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@settings(max_examples=50, deadline=None)
@given(nets(), st.data())
def test_after_edits_and_with_held_gates_torch_still_agrees(
    made: tuple[nn.RNNBase, torch.Tensor, Any], data: st.DataObject
) -> None:
    net, x, state = made
    study = Study(net, x, state)
    limit = TOLERANCE[x.dtype]
    own = study.base.x.clone()
    for _ in range(2):
        step = data.draw(st.integers(0, study.steps - 1))
        study.edit(step, 0, 1.5)
        own[step, 0] = 1.5
    study.finish()
    # The whole module on the edited sequence: what was kept and what was computed anew.
    fed = own if x.ndim == 2 else own.unsqueeze(0 if net.batch_first else 1)
    if state is not None and x.ndim == 3:
        state = tuple(one[:, :1] for one in state) if isinstance(state, tuple) else state[:, :1]
    close(study.now.input(study.net.layers), one_of(net, called(net, fed, state)[0], 0))

    where = data.draw(st.sampled_from(study.net.places))
    gate = data.draw(st.sampled_from(study.net.gates))
    to = data.draw(st.sampled_from([0, 1, "mean"]))
    unit = data.draw(st.sampled_from([None, 0]))
    since = data.draw(st.integers(0, study.steps - 1))
    study.ablate(Ablation(where, gate, to, unit, since))
    study.finish()
    assert study.difference(study.steps - 1) < limit
    part = study.now.part(where, gate)[since:]
    part = part if unit is None else part[:, :1]
    kept = numbers(study.ablations[0], study.base).values
    close(part, (kept if unit is None else kept[:1]).expand_as(part))
    study.restore()
    assert study.now is study.base


@pytest.mark.parametrize("gate", ["i", "f", "g", "o"])
@pytest.mark.parametrize("to", [0, 1, "mean"])
def test_an_altered_module_of_torch_gives_what_an_ablation_gives(gate: str, to: Any) -> None:
    net = nn.LSTM(3, 4)
    x = torch.randn(6, 3)
    study = Study(net, x)
    study.ablate(Ablation((0, 0), gate, to))
    study.finish()
    w = altered(study.net, study.net.weights[0, 0], [numbers(study.ablations[0], study.base)])
    other = nn.LSTM(3, 4)
    other.load_state_dict(
        {
            "weight_ih_l0": w.w_ih,
            "weight_hh_l0": w.w_hh,
            "bias_ih_l0": w.b_ih,
            "bias_hh_l0": w.b_hh,
        }
    )
    close(study.now.h[0, 0], called(other, x)[0])


def test_a_forget_gate_of_one_and_an_input_gate_of_zero_keep_the_cell_for_ever() -> None:
    study = Study(nn.LSTM(2, 3), torch.randn(9, 2), (torch.zeros(1, 3), torch.ones(1, 3)))
    study.ablate(Ablation((0, 0), "f", 1), Ablation((0, 0), "i", 0))
    study.finish()
    assert torch.equal(study.now.c[0, 0], torch.ones(9, 3))


@settings(max_examples=40, deadline=None)
@given(nets(), st.data())
def test_what_is_remembered_is_what_autograd_says(
    made: tuple[nn.RNNBase, torch.Tensor, Any], data: st.DataObject
) -> None:
    net, x, state = made
    study = Study(net, x, state)
    step = data.draw(st.integers(0, study.steps - 1))
    way = data.draw(st.integers(0, study.net.directions - 1))
    unit = data.draw(st.integers(0, study.net.out - 1))
    top = study.net.layers - 1
    memory = study.memory((top, way), step, unit)

    leaf = x.clone().requires_grad_()
    with torch.enable_grad():
        # In train mode torch would drop what lies between layers.
        out = copy.deepcopy(net).eval()(leaf, state)[0]
        one = one_of(net, out, 0)[step, way * study.net.out + unit]
        (gradient,) = torch.autograd.grad(one, leaf)
    norms = one_of(net, gradient, 0).norm(dim=1)
    last = memory.first + len(memory.gradient)
    close(memory.gradient, norms[memory.first : last])
    assert not norms[last:].any() or study.net.directions == 2


def test_the_product_of_forget_gates_is_the_slope_of_the_cell_along_itself() -> None:
    study = Study(nn.LSTM(2, 3, bidirectional=True).double(), torch.randn(6, 2).double())
    for way, step in ((0, 4), (1, 1)):
        memory = study.memory((0, way), step, 1)
        f = study.base.part((0, way), "f")[:, 1]
        for other in range(6):
            behind = other > step if way == 0 else other < step
            if behind:
                assert memory.product[other].isnan()
                continue
            between = f[other + 1 : step + 1] if way == 0 else f[step:other]
            close(memory.product[other], between.prod())


def test_a_net_that_forgets_at_once_remembers_no_step_back() -> None:
    net = nn.RNN(1, 1)
    with torch.no_grad():
        net.weight_hh_l0.zero_()
    assert Study(net, torch.ones(5, 1)).memory((0, 0), 4, 0).reach == 0


@settings(max_examples=30, deadline=None)
@given(nets(), st.data())
def test_the_sums_of_a_step_are_its_numbers(
    made: tuple[nn.RNNBase, torch.Tensor, Any], data: st.DataObject
) -> None:
    net, x, state = made
    study = Study(net, x, state)
    where = data.draw(st.sampled_from(study.net.places))
    step = data.draw(st.integers(0, study.steps - 1))
    unit = data.draw(st.integers(0, study.net.hidden - 1))
    found = detail(study.now, where, step, unit)
    squash = {"g": torch.tanh, "n": torch.tanh, "h": torch.tanh}
    if study.net.relu:
        squash["h"] = torch.relu
    r = found.sums[0].value
    for one in found.sums:
        back = one.h + one.b_hh
        total = one.x + one.b_ih + (r * back if one.gate == "n" else back)
        value = squash.get(one.gate, torch.sigmoid)(torch.tensor(total))
        assert float(value) == pytest.approx(one.value, abs=1e-5)
    if study.net.kind == "lstm":
        i, f, g, o = (one.value for one in found.sums)
        assert found.c == pytest.approx(f * found.c_before + i * g, abs=1e-5)
        if study.net.out == study.net.hidden:
            assert found.h == pytest.approx(float(o * torch.tensor(found.c).tanh()), abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(nets(), st.data())
def test_the_program_runs_and_prints_what_is_shown(
    made: tuple[nn.RNNBase, torch.Tensor, Any], data: st.DataObject
) -> None:
    net, x, state = made
    study = Study(net, x, state)
    where = data.draw(st.sampled_from(study.net.places))
    step = data.draw(st.integers(0, study.steps - 1))
    if data.draw(st.booleans()):
        gate = data.draw(st.sampled_from(study.net.gates))
        to, unit = data.draw(st.sampled_from([0, 1, "mean"])), data.draw(st.sampled_from([None, 0]))
        study.ablate(Ablation(where, gate, to, unit))
        study.finish()
    names: dict[str, Any] = {"net": net, "print": lambda *_: None}
    exec(program(study, where, step, "net"), names)
    close(names["h_new"], study.now.h[where][step])
    if study.net.kind == "lstm":
        close(names["c_new"], study.now.c[where][step])


@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_cells_take_one_step_or_a_loop_of_them(kind: Any) -> None:
    cell = kind(3, 4)
    xs = torch.randn(5, 2, 3)
    study = Study(cell, xs, index=1)
    with torch.no_grad():
        state = None
        for step, x in enumerate(xs):
            state = cell(x, state)
            h = state[0] if isinstance(state, tuple) else state
            close(study.now.h[0, 0][step], h[1])
    assert study.difference(0) < 1e-6
    exec(program(study, (0, 0), 3, "cell"), {"cell": cell, "print": lambda *_: None})
    assert Study(cell, xs[0]).given.lengths == (1, 1)
    assert Study(cell, xs[0, 0]).steps == 1


def test_packed_sequences_keep_their_lengths_and_their_order() -> None:
    net = nn.GRU(3, 4, bidirectional=True, batch_first=True)
    x = torch.randn(3, 6, 3)
    packed = pack_padded_sequence(x, [2, 6, 4], batch_first=True, enforce_sorted=False)
    for index, steps in enumerate([2, 6, 4]):
        study = Study(net, packed, index=index)
        assert study.steps == steps
        close(study.now.input(1), called(net, x[index, :steps])[0])


def test_an_interrupted_computation_ends_in_the_same_numbers() -> None:
    net, x = nn.LSTM(3, 4, num_layers=2), torch.randn(300, 3)
    study, other = Study(net, x), Study(net, x)
    study.edit(200, 1, 5.0)
    assert not study.advance(0)
    assert study.now is study.base
    study.edit(100, 0, -5.0)
    while not study.advance(0):
        assert 0 <= study.progress < 1
    other.edit(100, 0, -5.0)
    other.edit(200, 1, 5.0)
    other.finish()
    assert torch.equal(study.now.h[1, 0], other.now.h[1, 0])
    assert torch.equal(study.now.c[0, 0][:100], study.base.c[0, 0][:100])


def test_nan_spreads_as_in_torch_and_is_told() -> None:
    net = nn.LSTM(2, 3)
    x = torch.randn(6, 2)
    x[2, 1] = float("nan")
    study = Study(net, x)
    assert study.now.broken == 2
    assert study.difference(5) < 1e-6
    close(study.now.h[0, 0], called(net, x)[0])
    with torch.no_grad():
        net.weight_hh_l0[0, 0] = float("inf")
    assert Study(net, torch.ones(3, 2)).now.broken >= 0


def test_half_precision_is_computed_in_float32_and_says_so() -> None:
    study = Study(nn.LSTM(2, 3).bfloat16(), torch.randn(4, 2))
    assert study.net.dtype == torch.float32
    assert "bfloat16" in study.net.notes[0].en
    assert study.difference(3) < 1e-6
    names = {"m": study.module, "print": lambda *_: None}
    exec(program(study, (0, 0), 2, "m"), names)


def test_a_class_with_a_forward_of_its_own_is_said_to_have_one() -> None:
    class Double(nn.LSTM):
        def forward(self, *args: Any) -> Any:
            out, state = super().forward(*args)
            return 2 * out, state

    study = Study(Double(2, 3), torch.ones(4, 2))
    assert study.net.notes[0].en.startswith("Double has a forward of its own")
    assert study.difference(3) < 1e-6


def test_hooks_of_the_user_do_not_run() -> None:
    net = nn.LSTM(2, 3)
    called: list[object] = []
    net.register_forward_hook(lambda *args: called.append(args))
    Study(net, torch.ones(4, 2)).difference(3)
    assert not called


def test_parametrized_weights_are_those_that_forward_uses() -> None:
    net = nn.LSTM(2, 3)
    nn.utils.parametrizations.weight_norm(net, "weight_hh_l0")
    assert Study(net, torch.randn(4, 2)).difference(3) < 1e-6


def test_inference_mode_changes_nothing() -> None:
    net = nn.LSTM(2, 3)
    with torch.inference_mode():
        study = Study(net, torch.randn(5, 2))
        inside = study.memory((0, 0), 4, 0)
    study.edit(1, 0, 2.0)
    study.finish()
    study.restore()
    assert torch.equal(study.memory((0, 0), 4, 0).gradient, inside.gradient)


def test_of_two_ablations_of_the_same_units_the_later_counts() -> None:
    study = Study(nn.LSTM(2, 3), torch.randn(5, 2))
    one, other = Ablation((0, 0), "f", 0), Ablation((0, 0), "f", 1)
    study.ablate(one, other, Ablation((0, 0), "f", 0.5, 1))
    study.finish()
    assert [held.to for held in study.ablations] == [1, 0.5]
    assert study.now.part((0, 0), "f").unique().tolist() == [0.5, 1]
    assert study.difference(4) < 1e-6


def test_what_a_user_changes_in_the_weights_is_noticed_and_read_again() -> None:
    net = nn.GRU(2, 3)
    study = Study(net, torch.ones(4, 2))
    assert not study.stale
    with torch.no_grad():
        net.weight_ih_l0.mul_(2)
    assert study.stale
    # What is shown is still what torch makes of the weights that were read.
    assert study.difference(3) < 1e-6
    study.edit(1, 0, 3.0)
    study.finish()
    assert study.difference(3) < 1e-6
    study.reread()
    study.choose(0)
    assert not study.stale
    assert study.difference(3) < 1e-6


def test_long_sequences_are_compared_and_followed_in_a_window() -> None:
    study = Study(nn.LSTM(4, 64), torch.randn(4000, 4))
    assert study.difference(2500) < 1e-5
    memory = study.memory((0, 0), 3000, 1)
    assert memory.first == 2501
    assert len(memory.gradient) == 500
    study.ablate(Ablation((0, 0), "f", 1, None, 2990))
    study.finish()
    assert study.difference(2995) < 1e-4


def test_tokens_are_embedded_and_the_embedding_stays() -> None:
    embedding = nn.Embedding(5, 3, max_norm=0.1)
    before = embedding.weight.detach().clone()
    study = Study(nn.LSTM(3, 4), torch.tensor([0, 4, 2]), embedding=embedding)
    assert torch.equal(embedding.weight, before)
    study.speak(1, 3)
    study.finish()
    with torch.no_grad():
        close(study.now.x[1], copy.deepcopy(embedding)(torch.tensor(3)))
    assert torch.equal(study.now.x[0], study.base.x[0])
    study.speak(1, 4)
    assert study.now is study.base


def head_of(kind: str) -> Any:
    linear = nn.Sequential(nn.Linear(4, 2), nn.Dropout())
    return linear if kind == "module" else lambda h: linear[0](h[-1])


@pytest.mark.parametrize(("kind", "shape"), [("module", (6, 2)), ("function", (2,))])
def test_a_head_sees_the_states_and_is_left_alone(kind: str, shape: tuple[int, ...]) -> None:
    head = head_of(kind)
    study = Study(nn.LSTM(3, 4), torch.randn(6, 3), head=head)
    drawn = torch.get_rng_state()
    found = study.output(study.now)
    assert found is not None
    assert tuple(found.shape) == shape
    assert torch.equal(torch.get_rng_state(), drawn)
    if kind == "module":
        assert head.training
        with torch.no_grad():
            torch.testing.assert_close(found.float(), head[0](study.now.h[0, 0]))
