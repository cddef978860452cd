"""Random settings of all kinds, drawn from what a widget can show; shared by the tests here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from dlwidgets.explain.convolution import Setting, torch_says

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

KINDS = ("conv", "conv", "transposed", "max", "avg")
MODES = ("zeros", "reflect", "replicate", "circular")


def _pair(dice: Random, least: int, most: int) -> tuple[int, int]:
    first = dice.randint(least, most)
    return (first, first) if dice.random() < 0.4 else (first, dice.randint(least, most))


def _channels(dice: Random) -> dict[str, Any]:
    """Return channels and groups that fit: none, some, depthwise, depthwise with a multiplier."""
    groups = dice.choice([1, 1, 2, 3])
    ins, outs = groups * dice.randint(1, 2), groups * dice.randint(1, 3)
    if dice.random() < 0.2:
        groups, outs = ins, ins * dice.randint(1, 2)
    return {"in_channels": ins, "out_channels": outs, "groups": groups}


def _plausible(dice: Random, kinds: Sequence[str] = KINDS) -> dict[str, Any]:
    """Return the fields of a setting that has a fair chance to be valid."""
    kind = dice.choice(kinds)
    drawn: dict[str, Any] = {
        "kind": kind,
        "kernel_size": _pair(dice, 1, 4),
        "stride": _pair(dice, 1, 3),
        "padding": _pair(dice, 0, 2),
        "relu": dice.random() < 0.2,
        "size": _pair(dice, 1, 7),
    }
    if kind in ("max", "avg"):
        drawn |= {"in_channels": dice.randint(1, 3), "ceil_mode": dice.random() < 0.5}
        if dice.random() < 0.2:
            del drawn["stride"]  # the kernel's size
    else:
        drawn |= _channels(dice) | {"bias": dice.random() < 0.5}
    if kind != "avg":
        drawn["dilation"] = _pair(dice, 1, 3)
    else:
        drawn["count_include_pad"] = dice.random() < 0.5
    if kind == "conv":
        drawn["padding_mode"] = dice.choice(MODES)
        if dice.random() < 0.3:
            drawn |= {"padding": "same", "stride": 1}
        elif dice.random() < 0.15:
            drawn["padding"] = "valid"
        elif drawn["padding_mode"] != "zeros" and dice.random() < 0.1:
            drawn["padding"] = _pair(dice, -1, 2)  # these crop
    if kind == "transposed":
        drawn["output_padding"] = _pair(dice, 0, 2)
    return drawn


def _accident(dice: Random) -> dict[str, Any]:
    """Return one field with a value that often can't be."""
    return dice.choice(
        [
            {"kernel_size": _pair(dice, -1, 9)},
            {"stride": _pair(dice, -1, 4)},
            {"dilation": _pair(dice, -1, 5)},
            {"padding": _pair(dice, -2, 9)},
            {"padding": dice.choice(["same", "valid"])},
            {"groups": dice.randint(-1, 6)},
            {"in_channels": dice.randint(1, 6)},
            {"out_channels": dice.randint(0, 6)},
            {"output_padding": _pair(dice, -1, 4)},
            {"padding_mode": dice.choice(MODES)},
            {"ceil_mode": True},
            {"count_include_pad": False},
            {"bias": True},
            {"size": _pair(dice, 0, 3)},
        ]
    )


def valid_setting(dice: Random, kinds: Sequence[str] = KINDS, **fixed: Any) -> Setting:
    """Return a setting that torch accepts, of one of the kinds, with what is fixed."""
    while True:
        setting = Setting.of(**_plausible(dice, kinds) | fixed)
        if torch_says(setting) is None and not undecided(setting):
            return setting


def any_setting(dice: Random) -> Setting:
    """Return a setting that torch may refuse."""
    drawn = _plausible(dice)
    for _ in range(dice.randint(1, 3)):
        drawn |= _accident(dice)
    return Setting.of(**drawn)


def invalid_setting(dice: Random) -> Setting:
    """Return a setting that torch refuses."""
    while True:
        setting = any_setting(dice)
        if torch_says(setting) is not None:
            return setting


def undecided(setting: Setting) -> bool:
    """Return whether torch's answer depends on the code that it picks, not on the setting alone.

    It does for transposed convolutions without dilation (0), or without a cell of output.
    """
    if setting.kind != "transposed" or setting.padding in ("same", "valid"):
        return False
    sizes = [
        (setting.size[axis] - 1) * setting.stride[axis]
        - 2 * setting.padding[axis]
        + setting.dilation[axis] * (setting.kernel_size[axis] - 1)
        + setting.output_padding[axis]
        + 1
        for axis in (0, 1)
    ]
    return 0 in sizes or 0 in setting.dilation


def _dice() -> st.SearchStrategy[Random]:
    return st.randoms(use_true_random=False)


def valid(*kinds: str, **fixed: Any) -> st.SearchStrategy[Setting]:
    """Return settings that torch accepts, of all kinds or some, with what is fixed."""
    return _dice().map(lambda dice: valid_setting(dice, kinds or KINDS, **fixed))


def anything() -> st.SearchStrategy[Setting]:
    """Return settings of which torch refuses many."""
    return _dice().map(any_setting)
