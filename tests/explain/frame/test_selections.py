"""Thousands of selections from odd frames: cells, result, type, errors and spellings as pandas'."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.explain.frame import read, spellings
from tests.explain.frame.frames import (
    Selection,
    drawn,
    equal,
    frames,
    lit,
    numbered,
    selections,
    series,
    truth,
)

EACH = 12
"""Selections from each frame."""

FRAMES, SERIES = 360, 80
"""Frames and Series: with twelve selections from each, more than five thousand cases."""


def agree(subject: Any, selection: Selection) -> Any:
    """Assert that what is read is what pandas gives; return it."""
    found, expected = read(subject, selection.text), truth(selection.text, subject)
    if expected.error is not None:
        assert found.error is not None, selection.text
        assert found.error.exception == type(expected.error).__name__, selection.text
        assert found.error.message == str(expected.error)[:500], selection.text
        assert found.cells == ()
        return found
    assert found.error is None, (selection.text, found.error)
    equal(found.result, expected.result)
    assert list(found.warnings) == expected.warnings
    assert not found.computed, selection.text
    columns = subject.shape[1] if isinstance(subject, pd.DataFrame) else 1
    numbers = truth(selection.oracle, numbered(subject), subject).result
    expected_cells = np.asarray(numbers).reshape(-1).tolist()
    assert lit(found.cells, columns) == expected_cells, selection.text
    return found


@drawn(FRAMES)
@given(st.data())
def test_selections_from_frames_are_those_of_pandas(data: st.DataObject) -> None:
    frame = data.draw(frames())
    for _ in range(EACH):
        agree(frame, data.draw(selections(frame)))


@drawn(SERIES)
@given(st.data())
def test_selections_from_series_are_those_of_pandas(data: st.DataObject) -> None:
    one = data.draw(series())
    for _ in range(EACH):
        agree(one, data.draw(selections(one)))


@drawn(250)
@given(st.data())
def test_each_spelling_gives_the_same(data: st.DataObject) -> None:
    subject = data.draw(st.one_of(frames(), frames(), series()))
    selection = data.draw(selections(subject))
    found = read(subject, selection.text)
    for place, one in enumerate(spellings(subject, found)):
        assert one.idiomatic == (place == 0)
        other = truth(one.code, subject)
        assert other.error is None, (selection.text, one.code, other.error)
        equal(found.result, other.result)


@drawn(100)
@given(st.data())
def test_what_is_suggested_works(data: st.DataObject) -> None:
    subject = data.draw(st.one_of(frames(), series()))
    for _ in range(4):
        found = read(subject, data.draw(selections(subject)).text)
        if found.error is not None and found.error.nearest:
            assert truth(found.error.nearest, subject).error is None, found


@drawn(150)
@given(st.data())
def test_remarks_on_slices_are_true(data: st.DataObject) -> None:
    subject = data.draw(st.one_of(frames(), series()))
    ends = [data.draw(st.one_of(st.none(), st.integers(-3, 8))) for _ in range(2)]
    text = ":".join("" if end is None else str(end) for end in ends)
    for how in ("", ".loc", ".iloc"):
        found = read(subject, f"df{how}[{text}]")
        if found.error is not None:
            continue
        said = " ".join(one.en for one in found.notes)
        rows = list(found.cells[0].rows)
        positions = list(range(len(subject)))[slice(*ends)]
        if "ends before its stop" in said:
            assert rows == positions
        if "includes its last" in said and rows:
            assert subject.index[rows[-1]] == ends[1]
        if "beyond the end" in said:
            assert len(subject) < max(abs(end) for end in ends if end is not None)
