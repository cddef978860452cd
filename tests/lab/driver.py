"""A real JupyterLab on loopback and a notebook in it, driven as a person would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import nbformat
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Locator, Page

PATIENCE = 30_000
"""Milliseconds to wait for what must come; a test that passes waits only as long as it takes."""

ERRORS = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'], .dlw-failure"
"""Whatever a cell shows in red: what it wrote to stderr, and its traceback."""


class Lab:
    """A JupyterLab server in a folder of its own, with settings of its own."""

    def __init__(self, folder: Path, *, kernels: bool = True) -> None:
        """Start the server; it is ready when ``address`` answers.

        A second one in the same folder serves the same notebooks, and trusts those of the first;
        without ``kernels`` it has none to offer.
        """
        self.root = folder / "work"
        self.root.mkdir(exist_ok=True)
        runtime = folder / ("runtime" if kernels else "runtime-without-kernels")
        places = {
            "JUPYTER_RUNTIME_DIR": runtime,
            "JUPYTER_CONFIG_DIR": folder / "config",
            "JUPYTER_DATA_DIR": folder / "data",
            "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
            "IPYTHONDIR": folder / "ipython",
        }
        self.environment = os.environ | {name: str(path) for name, path in places.items()}
        _settle(places["JUPYTERLAB_SETTINGS_DIR"])
        none = (
            "--KernelSpecManager.ensure_native_kernel=False",
            "--KernelSpecManager.allowed_kernelspecs={'none'}",
        )
        self._log = (folder / f"{runtime.name}.log").open("w")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                "--ip=127.0.0.1",
                "--port=0",
                "--expose-app-in-browser",
                "--IdentityProvider.token=",
                "--ServerApp.password=",
                "--ServerApp.disable_check_xsrf=True",
                f"--ServerApp.root_dir={self.root}",
                *(() if kernels else none),
            ],
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.address = self._wait_for_address(runtime)
        self._aside = ThreadPoolExecutor(1)
        self._session = ""

    def _wait_for_address(self, runtime: Path) -> str:
        # The server writes this file when it listens; its process ends if it can't.
        while self._process.poll() is None:
            for file in runtime.glob("jpserver-*.json"):
                with suppress(json.JSONDecodeError):
                    return str(json.loads(file.read_text())["url"]).rstrip("/")
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)
        message = f"JupyterLab did not start; see {self._log.name}"
        raise RuntimeError(message)

    def write(self, name: str, cells: Sequence[str]) -> None:
        """Put a notebook of code cells into the server's folder."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, self.root / name)

    def read(self, name: str) -> Any:
        """Return a notebook as it was saved."""
        return nbformat.read(self.root / name, as_version=4)

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Return what the server's API says."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api/{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def lend_kernel(self, name: str) -> None:
        """Connect a notebook to the one kernel that is kept: torch is imported there already."""
        place = {"path": name, "name": name, "type": "notebook"}
        if self._session:
            self.ask(f"sessions/{self._session}", "PATCH", place)
        else:
            made = self.ask("sessions", "POST", place | {"kernel": {"name": "python3"}})
            self._session = made["id"]

    def end_kernel(self, name: str) -> Future[None]:
        """End the kernel of a notebook; this takes seconds, for which nobody need wait.

        The kernel that is kept is only put right, should a test have left it at work.
        """

        def end() -> None:
            for session in self.ask("sessions"):
                kernel = session["kernel"]
                if session["path"] != name:
                    continue
                if session["id"] != self._session:
                    self.ask(f"sessions/{session['id']}", "DELETE")
                elif kernel["execution_state"] != "idle":
                    self.ask(f"kernels/{kernel['id']}/restart", "POST")

        return self._aside.submit(end)

    def close(self) -> None:
        """End the server and its kernels."""
        self._aside.shutdown()
        self._process.terminate()
        self._process.wait(120)
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _settle(settings: Path) -> None:
    """Keep JupyterLab from asking, over the notebook, whether it may fetch news."""
    quiet = settings / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True, exist_ok=True)
    news = {"fetchNews": "false", "checkForUpdates": False}
    (quiet / "notification.jupyterlab-settings").write_text(json.dumps(news))


class Notebook:
    """A notebook that is open in the browser."""

    def __init__(self, lab: Lab, page: Page, name: str) -> None:
        """Name what is opened by `open`."""
        self.lab, self.page, self.name = lab, page, name

    def open(self, *, kernel: bool = True) -> Self:
        """Load the page (again) and wait for cells and kernel."""
        space = self.name.removesuffix(".ipynb")
        self.page.goto(f"{self.lab.address}/lab/workspaces/{space}/tree/{self.name}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
        if kernel:
            self.page.wait_for_function(
                "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
                "?.connectionStatus === 'connected'",
                timeout=PATIENCE,
            )
        return self

    def command(self, name: str, **options: object) -> None:
        """Start one of JupyterLab's own commands, without waiting for its end."""
        self.page.evaluate(
            "([name, options]) => { jupyterapp.commands.execute(name, options) }", [name, options]
        )

    def run(self, *indices: int) -> None:
        """Start cells, without waiting for their end."""
        for index in indices:
            self.page.evaluate(
                "i => { const nb = jupyterapp.shell.currentWidget.content;"
                " nb.activeCellIndex = i; nb.deselectAll();"
                " jupyterapp.commands.execute('notebook:run-cell') }",
                index,
            )

    def run_from(self, gate: int) -> None:
        """Run All from a `cells.GATE` on: a cell stops only those below it that are queued."""
        self.page.evaluate(
            "i => { jupyterapp.shell.currentWidget.content.activeCellIndex = i;"
            " jupyterapp.commands.execute('notebook:run-all-below') }",
            gate,
        )
        prompts = self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
        expect(prompts.last).to_have_text("[*]:")
        # Whatever the page had sent before this answer came has been read by the server.
        self.lab.ask("status")
        file = self.lab.root / "gate"
        file.touch()
        self.wait_done(gate)
        file.unlink()

    def do(self, *indices: int) -> str:
        """Run cells to their end; return what the last one printed or showed."""
        self.run(*indices)
        self.wait_done(indices[-1])
        return self.output(indices[-1])

    def add(self, source: str) -> int:
        """Append a cell; return its index."""
        return int(
            self.page.evaluate(
                "source => { const model = jupyterapp.shell.currentWidget.content.model;"
                " model.sharedModel.addCell({cell_type: 'code', source});"
                " return model.cells.length - 1 }",
                source,
            )
        )

    def ask(self, source: str) -> Any:
        """Run one more cell that prints JSON, and return what it means."""
        text = self.do(self.add(source))
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            message = f"{source!r} said: {text}"
            raise AssertionError(message) from None

    def cell(self, index: int) -> Locator:
        """Return a cell."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index)

    def prompt(self, index: int) -> str:
        """Return the cell's prompt: ``[ ]:``, ``[*]:`` while it runs, ``[3]:``."""
        return self.cell(index).locator(".jp-InputPrompt").inner_text()

    def wait_done(self, index: int) -> None:
        """Wait until the cell has run."""
        prompt = self.cell(index).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=PATIENCE)

    def output(self, index: int) -> str:
        """Return the text of a cell's output."""
        return self.cell(index).locator(".jp-OutputArea").first.inner_text()

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as JupyterLab keeps and saves them."""
        kept: list[dict[str, Any]] = self.page.evaluate(
            "i => jupyterapp.shell.currentWidget.content.widgets[i].model.outputs.toJSON()", index
        )
        return kept

    def failed(self, index: int) -> bool:
        """Tell whether a cell has ended in an error."""
        return any(output["output_type"] == "error" for output in self.outputs(index))

    def printed(self, index: int) -> str:
        """Return what a cell has printed, without what it displays."""
        kept = [out for out in self.outputs(index) if out["output_type"] == "stream"]
        return "".join("".join(output["text"]) for output in kept)

    def error(self, index: int) -> str:
        """Return the traceback that a cell shows."""
        return "\n".join(self.cell(index).locator(ERRORS).all_inner_texts())

    def wait_failed(self, index: int) -> None:
        """Wait until a cell has ended in an error."""
        self.page.wait_for_function(
            "i => jupyterapp.shell.currentWidget.content.widgets[i].model.outputs"
            ".toJSON().some(out => out.output_type === 'error')",
            arg=index,
            timeout=PATIENCE,
        )
        self.wait_done(index)

    def wait_idle(self) -> None:
        """Wait until no cell runs or is to run, and the kernel has said so."""
        self.page.wait_for_function(
            "() => { const panel = jupyterapp.shell.currentWidget;"
            " return panel.sessionContext.session.kernel.status === 'idle'"
            " && ![...panel.node.querySelectorAll('.jp-InputPrompt')]"
            ".some(prompt => prompt.innerText.includes('*')) }",
            timeout=PATIENCE,
        )

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("jupyterapp.commands.execute('docmanager:save')")

    def wait_printed(self, index: int, text: str) -> None:
        """Wait until a cell has printed ``text``."""
        self.page.wait_for_function(
            "([i, text]) => jupyterapp.shell.currentWidget.content.widgets[i].model.outputs"
            ".toJSON().some(out => out.output_type === 'stream'"
            " && [out.text].flat().join('').includes(text))",
            arg=[index, text],
            timeout=PATIENCE,
        )

    def frames(self, count: int = 30) -> None:
        """Let the page draw so many frames."""
        self.page.evaluate(
            "count => new Promise(done => { const next = () =>"
            " count-- > 0 ? requestAnimationFrame(next) : done(); next() })",
            count,
        )

    def monitor(self, index: int) -> Monitor:
        """Return the live view below a cell, once it is there."""
        monitor = Monitor(self.page, self.cell(index))
        errors = self.cell(index).locator(ERRORS).filter(visible=True)
        monitor.view.or_(errors).first.wait_for(timeout=PATIENCE)
        assert errors.all_inner_texts() == []
        return monitor


class Monitor:
    """The view of a run, as a person sees and uses it."""

    def __init__(self, page: Page, cell: Locator) -> None:
        self.page = page
        self.view = cell.locator(".dlw-tm")
        self.spoken = cell.locator(".dlw-spoken")

    def number(self, label: str) -> Locator:
        """Return the number of this label beside the progress bar."""
        named = self.page.get_by_text(label, exact=True)
        return self.view.locator(".dlw-tm-numbers > div").filter(has=named).locator("b")

    def count(self, label: str) -> int:
        """Return what a counter shows."""
        return int(self.number(label).inner_text().replace(",", "").replace("–", "0"))

    @property
    def steps(self) -> int:
        """What the step counter shows."""
        return self.count("step")

    def button(self, name: str) -> Locator:
        """Return a button."""
        return self.view.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        """Click a button."""
        self.button(name).click()

    def expect_state(self, state: str) -> None:
        """Wait until the view shows a state."""
        expect(self.view).to_have_attribute("data-state", state)

    def expect_steps(self, least: int, label: str = "step") -> None:
        """Wait until the counter has come so far."""
        self.page.wait_for_function(
            "([el, least]) => Number(el.textContent.replaceAll(',', '')) >= least",
            arg=[self.number(label).element_handle(), least],
            timeout=PATIENCE,
        )

    def slider(self, knob: str = "lr") -> Locator:
        """Return the slider of a knob."""
        return self.view.get_by_role("slider", name=knob, exact=True)

    def entry(self, knob: str = "lr") -> Locator:
        """Return the number entry of a knob."""
        return self.view.get_by_label(f"Value of {knob}")

    def drag(self, *places: float, knob: str = "lr") -> None:
        """Drag a knob's slider from where it stands over ``places`` (0 to 1), then let go."""
        drag(self.page, self.slider(knob), *places)


def drag(page: Page, slider: Locator, *places: float) -> None:
    """Drag a slider from where it stands over ``places`` (0 to 1), then let go."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
    at = (float(slider.input_value()) - low) / (high - low)
    mouse, y = page.mouse, box["y"] + box["height"] / 2
    # The middle of the thumb, as wide as Chromium draws it, stays inside of the track.
    mouse.move(box["x"] + 8 + at * (box["width"] - 16), y)
    mouse.down()
    for place in places:
        mouse.move(box["x"] + 8 + place * (box["width"] - 16), y, steps=4)
    mouse.up()
