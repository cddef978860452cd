"""The quiz of the convolution explorer, as Python sees it."""

from typing import Any

import numpy as np
import pytest
import torch
import traitlets as t

import dlwidgets
from dlwidgets import ConvExplorer


def test_it_asks_for_the_size_first_and_then_for_cells() -> None:
    explorer = ConvExplorer()
    explorer.quiz(count=2, seed=1)
    size, *cells = explorer._quiz["tasks"]
    assert size == -1
    assert len(set(cells)) == 2
    assert set(cells) <= set(range(9))
    assert explorer.score == {"asked": 3, "right": 0, "shown": 0, "tries": 0}


def test_the_same_seed_asks_the_same() -> None:
    asked = []
    for seed in (3, 3, 4):
        explorer = ConvExplorer(input=torch.rand(9, 9))
        explorer.quiz("cells", seed=seed)
        asked.append(explorer._quiz["tasks"])
    assert asked[0] == asked[1] != asked[2]


def test_a_teacher_chooses_the_cells() -> None:
    explorer = ConvExplorer(out_channels=2)
    explorer.quiz("cells", cells=[(0, 2), (1, 2, 0)])
    # Two channels of 3 × 3.
    assert explorer._quiz["tasks"] == [2, 15]
    explorer.quiz("size")
    assert explorer._quiz["tasks"] == [-1]
    explorer.end_quiz()
    assert explorer.score["asked"] == 0


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"what": "sise"}, ValueError, r"what expected one of all, size, cells.*'size'\?"),
        ({"cells": [(3, 0)]}, ValueError, r"a cell of the output of shape \(1, 3, 3\), got"),
        ({"cells": [(0, -1)]}, ValueError, "a cell of the output"),
        ({"cells": [1]}, TypeError, r"a cell expected \(row, column\)"),
        ({"cells": [(0, 1.0)]}, TypeError, r"a cell expected \(row, column\)"),
        ({"what": "cells", "cells": []}, ValueError, "at least one cell"),
        ({"count": 0}, ValueError, "count expected a number from 1, got 0"),
        ({"count": "3"}, ValueError, "count expected a number from 1, got '3'"),
    ],
)
def test_what_can_not_be_asked_is_explained(
    options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    explorer = ConvExplorer()
    explorer.quiz("size")
    with pytest.raises(kind, match=message):
        explorer.quiz(**options)
    assert explorer._quiz["tasks"] == [-1]


def test_more_cells_than_there_are_ask_for_all() -> None:
    explorer = ConvExplorer()
    explorer.quiz("cells", count=100)
    assert sorted(explorer._quiz["tasks"]) == list(range(9))


def test_another_layer_ends_the_quiz_and_the_same_does_not() -> None:
    explorer = ConvExplorer()
    explorer.quiz()
    explorer.refresh()
    explorer.position = 3
    assert explorer.score["asked"] == 4
    explorer.stride = 2
    assert explorer.score["asked"] == 0
    explorer.quiz()
    explorer.layer.weight.data.fill_(1)
    explorer.refresh()
    assert explorer.score["asked"] == 0


def test_the_page_can_not_put_nonsense_into_it(line: Any) -> None:
    explorer = ConvExplorer(comm=line)
    with pytest.raises(t.TraitError):
        explorer._quiz = {"tasks": ["a"], "at": 0, "tries": [], "ends": []}
    assert explorer._quiz["tasks"] == []


def test_the_score_counts() -> None:
    explorer = ConvExplorer()
    explorer._quiz = {
        "tasks": [-1, 0, 1],
        "at": 2,
        "tries": [["3"], ["1", "2"], []],
        "ends": ["right", "shown", ""],
    }
    assert explorer.score == {"asked": 3, "right": 1, "shown": 1, "tries": 3}


def test_errors_speak_chinese() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match="what 应为 all、size、cells"):
        ConvExplorer().quiz("x" * 3)
    with pytest.raises(TypeError, match="格应为"):
        ConvExplorer().quiz(cells=[np.zeros(2)])  # type: ignore[list-item]
