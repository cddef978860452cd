"""One JupyterLab and one browser for all; each test has a notebook, a kernel and a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.lab.cells import ANEW, SETUP
from tests.lab.driver import PATIENCE, Lab, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the server reads and writes."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def lab(folder: Path) -> Iterator[Lab]:
    """Serve JupyterLab."""
    with Lab(folder) as lab:
        yield lab


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Keep JupyterLab's own files in one cache."""
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def requests() -> list[str]:
    """Return the addresses that the test's page has asked for."""
    return []


@pytest.fixture
def page(context: BrowserContext, requests: list[str]) -> Iterator[Page]:
    """A fresh page; an uncaught error of ours, or a request to another host, fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    yield page
    page.close()
    # Bundles are loaded from such addresses; what JupyterLab trips over is its own affair.
    assert [error for error in errors if "blob:" in error] == []
    assert abroad(requests) == []


def abroad(addresses: list[str]) -> list[str]:
    """Return those addresses that are not on this machine."""
    places = [urlsplit(address) for address in addresses]
    return [
        place.geturl()
        for place in places
        if place.scheme not in ("data", "blob") and place.hostname != "127.0.0.1"
    ]


@pytest.fixture
def open_notebook(
    lab: Lab, page: Page, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Notebook]]:
    """Return a function that opens a notebook of these cells after the setup, which has run.

    Most tests take turns with one kernel; ``own=True`` starts another.
    """
    name = re.sub(r"\W+", "_", request.node.name.removeprefix("test_")) + ".ipynb"

    def open_notebook(*cells: str, own: bool = False, setup: str = SETUP) -> Notebook:
        lab.write(name, [setup if own else ANEW + setup, *cells])
        if not own:
            lab.lend_kernel(name)
        notebook = Notebook(lab, page, name).open()
        assert notebook.do(0) == ""
        return notebook

    yield open_notebook
    page.goto("about:blank")
    lab.end_kernel(name)
