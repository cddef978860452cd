"""Two identical seeds give bit-identical results with and without a watch."""

import copy
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dlwidgets.training import Run, watched
from dlwidgets.training.isolation import isolated
from dlwidgets.training.probes import Probe
from tests.training.loops import assert_no_hooks, poll_always


class Net(nn.Module):
    """Everything that keeps a state or draws random numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.utils.parametrizations.spectral_norm(nn.Linear(6, 16))
        self.norm = nn.BatchNorm1d(16)
        self.drop = nn.Dropout(0.3)
        self.last = nn.Linear(16, 3)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls = self.calls + 1
        noise = random.random() + np.random.rand()  # noqa: NPY002 -- as in old code
        x = torch.relu(self.norm(self.first(x + noise)))
        return self.last(self.drop(x) * torch.rand(()))


def fingerprint(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.numpy(force=True).tobytes(), str(value.dtype), tuple(value.shape)
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if isinstance(value, dict):
        return {key: fingerprint(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [fingerprint(item) for item in value]
    return value


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-3),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, amsgrad=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, centered=True),
    "lbfgs": lambda p: torch.optim.LBFGS(p, lr=0.1, max_iter=3),
}


def train(kind: str, around: Any) -> Any:
    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002 -- as in old code
    random.seed(3)
    x, y = torch.randn(50, 6), torch.randint(0, 3, (50,))
    loader = DataLoader(TensorDataset(x, y), 8, shuffle=True)
    model = Net()
    optimizer = OPTIMIZERS[kind](model.parameters())
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5)
    losses = []
    with around(model):
        for _ in range(3):
            for xs, ys in loader:

                def closure(xs: torch.Tensor = xs, ys: torch.Tensor = ys) -> torch.Tensor:
                    optimizer.zero_grad()
                    loss = nn.functional.cross_entropy(model(xs), ys)
                    loss.backward()
                    return loss

                if kind == "lbfgs":
                    losses.append(optimizer.step(closure).item())
                else:
                    losses.append(closure().item())
                    optimizer.step()
            scheduler.step()
    return fingerprint(
        [
            losses,
            model.state_dict(),
            [m.training for m in model.modules()],
            optimizer.state_dict(),
            scheduler.state_dict(),
            torch.get_rng_state(),
            np.random.get_state(),  # noqa: NPY002 -- as in old code
            random.getstate(),
            [p.grad for p in model.parameters()],
        ]
    )


@contextmanager
def watching(model: nn.Module) -> Iterator[None]:
    run = Run()
    x = torch.ones(5, 6)
    log = {"out": compile("model(x).mean()", "log", "eval")}
    log["acc"] = compile("accuracy(model, (x, y))", "log", "eval")
    show = {"picture": compile("model(x)", "show", "eval")}
    space = {"model": model, "x": x, "y": torch.zeros(5, dtype=torch.int64)}
    probe = Probe(run, lambda: space, log, show)
    run.subscribe(flush=probe, every=0.0)

    def everything() -> None:
        probe._next = 0.0
        run.chart()
        run.status()
        assert len(run.history) == run.steps

    run.subscribe(poll=everything)
    with poll_always(), watched(run):
        yield
    assert run.history["out"].notna().all()
    assert len(run.frames["picture"]) > 5
    assert run.state == "finished"


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_same_bits_with_and_without(kind: str) -> None:
    bare = train(kind, lambda _model: nullcontext())
    assert train(kind, watching) == bare
    assert_no_hooks()


def test_a_graph_that_waits_over_a_probe_can_still_be_differentiated() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1))
    model.eval()
    x = torch.randn(4, 3)
    loss = model(x).sum()
    with isolated([model]):
        model.train()
        model(x + 5)
    loss.backward()
    assert not model[0].training
    assert model[0].running_mean.tolist() == [0, 0, 0]
    assert model[0].num_batches_tracked.item() == 0


def test_isolation_holds_when_the_block_raises() -> None:
    model = Net()
    states = model.state_dict(), torch.get_rng_state(), random.getstate()
    before = fingerprint(copy.deepcopy(states))

    def disturb() -> None:
        assert not torch.is_grad_enabled()
        model.eval()
        model(torch.ones(2, 6))
        torch.rand(3)
        random.random()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), isolated([model]):
        disturb()
    assert torch.is_grad_enabled()
    assert model.training
    assert fingerprint([model.state_dict(), torch.get_rng_state(), random.getstate()]) == before


def test_a_model_that_is_copied_or_saved_in_mid_run_knows_nothing_of_it() -> None:
    model = nn.Sequential(nn.Linear(3, 3))
    bare = io.BytesIO()
    torch.save(model, bare)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with watched(Run()):
        loss = model(torch.ones(1, 3)).sum()
        loss.backward()
        optimizer.step()
        model.zero_grad()
        copied, saved = copy.deepcopy(model), io.BytesIO()
        torch.save(model, saved)
    assert copied.__dict__.keys() == model.__dict__.keys()
    assert not copied._forward_pre_hooks
    assert b"dlwidgets" not in saved.getvalue()
    assert len(saved.getvalue()) == len(bare.getvalue())
