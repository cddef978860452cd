"""The real bundles in headless Chromium, in the host page, without Jupyter."""

from __future__ import annotations

import base64
import functools
import http.server
import importlib.util
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from playwright.sync_api import Browser, Page

FRONTEND = Path(__file__).parents[2] / "dlwidgets" / "frontend"


def load(path: Path) -> ModuleType:
    """Import a file that belongs to no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_json(value: object) -> object:
    """Return ``value`` for the page: arrays packed, bytes as ``{base64: …}``."""
    packed = wire.encode(value)

    def walk(item: object) -> object:
        if isinstance(item, (bytes, memoryview)):
            return {"base64": base64.b64encode(item).decode()}
        if isinstance(item, dict):
            return {key: walk(inner) for key, inner in item.items()}
        return [walk(inner) for inner in item] if isinstance(item, list) else item

    return walk(packed)


class Stage:
    """The host page: the test is the kernel of the widget that it shows."""

    def __init__(self, page: Page, address: str, widget: str) -> None:
        self.page, self._address, self._widget = page, address, widget
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))

    def open(
        self, state: dict[str, object], *, page_language: str = "en", answering: bool = True
    ) -> Page:
        """Show a widget in ``state``; commands are acknowledged if ``answering``."""
        self.page.goto(f"{self._address}/{self._widget}/")
        self.page.wait_for_selector("html[data-ready]")
        self.page.evaluate("code => { document.documentElement.lang = code }", page_language)
        self.page.evaluate("([s, a]) => stage.open(s, a)", [as_json(state), answering])
        self.mount()
        return self.page

    def mount(self) -> None:
        """Add a view."""
        self.page.evaluate("stage.mount(); stage.drawn()")

    def update(self, **state: object) -> None:
        """Change traits, as Python would."""
        self.page.evaluate("s => { stage.update(s); return stage.drawn() }", as_json(state))

    def receive(self, content: dict[str, object], *buffers: bytes) -> None:
        """Send a custom message, as Python would."""
        self.page.evaluate(
            "([c, b]) => { stage.receive(c, b); return stage.drawn() }",
            [content, as_json(list(buffers))],
        )

    def sent(self, *names: str) -> list[dict[str, Any]]:
        """Return the messages of the view, those called ``names`` if any are given."""
        found: list[dict[str, Any]] = self.page.evaluate("stage.model.sent")
        return [message for message in found if not names or message["cmd"] in names]

    def drawn(self) -> None:
        """Wait until all changes are on the page."""
        self.page.evaluate("stage.drawn()")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve each bundle with the host page in a folder of its own, on loopback.

    They are built here, as the package build does it, so that no stale one is ever tested.
    """
    folder = tmp_path_factory.mktemp("views")
    build = load(FRONTEND / "hatch_build.py")
    host = build.bundle(build.find_deno(), FRONTEND / "src" / "lib" / "host.ts")
    for file, content in build.bundles().items():
        name, _, suffix = file.partition(".")
        (folder / name).mkdir(exist_ok=True)
        (folder / name / f"widget.{suffix}").write_bytes(content)
        (folder / name / "host.js").write_bytes(host)
        shutil.copy(Path(__file__).with_name("host.html"), folder / name / "index.html")
    handler = functools.partial(Silent, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, *_values: object) -> None:
        """Say nothing."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1280 by 720; an uncaught error in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def states() -> ModuleType:
    """Return the recorded states of a training monitor."""
    return load(Path(__file__).with_name("monitor_states.py"))


@pytest.fixture
def new_stage(page: Page, address: str) -> Callable[[str], Stage]:
    """Return a function that makes a stage for the widget of a name."""
    return lambda widget: Stage(page, address, widget)
