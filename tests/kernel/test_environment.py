"""What kind of front end there is; see also test_versions for a real kernel."""

import subprocess
import sys

import pytest

ASK = "from dlwidgets.kernel import environment; print(environment())"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([sys.executable, "-c", ASK], "script"),
        ([sys.executable, "-c", f"import IPython; {ASK}"], "script"),
        ([sys.executable, "-m", "IPython", "--no-banner", "-c", ASK], "terminal"),
    ],
)
def test_environment(command: list[str], expected: str) -> None:
    run = subprocess.run(command, capture_output=True, check=True, text=True)
    assert run.stdout.strip() == expected


def test_importing_the_layer_loads_no_kernel() -> None:
    code = (
        "import sys, dlwidgets.kernel\n"
        "print({'IPython', 'ipykernel', 'zmq', 'torch', 'pandas', 'asyncio'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout == "set()\n"
