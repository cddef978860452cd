"""The live module behind `ConvExplorer`: shared with the user wherever its weights fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from dlwidgets.explain import convolution
from dlwidgets.widgets.conv_numbers import fit_weight

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from dlwidgets.explain.convolution import Setting

WIRE: Final = ("torch.float32", "torch.float64")
"""Element types that travel to the browser as they are, and that torch is judged in."""


def opened(setting: Setting, layer: nn.Module | None) -> Lay:
    """Return the user's layer as it is or, without one, a new one with the filters of the book."""
    import torch

    if layer is None:
        weight = (
            None if setting.pools else torch.from_numpy(fit_weight(None, None, setting)).float()
        )
        bias = torch.zeros(setting.out_channels) if setting.bias else None
        return Lay(setting, convolution.layer(setting, weight, bias))
    own = convolution.of_module(layer, (setting.in_channels, *setting.size))
    lay = Lay(own, layer, layer, own)
    return lay if own == setting else lay.turned(setting)


@dataclass(frozen=True)
class Lay:
    """A module with its setting, and the user's own module, if there is one."""

    setting: Setting
    module: nn.Module
    given: nn.Module | None = None
    given_setting: Setting | None = None

    @property
    def weight(self) -> Tensor | None:
        """Its weight, detached; None for pooling."""
        held = getattr(core(self.module), "weight", None)
        return None if held is None else held.detach()

    @property
    def bias(self) -> Tensor | None:
        """Its bias, detached; None where there is none."""
        held = getattr(core(self.module), "bias", None)
        return None if held is None else held.detach()

    def numbers(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return weight and bias flattened for the browser, empty where there are none."""
        return flat(self.weight), flat(self.bias)

    def tensor(self, array: NDArray[Any]) -> Tensor:
        """Return an input as the layer takes it."""
        import torch

        x = torch.from_numpy(np.array(array))
        like = self.weight
        if like is not None:
            return x.to(like.device, like.dtype)
        return x if str(x.dtype) in WIRE else x.float()

    def output(self, x: Tensor) -> Tensor:
        """Return the layer's output; the user's hooks and gradients stay out of it."""
        import torch

        with torch.no_grad():
            out = core(self.module).forward(x)
            # MaxPool2d with return_indices gives two.
            out = out[0] if isinstance(out, tuple) else out
            return cast("Tensor", out.relu() if self.setting.relu else out)

    def judge(self, x: Tensor) -> NDArray[Any]:
        """Return torch's output, flattened; in single precision where the layer has less.

        Other devices may round more coarsely (TF32), so there torch on the processor is asked.
        """
        if str(x.dtype) in WIRE and x.device.type == "cpu":
            return flat(self.output(x))
        plain = convolution.layer(self.setting, _single(self.weight), _single(self.bias))
        return flat(Lay(self.setting, plain).output(cast("Tensor", _single(x))))

    def reread(self, setting: Setting) -> Lay:
        """Return the same module, whose settings somebody has changed in Python."""
        own = setting if self.module is self.given else self.given_setting
        return replace(self, setting=setting, given_setting=own)

    def turned(self, setting: Setting, **numbers: NDArray[Any]) -> Lay:
        """Return the layer of another setting, with numbers from the browser if there are any.

        Parameters live on where their shape stays; then, and only then, new numbers are written
        into them. The user's own module comes back together with its setting.
        """
        made = convolution.layer(setting)
        like = self.weight if self.weight is not None else _first(self.given)
        if like is not None:
            made = made.to(like.device, like.dtype)
        for name in ("weight", "bias"):
            fresh = getattr(core(made), name, None)
            if fresh is None:
                continue
            wanted = numbers.get(name)
            if wanted is None:
                wanted = self._fitted(setting, name)
            wanted = np.reshape(wanted, fresh.shape)
            shared = self._shared(setting, name, wanted)
            if shared is not None:
                setattr(core(made), name, shared)
            _write(getattr(core(made), name), wanted)
        return replace(self, setting=setting, module=self._own(setting, made))

    def _fitted(self, setting: Setting, name: str) -> NDArray[Any]:
        """Return what weight or bias become under another setting."""
        if name == "weight":
            held = None if self.weight is None else numpy(self.weight)
            if held is not None and _alike(self.setting, setting):
                return held
            return fit_weight(held, self.setting, setting)
        found = np.zeros(setting.out_channels)
        # A bias that was switched off comes back, where the user's layer has one.
        bias = self.bias if self.bias is not None else getattr(core(self.given), "bias", None)
        some = flat(bias)[: setting.out_channels]
        found[: some.size] = some
        return found

    def _shared(self, setting: Setting, name: str, wanted: NDArray[Any]) -> Tensor | None:
        """Return the parameter that goes on living in the layer of another setting."""
        from torch import nn

        now = getattr(core(self.module), name, None)
        if isinstance(now, nn.Parameter) and _alike(self.setting, setting):
            return now
        old = getattr(core(self.given), name, None)
        if not isinstance(old, nn.Parameter) or self.given_setting is None:
            return None
        # Never written into from afar: only if it holds these numbers already.
        return old if _alike(self.given_setting, setting) and _holds(old, wanted) else None

    def _own(self, setting: Setting, made: nn.Module) -> nn.Module:
        """Return the user's module where it is what would be made."""
        if self.given is None or self.given_setting is None:
            return made
        same = replace(self.given_setting, size=setting.size, in_channels=setting.in_channels)
        if setting.pools:
            same = replace(same, out_channels=setting.out_channels)
        mine, theirs = core(self.given), core(made)
        shared = all(getattr(mine, n, None) is getattr(theirs, n, None) for n in ("weight", "bias"))
        return self.given if same == setting and shared else made


def core(module: Any) -> Any:  # noqa: ANN401 -- a module, or none
    """Return the layer inside a Sequential."""
    from torch import nn

    return module[0] if isinstance(module, nn.Sequential) else module


def numpy(tensor: Tensor) -> NDArray[Any]:
    """Return the numbers of a tensor, half precision as single."""
    return cast("Tensor", _single(tensor)).numpy()


def flat(tensor: Tensor | None) -> NDArray[Any]:
    """Return the numbers of a tensor in one row; none for None."""
    return np.zeros(0, np.float32) if tensor is None else numpy(tensor).reshape(-1)


def _single(tensor: Tensor | None) -> Tensor | None:
    """Return a detached copy on the processor, in single precision or better."""
    if tensor is None:
        return None
    plain = tensor.detach().cpu()
    return plain.clone() if str(plain.dtype) in WIRE else plain.float()


def _first(module: nn.Module | None) -> Tensor | None:
    """Return the first parameter of a module, whose dtype and device are its own."""
    return None if module is None else next(module.parameters(), None)


def _alike(a: Setting, b: Setting) -> bool:
    """Return whether two settings lay out their weights in the same way."""
    key = ("kind", "in_channels", "out_channels", "groups", "kernel_size")
    return all(getattr(a, name) == getattr(b, name) for name in key)


def _holds(parameter: Tensor, values: NDArray[Any]) -> bool:
    """Return whether a parameter has these values, as its dtype can tell them."""
    import torch

    fresh = torch.from_numpy(np.array(values)).to(parameter.device, parameter.dtype)
    return bool(torch.equal(fresh.nan_to_num(0.125), parameter.detach().nan_to_num(0.125)))


def _write(parameter: Tensor, values: NDArray[Any]) -> None:
    """Change a parameter in place, if it has to change."""
    import torch

    if not _holds(parameter, values):
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(np.array(values)))
