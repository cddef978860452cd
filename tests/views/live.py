"""A widget's real Python behind its real view: the test's process plays the kernel."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.views.conftest import as_json

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from dlwidgets.widgets.base import Widget
    from tests.views.conftest import Stage
    from tests.widgets.conftest import Line

FRONT = {"_esm", "_css"}


def state_of(widget: Widget) -> dict[str, Any]:
    """Return the traits that a view reads."""
    own = {name for name in widget.keys if not name.startswith(("_view", "_model", "_dom"))}
    return {name: getattr(widget, name) for name in own - FRONT - {"layout", "tabbable", "tooltip"}}


class Live:
    """Shows ``widget`` on ``stage``; each message of the view is handled before it is answered."""

    def __init__(self, stage: Stage, widget: Widget, line: Line, **options: Any) -> None:
        self.stage, self.widget, self._line = stage, widget, line
        self._changed: set[str] = set()
        self.commands: list[dict[str, Any]] = []
        widget.observe(lambda change: self._changed.add(change["name"]))
        page = stage.page
        page.expose_function("kernel", self._handle)
        stage.open(state_of(widget), **options)
        page.expose_function("keep", self._keep)
        page.evaluate("stage.connect(window.kernel, window.keep)")

    @property
    def page(self) -> Page:
        """The page."""
        return self.stage.page

    def push(self) -> None:
        """Bring what Python has changed to the page."""
        self.stage.update(**self._news()["own"])

    def _keep(self, state: dict[str, Any]) -> object:
        for name, value in state.items():
            setattr(self.widget, name, value)
        # As in Jupyter, what the view has just saved does not come back to it: by then it may have
        # moved on.
        news = self._news()["own"]
        return as_json({n: v for n, v in news.items() if n not in state or v != state[n]})

    def _handle(self, content: dict[str, Any], packed: list[str]) -> dict[str, Any]:
        self.commands.append(content)
        before = len(self._line.sent)
        buffers = [base64.b64decode(one) for one in packed]
        self._line.say(content["cmd"], content.get("value"), content.get("seq"), buffers)
        answers = [
            [data["content"], as_json(list(parts))]
            for data, parts in self._line.sent[before:]
            if data["method"] == "custom"
        ]
        news = self._news()
        adopted = {}
        child = getattr(self.widget, "opened", None)
        if child is not None:
            adopted[child.model_id] = as_json(state_of(child))
        return {"states": {"own": as_json(news["own"]), "adopted": adopted}, "answers": answers}

    def _news(self) -> dict[str, Any]:
        state = state_of(self.widget)
        own = {name: state[name] for name in self._changed if name in state}
        self._changed.clear()
        return {"own": own}


def assert_silent_once_disposed(live: Live, root: str) -> None:
    """Take the view away, then use all that is left of it: nothing may reach the model."""
    page = live.page
    page.evaluate("root => { window.left = document.querySelector(root) }", root)
    page.evaluate("stage.unmount(); stage.close()")
    assert page.evaluate("stage.model.listeners") == 0
    counts = page.evaluate("[stage.model.sent.length, stage.model.saved.length]")
    page.evaluate(
        "() => { document.body.append(left);"
        " left.querySelectorAll('button').forEach(el => el.click());"
        " left.querySelectorAll('input').forEach("
        "el => { el.value = 0; el.dispatchEvent(new Event('input', {bubbles: true})) }) }"
    )
    live.stage.drawn()
    assert page.evaluate("[stage.model.sent.length, stage.model.saved.length]") == counts
