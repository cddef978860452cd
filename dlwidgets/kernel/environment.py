"""Where the code runs, asked when it matters and never at import."""

from __future__ import annotations

import sys
from typing import Any, Literal

Environment = Literal["notebook", "terminal", "script"]


def running_shell() -> Any:  # noqa: ANN401 -- IPython's shell class differs by front end
    """Return IPython's running shell, or ``None`` outside of IPython."""
    # A script that never imported IPython is not run by it; importing it here costs 0.2 s.
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def environment() -> Environment:
    """Tell what kind of front end shows our output.

    Returns:
        ``"notebook"`` where a kernel can talk to widgets (JupyterLab, nbclient, papermill),
        ``"terminal"`` for IPython in a terminal, ``"script"`` for plain Python.
    """
    shell = running_shell()
    if shell is None:
        return "script"
    kernel = getattr(shell, "kernel", None)
    if getattr(kernel, "comm_manager", None) is None:
        return "terminal"
    return "notebook"
