"""``%%train``: makes the plain PyTorch loop below it watchable, pausable and steerable."""

from __future__ import annotations

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class, no_var_expand

from dlwidgets.language import say
from dlwidgets.magics.options import parse, parser_of, with_options


@magics_class
class TrainMagics(Magics):
    """The cell magic ``%%train``."""

    @no_var_expand
    @with_options
    @cell_magic
    def train(self, line: str, cell: str) -> None:
        """Make the training loops below alive: chart, pause, one step, stop, learning rate.

        Loop form: the cell is any Python with plain PyTorch loops; nothing in it needs to know.
        Each optimizer's hyperparameters become knobs, each loss on which backward() is called a
        curve.

            %%train --log "accuracy(model, data.test)"
            for epoch in range(20):
                for x, y in data.loader(64):
                    loss = nn.functional.cross_entropy(model(x), y)
                    optimizer.zero_grad(); loss.backward(); optimizer.step()

        Declarative form: with --data or --epochs the cell need only define `model`, and may define
        `loss`, `optimizer`, `scheduler` and `metrics`.

            %%train --data digits --epochs 5
            model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

        The model may be named instead, and says by its kind how it learns: a VAE or an
        autoencoder to draw its input again, a GAN its two nets in turn, any other its targets.

            %%train vae --data mnist --epochs 15
            vae = dlwidgets.models.VAE(20)

        The run is kept in the variable `run`, also while the cell runs: run.history, run.events,
        run.plot(), run.save(path), run.show(); run.log(f1=0.8) and run.knob("beta", 1, 0, 10) in
        the loop. A value may be that of a variable: --epochs $n.
        """
        shell = self.shell
        if shell is None:
            raise UsageError(say("%%train needs IPython", "%%train 需要在 IPython 中使用"))
        options = parse(parser_of(TrainMagics.train), line, shell.user_ns)
        from dlwidgets.magics.cell import Body
        from dlwidgets.magics.conduct import conduct

        conduct(shell, Body(shell, line, cell), options)
