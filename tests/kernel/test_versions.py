"""What training relies on, on each generation of ipykernel."""

from typing import Any

import pytest

pytestmark = pytest.mark.parametrize(
    "notebook", ["here", "6.31.0", "7.1.0", "newest"], indirect=True
)


def test_five_of_five_messages_arrive_during_the_cell(notebook: Any) -> None:
    cell = notebook.train("len(seen) == 5")
    sent = [notebook.tell(value) for value in range(5)]
    notebook.finish(cell)
    assert "trained [0, 1, 2, 3, 4]" in notebook.printed(cell)
    end = notebook.published.index(notebook.caused(cell, "status")[-1])
    for value, request in enumerate(sent):
        assert notebook.states(request) == ["busy", "idle"]
        assert notebook.printed(request) == f"heard {value}\n"
        assert notebook.published.index(notebook.caused(request, "status")[-1]) < end


def test_prints_of_the_cell_stay_in_the_cell(notebook: Any) -> None:
    loop = "(print('step', end=' '), len(seen) == 3)[1]"
    cell = notebook.train(loop, then="print('after'); display('shown'); 'result'")
    for value in range(3):
        notebook.tell(value)
    notebook.finish(cell)
    printed = notebook.printed(cell)
    assert printed.startswith("training\nstep ")
    assert printed.endswith("trained [0, 1, 2]\nafter\n")
    assert "heard" not in printed
    assert len(notebook.caused(cell, "display_data")) == 1
    assert len(notebook.caused(cell, "execute_result")) == 1


def test_the_cell_is_reported_busy_again(notebook: Any) -> None:
    cell = notebook.train("len(seen) == 1")
    told = notebook.tell(0)
    notebook.finish(cell)
    states = [
        (m["content"]["execution_state"], m["parent_header"]["msg_id"])
        for m in notebook.published
        if m["msg_type"] == "status" and m["parent_header"].get("msg_id") in (cell, told)
    ]
    expected = [("busy", cell), ("busy", told), ("idle", told), ("busy", cell), ("idle", cell)]
    assert states == expected


def test_requests_about_the_kernel_are_answered_during_the_cell(notebook: Any) -> None:
    cell = notebook.train("len(seen) == 1")
    asked = [notebook.send("kernel_info_request", {}), notebook.send("comm_info_request", {})]
    notebook.until(lambda: all(notebook.reply(request) for request in asked))
    assert notebook.reply(cell) is None
    assert notebook.reply(asked[0])["content"]["language_info"]["name"] == "python"
    assert notebook.reply(asked[1])["content"]["comms"] == {"c": {"target_name": "probe"}}
    notebook.tell(0)
    notebook.finish(cell)


def test_queued_cells_run_afterwards_in_order(notebook: Any) -> None:
    notebook.run("order = []")
    cell = notebook.execute("pump = train(lambda: len(seen) == 20)\norder.append('cell')")
    queued = [notebook.execute(f"order.append({value})") for value in range(20)]
    notebook.until(lambda: "training" in notebook.printed(cell))
    for value in range(20, 40):
        queued.append(notebook.execute(f"order.append({value})"))
        notebook.tell(value)
    queued.append(notebook.execute("order.append('last')"))
    completion = notebook.send("complete_request", {"code": "ord", "cursor_pos": 3})
    notebook.finish(cell, *queued)
    notebook.finish(completion)
    assert notebook.run("print(seen == list(range(20, 40)), pump.handled)") == "True 20\n"
    assert notebook.run("print(order)") == f"{['cell', *range(40), 'last']}\n"
    answered = [m["parent_header"]["msg_id"] for m in notebook.replies]
    assert [i for i in answered if i in {cell, *queued, completion}] == [cell, *queued, completion]


def test_a_failing_cell_stops_the_queue(notebook: Any) -> None:
    notebook.run("ran = []")
    cell = notebook.train("len(seen) == 2", then="1 / 0")
    queued = [notebook.execute("ran.append(1)"), notebook.execute("ran.append(2)")]
    notebook.tell(0)
    queued.append(notebook.execute("ran.append(3)"))
    notebook.tell(1)
    content = notebook.finish(cell)
    assert (content["status"], content["ename"]) == ("error", "ZeroDivisionError")
    for request in queued:
        assert notebook.finish(request)["status"] == "aborted"
    assert notebook.run("print(ran)") == "[]\n"


def test_a_failing_handler_leaves_training_going(notebook: Any) -> None:
    cell = notebook.train("len(seen) == 2")
    failed = notebook.tell(0, fail=True)
    notebook.tell(1)
    assert notebook.finish(cell)["status"] == "ok"
    assert "trained [0, 1]" in notebook.printed(cell)
    assert notebook.states(failed) == ["busy", "idle"]
    assert notebook.run("print(pump.handled, repr(pump.reason))") == "2 ''\n"


def test_first_interrupt_asks_second_insists(notebook: Any) -> None:
    notebook.run("import select, signal; asked = []")
    found = notebook.run("print(signal.getsignal(signal.SIGINT))")
    cell = notebook.execute(
        "with Interrupts(lambda: asked.append('asked')):\n"
        "    print('blocked', flush=True)\n"
        "    while not asked: select.select([], [], [], 1)\n"
        "    print(asked, flush=True)\n"
        "    while True: select.select([], [], [], 1)\n"
    )
    notebook.until(lambda: "blocked" in notebook.printed(cell))
    notebook.manager.interrupt_kernel()
    notebook.until(lambda: "['asked']" in notebook.printed(cell))
    notebook.manager.interrupt_kernel()
    assert notebook.finish(cell)["ename"] == "KeyboardInterrupt"
    assert notebook.run("print(signal.getsignal(signal.SIGINT))") == found


def test_an_interrupt_after_the_block_is_the_kernels_own(notebook: Any) -> None:
    notebook.run("import select\nwith Interrupts(print): pass")
    cell = notebook.execute(
        "print('blocked', flush=True)\nwhile True: select.select([], [], [], 1)"
    )
    notebook.until(lambda: "blocked" in notebook.printed(cell))
    notebook.manager.interrupt_kernel()
    assert notebook.finish(cell)["ename"] == "KeyboardInterrupt"
    assert notebook.run("print('next cell')") == "next cell\n"


def test_a_kernel_with_a_part_missing_trains_all_the_same(notebook: Any) -> None:
    handlers = "handlers = kernel.shell_handlers.copy(); del kernel.shell_handlers['comm_open']"
    notebook.run(handlers)
    cell = notebook.train("time.monotonic() > 0")
    notebook.finish(cell)
    notebook.run("kernel.shell_handlers.update(handlers)")
    assert notebook.run("print(pump.reason, pump.handled)") == (
        "applied between cells; use ■ to interrupt 0\n"
    )
    assert notebook.run("print(pump.cause)").endswith(": a handler for comm_open\n")


def test_a_kernel_that_breaks_in_mid_run_is_told_once(notebook: Any) -> None:
    cell = notebook.execute(
        "pump = Pump(); steps = []\n"
        "print('training', flush=True)\n"
        "publish, kernel._publish_status = kernel._publish_status, None\n"
        "end = time.monotonic() + 30\n"
        "while pump.live and time.monotonic() < end: pump.poll()\n"
        "for _ in range(1000): pump.poll(); steps.append(pump.live)\n"
        "kernel._publish_status = publish\n"
        "print(set(steps), pump.reason)\n"
    )
    notebook.until(lambda: "training" in notebook.printed(cell))
    notebook.tell(0)
    assert notebook.finish(cell)["status"] == "ok"
    printed = notebook.printed(cell)
    assert "{False} applied between cells; use ■ to interrupt" in printed
    assert printed.count("[dlwidgets] controls: applied between cells") == 1


def test_the_environment_is_a_notebook(notebook: Any) -> None:
    assert notebook.run("print(environment())") == "notebook\n"
