"""The way from a checkout to a clean environment: sdist, wheel, installation."""

import json
import subprocess
import sys
import tarfile
import venv
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

import dlwidgets

REPO = Path(__file__).resolve().parent.parent
VIEWS = sorted(
    entry.parent.name for entry in REPO.glob("dlwidgets/frontend/src/widgets/*/index.ts")
)
BUNDLES = {f"dlwidgets/static/{name}.{kind}" for name in VIEWS for kind in ("js", "css")}
# Enough of a PATH for Python, and none of the environment's own programs: no Deno, no Node.
BARE = {"PATH": "/usr/bin:/bin"}


@dataclass(frozen=True)
class Built:
    sdist: Path
    wheel: Path
    sources: set[str]  # paths in the sdist, without its top folder
    contents: set[str]  # paths in the wheel


def run(*command: str | Path, **more: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build as a release does, each step in pip's isolation: checkout → sdist → wheel."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, REPO)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    with tarfile.open(sdist) as archive:
        paths = (PurePosixPath(name) for name in archive.getnames())
        sources = {str(PurePosixPath(*path.parts[1:])) for path in paths}
    with ZipFile(wheel) as archive:
        contents = set(archive.namelist())
    return Built(sdist, wheel, sources, contents)


def test_the_wheel_holds_the_bundles_and_not_their_sources(built: Built) -> None:
    assert BUNDLES
    assert built.contents >= BUNDLES
    assert "dlwidgets/py.typed" in built.contents
    assert [name for name in built.contents if name.startswith("dlwidgets/frontend")] == []
    tops = {name.split("/")[0] for name in built.contents}
    assert tops == {"dlwidgets", f"dlwidgets-{dlwidgets.__version__}.dist-info"}
    python = {str(p.relative_to(REPO)) for p in REPO.glob("dlwidgets/**/*.py")}
    kept = {name for name in python if not name.startswith("dlwidgets/frontend")}
    assert {name for name in built.contents if name.endswith(".py")} == kept


def test_the_sdist_holds_bundles_sources_and_tests(built: Built) -> None:
    assert built.sources >= BUNDLES
    assert {f"dlwidgets/frontend/src/widgets/{name}/index.ts" for name in VIEWS} <= built.sources
    wanted = {"pyproject.toml", "PKG-INFO", "LICENSE", "README.md", "CHANGELOG.md", "Makefile"}
    assert wanted <= built.sources
    assert "tests/test_package.py" in built.sources
    assert [name for name in built.sources if ".venv" in name or "node_modules" in name] == []


def test_both_carry_the_same_bundles(built: Built) -> None:
    with tarfile.open(built.sdist) as archive, ZipFile(built.wheel) as wheel:
        for member in archive.getmembers():
            name = str(PurePosixPath(*PurePosixPath(member.name).parts[1:]))
            if name in BUNDLES:
                file = archive.extractfile(member)
                assert file is not None
                content = file.read()
                assert content == wheel.read(name)
                assert 0 < len(content) < 120_000


def test_a_clean_environment_finds_the_package_and_its_bundles(
    built: Built, tmp_path: Path
) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", built.wheel, env=BARE)
    code = """
import json
from importlib.metadata import version
from importlib.resources import files
import dlwidgets
static = files("dlwidgets") / "static"
sizes = {f"dlwidgets/static/{f.name}": len(f.read_bytes()) for f in static.iterdir()}
print(json.dumps([dlwidgets.__version__, version("dlwidgets"), sizes, dlwidgets.__file__]))
"""
    ours, packaged, sizes, file = json.loads(run(python, "-c", code, cwd=tmp_path))
    assert ours == packaged == dlwidgets.__version__
    assert set(sizes) == BUNDLES
    assert file.startswith(str(tmp_path))


def test_an_sdist_installs_with_no_deno_anywhere(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    code = """
import hatchling.build, json, os, sys
os.chdir(sys.argv[1])
wants = [
    getattr(hatchling.build, f"get_requires_for_build_{kind}")()
    for kind in ("wheel", "sdist", "editable")
]
print(json.dumps(wants))
"""
    wants = json.loads(run(sys.executable, "-c", code, tree, env=BARE).splitlines()[-1])
    assert [[one for one in kind if "deno" in one] for kind in wants] == [[], [], []]
    # What it carries is used as it is: TypeScript that Deno would refuse is never looked at.
    (tree / "dlwidgets/frontend/src/widgets" / VIEWS[0] / "index.ts").write_text("not {", "utf-8")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", tree, env=BARE)
    (wheel,) = (tree / "dist").glob("*.whl")
    with ZipFile(wheel) as made, ZipFile(built.wheel) as first:
        assert {name: made.read(name) for name in BUNDLES} == {
            name: first.read(name) for name in BUNDLES
        }


@pytest.fixture
def checkout(built: Built, tmp_path: Path) -> Path:
    """The unpacked sources as a checkout has them: nothing built, no PKG-INFO."""
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    (tree / "PKG-INFO").unlink()
    for bundle in BUNDLES:
        (tree / bundle).unlink()
    return tree


def bundle(tree: Path) -> subprocess.CompletedProcess[str]:
    script = tree / "dlwidgets" / "frontend" / "hatch_build.py"
    return subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, cwd=tree
    )


def test_a_view_that_does_not_build_stops_the_build_in_denos_words(checkout: Path) -> None:
    first = bundle(checkout)
    assert first.returncode == 0, first.stderr
    assert all((checkout / name).is_file() for name in BUNDLES)
    entry = checkout / "dlwidgets/frontend/src/widgets" / VIEWS[0] / "index.ts"
    entry.write_text("export default {", "utf-8")
    second = bundle(checkout)
    assert second.returncode == 1
    assert f"deno bundle src/widgets/{VIEWS[0]}/index.ts failed" in second.stderr
    assert "index.ts:1" in second.stderr
    assert list((checkout / "dlwidgets" / "static").iterdir()) == []  # no stale bundle to ship


def test_a_bundle_that_grew_too_large_is_refused(checkout: Path) -> None:
    entry = checkout / "dlwidgets/frontend/src/widgets" / VIEWS[0] / "index.ts"
    entry.write_text(f'export default "{"x" * 120_000}";', "utf-8")
    done = bundle(checkout)
    assert done.returncode == 1
    assert f"static/{VIEWS[0]}.js has 120," in done.stderr
    assert "must stay under 120,000" in done.stderr
