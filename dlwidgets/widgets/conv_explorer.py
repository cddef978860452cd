"""Convolution, transposed convolution and pooling: every cell of a layer, linked and live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.explain import convolution
from dlwidgets.explain.convolution import Setting
from dlwidgets.language import say
from dlwidgets.widgets import conv_layer, wire
from dlwidgets.widgets.base import Number, Widget, command
from dlwidgets.widgets.conv_numbers import as_channels, fit_input
from dlwidgets.widgets.conv_quiz import Quizzing
from dlwidgets.widgets.conv_setting import FIELDS, Padding, Pair, beginning, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

PANELS = ("size", "views", "groups", "matrix")


def _at_least_one(value: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return t.Int(value, help=help_).tag(sync=True)


class ConvExplorer(Quizzing, Widget, bundle="conv_explorer"):
    """A convolution or pooling layer, cell by cell: move the window, change anything, see the sum.

    ``ConvExplorer(kernel_size=3, stride=2, padding=1, input=image)`` makes a layer;
    ``ConvExplorer(layer, image)`` and ``explore(layer, image)`` open one of yours. Yours is live:
    its weights are shared, and are changed, in place, only when you type into a kernel cell or
    choose a filter in the widget. Setting another stride makes another layer with the same
    weights; yours keeps its own.
    """

    kind = t.Enum(["conv", "transposed", "max", "avg"], "conv", help="Which layer it is.").tag(
        sync=True
    )
    in_channels = _at_least_one(1, "Channels of the input.")
    out_channels = _at_least_one(1, "Channels of the output; of pooling, those of the input.")
    kernel_size = Pair(3, help="Rows and columns of the kernel or window.").tag(sync=True)
    stride = Pair(1, help="Steps of the window down and to the right.").tag(sync=True)
    padding = Padding(help="Cells around the input, or 'same' or 'valid'.").tag(sync=True)
    dilation = Pair(1, help="Distance between the cells that the kernel reads.").tag(sync=True)
    groups = _at_least_one(1, "Blocks of channels that do not see each other.")
    bias = t.Bool(default_value=True, help="Whether a number is added to each output channel.").tag(
        sync=True
    )
    padding_mode = t.Enum(
        ["zeros", "reflect", "replicate", "circular"], "zeros", help="What the ring holds."
    ).tag(sync=True)
    output_padding = Pair(
        0, help="Rows and columns added to the output of a transposed convolution."
    ).tag(sync=True)
    ceil_mode = t.Bool(
        default_value=False, help="Whether a last pooling window may stick out of the input."
    ).tag(sync=True)
    count_include_pad = t.Bool(
        default_value=True, help="Whether the ring counts in an average."
    ).tag(sync=True)
    relu = t.Bool(default_value=False, help="Whether a ReLU follows (figure 6-13).").tag(sync=True)

    position = t.Int(
        0, help="Where the window stands: the flat index of its output cell, channels first."
    ).tag(sync=True)
    playing = t.Bool(default_value=False, help="Whether the window walks on its own.").tag(
        sync=True
    )
    speed = Number(2.0, min=0.1, max=60.0, help="Cells a second while playing.").tag(sync=True)
    panel = t.Enum(PANELS, "size", help="What stands under the grids.").tag(sync=True)
    input_channel = t.Int(0, min=0, help="The input channel that is shown.").tag(sync=True)

    _input = wire.Array("float32", "float64", ndim=3, help="The input, (C, H, W).").tag(sync=True)
    _weight = wire.Array(
        "float32", "float64", ndim=1, help="The weights in torch's order; empty for pooling."
    ).tag(sync=True)
    _bias = wire.Array("float32", "float64", ndim=1, help="The bias; empty for none.").tag(
        sync=True
    )
    _torch = wire.Array(
        "float32", "float64", ndim=1, help="Torch's own output, flattened: the picture's judge."
    ).tag(sync=True)

    def __init__(
        self,
        layer: nn.Module | None = None,
        input: Any = None,  # noqa: A002, ANN401 -- as torch's functions call it
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a layer on an input.

        Args:
            layer: ``nn.Conv2d``, ``nn.ConvTranspose2d``, ``nn.MaxPool2d``, ``nn.AvgPool2d``, or
                ``nn.Sequential`` of one and ``nn.ReLU()``. Without one, the options make it, with
                the kernel of the book's figure 6-3.
            input: a tensor, array or nested list of shape (H, W), (C, H, W) or (1, C, H, W) or a
                PIL image, up to 512 × 512; without one, figure 6-3's.
            **values: the traits, as ``kernel_size=3``; numbers for both axes, or pairs.

        Raises:
            TypeError: for an unknown option, another kind of layer, an input of no numbers.
            ValueError: for a layer that torch refuses on this input; the text says what would do.
        """
        self._check_names(values)
        self._busy = True
        mine = {name: values.pop(name) for name in FIELDS if name in values}
        array = None if input is None else as_channels(input)
        setting, array = beginning(layer, array, mine)
        refuse(setting)
        self._lay = conv_layer.opened(setting, layer)
        self._array = array
        # All at once, so that the page never hears of a half.
        super().__init__(**self._state(setting), **values)
        self._inside()
        self._busy = False

    # --- what users ask for -------------------------------------------------------------------

    @property
    def layer(self) -> nn.Module:
        """The live module: yours, while its settings are on screen."""
        return self._lay.module

    @property
    def input(self) -> Tensor:
        """What the layer is applied to, shape (C, H, W), in the layer's dtype and on its device."""
        return self._lay.tensor(self._array)

    @property
    def output(self) -> Tensor:
        """What ``w.layer`` makes of ``w.input``, shape (C, H, W), without gradients."""
        return self._lay.output(self.input)

    def set(self, **changes: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Change several things at once: ``w.set(kernel_size=5, padding=2)``.

        Args:
            **changes: the traits by name, and ``input``, as the constructor takes it; a layer then
                gets as many input channels as it has.

        Raises:
            TypeError: for an unknown name.
            ValueError: where torch would refuse; nothing has changed then.
        """
        array = as_channels(changes.pop("input")) if "input" in changes else None
        self._check_names(changes)
        layer = {name: value for name, value in changes.items() if name in FIELDS}
        if array is not None:
            layer.setdefault("in_channels", array.shape[0])
        setting = self._candidate(layer, size=None if array is None else array.shape[1:])
        refuse(setting)
        with self.hold_sync():
            self._adopt(setting, **({} if array is None else {"input": array}))
            for name in changes.keys() - layer.keys():
                setattr(self, name, changes[name])

    def refresh(self) -> None:
        """Show what has become of the layer's weights and settings in Python."""
        setting = convolution.of_module(self.layer, self._array.shape)
        refuse(setting)
        self._lay = self._lay.reread(setting)
        self._show(setting)

    def code(self) -> str:
        """Return the line that makes the layer: ``nn.Conv2d(1, 1, kernel_size=3, stride=2)``."""
        return convolution.code(self._setting)

    def functional_code(self) -> str:
        """Return the same as an expression of ``F``, ``x``, ``weight`` and ``bias``."""
        return convolution.functional_code(self._setting)

    def matrix(self) -> Tensor:
        """Return the layer as one matrix: ``w.matrix() @ w.input.flatten()``, bias left out.

        Shape (output cells, input cells), figure 6-14; its transpose is the transposed
        convolution.

        Raises:
            ValueError: for maximum pooling, which is not linear.
        """
        return convolution.matrix(self._setting, self._lay.weight)

    def __repr__(self) -> str:
        shapes = " → ".join(str(tuple(x.shape)) for x in (self.input, self.output))
        return f"ConvExplorer: {self.code()}, {shapes}"

    # --- settings -----------------------------------------------------------------------------

    @property
    def _setting(self) -> Setting:
        held: dict[str, Any] = {name: getattr(self, name) for name in FIELDS}
        return Setting.of(**held, size=self._array.shape[1:])

    def _candidate(self, changes: dict[str, Any], size: tuple[int, ...] | None = None) -> Setting:
        """Return the setting with some fields changed; another kind leaves out what it lacks."""
        now = self._setting
        if "kind" in changes:
            now = now.as_kind(changes["kind"])
        held: dict[str, Any] = {name: getattr(now, name) for name in FIELDS}
        held |= changes
        if now.pools and "out_channels" not in changes:
            held["out_channels"] = held["in_channels"]
        return Setting.of(**held, size=now.size if size is None else size)

    @t.validate(*FIELDS)
    def _check(self, proposal: Any) -> Any:  # noqa: ANN401 -- traitlets' own
        """Refuse what torch refuses, before anything has changed."""
        if not self._busy:
            self._next = self._candidate({proposal["trait"].name: proposal["value"]})
            refuse(self._next)
        return proposal["value"]

    @t.observe(*FIELDS)
    def _follow(self, _change: object) -> None:
        if not self._busy:
            self._adopt(self._next)

    @t.validate("position")
    def _within(self, proposal: Any) -> int:  # noqa: ANN401 -- traitlets' own
        value, last = int(proposal["value"]), self._torch.size - 1
        if self._busy or 0 <= value <= last:
            return value
        raise t.TraitError(
            say(
                f"ConvExplorer: position expected 0 to {last}, the outputs there are; got {value}",
                f"ConvExplorer：position 应为 0 到 {last}（输出格的序号），得到 {value}",
            )
        )

    def _adopt(self, setting: Setting, **numbers: NDArray[Any]) -> None:
        """Make the layer of a setting and show it: weights and input are fitted where needed."""
        self._array = fit_input(numbers.pop("input", self._array), setting)
        self._lay = self._lay.turned(setting, **numbers)
        self._show(setting)

    def _show(self, setting: Setting) -> None:
        """Put everything into the traits, in one message."""
        with self.hold_sync():
            busy, self._busy = self._busy, True
            try:
                state = self._state(setting)
                if any(not np.array_equal(getattr(self, name), state[name]) for name in state):
                    # What is asked for may not be there any more.
                    self.end_quiz()
                for name, value in state.items():
                    setattr(self, name, value)
                self._inside()
            finally:
                self._busy = busy

    def _state(self, setting: Setting) -> dict[str, Any]:
        """Return everything that a page is drawn from."""
        held = {name: getattr(setting, name) for name in FIELDS}
        x = self.input
        weight, bias = self._lay.numbers()
        return held | {
            "_input": conv_layer.numpy(x),
            "_weight": weight,
            "_bias": bias,
            "_torch": self._lay.judge(x),
        }

    def _inside(self) -> None:
        """Keep the window and the shown channel within a layer that may have shrunk."""
        self.position = max(0, min(self.position, self._torch.size - 1))
        self.input_channel = min(self.input_channel, self.in_channels - 1)

    # --- from the browser ---------------------------------------------------------------------

    @command
    def _on_set(self, value: dict[str, Any]) -> None:
        """Take what the page shows: make that layer, and let torch judge."""
        setting = Setting.of(**value["setting"])
        if convolution.problems(setting):
            # The page knows the rule; what it lacks is torch's own text.
            raise ValueError(convolution.torch_says(setting) or "")
        numbers = {name: value[name] for name in ("input", "weight", "bias") if name in value}
        self._adopt(setting, **numbers)

    @command
    def _on_parse(self, value: str) -> None:
        """Take a line of code that somebody has typed."""
        now = self._setting
        setting = convolution.parse(str(value), size=now.size, channels=now.in_channels)
        refuse(setting)
        self._adopt(setting)
