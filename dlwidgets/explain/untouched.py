"""Running somebody else's model without leaving a trace in it.

A forward pass may count batches, update statistics, keep a hidden state, draw random numbers. Here
all of that happens to copies.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTAINERS = (dict, list, set)

TORCHS_OWN = frozenset(vars(nn.Module()))
"""Attributes of every module: tables of parameters, buffers, modules and hooks."""


def named_layers(model: nn.Module) -> Iterator[tuple[str, nn.Module, bool]]:
    """Yield ``(path, module, registered)`` for a model and all below it, each module once.

    Modules in a plain list or dict of a module count too, although torch does not know them: their
    parameters reach neither the optimizer nor ``model.to(device)``. They are not ``registered``.
    """
    seen = set()
    for path, module in model.named_modules():
        seen.add(id(module))
        yield path, module, True
    waiting = list(model.named_modules())
    while waiting:
        path, module = waiting.pop(0)
        for name, stray in _in_containers(module):
            where = f"{path}.{name}" if path else name
            for below, part in stray.named_modules(prefix=where):
                if id(part) not in seen:
                    seen.add(id(part))
                    waiting.append((below, part))
                    yield below, part, False


def layer_at(model: nn.Module, path: str) -> nn.Module:
    """Return the module that `named_layers` calls ``path``."""
    return next(module for name, module, _ in named_layers(model) if name == path)


def _in_containers(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, value in vars(module).items():
        if name in TORCHS_OWN:
            continue
        if isinstance(value, dict):
            pairs: Any = value.items()
        elif isinstance(value, (list, tuple)):
            pairs = enumerate(value)
        else:
            continue
        for key, item in pairs:
            if isinstance(item, nn.Module):
                yield f"{name}[{key!r}]", item


def scripted(module: nn.Module) -> bool:
    """Whether a module runs inside TorchScript, where nothing can be watched."""
    return isinstance(module, torch.jit.ScriptModule)


@contextmanager
def untouched(model: nn.Module, *, evaluate: bool) -> Iterator[None]:
    """Let the block run ``model`` without gradients, and put everything back afterwards.

    Kept as they were: the mode of each module, buffers (the very tensors; what a batch norm writes
    goes to copies), attributes that ``forward`` sets, the content of lists and dicts held by the
    modules, hooks, and the random numbers of torch (on the model's devices too), NumPy and Python.
    Not kept: what the model or its hooks do to anything outside the model.

    Args:
        model: any module.
        evaluate: whether the block sees the model as after ``model.eval()``.
    """
    layers = [(m, known) for _, m, known in named_layers(model) if not scripted(m)]
    undo = [_state(module) for module, _ in layers]
    copies: dict[int, torch.Tensor] = {}
    try:
        for module, registered in layers:
            _swap_tensors(module, copies)
            if evaluate and registered:
                module.training = False
        with kept_random(devices(model)), torch.no_grad():
            yield
    finally:
        for restore in undo:
            restore()


def devices(model: nn.Module) -> set[torch.device]:
    """Return where the parameters and buffers of a model are."""
    tensors = [*model.parameters(), *model.buffers()]
    return {tensor.device for tensor in tensors}


def _swap_tensors(module: nn.Module, copies: dict[int, torch.Tensor]) -> None:
    """Give ``module`` copies to write on; a tensor that two modules share stays shared."""
    for table in (module._buffers, vars(module)):  # noqa: SLF001 -- torch offers no other way
        for name, value in table.items():
            if type(value) is torch.Tensor:
                table[name] = copies.setdefault(id(value), value.detach().clone())


def _state(module: nn.Module) -> Callable[[], None]:
    """Return a function that sets all attributes of a module back."""
    attributes = dict(vars(module))
    contents = [
        (value, value.copy()) for value in attributes.values() if isinstance(value, CONTAINERS)
    ]

    def restore() -> None:
        own = vars(module)
        for name in own.keys() - attributes.keys():
            del own[name]
        own.update(attributes)
        for container, content in contents:
            if isinstance(container, list):
                container[:] = content
            else:
                container.clear()
                container.update(content)

    return restore


@contextmanager
def kept_random(places: set[torch.device]) -> Iterator[None]:
    """Let the block draw random numbers as if it never had."""
    cpu, python, legacy = torch.get_rng_state(), random.getstate(), np.random.get_state()  # noqa: NPY002 -- the user's own code may draw from it
    elsewhere = [place for place in places if place.type not in {"cpu", "meta"}]
    # torch.mps has one state for all and takes no device.
    at = [(getattr(torch, p.type), () if p.type == "mps" else (p,)) for p in elsewhere]
    states = [module.get_rng_state(*where) for module, where in at]
    try:
        yield
    finally:
        torch.set_rng_state(cpu)
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002 -- as above
        for (module, where), state in zip(at, states, strict=True):
            module.set_rng_state(state, *where)
