"""The line of Python that decodes what a latent explorer shows, in the user's own names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.latent import Opened


def code_ends(opened: Opened, given: object, name: str) -> tuple[str, str]:
    """Return what stands before and after the numbers of the code.

    Args:
        opened: the latent space.
        given: the model that was given, or the function ``decode``.
        name: how it is called; empty for the name that it has in the notebook.
    """
    called = name or spelled(given)
    own = getattr(given, "__self__", None)
    if not called and own is not None and spelled(own):
        called = f"{spelled(own)}.{getattr(given, '__name__', 'decode')}"
    whole = hasattr(given, "decode")
    called = called or ("vae" if whole else "decode")
    if whole:
        # The explorer decodes as after model.eval(), and so must the line, where it matters.
        called += ".eval().decode" if opened.moody else ".decode"
    device, kind = opened.pair.home
    options = [
        *([] if device.type == "cpu" else [f'device="{device}"']),
        *([] if str(kind) == "torch.float32" else [f"dtype={kind}"]),
    ]
    after = "".join(f", {one}" for one in options) + ")"
    if opened.pair.shape:
        after += f".reshape(1, {', '.join(map(str, opened.pair.shape))})"
    after += ")" + opened.member
    sizes = ", ".join(map(str, opened.shown.shape))
    after += f".reshape({sizes})" if opened.reshaped else "[0]"
    return f"{called}(torch.tensor([[", f"]]{after}"


def line(opened: Opened, given: object, name: str, z: Any) -> str:  # noqa: ANN401 -- a tensor
    """Return the whole line; its numbers are exactly those of ``z``, which is float32."""
    before, after = code_ends(opened, given, name)
    # The shortest text of a float32 is another number when it is read as a double.
    double = str(opened.pair.home[1]) == "torch.float64"
    numbers = [one if double else float(str(np.float32(one))) for one in z.tolist()]
    return f"{before}{', '.join(map(repr, numbers))}{after}"


def spelled(given: object) -> str:
    """Return the name of an object in the notebook, or its place in a model; empty if none."""
    names = vars(sys.modules["__main__"])
    own = [(name, value) for name, value in list(names.items()) if not name.startswith("_")]
    for name, value in own:
        if value is given:
            return name
    for name, value in own:
        for path, part in _parts(value):
            if part is given:
                return name + "".join(
                    f"[{one}]" if one.isdigit() else f".{one}" for one in path.split(".")
                )
    return ""


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Yield the modules below a module, with their paths; nothing of anything else."""
    named = getattr(value, "named_modules", None)
    if callable(named) and not isinstance(value, type):
        yield from ((path, part) for path, part in named() if path)
