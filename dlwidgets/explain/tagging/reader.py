"""Asking a model for the tags of a sentence, however it takes words and whatever it returns."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from dlwidgets.explain.untouched import kept_random, untouched
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

Form = Literal["words", "row", "column"]
"""(T,), (1, T) or (T, 1)."""
Scores = Literal["log", "logits", "probabilities", ""]
"""What a model returns; empty while its numbers are not finite."""

WRITTEN = {"words": "", "row": "[None]", "column": "[:, None]"}
"""How ``ids`` get their form."""
MADE = {"log": ".exp()", "logits": ".softmax(-1)", "probabilities": "", "": ".softmax(-1)"}
"""How scores become probabilities."""


class Reader:
    """A model that tags words, once it is known how it wants to be asked.

    Attributes:
        form: the shape in which it takes the words.
        scores: what it returns.
        tags: how many tags it gives.
        member: whether it returns a tuple, of which the first counts.
    """

    def __init__(self, model: nn.Module, ids: Sequence[int], tags: int | None) -> None:
        """Ask ``model`` once, to learn its form.

        Args:
            model: any module; it is left as it was.
            ids: the ids of all words.
            tags: how many tags there should be; None takes what the model gives.

        Raises:
            ValueError: where no form works; says what the model raised or returned.
        """
        self.model = model
        self.scores: Scores = ""
        self.member = False
        # A length that is not mistaken for the number of tags.
        length = 5 if tags == 4 else 4  # noqa: PLR2004 -- as above
        probe = [list(ids)[i % len(ids)] for i in range(length)]
        self.form: Form = "words"
        self.tags = 0
        self._learn(probe, tags)

    def _learn(self, probe: list[int], tags: int | None) -> None:
        timed = any(isinstance(m, nn.RNNBase) and not m.batch_first for m in self.model.modules())
        forms: tuple[Form, ...] = (
            ("words", "column", "row") if timed else ("words", "row", "column")
        )
        errors: list[str] = []
        for form in forms:
            self.form = form
            try:
                out = self._out(self.model, probe)
            except Exception as error:  # noqa: BLE001 -- the user's own model may raise anything
                errors.append(f"{type(error).__name__}: {error}".splitlines()[0])
                continue
            wrong = _wrong_shape(out, len(probe), tags)
            if not wrong:
                self.tags = out.shape[-1]
                self.scores = _scores(out)
                return
            errors.append(wrong)
        text = errors[0]
        message = say(
            "TaggerExplorer: expected a model that takes word ids (T,), (1, T) or (T, 1) and "
            f"returns scores (T, tags), (1, T, tags) or (T, 1, tags). {text}",
            "TaggerExplorer：模型应接受词编号 (T,)、(1, T) 或 (T, 1)，并返回 (T, 标签数)、"
            f"(1, T, 标签数) 或 (T, 1, 标签数) 的分数。{text}",
        )
        raise ValueError(message)

    def probabilities(self, ids: Sequence[int], model: nn.Module | None = None) -> Tensor:
        """Return the probability of each tag for each word, (T, tags), as the model gives it.

        The model runs as after ``model.eval()`` and is left as it was; no words give no rows.

        Args:
            ids: word ids.
            model: another one of the same kind, such as a copy from before.
        """
        asked = self.model if model is None else model
        if not ids:
            return torch.zeros(0, self.tags)
        out = self._out(asked, list(ids)).reshape(len(ids), -1)
        if not self.scores:
            self.scores = _scores(out)
        if self.scores == "log":
            return out.exp()
        return out if self.scores == "probabilities" else out.softmax(-1)

    def _out(self, model: nn.Module, ids: list[int]) -> Tensor:
        words = torch.tensor(ids, device=_device(model))
        given = {"words": words, "row": words[None], "column": words[:, None]}[self.form]
        with untouched(model, evaluate=True):
            out = model(given)
        self.member = isinstance(out, (tuple, list))
        out = out[0] if self.member and out else out
        if not isinstance(out, Tensor):
            message = say(
                f"It returned {type(out).__name__}, no tensor",
                f"它返回了 {type(out).__name__}，而不是张量",
            )
            raise TypeError(message)
        return out.detach().cpu()

    def code(self, name: str, ids: Sequence[int]) -> str:
        """Return the line that gives `probabilities` of these words, for a model of that name.

        Without ``no_grad`` torch may take another way through an LSTM, and round otherwise.
        """
        if not ids:
            return f"probabilities = torch.zeros(0, {self.tags})  # no words, nothing to ask"
        where = _device(self.model)
        device = "" if where.type == "cpu" else f', device="{where}"'
        words = f"torch.tensor({list(ids)}{device}){WRITTEN[self.form]}"
        called = f"{name}.eval()" if self.model.training else name
        member = "[0]" if self.member else ""
        shaped = "" if self.form == "words" else f".reshape({len(ids)}, {self.tags})"
        made = f"{called}({words}){member}{shaped}{MADE[self.scores]}"
        return f"with torch.no_grad(): probabilities = {made}"


def copied(model: nn.Module) -> nn.Module | None:
    """Return a copy of a model as it is now; None of one that can't be copied."""
    try:
        with kept_random(set()):
            return deepcopy(model)
    except Exception:  # noqa: BLE001 -- a model may hold anything; then there is no before
        return None


def version(model: nn.Module) -> int:
    """Return torch's own count of changes of all parameters."""
    return sum(p._version for p in model.parameters())  # noqa: SLF001 -- without a public name


def _device(model: nn.Module) -> torch.device:
    embedding = next((m for m in model.modules() if isinstance(m, nn.Embedding)), None)
    if embedding is not None:
        return embedding.weight.device
    return next((p.device for p in model.parameters()), torch.device("cpu"))


def _wrong_shape(out: Tensor, words: int, tags: int | None) -> str:
    """Return what is wrong with the shape of scores, or nothing."""
    fits = out.ndim in {2, 3} and out.numel() == words * out.shape[-1]
    fits = fits and words in out.shape[:-1]
    shape = tuple(out.shape)
    if not fits or not out.is_floating_point():
        return say(
            f"For {words} words it returned {shape} of {out.dtype}",
            f"对 {words} 个词它返回了 {shape}，类型 {out.dtype}",
        )
    if tags is not None and out.shape[-1] != tags:
        return say(
            f"It gives {out.shape[-1]} tags, but {tags} are named",
            f"它给出 {out.shape[-1]} 个标签，而给出了 {tags} 个名称",
        )
    return ""


def _scores(out: Tensor) -> Scores:
    """Return what numbers these are, by what they add up to."""
    rows = out.reshape(-1, out.shape[-1])
    exact = rows.double()
    if not bool(exact.isfinite().any()):
        return ""
    near = 1e-4 if rows.dtype in {torch.float32, torch.float64} else 2e-2
    ones = torch.ones((), dtype=torch.float64)
    if torch.allclose(exact.exp().sum(-1), ones, atol=near):
        return "log"
    if bool((exact >= 0).all()) and torch.allclose(exact.sum(-1), ones, atol=near):
        return "probabilities"
    return "logits"
