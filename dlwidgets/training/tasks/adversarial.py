"""Two nets that learn from one another: GAN, CGAN, DCGAN."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dlwidgets.language import say
from dlwidgets.models.adversarial import check_form, discriminator_loss, generator_loss
from dlwidgets.models.gan import logits_of
from dlwidgets.training.knobs import own_knob
from dlwidgets.training.metrics import batches, named_metrics
from dlwidgets.training.tasks.task import Task, first, looking, make_optimizer, tried

if TYPE_CHECKING:
    from dlwidgets.models.gan import GAN
    from dlwidgets.training.metrics import Batch, Data
    from dlwidgets.training.run import Run
    from dlwidgets.training.tasks.task import Asked

ADAM = 2e-4
BETAS = (0.5, 0.999)
"""Adam's settings where none are asked for: those of the DCGAN paper."""
WHITE = 255

KNOBS: dict[str, tuple[float, float, float, bool]] = {
    "D_steps": (1.0, 1.0, 10.0, True),
    "label_smoothing": (0.0, 0.0, 0.5, False),
    "instance_noise": (0.0, 0.0, 1.0, False),
    "train_D": (1.0, 0.0, 1.0, True),
    "train_G": (1.0, 0.0, 1.0, True),
}
"""What can be turned beside the optimizers: where it begins, its ends, whether it is whole."""


class Adversarial(Task):
    """D learns to tell real images from G's, and G to draw such that D can't.

    Each batch is a step of D, and each ``D_steps``-th one of G as well. ``train_D`` and
    ``train_G`` at 0 let one of them rest; with both at rest the run pauses. The label of real
    images is ``1 - label_smoothing``, and all images that D sees have noise of deviation
    ``instance_noise``.
    """

    options = ("lr_D", "lr_G", *(name for name in KNOBS if not name.startswith("train")))

    def __init__(self, model: GAN, asked: Asked, seen: Batch | None) -> None:
        """Check nets and data, and make both optimizers.

        Raises:
            TypeError: for an optimizer that is already made; two are needed.
            ValueError: for what can't be.
        """
        self.model: GAN = model
        own = {name: asked.options[name] for name in self.options if name in asked.options}
        self._asked = asked.without(self.options)
        self._rates = [own.pop(name, asked.lr) for name in ("lr_D", "lr_G")]
        self._begin = {name: own.get(name, values[0]) for name, values in KNOBS.items()}
        for name, (_, low, high, whole) in KNOBS.items():
            own_knob(name, self._begin[name], low, high, whole=whole)  # Or says what is wrong.
        self.form = check_form("non_saturating" if asked.loss is None else asked.loss)
        self.metrics = named_metrics(() if asked.metrics is None else asked.metrics)
        self._unit = seen is not None and _is_unit(seen[0])
        _check_nets(model, first(seen, model))
        if model.classes is not None and seen is not None:
            _check_classes(model.classes, seen[1])
        self._waited = 0
        self.why = self._words()
        self.optimize()

    def _words(self) -> str:
        name, told = type(self.model).__name__, self.model.classes is not None
        told_en, told_zh = (", told the class", "，并告知类别") if told else ("", "")
        range_en, range_zh = (
            (", images brought from [0, 1] to [−1, 1]", "，图像由 [0, 1] 变换到 [−1, 1]")
            if self._unit
            else ("", "")
        )
        return say(
            f"{name}, D and G in turn{told_en}: {self.form} loss{range_en}",
            f"{name}，D 与 G 交替训练{told_zh}：{self.form} 损失{range_zh}",
        )

    def _given(self, y: Tensor) -> tuple[Tensor, ...]:
        """Return what both nets are told besides: the class, or nothing."""
        return () if self.model.classes is None else (y,)

    def _real(self, x: Tensor) -> Tensor:
        """Return images in the range of G's."""
        return 2 * x - 1 if self._unit else x

    def optimize(self) -> None:
        """Make both optimizers: Adam at 2e-4 with β1 = 0.5 where none is asked for."""
        asked = self._asked
        if isinstance(asked.optimizer, torch.optim.Optimizer):
            raise TypeError(
                say(
                    "optimizer: D and G need one each; give a name or a class, and lr_D= and "
                    "lr_G= for rates of their own",
                    "optimizer：D 与 G 各需一个；请给出名称或类，"
                    "并用 lr_D= 与 lr_G= 分别设定学习率",
                )
            )
        if asked.optimizer is None:
            asked = replace(asked, optimizer="adam", options={"betas": BETAS, **asked.options})
            rates = [ADAM if rate is None else rate for rate in self._rates]
        else:
            rates = self._rates
        nets = (self.model.discriminator, self.model.generator)
        self.optimizers = [
            make_optimizer(replace(asked, lr=rate), net)
            for net, rate in zip(nets, rates, strict=True)
        ]

    def begin(self, run: Run) -> None:
        """Make knobs of what can be turned beside the optimizers."""
        for name, (_, low, high, whole) in KNOBS.items():
            run.knob(name, self._begin[name], low, high, whole=whole)

    def step(self, run: Run, x: Tensor, y: Tensor) -> Tensor:
        """Let D learn from the batch, and G where it is its turn."""
        while not (run.train_D or run.train_G):
            run.pause()
            run._control.boundary()  # noqa: SLF001 -- no optimizer steps here that would look
        given = self._given(y)
        loss = x.new_zeros(())
        if run.train_D:
            loss = self._step_D(run, self._real(x), given)
            self._waited += 1
        if run.train_G and (not run.train_D or self._waited >= run.D_steps):
            loss = self._step_G(run, len(x), given)
            self._waited = 0
        return loss

    # The variables are called as in the book: so the run calls nets, optimizers and losses.

    def _step_D(self, run: Run, x: Tensor, given: tuple[Tensor, ...]) -> Tensor:  # noqa: N802 -- as above
        D, optimizer_D = self.model.discriminator, self.optimizers[0]  # noqa: N806 -- as above
        with torch.no_grad():
            fake = self.model.generator(self.model.noise(len(x)), *given)  # (N, 1, 28, 28)
        real_logits = logits_of(D, self._noisy(run, x), *given)  # (N, 1)
        fake_logits = logits_of(D, self._noisy(run, fake), *given)  # (N, 1)
        smoothing = run.label_smoothing
        loss_D = discriminator_loss(real_logits, fake_logits, self.form, smoothing)  # noqa: N806 -- as above
        optimizer_D.zero_grad()
        loss_D.backward()
        run.log(**{"D(x)": self._score(real_logits), "D(G(z))": self._score(fake_logits)})
        optimizer_D.step()
        return loss_D

    def _step_G(self, run: Run, n: int, given: tuple[Tensor, ...]) -> Tensor:  # noqa: N802 -- as above
        G, optimizer_G = self.model.generator, self.optimizers[1]  # noqa: N806 -- as above
        fake = G(self.model.noise(n), *given)  # (N, 1, 28, 28)
        fake_logits = logits_of(self.model.discriminator, self._noisy(run, fake), *given)  # (N, 1)
        loss_G = generator_loss(fake_logits, self.form)  # noqa: N806 -- as above
        optimizer_G.zero_grad()
        # D's own gradients are not needed here, and take time.
        loss_G.backward(inputs=list(G.parameters()))
        if not run.train_D:
            run.log(**{"D(G(z))": self._score(fake_logits)})
        optimizer_G.step()
        return loss_G

    def _noisy(self, run: Run, x: Tensor) -> Tensor:
        deviation = run.instance_noise
        return x + deviation * torch.randn_like(x) if deviation else x

    def _score(self, logits: Tensor) -> Tensor:
        """Return the mean of D(x): a probability, or with least squares what D says itself."""
        scores = logits if self.form == "least_squares" else logits.sigmoid()
        return scores.detach().mean()

    def test(self, run: Run, data: Data) -> float:
        """Log D(x) of images that D has not seen; return how far it lies from 1/2.

        Where it falls while D(x) rises, D knows its images by heart.
        """
        device = next(self.model.parameters()).device
        total, count = 0.0, 0
        with looking(self.model):
            for x, y in batches(data, device):
                logits = self.model.logits(self._real(x), *self._given(y))
                total += self._score(logits).item() * len(x)
                count += len(x)
        run.log(**{"test_D(x)": total / count})
        for name, metric in self.metrics.items():
            run.log(**{f"test_{name}": metric(self.model, data)})
        return abs(total / count - 0.5)


def _is_unit(x: Tensor) -> bool:
    """Return whether images lie in [0, 1], so that they must be brought to [-1, 1].

    Raises:
        ValueError: for images in neither range, which tanh can't reach.
    """
    low, high = (bound.item() for bound in x.aminmax())
    if low >= -1 and high <= 1:
        return low >= 0
    remedy = "2 * (x - x.min()) / (x.max() - x.min()) - 1"
    if low >= 0 and high <= WHITE:
        remedy = f"x / {WHITE}"
    message = say(
        f"data: G draws in [-1, 1], the range of tanh; expected images there or in [0, 1], got "
        f"[{low:.4g}, {high:.4g}]; give {remedy}",
        f"data：G 的输出在 tanh 的范围 [-1, 1] 内；图像应在此范围或 [0, 1] 内，得到 "
        f"[{low:.4g}, {high:.4g}]；请改用 {remedy}",
    )
    raise ValueError(message)


def _check_nets(model: GAN, batch: Batch | None) -> None:
    """Raise ValueError unless both nets can take such a batch, and G draws such images."""
    if batch is None:
        return
    x, y = batch
    given = () if model.classes is None else (y % model.classes,)
    shape = tuple(x.shape[1:])
    tried(model, lambda: model.logits(x, *given), shape)
    made = tried(model, lambda: model.generator(model.noise(len(x)), *given), shape)
    if made.numel() != x.numel():
        drawn = tuple(made.shape[1:])
        message = say(
            f"model: G draws images of shape {drawn}, the data have {shape}; make it with "
            f"shape={shape}",
            f"model：G 生成的图像形状为 {drawn}，数据为 {shape}；请用 shape={shape} 构造",
        )
        raise ValueError(message)


def _check_classes(classes: int, y: Tensor) -> None:
    """Raise ValueError unless ``y`` holds the indices of so many classes."""
    if y.is_floating_point() or y.min() < 0:
        message = say(
            f"data: expected targets that are class indices from 0, got {y.dtype} from "
            f"{y.min().item():g}",
            f"data：目标应为从 0 起的类别编号，得到 {y.dtype}，最小为 {y.min().item():g}",
        )
        raise ValueError(message)
    most = int(y.max())
    if most >= classes:
        message = say(
            f"model: it was made for {classes} classes, but the targets go up to {most}; make it "
            f"with classes={most + 1}",
            f"model：按 {classes} 类构造，而目标最大为 {most}；请用 classes={most + 1} 构造",
        )
        raise ValueError(message)
