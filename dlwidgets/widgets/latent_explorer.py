"""The latent space of a model that encodes and decodes: drag a code, and see what it decodes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.widgets import latent_rows as rows
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.latent_code import code_ends, line
from dlwidgets.widgets.latent_given import (
    checked_code,
    checked_count,
    checked_picks,
    checked_point,
    checked_run,
    cut,
    possible,
    usual,
)
from dlwidgets.widgets.latent_traits import LatentTraits

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.latent import Opened

OPTIONS = ("data", "decode", "encode", "name", "points", "run", "value_range")
"""What can be given when it is made, and not changed later."""


class LatentExplorer(LatentTraits, Widget, bundle="latent_explorer"):
    """A latent space to be touched: sliders, plane, ways between pictures, drawings, samples.

    ``explore(vae, data)`` opens a model with ``encode`` and ``decode``;
    ``LatentExplorer(encode=f, decode=g, data=x)`` any two functions. The model is run as after
    ``model.eval()`` and left as it was (book 8.1).
    """

    def __init__(
        self,
        model: object = None,
        data: object = None,
        *,
        encode: object = None,
        decode: object = None,
        value_range: object = None,
        points: int = 500,
        run: object = None,
        name: str = "",
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a latent space.

        Args:
            model: anything with ``encode`` and ``decode``; ``encode(x)`` gives ``(mu, logvar)``
                with log σ², or a normal distribution, or codes alone (an autoencoder).
            data: samples: a data set of `dlwidgets.data` (its test part), a tensor, ``(x, y)``, a
                data set of torch, or a loader.
            encode: used instead of the model's; any function or module.
            decode: likewise.
            value_range: the decoded values drawn black and white; left out, (0, 1) or (−1, 1)
                where these hold, else the least and the greatest.
            points: how many samples at most, drawn with seed 0.
            run: a run of ``%%train`` whose history has KL or reconstruction.
            name: how the model is called in the code line; left out, its name in the notebook.
            **values: ``plane``, ``dims``, ``path``, ``picks``, ``seed``, and what all Jupyter
                widgets take.

        Raises:
            TypeError: for what can't be encoded or decoded, data of another kind, or an unknown
                option.
            ValueError: for no samples, or codes and pictures that can't be shown.
        """
        from dlwidgets.explain import latent

        self._check_names(values, OPTIONS)
        self._run, self._name = checked_run(run), name
        self._given = decode if decode is not None else model
        self._pair = latent.pair(model, encode, decode)
        self._points = latent.points(data, checked_count(points), 0)
        self._value_range = value_range
        self._opened = self._open()
        self._now = self._opened.space.home.float()
        self._looked: Tensor | None = None
        values = usual(self._opened) | values
        self._plane = cut(self._opened, values["plane"], values["dims"])
        checked_picks(values["picks"], len(self._points.x))
        self._busy = True
        title = "" if model is None else type(model).__name__
        super().__init__(_title=title, **self._rows(values), **values)
        self._busy = False

    @property
    def z(self) -> Any:  # noqa: ANN401 -- a tensor; torch is not loaded to say so
        """The code on screen, (dimensions,), float32; set it to any numbers of that shape."""
        return self._now.clone()

    @z.setter
    def z(self, value: Any) -> None:  # noqa: ANN401 -- as above
        self._move(checked_code(value, len(self._now)))

    @property
    def image(self) -> Any:  # noqa: ANN401 -- as above
        """What is decoded from `z`: (channels, height, width), or a vector; values as decoded."""
        values = self._opened.decode(self._now[None].double())[0]
        return values.to(self._opened.pair.home[1])

    @property
    def mu(self) -> Any:  # noqa: ANN401 -- as above
        """The means of the encoded points, (points, dimensions)."""
        return self._opened.space.code.mu.clone()

    @property
    def kl(self) -> Any:  # noqa: ANN401 -- as above
        """KL of each dimension in nats, averaged over the points; None of an autoencoder."""
        space = self._opened.space
        return space.worth.clone() if space.variational else None

    def code(self) -> str:
        """Return the line that decodes what is shown: it gives `image`."""
        return line(self._opened, self._given, self._name, self._now)

    def see(self, sample: Any, *, seed: int = 0) -> None:  # noqa: ANN401 -- a tensor or array
        """Look at one sample: its mean and deviation, its reconstruction, draws of ε.

        Args:
            sample: the number of a point, or one sample of the data's shape.
            seed: of ε.

        Raises:
            ValueError: for a number that no point has, or a sample of another shape.
        """
        import torch

        if isinstance(sample, int):
            point = checked_point(sample, len(self._points.x))
            self._look(self._points.x[point], point, seed)
        else:
            self._look(torch.as_tensor(sample).detach().cpu().double(), -1, seed)

    def refresh(self) -> None:
        """Encode the points anew, with the parameters as they are now."""
        self._opened = self._open()
        self._plane = cut(self._opened, self.plane, self.dims)
        options = {name: getattr(self, name) for name in ("picks", "path", "seed")}
        self._put({**self._rows(options), "_stale": False})
        self._look_again(self._seen["seed"])

    def __repr__(self) -> str:
        dead, points = int(self._opened.space.dead.sum()), len(self._points.x)
        sizes = f"{len(self._now)} dimensions, {dead} of them dead, {points} points"
        return f"LatentExplorer: {self._title or 'encode and decode'}, {sizes}"

    def _open(self) -> Opened:
        from dlwidgets.explain.latent import opened

        return opened(self._pair, self._points, self._value_range)

    def _put(self, state: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _rows(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return everything that the page shows."""
        opened, plane = self._opened, self._plane
        return {
            **rows.still_rows(opened),
            **rows.plane_rows(opened, plane),
            **rows.picked_rows(opened, plane, options["picks"], options["path"]),
            **rows.sample_rows(opened, options["seed"]),
            **rows.image_rows(opened, self._now),
            **rows.manifold_rows(opened, plane, self._now),
            "_curves": rows.curves(self._run),
            "_worths": rows.worths(self._run, len(self._now)),
            "_code": self._code_ends(),
        }

    def _code_ends(self) -> list[str]:
        return list(code_ends(self._opened, self._given, self._name))

    def _look(self, sample: Tensor, index: int, seed: int) -> None:
        self._seen = rows.seen_row(self._opened, self._plane, sample, index, seed)
        self._looked = sample

    def _look_again(self, seed: int) -> None:
        if self._looked is not None:
            self._look(self._looked, self._seen["index"], seed)

    def _move(self, z: Tensor, *, asked: bool = False, final: bool = True) -> None:
        """Decode a code. While it is being dragged the page gets pixels and nothing else."""
        state = rows.image_rows(self._opened, z)
        self._now = z
        if asked:
            image, broken = state["_image"], state["_broken"]
            content = {"kind": "image", "shape": list(image.shape), "broken": broken}
            self.send(content, [state["_z"].tobytes(), image.tobytes()])
        if final:
            self._put({**state, "_code": self._code_ends()})
        self._stale = self._opened.pair.version != self._opened.version

    def _ask(self, z: object, *, final: bool) -> None:
        self._move(checked_code(z, len(self._now)), asked=True, final=final)

    @t.validate("dims", "picks")
    def _possible(self, proposal: dict[str, Any]) -> list[int]:
        try:
            return possible(proposal["trait"].name, proposal["value"], self._opened)
        except ValueError as error:
            message = f"LatentExplorer: {error}"
            raise t.TraitError(message) from error

    @t.observe("plane", "dims")
    def _turned(self, _change: object) -> None:
        if self._busy:
            return
        self._plane = cut(self._opened, self.plane, self.dims)
        opened, plane = self._opened, self._plane
        self._put(
            {
                **rows.plane_rows(opened, plane),
                **rows.picked_rows(opened, plane, self.picks, self.path),
                **rows.manifold_rows(opened, plane, self._now),
            }
        )
        self._look_again(self._seen["seed"])

    @t.observe("picks", "path")
    def _picked_anew(self, _change: object) -> None:
        if not self._busy:
            self._put(rows.picked_rows(self._opened, self._plane, self.picks, self.path))

    @t.observe("seed")
    def _drawn_anew(self, _change: object) -> None:
        if not self._busy:
            self._put(rows.sample_rows(self._opened, self.seed))

    @command
    def _on_show(self, value: dict[str, Any]) -> None:
        self._ask(np.array(value["z"]), final=bool(value["final"]))

    @command
    def _on_go(self, value: dict[str, Any]) -> None:
        """Go to a part of the way from a to b, to a − b + c, to a point, to a random sample."""
        options = (self.picks, self.path, self.seed)
        z = rows.code_of(self._opened, str(value["to"]), value["at"], options)
        self._ask(z, final=bool(value["final"]))

    @command
    def _on_pick(self, value: dict[str, Any]) -> None:
        picks = list(self.picks)
        picks[int(value["slot"])] = int(value["index"])
        self.picks = checked_picks(picks, len(self._points.x))

    @command
    def _on_turn(self, value: dict[str, Any]) -> None:
        dims = [int(one) for one in value["dims"]]
        cut(self._opened, "pair", dims)
        self._busy = True
        try:
            self._put({"plane": str(value["plane"]), "dims": dims})
        finally:
            self._busy = False
        self._turned(None)

    @command
    def _on_path(self, value: str) -> None:
        self.path = value

    @command
    def _on_sample(self, value: int) -> None:
        self.seed = int(value)

    @command
    def _on_grid(self, _value: object) -> None:
        self._put(rows.manifold_rows(self._opened, self._plane, self._now))

    @command
    def _on_see(self, value: dict[str, Any]) -> None:
        """Look at a point by its number, at a drawing, or at the same again with another ε."""
        import torch

        if value.get("ink") is not None:
            ink = torch.tensor(value["ink"]).double() / 255
            self._look(self._opened.by_hand(ink), -1, int(value["seed"]))
        elif value.get("index") is not None:
            self.see(int(value["index"]), seed=int(value["seed"]))
        else:
            self._look_again(int(value["seed"]))

    @command
    def _on_refresh(self, _value: object) -> None:
        self.refresh()
