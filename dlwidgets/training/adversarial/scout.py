"""Finds out from a loop that goes on who plays against whom.

The rule: two optimizers, each with a module of its own, and what one module returns goes into the
other, which also gets what the first did not make and answers with one score a sample (or a map of
scores). The first is the generator, the other the discriminator. Names do not matter, nor whether
samples are reshaped or detached on the way, or put before or behind real ones (``torch.cat``).
Where their values are changed on the way (noise is added to them), what is real can't be told from
what was made: then the two are not taken for a game, and ``GanMonitor(run, generator=…)`` is told
who they are. A module is seen when it is called, and when its method ``logits`` is.
"""

from __future__ import annotations

import functools
import sys
import threading
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.training.adversarial.game import SAMPLES, Game, arranged, gives_logits
from dlwidgets.training.adversarial.rows import Rows
from dlwidgets.training.names import user_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn
    from torch.optim import Optimizer
    from torch.utils.hooks import RemovableHandle

    from dlwidgets.training.run import Run

_OUTPUTS = 4
"""Newest outputs of a module among which the input of another is looked for."""
_CALLS = 400
"""Calls after which a scout takes what it has, or gives up."""
_PREFERRED = ("y", "label", "labels", "target", "targets", "_")


class Scout:
    """Looks at the forward passes of two modules until it knows what they are to each other.

    Attributes:
        asleep: whether the modules are being asked by ourselves, which says nothing of the loop.
        done: whether it has ended.
    """

    def __init__(self, run: Run) -> None:
        """Look at the loop of ``run``, on this thread."""
        self._held = weakref.ref(run)
        self._thread = threading.get_ident()
        self._modules: list[nn.Module] = []
        self._handles: list[RemovableHandle] = []
        self._undo: list[Callable[[], None]] = []
        self._outputs: dict[nn.Module, deque[torch.Tensor]] = {}
        self._inputs: dict[nn.Module, Rows] = {}
        self._given: dict[nn.Module, torch.Tensor] = {}
        self._fed: dict[nn.Module, nn.Module] = {}
        self._scoring: set[nn.Module] = set()
        self._unclear: set[nn.Module] = set()
        self._calls = 0
        self.asleep = False
        self.done = False

    @property
    def _run(self) -> Run:
        """The run; it outlives every look."""
        run = self._held()
        assert run is not None  # noqa: S101 -- for mypy
        return run

    def look(self) -> Game | None:
        """Return the game as soon as it is clear; call it at each tick."""
        if self.done:
            return None
        if not self._modules:
            self._begin()
            return None
        pair = self._pair()
        if pair is None:
            if self._calls > _CALLS:
                self.close()
            return None
        generator, discriminator = pair
        noise, real = self._inputs[generator], self._inputs[discriminator]
        enough = min(noise.count, real.count) >= SAMPLES or self._calls > _CALLS
        return self._game(generator, discriminator) if enough else None

    def examples(self, game: Game) -> None:
        """Give the game all real examples that have come up since; close when there are enough."""
        rows = self._inputs.get(game.discriminator)
        if rows is None or self.done:
            return
        if rows.full or self._calls > 2 * _CALLS:
            game.real, game.labels = rows.taken()
            self.close()

    def close(self) -> None:
        """Look no longer, and let go of everything."""
        self.done = True
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        while self._undo:
            self._undo.pop()()
        self._outputs.clear()
        self._inputs.clear()
        self._given.clear()

    def _begin(self) -> None:
        """Find the module of each optimizer, and look at what goes in and out."""
        found = [owner(self._run, optimizer) for optimizer in self._run.optimizers.values()]
        modules = list(dict.fromkeys(module for module in found if module is not None))
        if len(modules) < 2 or any(  # noqa: PLR2004 -- it takes two
            inner is not outer and inner in set(outer.modules())
            for outer in modules
            for inner in modules
        ):
            return
        self._modules = modules
        self._thread = threading.get_ident()
        for module in modules:
            self._outputs[module] = deque(maxlen=_OUTPUTS)
            self._inputs[module] = Rows()
            self._handles.append(module.register_forward_hook(self._after))
        for kind in dict.fromkeys(type(module) for module in modules):
            self._wrap(kind)

    def _wrap(self, kind: type[nn.Module]) -> None:
        """See calls of ``logits``, by which training goes round a sigmoid at the end."""
        plain = vars(kind).get("logits")
        if not callable(plain):
            return

        @functools.wraps(plain)
        def logits(module: nn.Module, *args: Any) -> object:  # noqa: ANN401 -- the user's
            output: object = plain(module, *args)
            self._after(module, args, output)
            return output

        def undo() -> None:
            # Whoever put his own wrapper around ours takes it away himself.
            if vars(kind).get("logits") is logits:
                kind.logits = plain  # type: ignore[attr-defined]  # as it was

        kind.logits = logits  # type: ignore[attr-defined]  # until the scout is done
        self._undo.append(undo)

    def _after(self, module: nn.Module, args: tuple[Any, ...], output: object) -> None:
        """Note what a module was given and what it returned."""
        mine = threading.get_ident() == self._thread and module in self._outputs
        if self.asleep or not mine or not args or not isinstance(args[0], torch.Tensor):
            return
        given = args[0]
        if self._given.get(module) is given:
            return  # ``forward`` called ``logits``.
        self._given[module] = given
        self._calls += 1
        if not any(made for other, made in self._outputs.items() if other is not module):
            # Samples of the round in which we came may have been made before.
            self._note(module, output, len(given))
            return
        maker, rest = self._maker(given), slice(0, 0)
        if maker is None:
            maker, rest = self._among(module, given)
        if maker is not None and maker is not module:
            self._fed[module] = maker
        elif self._changed(module, given):
            self._unclear.add(module)
        else:
            rest = slice(None)
        if given.ndim > 0 and len(given[rest]) and not self._inputs[module].full:
            labels = args[1][rest] if len(args) > 1 and _beside(args[1], given) else None
            if labels is None:
                labels = _labels(len(given[rest]))
            self._inputs[module].append(given[rest], labels, passed=len(args) > 1)
        self._note(module, output, len(given))

    def _among(self, module: nn.Module, given: torch.Tensor) -> tuple[nn.Module | None, slice]:
        """Return who made the first or the last rows of a batch, and where the others lie."""
        for other, outputs in self._outputs.items():
            for made in outputs if other is not module else ():
                count = len(made) if made.ndim else 0
                if 0 < count < len(given) and _alike(given, made):
                    if _equal(given[-count:], made):
                        return other, slice(0, len(given) - count)
                    if _equal(given[:count], made):
                        return other, slice(count, None)
        return None, slice(0, 0)

    def _note(self, module: nn.Module, output: object, rows: int) -> None:
        """Remember what a module returned, detached: the storage is known, the graph let go."""
        if isinstance(output, torch.Tensor):
            self._outputs[module].append(output.detach())
            if output.ndim > 0 and output.numel() in _scores(output, rows):
                self._scoring.add(module)

    def _maker(self, given: torch.Tensor) -> nn.Module | None:
        place = given.untyped_storage().data_ptr()
        for module, outputs in self._outputs.items():
            if any(output.untyped_storage().data_ptr() == place for output in outputs):
                return module
        return None

    def _changed(self, module: nn.Module, given: torch.Tensor) -> bool:
        """Whether what ``module`` was given was computed from what another module returned."""
        for other, outputs in self._outputs.items():
            if other is module:
                continue
            if _reaches(given.grad_fn, {id(p) for p in other.parameters()}):
                return True
            # Detached samples beside as many real ones.
            if any(len(given) == 2 * len(o) and _alike(given, o) for o in outputs if o.ndim):
                return True
        return False

    def _pair(self) -> tuple[nn.Module, nn.Module] | None:
        for fed, maker in self._fed.items():
            if fed in self._unclear:
                continue
            if fed in self._scoring and self._inputs[fed].count and self._inputs[maker].count:
                return maker, fed
        return None

    def _game(self, generator: nn.Module, discriminator: nn.Module) -> Game:
        noise, given = self._inputs[generator].taken()
        real, labels = self._inputs[discriminator].taken()
        conditional = self._inputs[generator].passed
        asked = given if conditional else None
        noise, asked, tiles, columns = arranged(noise, asked, labels)
        beside = () if asked is None or labels is None else (labels[:2],)
        logits = gives_logits(discriminator, real[:2], *beside)
        names = (self._name(generator), self._name(discriminator))
        return Game(
            *(generator, discriminator, noise, asked, real, labels),
            logits=logits,
            tiles=tiles,
            columns=columns,
            names=names,
        )

    def _name(self, module: nn.Module) -> str:
        for name, model in self._run.models.items():
            for path, part in model.named_modules():
                if part is module:
                    return f"{name}.{path}" if path else name
        return type(module).__name__


def owner(run: Run, optimizer: Optimizer) -> nn.Module | None:
    """Return the smallest module that has all parameters of ``optimizer``; None if none has."""
    wanted = {id(p) for group in optimizer.param_groups for p in group["params"]}
    found, size = None, sys.maxsize
    for model in run.models.values():
        for part in model.modules():
            own = {id(p) for p in part.parameters()}
            if wanted <= own and len(own) < size:
                found, size = part, len(own)
    return found


def _reaches(node: Any, parameters: set[int]) -> bool:  # noqa: ANN401 -- a node of autograd
    """Whether a graph leads to one of the parameters."""
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        seen.add(one)
        if id(getattr(one, "variable", None)) in parameters:
            return True
        waiting += [before for before, _ in one.next_functions]
    return False


def _alike(given: torch.Tensor, output: torch.Tensor) -> bool:
    """Whether both have rows of one size."""
    return given[:1].numel() == output[:1].numel()


def _equal(rows: torch.Tensor, made: torch.Tensor) -> bool:
    """Whether rows have the very values that were made."""
    return rows.device == made.device and torch.equal(rows.flatten(1), made.flatten(1))


def _scores(output: torch.Tensor, rows: int) -> set[int]:
    """Return how many numbers an output of scores may have: one a row, or a map of one channel."""
    a_map = output.ndim == 4 and output.shape[:2] == (rows, 1)  # noqa: PLR2004 -- (n, 1, h, w)
    return {rows, output.numel() if a_map else rows}


def _beside(value: object, x: torch.Tensor) -> bool:
    return isinstance(value, torch.Tensor) and value.ndim > 0 and len(value) == len(x)


def _labels(rows: int) -> torch.Tensor | None:
    """Return the classes of the batch, where the user's loop has them in a variable."""
    for frame in user_frames(sys._getframe(2)):  # noqa: SLF001 -- the only way to the caller
        known = {
            name: value
            for name, value in frame.f_locals.items()
            if isinstance(value, torch.Tensor)
            and value.dtype == torch.int64
            and value.shape == (rows,)
        }
        for name in _PREFERRED:
            if name in known:
                return known[name]
        if len(known) == 1:
            return next(iter(known.values()))
    return None
