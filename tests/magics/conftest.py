"""A real IPython shell in this process, fresh names for each test."""

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

import dlwidgets
from dlwidgets.training import hooks

SETUP = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(64, 4), torch.randint(0, 3, (64,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.25), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
def step():
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
"""

LOOP = """
for i in range(5):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
"""


@dataclass(frozen=True)
class Cell:
    """What became of one cell."""

    value: Any  # what was displayed last
    error: BaseException | None
    printed: str  # to both streams

    @property
    def usage(self) -> str:
        """The text of the UsageError that must have ended the cell."""
        assert type(self.error).__name__ == "UsageError", self.printed
        return str(self.error)


class Shell:
    """Cells are run one by one, as in a notebook."""

    def __init__(self, ip: InteractiveShell) -> None:
        self.ip = ip

    @property
    def names(self) -> dict[str, Any]:
        """The user's variables."""
        return self.ip.user_ns

    def try_(self, code: str) -> Cell:
        """Run a cell that may fail."""
        with capture_output() as captured:
            result = self.ip.run_cell(code, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        printed = re.sub(r"\x1b\[[0-9;]*m", "", captured.stdout + captured.stderr)  # colours
        return Cell(result.result, error, printed)

    def run(self, code: str) -> Cell:
        """Run a cell that must not fail."""
        cell = self.try_(code)
        assert cell.error is None, cell.printed
        return cell

    def train(self, body: str = LOOP, line: str = "") -> Any:
        """Run a ``%%train`` cell that must not fail; return its run."""
        self.run(f"%%train {line}\n{body}")
        return self.names["run"]


@pytest.fixture(scope="module")
def ip() -> Iterator[InteractiveShell]:
    """IPython as it starts in a terminal, without its files."""
    config = Config()
    config.HistoryManager.enabled = False
    ip = InteractiveShell.instance(config=config)
    yield ip
    ip.restore_sys_module_state()
    InteractiveShell.clear_instance()


@pytest.fixture
def bare(ip: InteractiveShell) -> Iterator[Shell]:
    """A shell with the extension and no variables; afterwards nothing may be left of a run."""
    handler, backward = signal.getsignal(signal.SIGINT), torch.Tensor.backward
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in one order; and two are slower on nets of this size
    ip.run_line_magic("load_ext", "dlwidgets")
    yield Shell(ip)
    assert hooks.active() is None
    assert torch.Tensor.backward is backward
    assert signal.getsignal(signal.SIGINT) is handler
    ip.run_line_magic("unload_ext", "dlwidgets")
    ip.reset(new_session=True)
    torch.set_num_threads(threads)
    dlwidgets.set_language(None)


@pytest.fixture
def shell(bare: Shell) -> Shell:
    """A shell with a small model, its optimizer and data."""
    bare.run(SETUP)
    return bare
