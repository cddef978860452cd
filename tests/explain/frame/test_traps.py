"""What people get wrong: every step is what pandas gives, on the data at hand where they fit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlwidgets.explain.frame.traps import ORDER, Trap, trap, traps
from tests.explain.frame.frames import SHARE, equal, frames, lit, numbered, series, truth

unhurried = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to make a frame of a dozen parts smaller takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

FRAME = pd.DataFrame({"price": [3, 4, 5, 7], "count": [1.0, 2.0, np.nan, 3.0]}, index=list("wxyz"))


def made(found: Trap, subject: Any) -> dict[str, Any]:
    """Run the lines that make what a trap is shown on; return what there is then."""
    scope = {"df": subject, "pd": pd, "np": np}
    exec(found.setup, scope)
    return scope


def run(code: str, scope: dict[str, Any]) -> tuple[list[str], str]:
    """Run a statement; return the kinds of warnings, and of the error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(code, scope)
        except Exception as error:  # noqa: BLE001 -- whatever pandas raises is the truth
            return [], type(error).__name__
    return [one.category.__name__ for one in caught], ""


def check_selecting(found: Trap) -> None:
    """Compare each step with pandas itself."""
    width = found.subject.shape[1] if found.subject.ndim > 1 else 1
    for step in found.steps:
        text = step.code.replace(found.name, "df")
        expected = truth(text, found.subject)
        outcome = step.outcome
        if expected.error is not None:
            assert outcome.error is not None
            assert outcome.error.exception == type(expected.error).__name__
            assert outcome.error.message == str(expected.error)[:500]
            continue
        equal(outcome.result, expected.result)
        numbers = np.asarray(truth(text, numbered(found.subject)).result).reshape(-1)
        assert lit(outcome.cells, width) == numbers.tolist()


def check_setting(found: Trap, subject: Any) -> None:
    """Run each statement as it stands, on a fresh copy, and compare what it has changed."""
    for step in found.steps:
        scope = made(found, subject)
        before = scope[found.name].copy(deep=True)
        said, error = run(step.code, scope)
        after = scope[found.name]
        outcome = step.outcome
        assert (outcome.error.exception if outcome.error else "") == error
        if error:
            continue
        equal(outcome.result, after)
        assert [one.split(":")[0] for one in outcome.warnings] == said
        same = (before == after) | (before.isna() & after.isna())
        changed = np.flatnonzero(~same.to_numpy(dtype=bool).reshape(-1))
        assert sorted(lit(outcome.cells, before.shape[1])) == changed.tolist()


def check(subject: Any) -> tuple[Trap, ...]:
    """Check all traps of a subject."""
    kept = subject.copy(deep=True)
    all_ = traps(subject)
    equal(subject, kept)
    assert [one.key for one in all_] == list(ORDER)
    for found in all_:
        if found.own:
            assert found.subject is subject
        else:
            equal(made(found, subject)[found.name], found.subject)
            assert found.why.en or found.key == "chained"
        assert found.title.zh
        assert found.moral.zh
        assert len(found.steps) >= 2
        assert all(step.words.en and step.words.zh for step in found.steps)
        if found.key == "chained":
            check_setting(found, subject)
        else:
            check_selecting(found)
    return all_


@settings(unhurried, max_examples=round(40 * SHARE))
@given(st.one_of(frames(), series()))
def test_each_step_is_what_pandas_gives(subject: Any) -> None:
    check(subject)


SUBJECTS = {
    "text": FRAME,
    "range": pd.DataFrame(np.arange(20).reshape(10, 2)),
    "shuffled": FRAME.set_axis([2, 0, 3, 1]),
    "twice": FRAME.set_axis(list("aabb")),
    "one twice": FRAME.set_axis(list("aabc")),
    "days": FRAME.set_axis(pd.date_range("2024-01-01", periods=4)),
    "pairs": FRAME.set_axis(pd.MultiIndex.from_product([["a", "b"], [1, 2]])),
    "missing": FRAME.set_axis(["a", np.nan, "b", np.nan]),
    "empty": pd.DataFrame(),
    "no rows": FRAME.iloc[:0],
    "no columns": FRAME[[]],
    "one cell": pd.DataFrame({"a": [1]}),
    "constant": pd.DataFrame({"a": [1, 1, 1], "b": [2, 2, 2]}),
    "columns twice": pd.DataFrame([[1, 2], [3, 4], [5, 6]], columns=["a", "a"]),
    "series": pd.Series([1, 3, 6, -1, 2, 8], index=list("acdebg"), name="s"),
    "nameless": pd.Series([1, 3, 6]),
    "empty series": pd.Series([], dtype=float),
    "quotes": FRAME.set_axis(['"', "'", "\n", "🙂"]).set_axis(["<script>", "价格"], axis=1),
    "objects": pd.DataFrame({"a": [[1], (2,), {"k": 3}, None]}),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_kind_of_data_has_all_traps(name: str) -> None:
    check(SUBJECTS[name])


def test_it_is_your_own_data_where_they_show_it() -> None:
    own = {one.key for one in traps(FRAME) if one.own}
    assert own == {"end", "brackets", "kinds", "missing"}
    assert trap(SUBJECTS["shuffled"], "labels").own
    assert trap(SUBJECTS["one twice"], "repeated").own


def test_the_end_is_included_by_label_alone() -> None:
    found = trap(FRAME, "end")
    assert [step.code for step in found.steps] == [
        'df.loc["x":"z"]',
        "df.iloc[1:3]",
        "df.iloc[1:4]",
    ]
    assert [len(step.outcome.result) for step in found.steps] == [3, 2, 3]


def test_what_is_not_there_raises_or_is_empty() -> None:
    found = trap(FRAME, "missing")
    errors = [step.outcome.error for step in found.steps]
    assert [error.exception if error else "" for error in errors] == [
        "KeyError",
        "IndexError",
        "",
        "",
    ]
    assert errors[0] is not None
    assert errors[0].nearest == 'df.loc["x"]'


def test_chained_assignment_is_what_this_pandas_does() -> None:
    found = trap(FRAME, "chained")
    by_mask, _, _, at_once = (step.outcome for step in found.steps)
    assert by_mask.cells == ()
    assert by_mask.warnings != ()
    assert at_once.warnings == ()
    assert [(list(one.rows), list(one.columns)) for one in at_once.cells] == [([0], [0])]
    assert pd.__version__ in found.moral.en


def test_of_large_data_the_first_rows_are_shown() -> None:
    large = pd.DataFrame({"a": np.zeros(200_000), "b": 1})
    for found in traps(large):
        assert len(found.subject) <= 6
        assert not found.own


def test_an_unknown_trap_is_an_error() -> None:
    with pytest.raises(KeyError):
        trap(FRAME, "ends")
