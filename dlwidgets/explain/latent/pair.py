"""A pair of functions, encode and decode, called without leaving a trace in whoever owns them."""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from dlwidgets.explain.untouched import kept_random, untouched
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

AT_ONCE = 256
"""Samples that are encoded, or decoded, in one call."""

MOST = 256
"""Dimensions of a latent space that can be shown."""


@dataclass(frozen=True, eq=False)
class Code:
    """What `Pair.encoded` gives.

    Attributes:
        mu: (samples, dimensions), float64.
        logvar: log σ², likewise; None of an autoencoder, whose codes are points.
    """

    mu: Tensor
    logvar: Tensor | None


@dataclass(frozen=True, eq=False)
class Pair:
    """An encoder and its decoder.

    Attributes:
        encode: takes a batch; gives ``(mu, logvar)``, a normal distribution, or codes alone.
        decode: takes a batch of codes; gives a batch of pictures or vectors.
        modules: whose mode, buffers and random numbers are put back after each call.
        flat: whether ``encode`` wants each sample as one row.
        shape: the shape of one code as ``decode`` wants it.
    """

    encode: Callable[[Tensor], Any]
    decode: Callable[[Tensor], Any]
    modules: tuple[nn.Module, ...]
    flat: bool = False
    shape: tuple[int, ...] = ()

    @property
    def home(self) -> tuple[torch.device, torch.dtype]:
        """The device and the kind of floats that the modules work with."""
        for module in self.modules:
            for tensor in (*module.parameters(), *module.buffers()):
                if tensor.is_floating_point():
                    return tensor.device, tensor.dtype
        return torch.device("cpu"), torch.float32

    @property
    def version(self) -> int:
        """A number that changes when an optimizer, or anybody, writes into a parameter."""
        return sum(p._version for module in self.modules for p in module.parameters())  # noqa: SLF001 -- torch's own count, without a public name

    def encoded(self, x: Tensor) -> Code:
        """Return the codes of samples, (samples, ...).

        Raises:
            TypeError: for an ``encode`` that gives something else than codes.
            Exception: whatever ``encode`` raises.
        """
        rows = x.flatten(1) if self.flat else x
        found = [self._code(part) for part in self._run(self.encode, rows)]
        sure = [code.logvar for code in found if code.logvar is not None]
        return Code(torch.cat([code.mu for code in found]), torch.cat(sure) if sure else None)

    def decoded(self, z: Tensor) -> Tensor:
        """Return what the decoder makes of codes (samples, dimensions), on the CPU.

        Raises:
            TypeError: for a ``decode`` that gives no tensor of floats.
            Exception: whatever ``decode`` raises.
        """
        shaped = z.reshape(len(z), *self.shape) if self.shape else z
        parts = [first(value) for value in self._run(self.decode, shaped)]
        return torch.cat([plain("decode", part) for part in parts])

    def member(self, z: Tensor) -> str:
        """Return, as Python, which part of what the decoder gives `decoded` takes."""
        shaped = z[:1].reshape(1, *self.shape) if self.shape else z[:1]
        given = self._run(self.decode, shaped)[0]
        if isinstance(given, Tensor):
            return ""
        return ".mean" if hasattr(given, "mean") else "[0]"

    def moody(self, z: Tensor) -> bool:
        """Return whether train mode decodes something else, as dropout and batch norm do."""
        shaped = z.reshape(len(z), *self.shape) if self.shape else z
        try:
            own = [first(value) for value in self._run(self.decode, shaped, evaluate=False)]
        except (RuntimeError, ValueError):
            # A batch norm refuses a single sample.
            return True
        return not torch.equal(torch.cat([plain("decode", one) for one in own]), self.decoded(z))

    def _run(
        self, function: Callable[[Tensor], Any], x: Tensor, *, evaluate: bool = True
    ) -> list[Any]:
        device, dtype = self.home
        with ExitStack() as stack:
            stack.enter_context(torch.no_grad())
            stack.enter_context(kept_random(set()))
            for module in self.modules:
                stack.enter_context(untouched(module, evaluate=evaluate))
            # A copy: a layer that works in place must not write on the user's samples.
            return [function(part.to(device, dtype, copy=True)) for part in x.split(AT_ONCE)]

    def _code(self, given: Any) -> Code:  # noqa: ANN401 -- told apart here
        if hasattr(given, "stddev") and hasattr(given, "mean"):
            return Code(rows(given.mean), 2 * rows(given.stddev).log())
        if isinstance(given, dict) and {"mu", "logvar"} <= given.keys():
            given = (given["mu"], given["logvar"])
        if isinstance(given, Tensor):
            return Code(rows(given), None)
        if (
            isinstance(given, (tuple, list))
            and len(given) == 2  # noqa: PLR2004 -- mu and logvar
            and all(isinstance(one, Tensor) for one in given)
            and given[0].shape == given[1].shape
        ):
            return Code(rows(given[0]), rows(given[1]))
        raise TypeError(
            say(
                "LatentExplorer: encode expected to give (mu, logvar) of one shape, or the codes "
                f"alone; got {described(given)}. Wrap it: "
                "LatentExplorer(encode=lambda x: ..., decode=vae.decode, data=data)",
                "LatentExplorer：encode 应返回形状相同的 (mu, logvar)，或只返回编码；"
                f"得到 {described(given)}。可以包装一下："
                "LatentExplorer(encode=lambda x: ..., decode=vae.decode, data=data)",
            )
        )


def pair(model: object, encode: object, decode: object) -> Pair:
    """Return the pair of a model, or of two functions.

    Args:
        model: an object with methods ``encode`` and ``decode``, or None.
        encode: the function that is used instead of the model's; a module will do.
        decode: likewise.

    Raises:
        TypeError: where one of the two is missing, or can't be called.
    """
    found = {
        name: given if given is not None else getattr(model, name, None)
        for name, given in (("encode", encode), ("decode", decode))
    }
    for name, function in found.items():
        if not callable(function):
            what = "nothing" if model is None else type(model).__name__
            raise TypeError(
                say(
                    f"LatentExplorer: expected a function {name}, got none from {what}. Give a "
                    "model with methods encode and decode, or two functions: "
                    "LatentExplorer(encode=net.encoder, decode=net.decoder, data=data)",
                    f"LatentExplorer：缺少函数 {name}（来自 {what}）。"
                    "请给出带有 encode 和 decode 方法的模型，或两个函数："
                    "LatentExplorer(encode=net.encoder, decode=net.decoder, data=data)",
                )
            )
    modules = list(owners(model))
    for function in found.values():
        modules += [one for one in owners(function) if one not in modules]
    return Pair(found["encode"], found["decode"], tuple(modules))  # type: ignore[arg-type]  # checked above


def owners(given: object) -> Iterator[nn.Module]:
    """Yield the modules that a function runs: itself, its owner, those that its code names."""
    if isinstance(given, nn.Module):
        yield given
        return
    own = getattr(given, "__self__", None)
    if isinstance(own, nn.Module):
        yield own
    if not inspect.isfunction(given):
        return
    cells = [cell.cell_contents for cell in given.__closure__ or () if _filled(cell)]
    named = [given.__globals__.get(name) for name in given.__code__.co_names]
    for value in (*cells, *named):
        if isinstance(value, nn.Module):
            yield value
        elif isinstance(getattr(value, "__self__", None), nn.Module):
            yield value.__self__


def _filled(cell: Any) -> bool:  # noqa: ANN401 -- a cell of a closure
    try:
        cell.cell_contents  # noqa: B018 -- raises where the variable has no value yet
    except ValueError:
        return False
    return True


def first(given: Any) -> Any:  # noqa: ANN401 -- told apart here
    """Return the first tensor of what a decoder gives; more of them describe its noise."""
    if hasattr(given, "stddev") and hasattr(given, "mean"):
        return given.mean
    if isinstance(given, (tuple, list)) and given:
        return given[0]
    return given


def plain(name: str, given: Any) -> Tensor:  # noqa: ANN401 -- checked here
    """Return a tensor of floats in double precision on the CPU.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(given, Tensor) and given.is_floating_point() and given.ndim:
        return given.detach().to("cpu", torch.float64)
    raise TypeError(
        say(
            f"LatentExplorer: {name} expected to give a tensor of floats with one row a sample, "
            f"got {described(given)}",
            f"LatentExplorer：{name} 应返回浮点张量，每个样本一行；得到 {described(given)}",
        )
    )


def rows(given: Any) -> Tensor:  # noqa: ANN401 -- checked by `plain`
    """Return codes as (samples, dimensions)."""
    return plain("encode", given).reshape(len(given), -1)


def described(given: Any) -> str:  # noqa: ANN401 -- anything
    """Return in few words what a function gave."""
    if isinstance(given, Tensor):
        return f"{str(given.dtype).removeprefix('torch.')} {tuple(given.shape)}"
    if isinstance(given, (tuple, list)):
        inside: Sequence[Any] = given[:4]
        return f"({', '.join(described(one) for one in inside)})"
    return type(given).__name__
