"""One output replaced in place, as the protocol shows it and as nbclient keeps it."""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

REPO = Path(__file__).resolve().parents[2]

CODE = """
from dlwidgets.kernel import LiveOutput
print("before")
output = LiveOutput()
output.display({"text/plain": "live"})
print("after")
"""


def test_replace_updates_the_same_output_and_clears_nothing(notebook: Any) -> None:
    cell = notebook.execute(CODE + "output.replace({'text/html': '<b>done</b>'})")
    notebook.finish(cell)
    shown = notebook.caused(cell, "display_data")
    updated = notebook.caused(cell, "update_display_data")
    assert [m["content"]["data"] for m in shown] == [{"text/plain": "live"}]
    assert [m["content"]["data"] for m in updated] == [{"text/html": "<b>done</b>"}]
    assert shown[0]["content"]["transient"] == updated[0]["content"]["transient"]
    assert notebook.caused(cell, "clear_output") == []
    assert notebook.printed(cell) == "before\nafter\n"


def test_replace_displays_where_nothing_is(notebook: Any) -> None:
    cell = notebook.execute("LiveOutput().replace({'text/plain': 'result'})")
    notebook.finish(cell)
    shown = notebook.caused(cell, "display_data")
    assert [m["content"]["data"] for m in shown] == [{"text/plain": "result"}]


def test_objects_show_their_own_representation(notebook: Any) -> None:
    cell = notebook.execute(
        "class Shown:\n"
        "    def _repr_mimebundle_(self, **_): return {'text/html': '<i>mine</i>'}\n"
        "output = LiveOutput(); output.display(Shown()); output.replace(Shown())"
    )
    notebook.finish(cell)
    for kind in ("display_data", "update_display_data"):
        [message] = notebook.caused(cell, kind)
        assert message["content"]["data"]["text/html"] == "<i>mine</i>"


def test_nbclient_keeps_what_was_shown_last() -> None:
    cells = [CODE, "output.replace({'text/html': '<b>done</b>', 'text/plain': 'done'})"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    client.execute(env=os.environ | {"PYTHONPATH": str(REPO)})
    outputs = notebook.cells[0].outputs
    assert [o.output_type for o in outputs] == ["stream", "display_data", "stream"]
    assert outputs[1].data == {"text/html": "<b>done</b>", "text/plain": "done"}
    assert notebook.cells[1].outputs == []
