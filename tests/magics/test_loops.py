"""Loops of every kind run as written, counted where they train."""

from __future__ import annotations

import ast
import itertools
import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.magics.loops import Passes, count_loops, counted
from dlwidgets.training import Run, watched
from tests.magics.conftest import LOOP

LOADER = "loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 16)\n"


CHAIN = """
class Trainer:
    def fit(self):
        for a in b: self.one(a)
    def one(self, a): self.two(a)
    def two(self, a): a.backward()
"""


def wrapped(code: str) -> list[str]:
    """Return what the loops run over that are counted, in the order of their lines."""
    tree = count_loops(ast.parse(code))
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)]
    found = [
        (loop.lineno, ast.unparse(loop.iter.args[0]))
        for loop in loops
        if isinstance(loop.iter, ast.Call) and "dlwidgets" in ast.unparse(loop.iter.func)
    ]
    return [text for _, text in sorted(found)]


SUBTLE = """\
seen, queue = [], [3, 2, 1]
for n in queue:
    seen.append(n)
    if n > 1: queue.append(n - 1)
# ---
seen, queue = [], [1, 2, 3, 4]
for n in queue:
    seen.append(n); queue.remove(n)
# ---
seen, d = [], {1: 2}
try:
    for k in d:
        seen.append(k); d[k + 1] = 0
except RuntimeError as error: seen.append(str(error))
# ---
seen, it = [], iter(range(6))
for n in it:
    seen.append(n)
    if n == 2: break
for n in it: seen.append(-n)
# ---
seen = []
def g():
    try:
        for n in range(5): yield n
    finally: seen.append('closed')
for n in g():
    seen.append(n)
    if n == 1: break
seen.append('after')
# ---
seen, g = [], (n for n in range(5))
for n in g:
    seen.append(n)
    if n == 1: break
seen.append(next(g))
# ---
seen = []
class Odd:
    def __iter__(self):
        seen.append('iter'); return self
    def __next__(self):
        seen.append('next')
        if len(seen) > 4: raise StopIteration
    def __len__(self): raise ValueError('no length')
for n in Odd(): seen.append(n)
# ---
seen = []
for n in range(3):
    n += 10; seen.append(n)
seen.append(n)
# ---
seen, n = [], 'kept'
for n in []: seen.append(n)
seen.append(n)
# ---
seen, a = [], [0, 0]
for a[1] in range(3): seen.append(list(a))
# ---
seen = []
for i in range(10 ** 30):
    seen.append(i)
    if i == 2: break
"""


# --- whole loops ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        ("for i in range(4): step()", 4),
        ("for i in range(9):\n    step()\n    if i == 2: break", 3),
        ("for i in range(3):\n    if i: continue\n    step()", 1),
        ("for i in range(2): step()\nelse: step()", 3),
        ("for i in range(0): step()\nelse: step()", 1),
        ("i = 0\nwhile i < 3:\n    step(); i += 1", 3),
        ("while True:\n    step()\n    break", 1),
        ("for k in {'a': 1, 'b': 2}: step()", 2),
        ("for k, v in {'a': 1, 'b': 2}.items(): step()", 2),
        ("for a, b in zip([1, 2, 3], 'ab'): step()", 2),
        ("for i, (a, b) in enumerate(zip(x, y)):\n    if i == 3: break\n    step()", 3),
        ("for i in (j * j for j in range(3)): step()", 3),
        ("for i in {1, 2}: step()", 2),
        ("for c in 'abc': step()", 3),
        ("for row in x[:4]: step()", 4),
        ("import itertools\nfor i in itertools.count():\n    if i == 5: break\n    step()", 5),
        ("[step() for i in range(3)]", 3),
        ("done = list(step() for i in range(3))", 3),
        (LOADER + "for a, b in loader: step()", 4),
        (LOADER + "for e in range(2):\n    for a, b in loader: step()", 8),
        ("for i in range(3):\n    for j in range(i): step()", 3),
        ("def go(n):\n    if n: step(); go(n - 1)\ngo(3)", 3),
        ("def f():\n    def g():\n        for i in range(3): step()\n    g()\nf()", 3),
        ("class T:\n    def fit(self):\n        for i in range(3): step()\nT().fit()", 3),
        ("def gen():\n    for i in range(3):\n        step(); yield i\nlist(gen())", 3),
        ("from tqdm import tqdm\nfor i in tqdm(range(3), disable=True): step()", 3),
        ("try:\n    for i in range(3): step()\nfinally: step()", 4),
        ("with torch.enable_grad():\n    for i in range(3): step()", 3),
        ("if True:\n    for i in range(3): step()", 3),
        ("class Old:\n    def __getitem__(self, i): return [1, 2][i]\nfor i in Old(): step()", 2),
    ],
)  # fmt: skip
def test_loops_of_every_kind(shell: Any, body: str, steps: int) -> None:
    run = shell.train(body)
    assert (run.state, run.steps) == ("finished", steps)


@pytest.mark.parametrize("body", SUBTLE.split("# ---\n"))
def test_they_do_what_they_do_without_the_magic(bare: Any, body: str) -> None:
    bare.run(body)
    plain = bare.names["seen"]
    bare.run(f"%%train\n{body}")
    assert bare.names["seen"] == plain
    assert len(plain) >= 1


def test_a_stop_is_no_exception_of_the_users(shell: Any) -> None:
    run = shell.train(
        "for i in range(9):\n    if i == 2: run.stop()\n    try: step()\n"
        "    except Exception: pass\nafter = 1"
    )
    assert (run.state, run.steps) == ("stopped", 2)
    assert (shell.names["i"], "after" in shell.names) == (2, False)


def test_a_stop_that_is_swallowed_is_said_again_at_each_step(shell: Any) -> None:
    run = shell.train(
        "for i in range(9):\n    if i == 2: run.stop()\n    try: step()\n    except: pass\n"
        "after = 1"
    )
    assert (run.state, run.steps) == ("stopped", 2)
    assert (shell.names["i"], "after" in shell.names) == (8, True)


def test_a_stop_runs_what_stands_in_finally(shell: Any) -> None:
    run = shell.train(
        "tidied = []\nfor i in range(9):\n    try:\n        step()\n        run.stop()\n"
        "    finally: tidied.append(i)"
    )
    assert (run.state, run.steps) == ("stopped", 1)
    assert shell.names["tidied"] == [0, 1]


def test_the_cell_after_a_stop_runs_on_the_same_model(shell: Any) -> None:
    first = shell.train("for i in range(9):\n    step(); run.stop()")
    second = shell.train("for i in range(4): step()")
    assert (first.state, first.steps, second.state, second.steps) == ("stopped", 1, "finished", 4)
    assert second.models == {"model": shell.names["model"]}
    assert len(first.history) == 1


def test_two_watched_cells_in_a_row(shell: Any) -> None:
    first = shell.train(LOOP)
    second = shell.train(LOOP)
    assert first is not second
    assert (first.steps, second.steps) == (5, 5)
    assert first.history["loss"].iloc[-1] > second.history["loss"].iloc[-1]


def test_from_within_a_function(shell: Any) -> None:
    shell.run(
        "def go(n):\n    own = n\n"
        "    get_ipython().run_cell_magic('train', '--out inner', f'for i in range({n}): step()')\n"
        "    return own\ngo(3)"
    )
    assert shell.names["inner"].steps == 3


def test_a_cell_within_a_cell_is_refused(shell: Any) -> None:
    cell = shell.try_("%%train\nget_ipython().run_cell_magic('train', '--out b', 'step()')")
    assert isinstance(cell.error, RuntimeError)
    assert "not one inside another" in str(cell.error)
    assert "b" not in shell.names
    assert cell.printed.count("✗") == 1  # one line, of the outer run


def test_accumulation_closures_and_schedulers(shell: Any) -> None:
    run = shell.train(
        "scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)\n"
        "for i in range(4):\n"
        "    optimizer.zero_grad()\n"
        "    for part in (slice(0, 32), slice(32, 64)):\n"
        "        loss = nn.functional.cross_entropy(model(x[part]), y[part])\n"
        "        (loss / 2).backward()\n"
        "    optimizer.step(); scheduler.step()\n"
    )
    assert run.steps == 4
    assert list(run.history["lr"]) == [0.1, 0.1, 0.05, 0.05]
    run = shell.train(
        "lbfgs = torch.optim.LBFGS(model.parameters(), max_iter=3)\n"
        "def closure():\n"
        "    lbfgs.zero_grad()\n"
        "    loss = nn.functional.cross_entropy(model(x), y)\n"
        "    loss.backward()\n    return loss\n"
        "for i in range(2): lbfgs.step(closure)\n"
    )
    assert run.steps == 2
    assert run.history["loss"].notna().all()


def test_nan_ends_the_cell_before_it_spoils_the_model(shell: Any) -> None:
    cell = shell.run(
        "%%train\nfor i in range(9):\n"
        "    loss = nn.functional.cross_entropy(model(x), y) * (math.nan if i == 3 else 1)\n"
        "    optimizer.zero_grad(); loss.backward(); optimizer.step()\n".replace(
            "math.nan", "float('nan')"
        )
    )
    run = shell.names["run"]
    assert (run.state, run.steps) == ("diverged", 3)
    assert run.diagnosis.text() in cell.printed
    assert all(p.isfinite().all() for p in shell.names["model"].parameters())


# --- progress ---------------------------------------------------------------------------------


def test_epochs_and_progress_come_from_the_loops(shell: Any) -> None:
    run = shell.train(
        LOADER + "seen = []\n"
        "for epoch in range(3):\n"
        "    for a, b in loader:\n"
        "        step()\n"
        "        status = run.status()\n"
        "        seen.append((status.epoch, status.epochs, status.fraction))\n"
        "    for a, b in loader: len(a)\n"  # a test loop
    )
    seen = shell.names["seen"]
    assert [epoch for epoch, *_ in seen] == [1] * 4 + [2] * 4 + [3] * 4
    assert {epochs for _, epochs, _ in seen} == {3}
    fractions = [fraction for *_, fraction in seen]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert math.isclose(fractions[-1], (2 + 3 / 4) / 3)
    assert list(run.history["epoch"]) == [epoch for epoch, *_ in seen]


def test_a_loop_of_unknown_length(shell: Any) -> None:
    shell.train("import itertools\nseen = []\nfor i in itertools.count():\n    step()\n"
                "    seen.append(run.status().fraction)\n    if i == 3: break")  # fmt: skip
    assert shell.names["seen"] == [None] * 4


def test_a_loop_that_comes_again_and_again_tells_nothing_of_the_end(shell: Any) -> None:
    run = shell.train(
        LOADER + "seen = []\n"
        "while len(seen) < 8:\n"
        "    for a, b in loader:\n"
        "        step()\n"
        "        seen.append(run.status().fraction)\n"
    )
    assert shell.names["seen"] == [None] * 8
    assert run.steps == 8


def test_a_while_between_two_loops_leaves_the_outer_one_its_end(shell: Any) -> None:
    shell.train(
        LOADER + "seen = []\n"
        "for epoch in range(2):\n"
        "    left = 2\n"
        "    while left:\n"
        "        left -= 1\n"
        "        for a, b in loader: step()\n"
        "    seen.append(run.status().fraction)\n"
    )
    assert shell.names["seen"] == [0, 0.5]


# --- which loops are counted ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for a in b: f(a)", ["b"]),
        ("for a in b: c = a", []),
        ("for a in b:\n    for c in d: f(c)", ["b", "d"]),
        ("if a:\n    with b:\n        for c in d: f(c)", ["d"]),
        ("for a in b: fs[0](a)", ["b"]),
        ("def g():\n    for a in b: f(a)", ["b"]),
        ("def g():\n    for a in b: yield f(a)", []),
        ("def g():\n    for a in b:\n        o.step(); yield a", ["b"]),
        ("@h\ndef g():\n    for a in b: f(a)", []),
        ("@h\ndef g():\n    for a in b: loss.backward()", ["b"]),
        ("class N:\n    def forward(self, x):\n        for l in self.layers: x = l(x)", []),
        (CHAIN, ["b"]),
        ("class T:\n    def fit(self):\n        def inner():\n            for a in b: f(a)", []),
        ("async def g():\n    for a in b: o.step()", []),
        ("async def g():\n    async for a in b: o.step()", []),
        ("[f(a) for a in b]", []),
        ("while c: f(c)", []),
    ],
)  # fmt: skip
def test_loops_that_may_train_are_counted(code: str, expected: list[str]) -> None:
    assert wrapped(code) == expected


def test_a_module_that_others_compile_stays_as_written(bare: Any) -> None:
    bare.run(
        "%%train\nimport torch\nclass Net(torch.nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.layers = torch.nn.ModuleList([torch.nn.Linear(2, 2) for _ in range(3)])\n"
        "    def forward(self, x):\n        for layer in self.layers:\n            x = layer(x)\n"
        "        return x\nnet = Net()"
    )
    net = bare.names["net"]
    assert "__import__" not in type(net).forward.__code__.co_names
    explained = torch._dynamo.explain(net)(torch.ones(1, 2))
    assert explained.graph_break_count == 0


# --- counting itself --------------------------------------------------------------------------


@given(st.lists(st.integers()), st.integers(0, 20))
def test_counting_takes_neither_more_nor_less(values: list[int], wanted: int) -> None:
    run = Run()
    with watched(run):
        source = iter(values)
        assert list(itertools.islice(counted(source), wanted)) == values[:wanted]
        assert list(source) == values[wanted:]


def test_unwatched_it_is_the_thing_itself() -> None:
    values = [1, 2]
    assert counted(values) is values


@pytest.mark.parametrize("value", [5, None, 1.5, len])
def test_what_can_not_be_looped_over_is_left_to_the_loop(value: Any) -> None:
    with watched(Run()):
        assert counted(value) is value


def test_a_length_that_fails_is_no_length() -> None:
    class Odd(list[int]):
        def __len__(self) -> int:
            raise OSError

    for over in (Odd([1]), itertools.count(), range(10**30)):
        with pytest.raises(TypeError):
            len(Passes(over))
    assert len(Passes([1, 2])) == 2
