"""What users give to a latent explorer, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from dlwidgets.explain.latent import Opened, Plane

MOST_POINTS = 5000
"""So many marks a page can draw without being slow."""


def checked_count(given: Any) -> int:  # noqa: ANN401 -- checked here
    """Return how many points are wanted.

    Raises:
        ValueError: for anything but a whole number from 1 to 5000.
    """
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= MOST_POINTS:
        return given
    raise ValueError(
        say(
            f"LatentExplorer: points expected a whole number from 1 to {MOST_POINTS}, "
            f"got {given!r}",
            f"LatentExplorer：points 应为 1 到 {MOST_POINTS} 的整数，得到 {given!r}",
        )
    )


def checked_run(given: Any) -> Any:  # noqa: ANN401 -- checked here
    """Return a run, or None.

    Raises:
        TypeError: for anything without a history.
    """
    if given is None or hasattr(given, "history"):
        return given
    raise TypeError(
        say(
            f"LatentExplorer: run expected a run of %%train, got {type(given).__name__}",
            f"LatentExplorer：run 应为 %%train 的训练记录，得到 {type(given).__name__}",
        )
    )


def checked_code(given: Any, dimensions: int) -> Tensor:  # noqa: ANN401 -- a tensor or numbers
    """Return one code as float32, (dimensions,); a batch of one will do.

    Raises:
        ValueError: for another number of numbers, or such that are not finite.
        TypeError: for what is no numbers.
    """
    import torch

    try:
        z = torch.as_tensor(given).detach().cpu().float()
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            say(
                f"z: expected {dimensions} numbers, got {type(given).__name__}",
                f"z：应为 {dimensions} 个数，得到 {type(given).__name__}",
            )
        ) from error
    if z.numel() == dimensions and bool(z.isfinite().all()):
        return z.reshape(dimensions).clone()
    got = tuple(z.shape) if z.numel() != dimensions else say("NaN or infinity", "NaN 或无穷大")
    raise ValueError(
        say(
            f"z: expected {dimensions} finite numbers, got {got}",
            f"z：应为 {dimensions} 个有限的数，得到 {got}",
        )
    )


def checked_picks(given: Sequence[int], points: int) -> list[int]:
    """Return the numbers of three points.

    Raises:
        ValueError: for another count, or a point that there is not.
    """
    found = [checked_point(one, points) for one in given]
    if len(found) == 3:  # noqa: PLR2004 -- a, b and c
        return found
    raise ValueError(
        say(
            f"picks: expected three points from 0 to {points - 1}, got {found}",
            f"picks：应为 0 到 {points - 1} 之间的三个点，得到 {found}",
        )
    )


def checked_point(given: float, points: int) -> int:
    """Return the number of a point.

    Raises:
        ValueError: for a number that no point has.
    """
    if given == int(given) and 0 <= given < points:
        return int(given)
    raise ValueError(
        say(
            f"expected a point from 0 to {points - 1}, got {given:g}",
            f"应为 0 到 {points - 1} 之间的点，得到 {given:g}",
        )
    )


def possible(name: str, given: Sequence[int], opened: Opened) -> list[int]:
    """Return the value of the option ``dims`` or ``picks``.

    Raises:
        ValueError: for dimensions or points that there are not.
    """
    value = [int(one) for one in given]
    if name == "picks":
        return checked_picks(value, len(opened.points.x))
    cut(opened, "pair", value)
    return value


def cut(opened: Opened, kind: str, dims: Sequence[int]) -> Plane:
    """Return the plane of two dimensions, or of the principal components.

    Raises:
        ValueError: for another count than two, or dimensions that there are not.
    """
    from dlwidgets.explain.latent import pair_plane, principal_plane

    known = opened.space.known
    if len(dims) != 2:  # noqa: PLR2004 -- across and up
        last = known.shape[1] - 1
        raise ValueError(
            say(
                f"dims: expected two dimensions from 0 to {last}, got {list(dims)}",
                f"dims：应为 0 到 {last} 之间的两个维度，得到 {list(dims)}",
            )
        )
    found = pair_plane(known, (int(dims[0]), int(dims[1])))
    return principal_plane(known) if kind == "pca" else found


def usual(opened: Opened) -> dict[str, Any]:
    """Return the options as they are at first.

    The plane is that of the two dimensions that carry most; picked are the first points of three
    classes, or simply three points, all with a code.
    """
    order = [int(one) for one in opened.space.order[:2]]
    known = opened.space.finite.nonzero()[:, 0].tolist()
    firsts: dict[int, int] = {}
    if opened.points.y is not None:
        for index in known:
            firsts.setdefault(int(opened.points.y[index]), index)
    chosen = list(firsts.values())[:3]
    chosen += [index for index in known if index not in chosen][:3]
    return {
        "plane": "pair",
        "dims": order if len(order) > 1 else [0, 0],
        "path": "linear",
        "picks": [chosen[i % len(chosen)] for i in range(3)],
        "seed": 0,
    }
