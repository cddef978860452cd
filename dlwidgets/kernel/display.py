"""One output of a cell that can be replaced while the cell runs and after it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4


class LiveOutput:
    """One place in a cell's output: shows something now and something else later.

    It is found again by its display id, so prints around it stay where they are, and what
    nbclient or JupyterLab saves is whatever was shown last. Content is a widget or any object
    that IPython can display, or a MIME bundle such as ``{"text/html": "<b>1</b>"}``.
    """

    def __init__(self) -> None:
        self._display_id = uuid4().hex
        self._shown = False

    def display(self, content: object) -> None:
        """Show the content below the cell that runs now."""
        self._publish(content, update=False)

    def replace(self, content: object) -> None:
        """Show the content in place of what is shown; where nothing is, display it."""
        self._publish(content, update=self._shown)

    def _publish(self, content: object, *, update: bool) -> None:
        from IPython.display import display

        display(
            content,
            display_id=self._display_id,
            update=update,
            raw=isinstance(content, Mapping),
        )
        self._shown = True
