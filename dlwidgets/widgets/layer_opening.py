"""What there is to see of one layer: tensors that it took, gave and holds; its own explorer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets.widgets.explore import explore
from dlwidgets.widgets.layer_rows import BLANK, SHUT, picture_row

if TYPE_CHECKING:
    import anywidget
    from torch import nn

    from dlwidgets.explain.calls import Capture, Part

GENERAL = "dlwidgets.widgets.model_explorer:ModelExplorer"
"""Opens modules that have no explorer of their own."""

RECURRENT = "dlwidgets.widgets.lstm_explorer:LSTMExplorer"
"""Opens modules that take sequences, of which it can show any."""


@dataclass(frozen=True)
class Wish:
    """What the user asks to see; what there is not gives way to what there is."""

    row: int
    tab: str | None = None
    part: int = 0
    first: int = 0
    sample: int = 0
    samples: int | None = None


@dataclass
class Opening:
    """A layer opened: `layer_rows.OPEN`, `layer_rows.PICTURE`, and its explorer if shown."""

    about: dict[str, Any] = field(default_factory=lambda: dict(SHUT))
    picture: dict[str, Any] = field(default_factory=lambda: BLANK)
    child: anywidget.AnyWidget | None = None


def opened(
    module: nn.Module,
    captured: Capture | None,
    wish: Wish,
    child: anywidget.AnyWidget | None = None,
) -> Opening:
    """Return what the page shows of ``module``.

    Args:
        module: the layer.
        captured: what flows through it; None where it was not called.
        wish: what to show of that.
        child: the explorer of this layer, if it was made before.
    """
    parts = _parts(module, captured)
    tabs = [name for name, found in parts.items() if found]
    opening, note = Opening(child=child), ""
    if parts["input"] and has_own_explorer(module):
        tabs.insert(0, "explorer")
        if wish.tab in {None, "explorer"} and child is None:
            opening.child, note = _explorer(module, parts["input"], wish)
            if opening.child is None:
                tabs.remove("explorer")
    tab = wish.tab if wish.tab in tabs else next(iter(tabs), "output")
    opening.about |= {"row": wish.row, "tab": tab, "tabs": tabs, "note": note}
    shown = parts.get(tab, ())
    if shown:
        from dlwidgets.explain.pictures import picture

        part = wish.part if 0 <= wish.part < len(shown) else 0
        opening.about |= {
            "part": part,
            "parts": [one.path for one in shown],
            "sampled": shown[part].sampled,
        }
        opening.picture = picture_row(picture(shown[part].tensor, wish.first))
    return opening


def has_own_explorer(module: nn.Module) -> bool:
    """Whether ``explore`` has something nearer for this module than the explorer of any model."""
    way = explore.way(module)
    return way is not None and way.opener != GENERAL


def _parts(module: nn.Module, captured: Capture | None) -> dict[str, tuple[Part, ...]]:
    from torch.nn.parameter import is_lazy

    from dlwidgets.explain.calls import Part

    held = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
    return {
        "output": captured.output if captured is not None else (),
        "input": captured.inputs if captured is not None else (),
        "weights": tuple(Part(name, p, sampled=False) for name, p in held if not is_lazy(p)),
    }


def sequential(module: nn.Module) -> bool:
    """Whether a module takes sequences: the first axis of its input need not be the batch."""
    way = explore.way(module)
    return way is not None and way.opener == RECURRENT


def _sequences(
    module: nn.Module, inputs: tuple[Part, ...], wish: Wish
) -> tuple[list[Any], dict[str, int]]:
    """Return what a module that takes sequences was called with, and which of them is meant."""
    from torch.nn.utils.rnn import PackedSequence

    given: list[Any] = [part.tensor for part in inputs]
    packed = [i for i, one in enumerate(given) if i and not one.is_floating_point()]
    if packed:
        # A packed sequence has been taken apart: its numbers, then whole numbers alone.
        whole = 1 + len(packed)
        return [PackedSequence(*given[:whole]), *given[whole:]], {}
    axis = 0 if getattr(module, "batch_first", False) else given[0].ndim - 2
    many = given[0].shape[axis] if given[0].ndim > 1 else 1
    return given, {"sequence": wish.sample} if many == wish.samples else {}


def _explorer(
    module: nn.Module, inputs: tuple[Part, ...], wish: Wish
) -> tuple[anywidget.AnyWidget | None, str]:
    """Return the layer's own explorer, or None and why there is none."""
    try:
        if sequential(module):
            given, options = _sequences(module, inputs, wish)
        else:
            given, options = [part.tensor for part in inputs], {}
        child = explore(module, *given, **options)
    except Exception as error:  # noqa: BLE001 -- users register openers of their own
        return None, f"{type(error).__name__}: {error}"
    # An opener may return anything that displays itself; only Jupyter's widgets fit into one.
    return (child, "") if hasattr(child, "model_id") else (None, "")
