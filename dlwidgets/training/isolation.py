"""Looking at a model without leaving a trace."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import nn


@contextmanager
def isolated(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Run a block without gradients that changes no random state, buffer or mode.

    Batch norm's running statistics, ``training`` flags, and the random generators of torch,
    NumPy and Python are afterwards what they were before, also when the block raises.
    """
    parts = {id(part): part for module in modules for part in module.modules()}.values()
    modes = [(part, part.training) for part in parts]
    buffers = [
        (part, name, held, held.clone())
        for part in parts
        for name, held in part.named_buffers(recurse=False)
    ]
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 -- the user's code may use it
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    try:
        with torch.random.fork_rng(devices), torch.no_grad():
            yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002 -- as above
        for part, mode in modes:
            part.training = mode
        for part, name, held, kept in buffers:
            # Through data, since a graph that saved the buffer would otherwise call it changed.
            held.data.copy_(kept)
            if getattr(part, name) is not held:
                setattr(part, name, held)
