"""A recurrent module under study: its course, the same with edits and held gates, beside torch."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from dlwidgets.explain.recurrent.ablation import Ablation, checked, numbers
from dlwidgets.explain.recurrent.asked import at_home, head_output, module_states
from dlwidgets.explain.recurrent.course import Course, run, whole
from dlwidgets.explain.recurrent.given import taken, vectors
from dlwidgets.explain.recurrent.reading import Net, Where, read
from dlwidgets.explain.recurrent.reference import affordable, apart, compared
from dlwidgets.explain.recurrent.remembered import Memory, remembered
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor

    from dlwidgets.explain.recurrent.ablation import Alteration


class Study:
    """One sequence through a recurrent module, as given and as changed by hand.

    Attributes:
        net: what the module computes.
        given: all sequences.
        index: which of them is studied.
        base: its course as given.
        now: with edits and held gates; the same object as ``base`` where there are none.
        ablations: the gates that are held.
        x: the input as edited, (steps, features).
        ids: its tokens, where they were embedded.
        base_ids: the tokens as given.
        reach: a number beyond all that were given, as room for other inputs.
    """

    def __init__(
        self,
        module: nn.Module,
        x: object = None,
        state: object = None,
        *,
        embedding: Any = None,  # noqa: ANN401 -- any callable
        head: Any = None,  # noqa: ANN401 -- likewise
        index: int = 0,
        seed: int = 0,
    ) -> None:
        """Read the module and compute the course of one sequence; see `given.taken`."""
        self.module, self.embedding, self.head = module, embedding, head
        self._call = (x, state, seed)
        self.net: Net
        self.reread()
        self.choose(index)

    @torch.inference_mode(mode=False)
    def reread(self) -> None:
        """Take in the weights as they are now; `choose` computes anew with them."""
        x, state, seed = self._call
        self.net = read(self.module)
        self.given = taken(self.net, x, state, self.embedding, seed)
        self.version = self._versions()

    @property
    def stale(self) -> bool:
        """Whether the module's weights have changed since they were read."""
        return self._versions() != self.version

    def _versions(self) -> list[tuple[int, int]]:
        return [(id(p), p._version) for p in self.module.parameters()]  # noqa: SLF001 -- torch has no public count of changes

    @torch.inference_mode(mode=False)
    def choose(self, index: int) -> None:
        """Study another sequence of the batch, with no edits and nothing held."""
        many = len(self.given.lengths)
        if not 0 <= index < many:
            raise ValueError(
                say(
                    f"LSTMExplorer: expected a sequence from 0 to {many - 1}, got {index}",
                    f"LSTMExplorer：序列应为 0 到 {many - 1}，得到 {index}",
                )
            )
        x, begin = self.given.sequence(index)
        self.index, self._begin = index, begin
        self.base = self.now = whole(run(self.net, x, begin))
        ids = self.given.ids
        values = x[x.isfinite()]
        most = float(values.abs().max()) if values.numel() else 0.0
        self.reach = 1.5 * most if most > 0 else 1.0
        self.base_ids = None if ids is None else ids[: len(x), index]
        self.restore()

    @property
    def steps(self) -> int:
        """How many steps the sequence has."""
        return self.base.steps

    @property
    def changed(self) -> bool:
        """Whether anything is edited or held."""
        return bool(self.ablations) or any(
            not _same(self.x[step], self.base.x[step]) for step in self._edited
        )

    # --- changes ----------------------------------------------------------------------------

    @torch.inference_mode(mode=False)
    def restore(self) -> None:
        """Take back all edits and ablations."""
        self.ablations: tuple[Ablation, ...] = ()
        self._alterations: tuple[Alteration, ...] = ()
        self.x = self.base.x.clone()
        self._edited: set[int] = set()
        self.ids = None if self.base_ids is None else self.base_ids.clone()
        self.now = self.base
        self._running: Generator[float, None, Course] | None = None
        self._dirty: tuple[int, int] | None = None
        self.progress = 1.0

    @torch.inference_mode(mode=False)
    def edit(self, step: int, feature: int | None, value: Any) -> None:  # noqa: ANN401 -- a number or several
        """Change the input of one step; `advance` or `finish` computes what follows.

        Args:
            step: from 0.
            feature: one of them; None for all, and then ``value`` has as many numbers.
            value: any numbers, NaN and infinities among them.

        Raises:
            ValueError: for a step or feature that there is not, or other than numbers.
        """
        self._check("step", step, self.steps)
        if feature is not None:
            self._check("feature", feature, self.net.features)
        room = self.x[step] if feature is None else self.x[step, feature]
        try:
            found = torch.as_tensor(value, dtype=self.net.dtype)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ValueError(_wanted(room.shape, type(value).__name__)) from error
        if found.shape != room.shape:
            raise ValueError(_wanted(room.shape, str(tuple(found.shape))))
        room.copy_(found)
        self._edited.add(step)
        self._restart(step)

    @torch.inference_mode(mode=False)
    def speak(self, step: int, token: int) -> None:
        """Put another token at a step; needs an embedding.

        Raises:
            ValueError: without an embedding, or for a token that it has not.
        """
        if self.ids is None:
            raise ValueError(
                say(
                    "edit: expected numbers, as no embedding was given; open it with "
                    "explore(lstm, tokens, embedding=your_embedding)",
                    "edit：未给出 embedding，应为数；"
                    "请用 explore(lstm, 编号, embedding=词嵌入层) 打开",
                )
            )
        self._check("step", step, self.steps)
        self.x[step] = vectors(self.embedding, torch.tensor([token]))[0].to(self.net.dtype)
        self.ids[step] = token
        self._edited.add(step)
        self._restart(step)

    @torch.inference_mode(mode=False)
    def ablate(self, *ablations: Ablation) -> None:
        """Hold these gates, and no others; `advance` or `finish` computes what follows.

        Of two that hold the same units from the same step, the later counts.
        """
        held = {
            (one.where, one.gate, one.unit, one.since): checked(self.net, one, self.steps)
            for one in ablations
        }
        self.ablations = tuple(held.values())
        self._alterations = tuple(numbers(one, self.base) for one in self.ablations)
        self._restart(None)

    def _restart(self, step: int | None) -> None:
        """Begin to compute what follows from a change of one step's input, or of everything."""
        if not self.changed:
            self.restore()
            return
        if step is None:
            self._dirty = (0, self.steps - 1)
            self._running = run(self.net, self.x.clone(), self._begin, self._alterations)
        else:
            low, high = self._dirty or (step, step)
            self._dirty = (min(low, step), max(high, step))
            known = (self.now, *self._dirty)
            self._running = run(self.net, self.x.clone(), self._begin, self._alterations, known)
        self.progress = 0.0

    @torch.inference_mode(mode=False)
    def advance(self, seconds: float) -> bool:
        """Compute for about so long; return whether all is done."""
        end = perf_counter() + seconds
        while self._running is not None:
            try:
                # Never quite the end before the end, whatever rounding says.
                self.progress = min(0.999, next(self._running))
            except StopIteration as stop:
                self.now, self._running, self._dirty, self.progress = stop.value, None, None, 1.0
                break
            if perf_counter() >= end:
                break
        return self._running is None

    def finish(self) -> None:
        """Compute to the end."""
        self.advance(float("inf"))

    # --- what there is to know --------------------------------------------------------------

    @torch.inference_mode(mode=False)
    def difference(self, step: int) -> float:
        """Return how far ``now`` is from torch, as a share: see `reference.compared`.

        Where nothing is held and the weights are still those that were read, the module itself is
        asked, as after ``eval()``.
        """
        short = self.steps <= affordable(self.net) and not self.stale
        if short and not self._alterations and at_home(self.module, self.net):
            theirs = module_states(self.module, self.net, self.now.x, self._begin)
            if theirs is not None:
                return apart(self.now.input(self.net.layers), theirs)
        return compared(self.now, self._alterations, step)

    @torch.inference_mode(mode=False)
    def memory(self, where: Where, step: int, unit: int, *, given: bool = False) -> Memory:
        """Return what a unit of the hidden state remembers: see `remembered.remembered`.

        With ``given``, without the edits and held gates.
        """
        self._check("unit", unit, self.net.out)
        course, alterations = (self.base, ()) if given else (self.now, self._alterations)
        return remembered(course, alterations, where, step, unit)

    def output(self, course: Course) -> Tensor | None:
        """Return what the head makes of the last layer's states; None where there is no head."""
        if self.head is None:
            return None
        return head_output(self.head, course.input(self.net.layers))

    def _check(self, name: str, value: int, many: int) -> None:
        if not 0 <= value < many:
            raise ValueError(
                say(
                    f"LSTMExplorer: expected {name} from 0 to {many - 1}, got {value}",
                    f"LSTMExplorer：{name} 应为 0 到 {many - 1}，得到 {value}",
                )
            )


def _same(a: Tensor, b: Tensor) -> bool:
    return bool(((a == b) | (a.isnan() & b.isnan())).all())


def _wanted(shape: torch.Size, got: str) -> str:
    en = "a number" if not shape else f"{shape[0]} numbers"
    zh = "一个数" if not shape else f"{shape[0]} 个数"
    return say(f"edit: expected {en}, got {got}", f"edit：应为{zh}，得到 {got}")
