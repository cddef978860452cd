"""What every test shares: which tests can run here, and where the real data lie."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

TESTS = Path(__file__).resolve().parent
REPO = TESTS.parent

# The data stand beside the checkout, or where the variable says; child processes read it too.
os.environ.setdefault("DLWIDGETS_DATA", str(REPO.parent / "shared" / "data"))

REAL_DATA = Path(os.environ["DLWIDGETS_DATA"])

IN_BROWSER = ("views", "lab")
"""Folders of tests that need a browser."""

left_out = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data; only for tests marked ``realdata``."""
    return REAL_DATA


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one browser to all; it takes the thread's event loop, so whatever needs one is first."""
    from tests.chromium import chromium

    with chromium() as started:
        yield started


def missing(item: pytest.Item) -> str | None:
    """Return what ``item`` needs and this machine lacks."""
    if item.get_closest_marker("realdata") and not REAL_DATA.is_dir():
        return f"realdata: no folder {REAL_DATA} (set DLWIDGETS_DATA)"
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            return "gpu: no CUDA device"
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests by folder; deselect, and count, what cannot run here."""
    kept, gone, reasons = [], [], Counter[str]()
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in IN_BROWSER:
            item.add_marker(folder)
        reason = missing(item)
        if reason is None:
            kept.append(item)
        else:
            gone.append(item)
            reasons[reason] += 1
    config.stash[left_out] = reasons
    if gone:
        config.hook.pytest_deselected(items=gone)
    items[:] = sorted(kept, key=_turn)


def _turn(item: pytest.Item) -> int:
    """Return when a test runs: those with a browser come last, the slowest at the very end."""
    folder = item.path.relative_to(TESTS).parts[0]
    return 1 + IN_BROWSER.index(folder) if folder in IN_BROWSER else 0


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which tests this machine could not run, and why."""
    for reason, count in config.stash.get(left_out, Counter()).items():
        terminalreporter.write_line(f"deselected: {count} marked {reason}", yellow=True)
