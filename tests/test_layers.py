"""The shape of the package, read from its sources: who may import whom, one name in five places."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
PACKAGE = REPO / "dlwidgets"
STANDARD = set(sys.stdlib_module_names)


@dataclass(frozen=True)
class Layer:
    ours: set[str]  # layers of dlwidgets it may import
    theirs: set[str]  # third-party packages
    deferred: set[str] = frozenset()  # likewise, only inside functions or for types


LAYERS = {
    # plots are drawn when asked for, so matplotlib is deferred wherever it is used
    "data": Layer(
        set(), {"numpy", "torch", "pandas"}, {"matplotlib", "sklearn", "torchvision", "tushare"}
    ),
    "models": Layer(set(), {"torch"}),
    "training": Layer(
        {"models"},
        {"torch", "numpy", "pandas"},
        {"data", "matplotlib", "safetensors", "tensorflow", "tqdm"},
    ),
    "explain": Layer(set(), {"torch", "numpy", "pandas"}),
    "kernel": Layer(set(), {"IPython", "ipykernel", "zmq"}),
    "widgets": Layer(
        {"training", "explain", "kernel"}, {"anywidget", "traitlets", "numpy"}, {"torch"}
    ),
    "magics": Layer(
        {"data", "models", "training", "explain", "kernel", "widgets"},
        {"IPython"},
        {"torch", "numpy"},
    ),
}
LEAF = {"language"}  # may be imported by every layer
# Modules that are themselves imported only inside functions.
DEFERRED_MODULES = {PACKAGE / "data" / "picture.py", PACKAGE / "magics" / "conduct.py"}
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc"}
PYTHON = sorted(p for p in PACKAGE.rglob("*.py") if "frontend" not in p.parts)


@dataclass(frozen=True)
class Import:
    name: str
    line: int
    deferred: bool


def imports(tree: ast.AST, *, deferred: bool = False) -> Iterator[Import]:
    """Yield every import below ``tree``, and whether it happens on loading the module."""
    for node in ast.iter_child_nodes(tree):
        later = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            later = True
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, later)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield from (Import(f"{node.module}.{a.name}", node.lineno, later) for a in node.names)
        else:
            yield from imports(node, deferred=later)


def forbidden(file: Path) -> list[str]:
    """Return the imports of ``file`` that its layer does not allow."""
    layer = LAYERS[file.relative_to(PACKAGE).parts[0]]
    wrong = []
    for one in imports(ast.parse(file.read_text("utf-8"))):
        top, _, rest = one.name.partition(".")
        ours = top == "dlwidgets"
        what = rest.split(".")[0] if ours else top
        allowed = (
            (layer.ours | LEAF | {file.relative_to(PACKAGE).parts[0]}) if ours else layer.theirs
        )
        late = one.deferred or file in DEFERRED_MODULES
        if what in allowed or (late and what in layer.deferred) or (not ours and what in STANDARD):
            continue
        wrong.append(f"{file.relative_to(REPO)}:{one.line} imports {one.name}")
    return wrong


def test_arrows_point_down_only() -> None:
    assert [line for f in PYTHON if f.parent != PACKAGE for line in forbidden(f)] == []


def test_the_rule_finds_an_arrow_that_points_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAYERS, "data", Layer(set(), {"numpy"}))
    wrong = forbidden(PACKAGE / "data" / "loader.py")
    assert [line.split(" imports ")[1] for line in wrong] == ["torch"]


def test_the_top_of_the_package_imports_nothing_heavy() -> None:
    for file in PACKAGE.glob("*.py"):
        for one in imports(ast.parse(file.read_text("utf-8"))):
            top = one.name.split(".")[0]
            assert one.deferred or top in STANDARD or one.name.startswith("dlwidgets.language"), (
                f"{file.name}:{one.line} imports {one.name} on loading"
            )


def test_deferred_modules_are_only_imported_inside_functions() -> None:
    names = {".".join(f.relative_to(REPO).with_suffix("").parts) for f in DEFERRED_MODULES}
    for file in PYTHON:
        for one in imports(ast.parse(file.read_text("utf-8"))):
            assert one.deferred or not any(one.name.startswith(name) for name in names), file


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    files = [*PACKAGE.rglob("*"), *(REPO / "tests").rglob("*")]
    assert [str(f) for f in files if f.stem in FORBIDDEN and "node_modules" not in f.parts] == []


@pytest.mark.parametrize("suffix", ["py", "ts"])
def test_modules_stay_under_300_lines(suffix: str) -> None:
    sizes = {
        str(file.relative_to(REPO)): len(file.read_text("utf-8").splitlines())
        for file in PACKAGE.rglob(f"*.{suffix}")
        # written by frontend/contract.py from the traits
        if "node_modules" not in file.parts and file.name != "contract.ts"
    }
    assert {name: size for name, size in sizes.items() if size >= 300} == {}


def test_functions_stay_under_40_lines() -> None:
    long = {}
    for file in PYTHON:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = node.end_lineno - body[0].lineno + 1 if body and node.end_lineno else 0
                if lines >= 40:
                    long[f"{file.relative_to(REPO)}:{node.name}"] = lines
    assert long == {}


def widgets() -> dict[Path, str]:
    """Return the file and class name of every widget."""
    bases = {"AnyWidget"} | {
        node.name
        for node in ast.walk(ast.parse((PACKAGE / "widgets" / "base.py").read_text("utf-8")))
        # Traits have their classes there too.
        if isinstance(node, ast.ClassDef) and "AnyWidget" in map(_last_name, node.bases)
    }
    return {
        file: node.name
        for file in sorted((PACKAGE / "widgets").glob("*.py"))
        if file.name != "base.py"
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and any(_last_name(base) in bases for base in node.bases)
    }


def _last_name(expression: ast.expr) -> str:
    return ast.unparse(expression).split(".")[-1]


def test_a_widget_has_one_name_in_five_places() -> None:
    found = widgets()
    assert "TrainMonitor" in found.values()
    absent = []
    for file, title in found.items():
        name = file.stem
        # A word begins at a capital behind a small letter, or before one: LSTM is one word.
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", title)
        assert words.lower() == name
        pieces = [
            PACKAGE / "frontend" / "src" / "widgets" / name / "index.ts",
            PACKAGE / "static" / f"{name}.js",
            REPO / "tests" / "widgets" / f"test_{name}.py",
            REPO / "tests" / "views" / f"test_{name}.py",
        ]
        absent += [str(piece.relative_to(REPO)) for piece in pieces if not piece.is_file()]
    assert absent == []


def test_every_view_has_its_widget() -> None:
    views = {entry.parent.name for entry in PACKAGE.glob("frontend/src/widgets/*/index.ts")}
    assert views == {file.stem for file in widgets()}
