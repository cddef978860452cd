"""The same tests with the oldest pandas and NumPy that are supported, in an environment of theirs.

The newest are those of the tests' own environment: pandas 2 has object columns for texts, chained
assignment that may or may not write, and elements by position; pandas 3 has none of these.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[3]
CACHE = Path(sys.prefix) / "pandas"
SHARE = "0.3"
"""Part of the drawn cases that is run once more."""


def oldest(name: str) -> str:
    """Return a package's lower bound in pyproject."""
    needed = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    found = next(one for one in needed if re.match(rf"{name}\b", one))
    return found.removeprefix(f"{name}>=")


def python_with(*requirements: str) -> Path:
    """Return the Python of an environment with these packages and pytest; make it once."""
    home = CACHE / "-".join(one.replace("==", "-") for one in requirements)
    if not home.exists():
        # Built under another name: what bears the right one is whole.
        draft = CACHE / f"{home.name}.{os.getpid()}"
        venv.create(draft, with_pip=True)
        pip = [draft / "bin" / "python", "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "pytest", "pytest-timeout", "hypothesis"]
        subprocess.run([*pip, *requirements], check=True)
        draft.rename(home)
    return home / "bin" / "python"


@pytest.mark.timeout(900)  # on a busy machine it takes minutes to install pandas
def test_the_oldest_pandas_gives_the_same() -> None:
    bounds = {name: oldest(name) for name in ("pandas", "numpy")}
    python = python_with(*(f"{name}=={bound}" for name, bound in bounds.items()))
    script = "import pandas, numpy; print(pandas.__version__, numpy.__version__)"
    said = subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout
    for version, bound in zip(said.split(), bounds.values(), strict=True):
        assert version.startswith(bound)
    tests = [
        str(file) for file in Path(__file__).parent.glob("test_*.py") if file != Path(__file__)
    ]
    environment = os.environ | {"PYTHONPATH": str(REPO), "DLWIDGETS_SHARE": SHARE}
    run = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *sorted(tests)],
        cwd=REPO,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-5_000:] + run.stderr[-2_000:]
    assert re.search(r"\d{3} passed", run.stdout)
