"""The vectors of words: what an embedding holds, and which lie near one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.explain.tagging.lexicon import Lexicon


@dataclass(frozen=True)
class Near:
    """A word, and the cosine of the angle between its vector and another's."""

    word: str
    cosine: float


class Vectors:
    """The embedding of a model, by words.

    Attributes:
        module: the first ``nn.Embedding`` of the model; None where there is none.
    """

    def __init__(self, model: nn.Module, lexicon: Lexicon) -> None:
        """Find the embedding.

        Raises:
            ValueError: where the vocabulary has ids that the embedding has no row for.
        """
        self.module = next((m for m in model.modules() if isinstance(m, nn.Embedding)), None)
        self._words = lexicon.words()
        if self.module is None:
            return
        rows = self.module.num_embeddings
        most = max(lexicon.ids, key=lambda word: lexicon.ids[word])
        if lexicon.ids[most] >= rows:
            message = say(
                f"TaggerExplorer: the embedding has {rows} rows, but vocab goes up to "
                f"{lexicon.ids[most]} ({most!r}); give the vocabulary that the model was made for",
                f"TaggerExplorer：词嵌入有 {rows} 行，而 vocab 的编号最大为 {lexicon.ids[most]}"
                f"（{most!r}）；请给出构造该模型时的词表",
            )
            raise ValueError(message)
        self._words.pop(-1 if self.module.padding_idx is None else self.module.padding_idx, None)

    @property
    def size(self) -> int:
        """How many numbers the embedding holds."""
        return 0 if self.module is None else self.module.weight.numel()

    def row(self, index: int) -> Tensor:
        """Return the vector of a word, (dimensions,); empty where there is no embedding."""
        if self.module is None:
            return torch.zeros(0)
        return self.module.weight.detach()[index].cpu()

    def nearest(self, index: int, count: int = 6) -> list[Near]:
        """Return the words whose vectors point in the most similar direction, the nearest first.

        Vectors without a direction (all zero, or not finite) are near nothing.
        """
        if self.module is None:
            return []
        weight = self.module.weight.detach()
        cosines = nn.functional.cosine_similarity(weight.float(), weight[index].float()[None])
        flat = (weight == 0).all(1)
        ids = torch.tensor([i for i in self._words if i != index], device=weight.device)
        if not len(ids) or bool(flat[index]):
            return []
        found = cosines[ids].masked_fill(flat[ids] | ~cosines[ids].isfinite(), -2.0)
        best = found.topk(min(count, len(ids)))
        pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return [Near(self._words[int(ids[i])], cosine) for i, cosine in pairs if cosine > -2]  # noqa: PLR2004 -- masked above
