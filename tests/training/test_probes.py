from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dlwidgets.training import Run, watched
from dlwidgets.training.frames import KEPT
from dlwidgets.training.metrics import accuracy
from dlwidgets.training.probes import Probe
from tests.training.loops import batch, poll_always, small_net


def code(*expressions: str) -> dict[str, Any]:
    return {text: compile(text, "<probe>", "eval") for text in expressions}


class Probed:
    """A short training with expressions that are looked at between all steps."""

    def __init__(self, log: Mapping[str, Any], show: Mapping[str, Any] | None = None) -> None:
        self.net = small_net(dropout=0.5)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.1)
        self.x, self.y = batch()
        self.run = Run()
        self.space: dict[str, Any] = {"net": self.net, "x": self.x, "y": self.y, "torch": torch}
        self.probe = Probe(self.run, lambda: self.space, log, show or {})
        self.run.subscribe(flush=self.probe, every=0.0)

    def __call__(self, steps: int = 4, *, hurry: bool = True) -> list[nn.Module]:
        after = []
        net = self.net
        if hurry:
            self.run.subscribe(poll=lambda: setattr(self.probe, "_next", 0.0))
        with poll_always(), watched(self.run):
            for i in range(steps):
                self.space["i"] = i
                loss = nn.functional.cross_entropy(net(self.x), self.y)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                after.append({k: v.clone() for k, v in net.state_dict().items()})
        return after


def test_what_is_logged_is_what_the_expression_gives() -> None:
    texts = ["accuracy(net, (x, y))", "mean_loss(net, (x, y), torch.nn.functional.cross_entropy)"]
    probed = Probed(code(*texts, "net[0].weight.sum()", "i * 10"))
    # Each flush comes inside the step, so the values are those right after it.
    twin = small_net()
    expected = []
    for state in probed(4):
        twin.load_state_dict(state)
        with torch.no_grad():
            twin.eval()
            out = twin(probed.x)
            loss = nn.functional.cross_entropy(out, probed.y).item()
            right = (out.argmax(1) == probed.y).float().mean().item()
        expected.append([right, loss, twin[0].weight.sum().item()])
    history = probed.run.history
    np.testing.assert_allclose(
        history[[*texts, "net[0].weight.sum()"]], expected, rtol=1e-6, atol=1e-6
    )
    assert history["i * 10"].tolist() == [0, 10, 20, 30]


def test_what_is_shown_is_kept_up_to_64_frames() -> None:
    probed = Probed({}, code("net[0].weight", "[i, i + 1]"))
    assert list(probed.run.frames) == ["net[0].weight", "[i, i + 1]"]
    probed(70)
    weights, curves = probed.run.frames.values()
    assert len(weights) == len(curves) == KEPT == 64
    assert [frame.step for frame in curves] == list(range(7, 71))
    assert [frame.data.tolist() for frame in curves] == [[[i, i + 1]] for i in range(6, 70)]
    last = probed.net[0].weight.detach().numpy()
    np.testing.assert_array_equal(weights[-1].data, last)
    assert "[i, i + 1]" not in probed.run.history


def test_the_model_is_asked_in_its_own_mode_and_left_in_it() -> None:
    modes = []
    probed = Probed(code("look(net)"))
    probed.space["look"] = lambda net: modes.append((net.training, torch.is_grad_enabled())) or 1.0
    probed(3)
    assert modes == [(True, False)] * 3
    assert probed.net.training
    assert torch.is_grad_enabled()


def test_an_expression_that_raises_says_so_once(capsys: pytest.CaptureFixture[str]) -> None:
    probed = Probed(code("missing + 1", "i"), code("'text'", "net[0].bias"))
    probed(4)
    assert probed.run.state == "finished"
    assert probed.run.history["i"].tolist() == [0, 1, 2, 3]
    assert "missing + 1" not in probed.run.history
    assert len(probed.run.frames["net[0].bias"]) == 4
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "[dlwidgets] missing + 1: NameError: name 'missing' is not defined"
    assert lines[1].startswith("[dlwidgets] 'text': TypeError: show 'text': expected a tensor")
    assert len(lines) == 2


def test_an_expression_that_raises_leaves_the_model_as_it_was() -> None:
    probed = Probed(code("accuracy(net.eval(), (x, y[:2]))"))
    probed(2)
    assert probed.net.training


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_goes_through(error: type[BaseException]) -> None:
    def strike() -> float:
        raise error

    probed = Probed(code("strike()"))
    probed.space["strike"] = strike
    with pytest.raises(error):
        probed(2)
    assert probed.run.state in {"interrupted", "failed"}


def test_expressions_take_a_tenth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("dlwidgets.training.probes.perf_counter", lambda: now[0])
    calls = []

    def slow() -> float:
        calls.append(round(now[0]))
        now[0] += 3.0
        return 1.0

    probed = Probed(code("slow()"))
    probed.space["slow"] = slow

    def pass_a_second() -> None:
        now[0] += 1.0

    probed.run.subscribe(poll=pass_a_second)
    probed(80, hurry=False)
    gaps = np.diff(calls[:-1])
    assert len(gaps) >= 1
    assert (np.abs(gaps - 33) <= 2).all()
    # Asked once more at the end.
    assert probed.run.history["slow()"].iloc[-1] == 1.0


def test_nothing_new_is_asked_of_the_same_step() -> None:
    probed = Probed(code("count()"))
    calls = []
    probed.space["count"] = lambda: calls.append(probed.run.steps) or 1.0
    probed(3)
    assert calls == [1, 2, 3]


def test_names_offered_give_way_to_the_users_own() -> None:
    probed = Probed(code("accuracy(1)"))
    probed.space["accuracy"] = lambda value: value + 41
    probed(1)
    assert probed.run.history["accuracy(1)"].tolist() == [42]
    assert accuracy.__name__ == "accuracy"


def test_a_model_hidden_in_an_object_is_left_alone_too() -> None:
    probed = Probed(code("box['net'].eval()(x).sum()"))
    probed.space["box"] = {"net": probed.space.pop("net")}
    probed(2)
    assert probed.net.training
