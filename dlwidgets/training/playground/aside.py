"""Playing so that nobody notices, and nobody's settings matter."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import torch

from dlwidgets.training.hooks import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def aside() -> Iterator[None]:
    """Run a block, or a function, with torch's settings as they are by default.

    The watch of a user's own loop does not see what happens inside.
    """
    kind = torch.get_default_dtype()
    with ExitStack() as stack:
        stack.enter_context(unwatched())
        stack.enter_context(torch.inference_mode(mode=False))
        stack.enter_context(torch.enable_grad())
        if torch.get_default_device().type != "cpu":
            # Only where it must be: in it every call of torch costs more.
            stack.enter_context(torch.device("cpu"))
        stack.callback(torch.set_default_dtype, kind)
        torch.set_default_dtype(torch.float32)
        yield
