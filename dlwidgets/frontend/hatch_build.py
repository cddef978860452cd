"""Build ``dlwidgets/static/`` from the TypeScript beside this file, with Deno alone.

Hatchling runs `BundleHook` for each wheel, sdist and editable install made from a checkout.
An sdist carries the bundles, so installing from one needs no Deno and fetches nothing.
By hand: ``python dlwidgets/frontend/hatch_build.py [--watch]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = Path(__file__).resolve().parent
SOURCE = FRONTEND / "src"
STATIC = FRONTEND.parent / "static"
ROOT = FRONTEND.parent.parent

DENO = "deno>=2.9,<3"  # `deno bundle` is still changing: 3 has to be tried before it is let in
LARGEST = 120_000  # bytes; anywidget sends the whole bundle with every instance


class BuildError(RuntimeError):
    """The bundles could not be built; the text says why, in Deno's own words."""


def find_deno() -> str:
    """Return the path of the Deno program.

    PATH comes first: pip's isolated builds put their own ``bin`` there, while Deno's own
    finder looks beside the interpreter, which belongs to the outer environment.
    """
    scripts = sysconfig.get_path("scripts")
    found = shutil.which("deno") or shutil.which("deno", path=scripts)
    if found is None:
        message = f"Deno is on neither PATH nor {scripts}. Install it with: pip install '{DENO}'"
        raise BuildError(message)
    return found


def bundle(deno: str, entry: Path) -> bytes:
    """Return one minified file that holds ``entry`` and all that it imports."""
    frozen = ["--frozen"] if (FRONTEND / "deno.lock").is_file() else []
    done = subprocess.run(  # noqa: S603 -- our own arguments, no shell
        [deno, "bundle", "--quiet", "--platform", "browser", "--minify", *frozen, str(entry)],
        cwd=FRONTEND,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        check=False,
    )
    if done.returncode != 0 or not done.stdout.strip():
        text = done.stderr.decode(errors="replace").strip() or "it printed nothing"
        message = f"deno bundle {entry.relative_to(FRONTEND)} failed ({done.returncode}):\n{text}"
        raise BuildError(message)
    return done.stdout


def bundles() -> dict[str, bytes]:
    """Return the contents of every file of ``static/`` by name.

    Raises:
        BuildError: when there is no widget, Deno fails, or a bundle is too large.
    """
    deno = find_deno()
    entries = sorted(SOURCE.glob("widgets/*/index.ts"))
    if not entries:
        message = f"no widgets/*/index.ts under {SOURCE}: nothing to bundle"
        raise BuildError(message)
    theme = SOURCE / "lib" / "theme.css"
    shared = bundle(deno, theme) if theme.is_file() else b""
    made: dict[str, bytes] = {}
    for entry in entries:
        name, style = entry.parent.name, entry.parent / "style.css"
        made[f"{name}.js"] = bundle(deno, entry)
        made[f"{name}.css"] = shared + (bundle(deno, style) if style.is_file() else b"")
    for file, content in made.items():
        if len(content) >= LARGEST:
            message = f"static/{file} has {len(content):,} bytes; it must stay under {LARGEST:,}"
            raise BuildError(message)
    return made


def clear() -> None:
    """Remove every earlier bundle, so that a failed build can never ship a stale one."""
    for old in STATIC.glob("*"):
        old.unlink()


def build() -> dict[str, bytes]:
    """Bundle every widget into ``static/``, each file replaced whole; return the contents."""
    made = bundles()
    STATIC.mkdir(exist_ok=True)
    for file, content in made.items():
        fresh = STATIC / f".{file}.new"
        fresh.write_bytes(content)
        fresh.replace(STATIC / file)
    for old in STATIC.glob("*"):
        if old.name not in made:
            old.unlink()
    return made


def watch(pause: float = 0.3) -> None:
    """Build again after each change under ``src/`` until interrupted; errors are printed."""
    seen: dict[Path, int] = {}
    while True:
        now = {file: file.stat().st_mtime_ns for file in SOURCE.rglob("*") if file.is_file()}
        if now != seen:
            seen = now
            try:
                report(build())
            except BuildError as error:
                print(error, file=sys.stderr, flush=True)
        time.sleep(pause)


def report(made: dict[str, bytes]) -> None:
    """Print the name and size of each bundle."""
    print(*(f"static/{file} {len(content):,} bytes" for file, content in made.items()), sep="\n")


class BundleHook(BuildHookInterface[Any]):
    """Hatchling's door to `build`."""

    PLUGIN_NAME = "custom"

    @property
    def from_sdist(self) -> bool:
        """Whether this tree is an unpacked sdist, whose bundles are already built."""
        return (Path(self.root) / "PKG-INFO").is_file()

    def dependencies(self) -> list[str]:
        """Ask for Deno only where there is something to build."""
        return [] if self.from_sdist else [DENO]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        """Build the bundles, or see that the sdist brought them."""
        if not self.from_sdist:
            clear()
            build()
        elif not any(STATIC.glob("*.js")):
            message = f"this sdist lacks its bundles in {STATIC}; build it again from a checkout"
            raise BuildError(message)


def main() -> None:
    """Build once, or with ``--watch`` after every change."""
    parser = argparse.ArgumentParser(description="Bundle the widgets' TypeScript into static/.")
    parser.add_argument("--watch", action="store_true", help="build again after each change")
    if parser.parse_args().watch:
        try:
            watch()
        except KeyboardInterrupt:
            return
    clear()
    try:
        report(build())
    except BuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
