"""The body of ``%%train`` is a cell like any other: names, display, errors, magics."""

from __future__ import annotations

import ast
import gc
import inspect
import re
import sys
from io import StringIO
from typing import Any

import pytest
from IPython.core.debugger import Pdb

from dlwidgets.magics.cell import Body


def lines(printed: str) -> list[str]:
    """Return the places that a traceback names, as ``Cell In[3], line 4``."""
    return re.findall(r"(?:Cell In\[\d+\], line \d+|File [^\s:,]+(?::\d+)?)", printed)


def number(bare: Any) -> int:
    """Return the number in ``In[ ]`` of the next cell."""
    return int(bare.ip.execution_count)


# --- names ------------------------------------------------------------------------------------


def test_names_are_the_users(bare: Any) -> None:
    bare.run("a = 1")
    bare.run("%%train\nb = a + 1\nimport math as m\ndef f(): return b\nclass C: pass")
    assert bare.names["b"] == 2
    assert bare.names["f"]() == 2
    assert bare.names["f"].__module__ == bare.names["C"].__module__ == "__main__"
    assert bare.names["m"].pi > 3


def test_nothing_else_is_added_to_them(shell: Any) -> None:
    before = set(shell.names)
    shell.train()
    new = {name for name in set(shell.names) - before if not name.startswith("_i")}
    assert new == {"i", "loss", "run"}


def test_the_run_is_there_while_the_body_runs(shell: Any) -> None:
    run = shell.train(
        "run.knob('beta', 1.0, 0, 10)\n"
        "for i in range(4):\n"
        "    loss = nn.functional.cross_entropy(model(x), y)\n"
        "    optimizer.zero_grad(); loss.backward(); optimizer.step()\n"
        "    run.log(double=2 * i, beta=run.beta)\n"
        "    if i == 1: run.set(beta=5, lr=0.01)\n"
    )
    assert run.state == "finished"
    assert list(run.history["double"]) == [0, 2, 4, 6]
    # `set` acts at the next step boundary, which is before the third step.
    assert list(run.history["lr"]) == [0.1, 0.1, 0.01, 0.01]
    assert [event.kind for event in run.events] == ["set", "set"]


def test_series_and_knobs_bear_the_users_names(bare: Any) -> None:
    run = bare.train(
        "import torch\n"
        "D, G = torch.nn.Linear(2, 1), torch.nn.Linear(2, 2)\n"
        "optimizer_D = torch.optim.SGD(D.parameters(), lr=0.1)\n"
        "optimizer_G = torch.optim.Adam(G.parameters(), lr=0.2)\n"
        "z = torch.ones(3, 2)\n"
        "for i in range(3):\n"
        "    loss_D = D(G(z).detach()).mean()\n"
        "    optimizer_D.zero_grad(); loss_D.backward(); optimizer_D.step()\n"
        "    loss_G = -D(G(z)).mean()\n"
        "    optimizer_G.zero_grad(); loss_G.backward(); optimizer_G.step()\n"
    )
    assert list(run.history.columns)[:4] == ["step", "seconds", "loss_D", "loss_G"]
    assert {"optimizer_D.lr", "optimizer_G.lr"} <= {knob.name for knob in run.knobs}
    assert set(run.models) == {"D", "G"}
    assert run.steps == 3


def test_out_names_another_variable(shell: Any) -> None:
    shell.run("%%train --out first\nstep()")
    assert shell.names["first"].name == "first"
    assert shell.names["first"].steps == 1
    assert "run" not in shell.names


def test_a_variable_of_the_users_is_not_written_over(shell: Any) -> None:
    shell.run("def run(): return 1")
    assert shell.try_("%%train\nstep()").usage == (
        "%%train: 'run' is a function of yours; keep the run under another name: --out training"
    )
    assert shell.names["run"]() == 1
    shell.run("%%train --out run\nstep()")  # said by name, it is meant
    assert shell.names["run"].steps == 1


@pytest.mark.parametrize(
    "body", ["for run in range(2): step()", "def run(): pass", "import os as run"]
)
def test_a_body_that_needs_the_name_itself(shell: Any, body: str) -> None:
    assert shell.try_(f"%%train\n{body}").usage == (
        "%%train: this cell assigns to 'run'; keep the run under another name: --out training"
    )
    shell.run(f"%%train --out training\n{body}")
    assert shell.names["training"].state == "finished"


def test_what_the_body_binds_is_known(bare: Any) -> None:
    text = (
        "a = b, (c, *d) = 1, (2, 3)\nfor e in []: pass\nwith open('x') as f: pass\n"
        "import g.h, i as j\nfrom k import l\ndef m(local): inner = 1; global n; n = 2\n"
        "class O: attribute = 1\n[p for p in [] if (q := p)]\ntry: pass\nexcept E as r: pass\n"
        "match 1:\n    case {'s': t, **u}: pass\nv += 1\nw: int = 1\nlambda z: z\n"
    )
    body = Body(bare.ip, "", text)
    assert sorted(body.assigned) == sorted("abcdefgjlmnOqrtuvw")
    assert not body.opaque


@pytest.mark.parametrize("text", ["from math import *", "%run x.py", "!ls", "exec('a = 1')"])
def test_some_bodies_bind_what_can_not_be_seen(bare: Any, text: str) -> None:
    assert Body(bare.ip, "", text).opaque


# --- display ----------------------------------------------------------------------------------


def test_a_last_expression_is_displayed(bare: Any) -> None:
    assert bare.run("%%train\na = 20\na + 1").value == 21
    assert bare.names["_"] == 21


def test_a_semicolon_keeps_it_quiet(bare: Any) -> None:
    cell = bare.run("%%train\n20 + 1;")
    assert cell.value is None
    assert "21" not in cell.printed


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("all", ["1", "2", "3"]),
        ("last", ["3"]),
        ("last_expr", ["3"]),
        ("none", []),
        ("last_expr_or_assign", ["3"]),
    ],
)
def test_interactivity_is_that_of_the_shell(bare: Any, mode: str, shown: list[str]) -> None:
    before, bare.ip.ast_node_interactivity = bare.ip.ast_node_interactivity, mode
    try:
        cell = bare.run("%%train --no-widget\n1\n2\n3")
        assert re.findall(r"Out\[\d+\]: (\d)", cell.printed) == shown
        value = bare.run("%%train --no-widget\nb = 4").value
        assert value == (4 if mode == "last_expr_or_assign" else None)
        assert bare.run("%%train --no-widget\nfor b in []: 1").value is None
    finally:
        bare.ip.ast_node_interactivity = before


@pytest.mark.parametrize("body", ["# nothing", "\n\n", "pass", "'a text';", "if 0:\n    x = 1"])
def test_a_body_without_loops(bare: Any, body: str) -> None:
    run = bare.train(body + "\n")
    assert (run.state, run.steps) == ("finished", 0)


def test_an_empty_body(bare: Any) -> None:
    text = "%%train is a cell magic, but the cell body is empty."
    assert bare.try_("%%train").usage.startswith(text)


# --- magics and transformers ------------------------------------------------------------------


def test_magics_and_shell_lines_in_the_body(shell: Any) -> None:
    cell = shell.run(
        "%%train\n%precision 2\nfor i in range(2):\n    %time step()\n    !echo said $i\n"
        "listed = !echo a b\nlisted"
    )
    assert cell.value == ["a b"]
    assert cell.printed.count("CPU times") == 2
    assert shell.names["run"].steps == 2


def test_a_cell_magic_in_the_body(shell: Any) -> None:
    cell = shell.run("%%train\n%%time\nfor i in range(3): step()")
    assert "CPU times" in cell.printed
    assert shell.names["run"].steps == 3


@pytest.mark.parametrize("outer", ["%%time", "%%capture kept"])
def test_within_another_cell_magic(shell: Any, outer: str) -> None:
    shell.run(f"{outer}\n%%train --no-widget\nfor i in range(3): step()\nprint('done')")
    assert (shell.names["run"].state, shell.names["run"].steps) == ("finished", 3)
    assert outer == "%%time" or shell.names["kept"].stdout == "done\n"


def test_the_users_transformers_are_kept(shell: Any) -> None:
    class Doubled(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            return ast.Constant(node.value * 2) if node.value == 21 else node

    doubled = Doubled()

    def shout(text: list[str]) -> list[str]:
        return [line.replace("SHOUT", "print") for line in text]

    shell.ip.ast_transformers.append(doubled)
    shell.ip.input_transformers_cleanup.append(shout)
    try:
        cell = shell.run("%%train\nSHOUT(21)\nfor i in range(2): step()")
        assert cell.printed.startswith("42\n")
        assert shell.ip.ast_transformers == [doubled]
    finally:
        shell.ip.ast_transformers.remove(doubled)
        shell.ip.input_transformers_cleanup.remove(shout)


def test_future_imports_reach_later_cells_as_from_any_cell(bare: Any) -> None:
    flags = bare.ip.compile.flags
    try:
        bare.run("%%train\nfrom __future__ import annotations\ndef f(a: nowhere): pass")
        bare.run("def g(a: nowhere): pass")
        assert bare.names["g"].__annotations__ == {"a": "nowhere"}
    finally:
        bare.ip.compile.flags = flags


# --- functions --------------------------------------------------------------------------------


def test_functions_work_after_the_cell(shell: Any) -> None:
    shell.train("def twice(n):\n    for i in range(n):\n        step()\n    return i\ntwice(2)")
    steps = shell.names["run"].steps
    assert shell.run("twice(3)").value == 2
    assert shell.names["run"].steps == steps == 2


def test_their_source_is_what_was_typed(bare: Any) -> None:
    text = "def f(n):\n    for i in range(n):  # here\n        print(i)\n"
    bare.run(f"%%train\n\n{text}")
    assert inspect.getsource(bare.names["f"]) == text


# --- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", "\n", "\n\n  \n\t\n"])
def test_line_numbers_are_those_of_the_cell(bare: Any, blank: str) -> None:
    here = number(bare)
    cell = bare.try_(f"%%train --seed 1\n{blank}a = 1\nb = 2\n1 / 0\n")
    assert isinstance(cell.error, ZeroDivisionError)
    line = 4 + blank.count("\n")
    assert lines(cell.printed) == [f"Cell In[{here}], line {line}"]
    assert f"----> {line} 1 / 0" in cell.printed
    assert bare.names["run"].state == "failed"


def test_a_traceback_goes_on_below_the_body(bare: Any) -> None:
    here = number(bare)
    bare.run("def earlier(n):\n    return 1 / n")
    cell = bare.try_("%%train\ndef own(n):\n    for i in range(1):\n        earlier(n)\nown(0)")
    assert lines(cell.printed) == [
        f"Cell In[{here + 1}], line 5",
        f"Cell In[{here + 1}], line 4",
        f"Cell In[{here}], line 2",
    ]


def test_it_shows_no_frame_of_ours(shell: Any) -> None:
    for body in (
        "for i in 5: step()",
        "for i in torch.tensor(1): step()",
        "for i in map(lambda n: 1 / n, [1, 0]): step()",
        "loss = torch.ones(2).sum()\nloss.backward()",
        "optimizer.step(lambda: 1 / 0)",
        "raise KeyboardInterrupt",
    ):
        cell = shell.try_(f"%%train --no-widget\n{body}")
        assert cell.error is not None
        assert lines(cell.printed)[0].startswith("Cell In[")
        for inside in ("dlwidgets", "skipping hidden", "run_cell_magic", "exec(code"):
            assert inside not in cell.printed, (body, cell.printed)


def test_an_error_in_the_users_iterator_looks_as_without_the_magic(bare: Any) -> None:
    text = "def f():\n    yield 1\n    raise ValueError\nfor i in f():\n    print(i)"
    plain, magic = bare.try_(f"\n{text}"), bare.try_(f"%%train --no-widget\n{text}")
    found = [re.sub(r"In\[\d+\]", "In[]", place) for place in lines(plain.printed)]
    shown = [re.sub(r"In\[\d+\]", "In[]", place) for place in lines(magic.printed)]
    lifted = [re.sub(r"line (\d+)", lambda m: f"line {int(m[1]) + 1}", one) for one in found]
    assert shown == lifted == ["Cell In[], line 5", "Cell In[], line 4"]


def test_causes_are_shown_as_well(bare: Any) -> None:
    cell = bare.try_(
        "%%train\ntry:\n    1 / 0\nexcept ZeroDivisionError as error:\n"
        "    raise ValueError('bad') from error"
    )
    assert "direct cause" in cell.printed
    assert [place.split(", ")[1] for place in lines(cell.printed)] == ["line 3", "line 5"]


@pytest.mark.parametrize("mode", ["Plain", "Context", "Verbose", "Minimal", "Docs"])
def test_in_every_traceback_mode(bare: Any, mode: str) -> None:
    bare.run(f"%xmode {mode}")
    try:
        cell = bare.try_("%%train\n\n1 / 0")
        assert "ZeroDivisionError: division by zero" in cell.printed
        assert "dlwidgets" not in cell.printed
        assert "Unexpected exception" not in cell.printed
        assert mode == "Minimal" or "line 3" in cell.printed
    finally:
        bare.run("%xmode Context")


def test_tb_shows_it_again(bare: Any) -> None:
    failed = bare.try_("%%train\n1 / 0")
    again = bare.try_("%tb")
    assert lines(again.printed) == lines(failed.printed)


def test_the_debugger_sees_the_users_frames_alone(bare: Any) -> None:
    bare.run("def earlier(n):\n    return 1 / n")
    bare.try_("%%train\nfinding = 7\ndef own(n):\n    earlier(n)\nown(0)")
    out = StringIO()
    debugger = Pdb(stdin=StringIO("p n\nup\nup\np finding\nup\nquit\n"), stdout=out)
    debugger.use_rawinput = False
    debugger.reset()
    debugger.interaction(None, sys.last_value)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert re.findall(r"> \S+\((\d+)\)(\S+)\(", printed) == [
        ("2", "earlier"),
        ("4", "own"),
        ("5", "<module>"),
    ]
    assert re.findall(r"ipdb> (\d)", printed) == ["0", "7"]
    assert "*** all frames above" in printed


def test_an_exception_keeps_its_own_way_of_showing(bare: Any) -> None:
    bare.run("class Own(Exception):\n    def _render_traceback_(self): return ['my own way']")
    assert "\nmy own way\n" in "\n" + bare.try_("%%train\nraise Own").printed


def test_a_failed_cell_is_let_go_of_when_the_next_one_fails(bare: Any) -> None:
    bare.try_(
        "%%train --no-widget\nimport weakref\nclass Big: pass\ndef f():\n"
        "    global held\n    big = Big()\n    held = weakref.ref(big)\n    1 / 0\nf()"
    )
    gc.collect()
    assert bare.names["held"]() is not None  # %debug looks at it
    bare.try_("2 / 0")
    gc.collect()
    assert bare.names["held"]() is None


@pytest.mark.parametrize(
    ("body", "line", "text", "name"),
    [
        ("a = 1\nfor q in range(3)\n    pass", 3, "for q in range(3)", "SyntaxError"),
        ("\n\na = (", 4, "a = (", "SyntaxError"),
        ("if 1:\na = 1", 3, "a = 1", "IndentationError"),
        ("a = 1\nreturn a", 3, "return a", "SyntaxError"),
        ("a = 1\nbreak", 3, "break", "SyntaxError"),
        ("a = 1\nyield a", 3, "yield a", "SyntaxError"),
        ("f(x for x in y, 1)", 2, "f(x for x in y, 1)", "SyntaxError"),
        ("def f(a, a): pass", 2, "def f(a, a): pass", "SyntaxError"),
    ],
)
def test_a_syntax_error_shows_the_cell_alone(
    bare: Any, body: str, line: int, text: str, name: str
) -> None:
    here = number(bare)
    cell = bare.try_(f"%%train\n{body}")
    assert type(cell.error).__name__ == name
    assert isinstance(cell.error.__cause__, SyntaxError)
    assert lines(cell.printed) == [f"Cell In[{here}], line {line}"]
    assert text in cell.printed
    assert f"\n{name}: " in cell.printed
    assert "run" not in bare.names
    assert "dlwidgets" not in cell.printed


@pytest.mark.parametrize(
    "body", ["await f()", "async for i in f(): pass", "if 1:\n  async with f(): pass"]
)
def test_await_says_what_to_do(bare: Any, body: str) -> None:
    cell = bare.try_(f"%%train\n{body}")
    assert type(cell.error).__name__ == "SyntaxError"
    assert "SyntaxError: %%train runs its cell in one go: await only inside async" in cell.printed
    bare.run("%%train\nasync def f():\n    await g()\n    async for i in h(): pass")


def test_leaving_is_not_swallowed(shell: Any) -> None:
    with pytest.warns(UserWarning, match="To exit"):
        cell = shell.try_("%%train\nstep()\nimport sys; sys.exit(3)")
    assert isinstance(cell.error, SystemExit)
    assert shell.names["run"].state == "failed"
    cell = shell.try_("%%train\nstep()\nraise KeyboardInterrupt")
    assert isinstance(cell.error, KeyboardInterrupt)
    assert shell.names["run"].state == "interrupted"


def test_a_failed_cell_keeps_what_it_measured(shell: Any) -> None:
    cell = shell.try_("%%train\nfor i in range(9):\n    step()\n    assert i < 3, 'enough'")
    assert isinstance(cell.error, AssertionError)
    assert shell.names["run"].state == "failed"
    assert len(shell.names["run"].history) == 4
    assert shell.train("step()").steps == 1


def test_the_books_vae_with_a_knob_and_pictures(bare: Any) -> None:
    bare.run(
        "import torch\nfrom torch.nn import functional as F\nfrom dlwidgets.models import VAE\n"
        "torch.manual_seed(0)\ndata = torch.rand(32, 1, 8, 8)"
    )
    bare.run(
        '%%train --seed 0 --every 1e-6 --show "vae.decode(z)"\n'
        "vae = VAE(2, 8, shape=(1, 8, 8))\n"
        "optimizer = torch.optim.Adam(vae.parameters())\n"
        "z = torch.randn(4, 2)\n"
        "run.knob('beta', 1.0, 0, 10)\n"
        "for epoch in range(2):\n"
        "    for x in data.split(16):\n"
        "        x_reconst, mu, log_var = vae(x)\n"
        "        reconst = F.binary_cross_entropy(x_reconst, x, reduction='sum')\n"
        "        kl = -0.5 * (1 + log_var - mu.pow(2) - log_var.exp()).sum()\n"
        "        loss = reconst + run.beta * kl\n"
        "        optimizer.zero_grad(); loss.backward(); optimizer.step()\n"
        "        run.log(kl=kl)\n"
    )
    run = bare.names["run"]
    assert (run.state, run.steps) == ("finished", 4)
    assert run.history[["loss", "kl", "beta"]].notna().all(axis=None)
    assert run.frames["vae.decode(z)"][-1].kind == "image"


def test_the_books_gan_shows_what_g_draws(bare: Any) -> None:
    bare.run(
        "import torch\nfrom torch import nn\n"
        "from dlwidgets.models import Discriminator, Generator\n"
        "torch.manual_seed(0)\ndata = 2 * torch.rand(32, 1, 8, 8) - 1\ncriterion = nn.BCELoss()"
    )
    bare.run(
        '%%train --seed 0 --every 1e-6 --show "G(z)"\n'
        "G, D = Generator(4, 8, (1, 8, 8)), Discriminator(8, (1, 8, 8))\n"
        "optimizer_D = torch.optim.Adam(D.parameters(), lr=2e-4)\n"
        "optimizer_G = torch.optim.Adam(G.parameters(), lr=1e-3)\n"
        "for epoch in range(2):\n"
        "    for images in data.split(16):\n"
        "        real_labels, fake_labels = torch.ones(16, 1), torch.zeros(16, 1)\n"
        "        z = torch.randn(16, 4)\n"
        "        d_loss = criterion(D(images), real_labels) + "
        "criterion(D(G(z).detach()), fake_labels)\n"
        "        optimizer_D.zero_grad(); d_loss.backward(); optimizer_D.step()\n"
        "        g_loss = criterion(D(G(z)), real_labels)\n"
        "        optimizer_G.zero_grad(); g_loss.backward(); optimizer_G.step()\n"
    )
    run = bare.names["run"]
    assert (run.state, run.steps) == ("finished", 4)
    assert run.history[["d_loss", "g_loss"]].notna().all(axis=None)
    assert set(run.models) == {"G", "D"}
    assert {"optimizer_D.lr", "optimizer_G.lr"} <= {knob.name for knob in run.knobs}
    assert run.frames["G(z)"][-1].kind == "image"
