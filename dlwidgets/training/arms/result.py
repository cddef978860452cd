"""What a comparison has found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.language import say, suggest
from dlwidgets.training.arms.code import code
from dlwidgets.training.arms.plan import EVAL_MODE, TEST, TRAIN, TRAIN_MODE

if TYPE_CHECKING:
    import pandas as pd
    from torch import nn

    from dlwidgets.training.arms.plan import Outcome, Plan


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Arms that were trained from the same seeds on the same batches.

    Attributes:
        plan: what they share: data, seeds, epochs, optimizer and loss.
        outcomes: what came of each, in the order given.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the arms are called."""
        return tuple(one.arm.name for one in self.outcomes)

    def __getitem__(self, name: str) -> Outcome:
        """Return what came of the arm of this name.

        Raises:
            KeyError: where there is none.
        """
        for one in self.outcomes:
            if one.arm.name == name:
                return one
        known = ", ".join(self.names)
        raise KeyError(
            say(
                f"expected an arm among {known}, got {name!r}.{suggest(str(name), self.names)}",
                f"方案应为 {known} 之一，得到 {name!r}。{suggest(str(name), self.names)}",
            )
        )

    def model(self, name: str, seed: int | None = None) -> nn.Module:
        """Return a trained model: of ``seed``, or of the first one."""
        seeds = self.plan.seeds
        if seed is not None and seed not in seeds:
            raise ValueError(
                say(
                    f"model: expected a seed among {seeds}, got {seed!r}",
                    f"model：种子应为 {seeds} 之一，得到 {seed!r}",
                )
            )
        return self[name].models[0 if seed is None else seeds.index(seed)]

    def same_start(self, name: str) -> bool:
        """Return whether an arm began with the weights of the first arm.

        Weights are what has two or more dimensions; batch norm's factors do not count.
        """
        first, other = (
            [w for w in one.start.parameters() if w.ndim > 1]
            for one in (self.outcomes[0], self[name])
        )
        return len(first) == len(other) and all(map(torch.equal, first, other))

    def code(self, name: str) -> str:
        """Return lines of plain torch that train the arm from the first seed, to the same loss."""
        return code(self.plan, self[name])

    def add(self, arms: Any, *, progress: bool = True) -> Comparison:  # noqa: ANN401 -- as `compare` takes them
        """Return a comparison with more arms, trained from the same seeds on the same batches.

        An arm of a name that there is already takes its place.
        """
        from dlwidgets.training.arms.comparing import trained

        fresh = {one.arm.name: one for one in trained(self.plan, arms, progress=progress)}
        kept = tuple(fresh.pop(one.arm.name, one) for one in self.outcomes)
        return replace(self, outcomes=(*kept, *fresh.values()))

    def history(self) -> pd.DataFrame:
        """Return one row an arm, a seed and an epoch, from epoch 0, before the first step.

        Columns: ``train_loss`` and ``test_loss`` as measured after ``model.eval()``, the same as
        whoever forgets it measures them (``…_in_train_mode``), and ``weight_norm``.
        """
        import pandas as pd

        rows = [
            {
                "arm": one.arm.name,
                "seed": seed,
                "epoch": epoch,
                "train_loss": one.losses[TRAIN, EVAL_MODE, place, epoch],
                "test_loss": one.losses[TEST, EVAL_MODE, place, epoch],
                "train_loss_in_train_mode": one.losses[TRAIN, TRAIN_MODE, place, epoch],
                "test_loss_in_train_mode": one.losses[TEST, TRAIN_MODE, place, epoch],
                "weight_norm": one.norms[place, epoch],
            }
            for one in self.outcomes
            for place, seed in enumerate(self.plan.seeds)
            for epoch in range(self.plan.epochs + 1)
        ]
        return pd.DataFrame(rows)

    def table(self) -> pd.DataFrame:
        """Return one row an arm: final losses, mean, least and greatest over the seeds.

        ``best_epoch`` has the least mean test loss: where early stopping would have paid.
        """
        import pandas as pd

        rows = []
        for one in self.outcomes:
            train, test = (one.losses[part, EVAL_MODE, :, -1] for part in (TRAIN, TEST))
            best = one.best
            means = one.losses[TEST, EVAL_MODE].mean(0)
            rows.append(
                {
                    "arm": one.arm.name,
                    "train_loss": train.mean(),
                    "test_loss": test.mean(),
                    "test_least": test.min(),
                    "test_most": test.max(),
                    "best_epoch": best,
                    "best_test_loss": None if best is None else means[best],
                    "weight_norm": one.norms[:, -1].mean(),
                    "same_start": self.same_start(one.arm.name),
                }
            )
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        seeds, epochs = len(self.plan.seeds), self.plan.epochs
        ends = ", ".join(
            f"{one.arm.name} {one.losses[TEST, EVAL_MODE, :, -1].mean():.4g}"
            for one in self.outcomes
        )
        return say(
            f"Comparison: test loss after {epochs} epochs, mean of {seeds} seeds: {ends}",
            f"对比：{epochs} 轮后的测试损失（{seeds} 个种子的均值）：{ends}",
        )
