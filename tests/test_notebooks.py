"""The lessons: each runs from top to bottom, complains about nothing, is kept without outputs."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Notebook = Any  # nbformat's own type lets every attribute through

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    """Execute a notebook in a kernel of this environment; an error in a cell fails here."""
    notebook = nbformat.read(request.param, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        # The user's startup files and history have no part in a test.
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        # These nets gain nothing from a second thread, and where the cores are busy, threads that
        # spin for one another make a step forty times slower.
        patch.setenv("OMP_NUM_THREADS", "1")
        # The limit is a cell's: one that waits for somebody would wait for ever.
        NotebookClient(
            notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": NOTEBOOKS}}
        ).execute()
    return notebook


def code(notebook: Notebook, pattern: str = "") -> list[Any]:
    """Return the code cells in which ``pattern`` is found."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell for cell in cells if re.search(pattern, cell.source, re.MULTILINE)]


def shown(cell: Any) -> list[Any]:
    """Return the MIME bundles below ``cell``."""
    return [output.data for output in cell.outputs if "data" in output]


def test_the_lessons_are_named_by_chapter_and_topic() -> None:
    assert {"00_start", "03_nn_toolbox"} <= {path.stem for path in LESSONS}
    assert [p.name for p in LESSONS if not re.fullmatch(r"\d\d_[a-z_]+\.ipynb", p.name)] == []


@each_lesson
def test_it_is_kept_without_outputs(path: Path) -> None:
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    assert kept.metadata == METADATA
    assert [cell.id for cell in kept.cells if cell.metadata] == []
    for cell in code(kept):
        assert (cell.outputs, cell.execution_count) == ([], None), cell.id


@each_lesson
def test_its_texts_are_chinese_first_and_english_after(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        paragraphs = [part for part in cell.source.split("\n\n") if not part.startswith("#")]
        if cell.cell_type == "markdown" and paragraphs:
            assert CHINESE.search(paragraphs[0]), cell.id
            assert not CHINESE.search(paragraphs[-1]), cell.id


def test_every_cell_runs_and_none_complains(done: Notebook) -> None:
    for cell in code(done):
        assert cell.execution_count is not None
        errors = [o.text for o in cell.outputs if o.get("name") == "stderr"]
        assert errors == [], cell.id
        assert "[dlwidgets]" not in str(cell.outputs), cell.id


def test_each_training_leaves_a_chart_that_needs_no_kernel(done: Notebook) -> None:
    trained = code(done, r"^%%train")
    assert trained
    for cell in trained:
        # A game of two nets leaves its last samples beside the chart.
        result = next(data for data in shown(cell) if "<svg" in data.get("text/html", ""))
        assert "image/png" in result, cell.id
        assert WIDGET not in str(cell.outputs), cell.id


def test_each_plot_is_a_picture(done: Notebook) -> None:
    plots = code(done, r"plot\(")
    assert plots
    assert [cell.id for cell in plots if not any("image/png" in data for data in shown(cell))] == []
