"""The arithmetic that runs in the browser, held against torch and against its Python twin.

Torch's numbers go into a folder; `against_torch.ts` reads them under Deno and prints every
difference. `deno test` needs no Python and has the cases made by hand.
"""

from __future__ import annotations

import json
import random
import subprocess
from array import array
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import Tensor, nn

import dlwidgets
from dlwidgets.explain.convolution import (
    Setting,
    counts,
    functional_code,
    layer,
    left_out,
    nearest_valid,
    output_size,
    problems,
)
from dlwidgets.explain.convolution.setting import CLASS
from tests.explain.convolution.settings import invalid_setting, undecided, valid_setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.convolution import Problem

# Torch says once in a process that even kernels with "same" may be slower; we draw many.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

ARITHMETIC = (
    Path(dlwidgets.__file__).parent / "frontend/src/widgets/conv_explorer/arithmetic"
).resolve()
VALID, INVALID = 2000, 600


class Numbers:
    """All numbers of all cases, one after the other."""

    def __init__(self) -> None:
        self.all = array("d")

    def add(self, values: Tensor | None) -> tuple[int, int] | None:
        """Return where ``values`` lie: the first number, and how many."""
        if values is None:
            return None
        flat = values.detach().flatten().tolist()
        self.all.extend(flat)
        return (len(self.all) - len(flat), len(flat))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    dlwidgets.set_language(None)


def valid_case(setting: Setting, seed: int, numbers: Numbers) -> dict[str, Any]:
    """Return what torch makes of random numbers."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1, setting.in_channels, *setting.size, generator=generator)
    module = layer(setting, seed=seed)
    core = module[0] if isinstance(module, nn.Sequential) else module
    weight, bias = getattr(core, "weight", None), getattr(core, "bias", None)
    x.requires_grad_()
    bare = core(x) if bias is None else core(x) - bias.view(1, -1, 1, 1)
    pulled = y = None
    if setting.kind != "max":
        y = torch.randn(bare.shape, generator=generator)
        (pulled,) = torch.autograd.grad(bare, x, y)
    cost = counts(setting)
    return {
        "setting": asdict(setting),
        "size": tuple(module(x).shape[2:]),
        "left_out": left_out(setting),
        "counts": [
            *(cost.parameters, cost.multiply_adds),
            *(cost.ungrouped.parameters, cost.ungrouped.multiply_adds),
        ],
        "functional": functional_code(setting),
        "numeric": setting.numeric,
        "as_kind": [asdict(setting.as_kind(kind)) for kind in CLASS],
        "input": numbers.add(x),
        "weight": numbers.add(torch.empty(0) if weight is None else weight),
        "bias": numbers.add(bias),
        "output": numbers.add(module(x)),
        "bare": numbers.add(bare),
        "seed": numbers.add(y),
        "pulled": numbers.add(pulled),
    }


def worded(problem: Problem) -> dict[str, Any]:
    """Return a problem with its sentence in both languages."""
    told = {"rule": problem.rule, "values": problem.values, "inequality": problem.inequality}
    for language in ("en", "zh"):
        dlwidgets.set_language(language)
        told[language] = problem.text
    return told


def differences(folder: Path) -> list[str]:
    """Return what the browser's arithmetic computes otherwise."""
    run = subprocess.run(
        ["deno", "run", "--quiet", f"--allow-read={folder}", "against_torch.ts", str(folder)],
        cwd=ARITHMETIC,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def write(folder: Path, cases: dict[str, Any], numbers: Numbers) -> None:
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    (folder / "values.bin").write_bytes(numbers.all.tobytes())


def test_the_browser_computes_what_torch_computes(tmp_path: Path) -> None:
    dice, numbers = random.Random(6), Numbers()
    drawn = [valid_setting(dice) for _ in range(VALID)]
    cases = [valid_case(setting, seed, numbers) for seed, setting in enumerate(drawn)]
    write(tmp_path, {"valid": cases, "invalid": []}, numbers)
    assert differences(tmp_path) == []
    # The draw reaches everything there is.
    assert {setting.kind for setting in drawn} == {"conv", "transposed", "max", "avg"}
    convolutions = [setting for setting in drawn if setting.kind == "conv"]
    assert len({setting.padding_mode for setting in convolutions}) == 4
    assert {"same", "valid"} <= {str(setting.padding) for setting in convolutions}
    assert any(1 < s.groups == s.in_channels for s in convolutions)
    assert any(s.ceil_mode for s in drawn)
    assert any(max(s.output_padding) for s in drawn)


def test_the_browser_names_the_same_rules_in_the_same_words(tmp_path: Path) -> None:
    dice, cases = random.Random(7), []
    while len(cases) < INVALID:
        setting = invalid_setting(dice)
        if not undecided(setting):
            told = [worded(problem) for problem in problems(setting)]
            near = asdict(nearest_valid(setting))
            cases.append({"setting": asdict(setting), "problems": told, "nearest": near})
    write(tmp_path, {"valid": [], "invalid": cases}, Numbers())
    assert differences(tmp_path) == []
    named = {problem["rule"] for case in cases for problem in case["problems"]}
    assert len(named) == 12, named


def test_a_difference_would_be_found(tmp_path: Path) -> None:
    numbers = Numbers()
    setting = Setting.of(size=4)
    case = valid_case(setting, 0, numbers)
    numbers.all[case["output"][0]] += 1e-3
    case["size"] = (3, 2)
    broken = Setting.of(kernel_size=9)
    told = [worded(problem) | {"rule": "other"} for problem in problems(broken)]
    wrong = {"setting": asdict(broken), "problems": told, "nearest": asdict(broken)}
    write(tmp_path, {"valid": [case], "invalid": [wrong]}, numbers)
    found = [json.loads(line)["what"] for line in differences(tmp_path)]
    assert found == ["size", "forward [0]", "rules", "nearest"]
    assert output_size(setting) == (2, 2)
