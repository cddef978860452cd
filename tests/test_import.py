"""Each test runs in a fresh interpreter, since imports cannot be undone in this one."""

import json
import subprocess
import sys
from typing import Any

import pytest

import dlwidgets

SHELL = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
# IPython imports its own magics at their first use: let that be over before anything is compared.
shell.run_line_magic("unload_ext", "dlwidgets")

def held():
    events, magics = shell.events.callbacks, shell.magics_manager.magics
    return {
        "magics": {kind: {n: id(f) for n, f in table.items()} for kind, table in magics.items()},
        "registry": {n: id(o) for n, o in shell.magics_manager.registry.items()},
        "configurables": [id(o) for o in shell.configurables],
        "names": {n: id(o) for n, o in shell.user_ns.items()},
        "hidden": sorted(shell.user_ns_hidden),
        "events": {n: [id(f) for f in fs] for n, fs in events.items()},
        "hooks": sorted(shell.hooks),
        "completers": [id(f) for f in shell.Completer.custom_matchers],
        "transformers": [
            len(shell.input_transformers_cleanup),
            len(shell.input_transformers_post),
            len(shell.ast_transformers),
        ],
        "excepthooks": [id(sys.excepthook), id(shell.CustomTB)],
    }
"""


def fresh(code: str) -> Any:
    """Run ``code`` in a new interpreter and return the JSON that it printed last."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_import_and_load_bring_in_neither_torch_nor_pandas() -> None:
    loaded = fresh(
        SHELL
        + """
before = set(sys.modules)
shell.run_line_magic("load_ext", "dlwidgets")
assert "train" in shell.magics_manager.magics["cell"]
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    )
    assert "dlwidgets.magics.train" in loaded
    heavy = {"torch", "pandas", "numpy", "matplotlib", "sklearn", "anywidget", "ipywidgets"}
    assert heavy.intersection(loaded) == set()


def test_unload_leaves_nothing_behind() -> None:
    before, after = fresh(
        SHELL
        + """
before = held()
shell.run_line_magic("load_ext", "dlwidgets")
during = held()
shell.run_line_magic("unload_ext", "dlwidgets")
assert during["magics"] != before["magics"] and "dlwidgets" in during["names"]
print(json.dumps([before, held()]))
"""
    )
    assert after == before


def test_reload_leaves_one_of_everything() -> None:
    once, often, after = fresh(
        SHELL
        + """
def sizes():
    return {key: len(value) for key, value in held().items()}
shell.run_line_magic("load_ext", "dlwidgets")
once = sizes()
for _ in range(3):
    shell.run_line_magic("reload_ext", "dlwidgets")
often = sizes()
shell.run_line_magic("unload_ext", "dlwidgets")
print(json.dumps([once, often, sizes()]))
"""
    )
    assert often == once
    assert after["names"] == once["names"] - 2  # dlwidgets and explore
    assert after["configurables"] == once["configurables"] - 2  # one a class of magics


def test_what_the_user_had_under_the_same_names_comes_back() -> None:
    before, during, after = fresh(
        SHELL
        + """
shell.user_ns["dlwidgets"] = "mine"
shell.register_magic_function(lambda line, cell: "theirs", "cell", "train")
def mine():
    magic = shell.magics_manager.magics["cell"]["train"]
    return [shell.user_ns["dlwidgets"], getattr(magic, "__self__", None) is None]
before = mine()
shell.run_line_magic("load_ext", "dlwidgets")
during = mine()
shell.run_line_magic("unload_ext", "dlwidgets")
print(json.dumps([before, during, mine()]))
"""
    )
    assert before == ["mine", True]
    assert during == ["mine", False]
    assert after == before


def test_what_replaced_ours_stays() -> None:
    name, magic = fresh(
        SHELL
        + """
shell.run_line_magic("load_ext", "dlwidgets")
shell.user_ns["dlwidgets"] = "mine"
shell.register_magic_function(lambda line, cell: "newer", "cell", "train")
shell.run_line_magic("unload_ext", "dlwidgets")
print(json.dumps([shell.user_ns["dlwidgets"], shell.run_cell_magic("train", "", "pass")]))
"""
    )
    assert name == "mine"
    assert magic == "newer"


def test_the_first_cell_needs_no_import() -> None:
    text = fresh(
        SHELL
        + """
result = shell.run_cell("%load_ext dlwidgets\\ndlwidgets.data.digits()")
print(json.dumps(repr(result.result)))
"""
    )
    assert text == (
        "Dataset digits: 1,437 train + 360 test, x 1×28×28 float32 in [0, 1], 10 classes"
    )


def test_every_public_name_is_there_and_completes() -> None:
    for name in dlwidgets.__all__:
        assert getattr(dlwidgets, name) is not None
    assert set(dlwidgets.__all__) <= set(dir(dlwidgets))


def test_a_misspelt_name_is_put_right() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'trian'\. Did you mean 'train'\?"):
        _ = dlwidgets.trian
    with pytest.raises(AttributeError, match=r"no attribute 'mnsit'\. Did you mean 'mnist'\?"):
        _ = dlwidgets.data.mnsit
    with pytest.raises(AttributeError, match=r"no attribute 'LeNet'\. Did you mean 'LeNet5'\?"):
        _ = dlwidgets.models.LeNet
