"""Real kernels, driven as a notebook drives them."""

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

REPO = Path(__file__).resolve().parents[2]
CACHE = Path(sys.prefix) / "kernels"
PATIENCE = 60  # seconds until a condition counts as never met

SETUP = """
import time
from dlwidgets.kernel import Interrupts, LiveOutput, Pump, environment

seen = []
kernel = get_ipython().kernel

def heard(message):
    data = message["content"]["data"]
    print("heard", data["value"])
    seen.append(data["value"])
    if data.get("fail"):
        raise ValueError("a handler failed")

kernel.comm_manager.register_target("probe", lambda comm, message: comm.on_msg(heard))

def train(until, *, patience=30):
    pump = Pump()
    print("training", flush=True)
    end = time.monotonic() + patience
    with pump:
        while not until() and time.monotonic() < end:
            pump.poll()
    return pump
"""


class Notebook:
    """One kernel and its one client, which keeps every message in the order it came."""

    def __init__(self, python: Path, folder: Path) -> None:
        spec = folder / "kernels" / "probe"
        spec.mkdir(parents=True)
        command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "probe"}))
        specs = KernelSpecManager(kernel_dirs=[str(spec.parent)], ensure_native_kernel=False)
        self.manager = KernelManager(kernel_name="probe", kernel_spec_manager=specs)
        environment = os.environ | {"PYTHONPATH": str(REPO), "IPYTHONDIR": str(folder)}
        self.manager.start_kernel(env=environment, cwd=str(folder))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.published: list[dict[str, Any]] = []
        self.replies: list[dict[str, Any]] = []
        self._inboxes = {
            self.client.iopub_channel: self.published,
            self.client.shell_channel: self.replies,
            self.client.control_channel: self.replies,
        }
        self._poller = zmq.Poller()
        for channel in self._inboxes:
            self._poller.register(channel.socket, zmq.POLLIN)
        self.run(SETUP)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def until(self, condition: Callable[[], object]) -> None:
        """Receive messages until the condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, [
                (m["msg_type"], m["parent_header"].get("msg_type"), m["content"])
                for m in self.replies[-5:] + self.published[-20:]
            ]
            self._poller.poll(100)
            for channel, messages in self._inboxes.items():
                while channel.socket.poll(0):
                    messages.append(channel.get_msg(timeout=1))

    def execute(self, code: str) -> str:
        """Send a cell; return its message id."""
        return self.client.execute(code)

    def send(
        self, kind: str, content: dict[str, Any], *, control: bool = False, **header: str
    ) -> str:
        """Send any request; return its message id."""
        message = self.client.session.msg(kind, content)
        message["header"].update(header)
        channel = self.client.control_channel if control else self.client.shell_channel
        channel.send(message)
        return message["header"]["msg_id"]

    def tell(self, value: object, **more: object) -> str:
        """Send a message to the comm that `open` opened."""
        return self.send("comm_msg", {"comm_id": "c", "data": {"value": value, **more}})

    def open(self) -> str:
        """Open the comm."""
        return self.send("comm_open", {"comm_id": "c", "target_name": "probe", "data": {}})

    def reply(self, request: str) -> dict[str, Any] | None:
        """Return the reply to a request once it is there."""
        found = [m for m in self.replies if m["parent_header"]["msg_id"] == request]
        return found[0] if found else None

    def states(self, request: str) -> list[str]:
        """Return the states published on behalf of a request."""
        return [m["content"]["execution_state"] for m in self.caused(request, "status")]

    def caused(self, request: str, kind: str) -> list[dict[str, Any]]:
        """Return the messages of a kind that name the request as their parent."""
        return [
            m
            for m in self.published
            if m["msg_type"] == kind and m["parent_header"].get("msg_id") == request
        ]

    def printed(self, request: str) -> str:
        """Return what a request has printed."""
        return "".join(m["content"]["text"] for m in self.caused(request, "stream"))

    def finish(self, *requests: str) -> dict[str, Any]:
        """Wait for the requests' ends; return the content of the last one's reply."""
        for request in requests:
            self.until(
                lambda request=request: self.reply(request) and "idle" in self.states(request)[-1:]
            )
        return self.reply(requests[-1])["content"]

    def run(self, code: str) -> str:
        """Run a cell that must not fail; return what it printed."""
        cell = self.execute(code)
        content = self.finish(cell)
        assert content["status"] == "ok", content
        return self.printed(cell)

    def train(self, until: str, *, then: str = "") -> str:
        """Start a cell that polls the pump until its expression holds; return its id."""
        cell = self.execute(f"pump = train(lambda: {until})\nprint('trained', seen)\n{then}")
        self.until(lambda: "training" in self.printed(cell))
        return cell


def kernel_python(version: str) -> Path:
    """Return the Python of a small environment with that ipykernel; make it once."""
    home = CACHE / version
    if not home.exists():
        # Built under another name: what bears the right one is whole.
        draft = CACHE / f"{version}.{os.getpid()}"
        venv.create(draft, with_pip=True)
        requirement = "ipykernel" if version == "newest" else f"ipykernel=={version}"
        pip = [draft / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", requirement], check=True)
        draft.rename(home)
    return home / "bin" / "python"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Notebook]]:
    """Start a kernel: of an ipykernel version, or ``"here"`` of the tests' own environment."""
    running: dict[str, Notebook] = {}

    def get(version: str = "here") -> Notebook:
        if version not in running:
            python = Path(sys.executable) if version == "here" else kernel_python(version)
            running[version] = Notebook(python, tmp_path_factory.mktemp("kernel"))
        return running[version]

    yield get
    for notebook in running.values():
        notebook.close()


@pytest.fixture
def notebook(
    start: Callable[[str], Notebook], request: pytest.FixtureRequest
) -> Iterator[Notebook]:
    """Return a notebook with an open comm and nothing heard yet; tests may choose the version."""
    notebook = start(getattr(request, "param", "here"))
    notebook.run("seen.clear()")
    notebook.open()
    yield notebook
    notebook.send("comm_close", {"comm_id": "c", "data": {}})
