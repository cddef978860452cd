"""The pump at its edges, on the ipykernel of the tests' own environment unless said otherwise."""

import re
import subprocess
import sys
from typing import Any

import pytest

REASON = "applied between cells; use ■ to interrupt"


def test_a_comm_opened_during_the_cell_is_heard_during_the_cell(notebook: Any) -> None:
    cell = notebook.train("len(seen) == 1")
    comm = {"comm_id": "new", "target_name": "probe", "data": {}}
    opened = notebook.send("comm_open", comm)
    told = notebook.send("comm_msg", {"comm_id": "new", "data": {"value": "fresh"}})
    closed = notebook.send("comm_close", {"comm_id": "new", "data": {}})
    notebook.finish(cell)
    assert "trained ['fresh']" in notebook.printed(cell)
    notebook.until(lambda: notebook.states(closed) == ["busy", "idle"])
    assert [notebook.states(i) for i in (opened, told)] == [["busy", "idle"]] * 2


@pytest.mark.parametrize("notebook", ["7.1.0", "newest"], indirect=True)
def test_a_message_over_a_subshell_is_harmless(notebook: Any) -> None:
    request = notebook.send("create_subshell_request", {}, control=True)
    notebook.until(lambda: notebook.reply(request))
    subshell = notebook.reply(request)["content"]["subshell_id"]
    cell = notebook.train("len(seen) == 10", then="print('after')")
    sent = []
    for value in range(10):
        header = {"subshell_id": subshell} if value % 2 else {}
        content = {"comm_id": "c", "data": {"value": value}}
        sent.append(notebook.send("comm_msg", content, **header))
    notebook.finish(cell)
    assert notebook.printed(cell).endswith("after\n")
    assert notebook.run("print(sorted(seen), pump.cause)") == f"{list(range(10))} \n"
    assert all(notebook.states(i) == ["busy", "idle"] for i in sent)
    end = notebook.send("delete_subshell_request", {"subshell_id": subshell}, control=True)
    notebook.until(lambda: notebook.reply(end))


@pytest.mark.parametrize("notebook", ["here", "6.31.0"], indirect=True)
def test_a_flood_is_handled_whole_and_in_order(notebook: Any) -> None:
    cell = notebook.train("len(seen) == 1000")
    for value in range(1000):
        notebook.tell(value)
    notebook.finish(cell)
    assert notebook.run("print(seen == list(range(1000)), pump.handled)") == "True 1000\n"


@pytest.mark.parametrize("notebook", ["here", "6.31.0"], indirect=True)
def test_an_interrupt_within_a_handler_loses_no_other_message(notebook: Any) -> None:
    notebook.run(
        "def interrupt(message):\n"
        "    heard(message)\n"
        "    if message['content']['data'].get('interrupt'): raise KeyboardInterrupt\n"
        "kernel.comm_manager.get_comm('c').on_msg(interrupt)"
    )
    cell = notebook.train("False")
    sent = [notebook.tell(0, interrupt=True), *(notebook.tell(i) for i in range(1, 5))]
    queued = notebook.execute("1")
    assert notebook.finish(cell)["ename"] == "KeyboardInterrupt"
    assert len(notebook.caused(cell, "error")) == 1
    assert notebook.finish(queued)["status"] == "aborted"
    notebook.until(lambda: all(notebook.states(i) == ["busy", "idle"] for i in sent))
    assert notebook.run("print(seen)") == "[0, 1, 2, 3, 4]\n"


def test_what_a_handler_raises_is_logged_and_training_goes_on(notebook: Any) -> None:
    notebook.run(
        "import logging\n"
        "import asyncio, logging; lines = []\n"
        "class Kept(logging.Handler):\n"
        "    def emit(self, record): lines.append((record.levelname, record.msg))\n"
        "kept = Kept(logging.WARNING); kernel.log.addHandler(kept)\n"
        "def fail(*arguments): raise ValueError('no')\n"
        "async def wait(*arguments): await asyncio.sleep(1)\n"
        "handlers = dict(kernel.shell_handlers)\n"
    )
    swap = "kernel.shell_handlers.update(comm_info_request=fail, kernel_info_request=wait)\n"
    cell = notebook.execute(
        f"{swap}pump = train(lambda: len(lines) >= 2)\n"
        "kernel.shell_handlers.update(handlers); kernel.log.removeHandler(kept)\n"
        "print(lines[0], lines[1][0], pump.handled, pump.cause)"
    )
    notebook.until(lambda: "training" in notebook.printed(cell))
    asked = [notebook.send("comm_info_request", {}), notebook.send("kernel_info_request", {})]
    assert notebook.finish(cell)["status"] == "ok"
    assert notebook.printed(cell).endswith(
        "('ERROR', 'Exception in message handler:') WARNING 2 \n"
    )
    assert [notebook.states(i) for i in asked] == [["busy", "idle"]] * 2


def test_a_handler_that_polls_handles_nothing_within_itself(notebook: Any) -> None:
    notebook.run(
        "def poll(message):\n"
        "    number = message['content']['data']['value']\n"
        "    seen.append(f'begin {number}'); pump.poll(); seen.append(f'end {number}')\n"
        "kernel.comm_manager.get_comm('c').on_msg(poll)"
    )
    cell = notebook.execute(
        "pump = Pump(); print('training', flush=True)\n"
        "while len(seen) < 6: pump.poll()\n"
        "print(seen)"
    )
    notebook.until(lambda: "training" in notebook.printed(cell))
    for value in range(3):
        notebook.tell(value)
    notebook.finish(cell)
    expected = [f"{mark} {i}" for i in range(3) for mark in ("begin", "end")]
    assert notebook.printed(cell) == f"training\n{expected}\n"


def test_a_released_pump_leaves_messages_to_the_kernel(notebook: Any) -> None:
    cell = notebook.execute(
        "pump = Pump(); pump.release(); print('training', flush=True)\n"
        "queued = Pump()\n"
        "while not queued.handled: pump.poll(); before = pump.handled; queued.poll()\n"
        "print(before, pump.handled, pump.live, repr(pump.reason))"
    )
    notebook.until(lambda: "training" in notebook.printed(cell))
    notebook.tell(0)
    notebook.finish(cell)
    assert notebook.printed(cell) == "training\n0 0 False ''\n"


def test_other_threads_cannot_pump(notebook: Any) -> None:
    printed = notebook.run(
        "import threading\n"
        "made = []\n"
        "thread = threading.Thread(target=lambda: made.append(Pump()))\n"
        "thread.start(); thread.join()\n"
        "print(made[0].live, made[0].cause, made[0].reason)"
    )
    assert printed == f"False UnsupportedKernelError: the main thread {REASON}\n"


def test_queued_cells_run_in_the_kernels_own_context(notebook: Any) -> None:
    """Context variables set by a queued cell reach the next as they do without the pump."""
    notebook.run("import decimal")
    set_seven = "decimal.getcontext().prec = 7; print(decimal.getcontext().prec)"
    notebook.run(set_seven)
    plain = notebook.run("print(decimal.getcontext().prec)")
    notebook.run("decimal.getcontext().prec = 28")
    cell = notebook.train("len(seen) == 1")
    queued = notebook.execute(set_seven)
    notebook.tell(0)
    notebook.finish(cell, queued)
    assert notebook.run("print(decimal.getcontext().prec)") == plain


def test_captured_prints_stay_captured(notebook: Any) -> None:
    cell = notebook.execute(
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()) as caught:\n"
        "    pump = Pump(); print('caught'); display('training')\n"
        "    while not seen: pump.poll()\n"
        "print(repr(caught.getvalue()))"
    )
    notebook.until(lambda: notebook.caused(cell, "display_data"))
    notebook.tell(0)
    notebook.finish(cell)
    assert notebook.printed(cell) == r"'caught\nheard 0\n'" + "\n"


def test_plain_python_has_no_pump_and_says_so() -> None:
    code = (
        "from dlwidgets.kernel import Pump; from dlwidgets.language import set_language\n"
        "pump = Pump(); pump.poll(); pump.release()\n"
        "print(pump.live, pump.cause); print(pump.reason); set_language('zh'); print(pump.reason)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    live, english, chinese = run.stdout.splitlines()
    assert live == "False UnsupportedKernelError: a Jupyter kernel"
    assert english == REASON
    assert re.search(r"^在单元之间生效.*■", chinese)
