"""``%%train`` in a real Jupyter kernel, driven as a notebook drives it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.conftest import Notebook
from tests.magics.conftest import LOOP, SETUP

LIVE = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    notebook = Notebook(Path(sys.executable), tmp_path_factory.mktemp("kernel"))
    notebook.run("%load_ext dlwidgets\ndel train")
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(kernel: Notebook) -> Notebook:
    """A kernel with a small model, its optimizer and data."""
    kernel.run(SETUP)
    return kernel


def shown(notebook: Any, cell: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what a cell displayed: the kind of message and its MIME bundle."""
    return [
        (message["msg_type"], message["content"]["data"])
        for message in notebook.published
        if message["msg_type"] in {"display_data", "update_display_data"}
        and message["parent_header"].get("msg_id") == cell
    ]


def told(notebook: Any, model: str, trait: str) -> list[Any]:
    """Return the values of a trait that the page was told, the first with the widget."""
    states = [
        message["content"]["data"].get("state", {})
        for message in notebook.published
        if message["msg_type"] in {"comm_open", "comm_msg"}
        and message["content"]["comm_id"] == model
    ]
    return [state[trait] for state in states if trait in state]


def models(notebook: Any) -> set[str]:
    """Return the widgets that are open on the page."""
    opened, closed = set(), set()
    for message in notebook.published:
        if message["msg_type"] in {"comm_open", "comm_close"}:
            kind = opened if message["msg_type"] == "comm_open" else closed
            kind.add(message["content"]["comm_id"])
    return opened - closed


def test_a_monitor_while_it_runs_and_a_picture_afterwards(notebook: Any) -> None:
    cell = notebook.execute(f"%%train\n{LOOP}")
    assert notebook.finish(cell)["status"] == "ok"
    (kind, live), (update, static) = shown(notebook, cell)
    assert (kind, update) == ("display_data", "update_display_data")
    assert LIVE in live
    assert LIVE not in static
    assert set(static) == {"text/html", "text/plain", "image/png"}
    assert "finished" in static["text/plain"]
    assert live[LIVE]["model_id"] not in models(notebook)


def test_no_widget_leaves_the_picture_alone(notebook: Any) -> None:
    cell = notebook.execute(f"%%train --no-widget\n{LOOP}")
    notebook.finish(cell)
    ((kind, static),) = shown(notebook, cell)
    assert kind == "display_data"
    assert "text/html" in static


def test_it_is_steered_while_it_runs(notebook: Any) -> None:
    cell = notebook.execute("%%train\nimport itertools\nprint('on', flush=True)\n"
                            "for i in itertools.count():\n    step()")  # fmt: skip
    notebook.until(lambda: shown(notebook, cell))
    (_, live), *_ = shown(notebook, cell)

    def command(cmd: str, value: object = None) -> None:
        data = {"method": "custom", "content": {"cmd": cmd, "value": value, "seq": 1}}
        notebook.send("comm_msg", {"comm_id": live[LIVE]["model_id"], "data": data})

    def state() -> object:
        return [None, *told(notebook, live[LIVE]["model_id"], "state")][-1]

    notebook.until(lambda: "on" in notebook.printed(cell))
    notebook.until(lambda: state() == "running")
    command("pause")
    notebook.until(lambda: state() == "paused")
    command("set", {"name": "lr", "value": 0.0125})
    command("step", 2)
    command("stop")
    queued = notebook.execute("print('queued', run.state, [e.kind for e in run.events])")
    assert notebook.finish(cell, queued)["status"] == "ok"
    said = notebook.printed(queued)
    assert said.startswith("queued stopped")
    assert "'pause', 'set', 'step', 'stop'" in said


def test_a_failed_cell_aborts_those_behind_it(notebook: Any) -> None:
    cell = notebook.execute("%%train\nfor i in range(3):\n    step()\n1 / 0")
    behind = notebook.execute("print('not reached')")
    reply = notebook.finish(cell)
    assert (reply["status"], reply["ename"]) == ("error", "ZeroDivisionError")
    assert notebook.finish(behind)["status"] == "aborted"
    (error,) = notebook.caused(cell, "error")
    assert "dlwidgets" not in "".join(error["content"]["traceback"])
    assert notebook.run("print(run.state, run.steps)") == "failed 3\n"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("%%train\nfor i in range(3)\n    pass", "SyntaxError"),
        ("%%train --epocs 3\npass", "UsageError"),
        ("%%train\nraise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_every_kind_of_failure_is_one_to_the_notebook(notebook: Any, code: str, name: str) -> None:
    cell = notebook.execute(code)
    reply = notebook.finish(cell)
    assert (reply["status"], reply["ename"]) == ("error", name)
    errors = notebook.caused(cell, "error")
    assert len(errors) == (0 if name == "UsageError" else 1)


def test_numbers_in_tracebacks_are_those_of_the_notebook(notebook: Any) -> None:
    cell = notebook.execute("%%train\n\n1 / 0")
    notebook.finish(cell)
    count = notebook.reply(cell)["content"]["execution_count"]
    text = "".join(notebook.caused(cell, "error")[0]["content"]["traceback"])
    plain = "".join(
        part for part in text.split("\x1b[") for part in [part.partition("m")[2] or part]
    )
    assert f"In[{count}]" in plain
    assert "line 3" in plain


def test_a_debugger_finds_the_code_by_the_cells_text(notebook: Any) -> None:
    cell = "%%train --seed 3\n\nimport sys\nname = sys._getframe().f_code.co_filename"
    notebook.run(cell)
    compiler = "get_ipython().compile.get_code_name"
    assert notebook.run(f"print(name == {compiler}({cell!r}, '', 0))") == "True\n"


def test_a_plain_cell_of_the_same_text_keeps_its_own_lines(notebook: Any) -> None:
    body = "def broken():\n    return 1 / 0"
    notebook.run(body)
    notebook.run("plain = broken")
    notebook.run(f"%%train\n{body}")
    for call, line in (("plain()", 2), ("broken()", 3)):
        cell = notebook.execute(call)
        notebook.finish(cell)
        text = "".join(notebook.caused(cell, "error")[0]["content"]["traceback"])
        assert f"{line}\x1b" in text.split("in ")[-1]
        assert "return" in text


def test_the_page_completes_options(notebook: Any) -> None:
    code = "%%train --e"
    request = notebook.send("complete_request", {"code": code, "cursor_pos": len(code)})
    notebook.until(lambda: notebook.reply(request))
    content = notebook.reply(request)["content"]
    assert content["matches"] == ["--epochs", "--every"]
    assert code[content["cursor_start"] : content["cursor_end"]] == "--e"


def test_the_page_shows_help(notebook: Any) -> None:
    code = "%%train"
    request = notebook.send("inspect_request", {"code": code, "cursor_pos": 7, "detail_level": 0})
    notebook.until(lambda: notebook.reply(request))
    content = notebook.reply(request)["content"]
    assert content["found"]
    assert "options of the declarative form" in content["data"]["text/plain"]


def test_running_the_cell_again_closes_the_old_view(notebook: Any) -> None:
    notebook.run(f"%%train\n{LOOP}")
    before = models(notebook)
    shower = notebook.execute("run.show()")
    notebook.finish(shower)
    ((_, again),) = shown(notebook, shower)
    assert again[LIVE]["model_id"] in models(notebook) - before
    notebook.run(f"%%train\n{LOOP}")
    assert models(notebook) == before


def test_shown_again_while_it_runs_both_outputs_end_as_pictures(notebook: Any) -> None:
    cell = notebook.execute("%%train\nstep()\nrun.show()\nstep()")
    notebook.finish(cell)
    displayed = shown(notebook, cell)
    assert [LIVE in data for _, data in displayed] == [True, True, False, False]
    assert displayed[0][1][LIVE]["model_id"] == displayed[1][1][LIVE]["model_id"]


def test_a_view_that_fails_does_not_end_the_training(notebook: Any) -> None:
    notebook.run(
        "from dlwidgets.widgets import base; kept = base.STATIC; base.STATIC = kept / 'no'"
    )
    try:
        cell = notebook.execute(f"%%train\n{LOOP}")
        assert notebook.finish(cell)["status"] == "ok"
        ((_, static),) = shown(notebook, cell)
        assert "finished" in static["text/plain"]
        assert notebook.printed(cell).count("[dlwidgets]") == 1
        assert "expected the bundle static/train_monitor.js" in notebook.printed(cell)
    finally:
        notebook.run("base.STATIC = kept")


def test_after_50_runs_one_is_left(notebook: Any) -> None:
    notebook.run("import gc, weakref; from dlwidgets import Run, TrainMonitor; gc.collect()")
    notebook.run("comms = len(get_ipython().kernel.comm_manager.comms)")
    open_before = models(notebook)
    for i in range(50):
        cell = notebook.execute(f"%%train --show 'model[0].weight'\n{LOOP}")
        assert notebook.finish(cell)["status"] == "ok", i
    count = (
        "gc.collect()\nprint(sum(type(o) is Run for o in gc.get_objects()),"
        " sum(type(o) is TrainMonitor for o in gc.get_objects()),"
        " len(get_ipython().kernel.comm_manager.comms) - comms)"
    )
    assert notebook.run(count) == "1 0 0\n"
    assert models(notebook) == open_before


def test_a_kernel_that_fails_the_self_test_trains_all_the_same(notebook: Any) -> None:
    notebook.run(
        "kernel = get_ipython().kernel; kept = kernel.shell_handlers.pop('comm_info_request')"
    )
    try:
        cell = notebook.execute(f"%%train\n{LOOP}")
        assert notebook.finish(cell)["status"] == "ok"
        (_, live), (_, static) = shown(notebook, cell)
        assert told(notebook, live[LIVE]["model_id"], "_controls") == ["between", "none"]
        assert "text/html" in static
        assert notebook.run("print(run.state, run.steps)") == "finished 5\n"
    finally:
        notebook.run("kernel.shell_handlers['comm_info_request'] = kept")
