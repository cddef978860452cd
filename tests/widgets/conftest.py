"""Widgets without a kernel: what they send is kept, and the test is their browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import dlwidgets
from dlwidgets.widgets.base import Widget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Line:
    """One end of a widget's connection; it stands where Jupyter's comm would."""

    kernel = "present"
    comm_id = "test"

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self.closed = False

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self._callback = callback

    def send(self, data: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.sent.append((data, buffers or []))

    def close(self) -> None:
        self.closed = True

    def say(
        self,
        cmd: str,
        value: object = None,
        seq: int | None = None,
        buffers: Sequence[bytes] = (),
    ) -> None:
        """Send a command, as a view would."""
        content = {"cmd": cmd, "value": value} | ({} if seq is None else {"seq": seq})
        data = {"method": "custom", "content": content}
        self._callback({"content": {"data": data}, "buffers": list(buffers)})

    def custom(self, kind: str) -> list[tuple[dict[str, Any], list[bytes]]]:
        """Return the custom messages of a kind, with their buffers."""
        messages = [(data["content"], b) for data, b in self.sent if data["method"] == "custom"]
        return [(content, buffers) for content, buffers in messages if content["kind"] == kind]

    def updates(self) -> list[dict[str, Any]]:
        """Return the trait updates."""
        return [data["state"] for data, _ in self.sent if data["method"] == "update"]


@pytest.fixture
def line() -> Line:
    """A connection that keeps what is sent."""
    return Line()


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Close every widget and forget the language."""
    yield
    Widget.close_all()
    dlwidgets.set_language(None)
