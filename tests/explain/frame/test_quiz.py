"""Predict, then reveal: the right answer is pandas', the others are not, the seed decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlwidgets.explain.frame.quiz import KINDS, Question, quiz
from tests.explain.frame.frames import SHARE, equal, frames, numbered, series, truth
from tests.explain.frame.test_traps import SUBJECTS

FRAME = SUBJECTS["text"]


def answer(question: Question) -> Any:
    """Return what pandas itself answers."""
    subject = question.stage.subject
    expected = truth(question.code.replace(question.stage.name, "df"), subject)
    if question.kind == "cells":
        if expected.error is not None:
            return ()
        width = subject.shape[1] if subject.ndim > 1 else 1
        scope = {"df": numbered(subject), "real": subject, "pd": pd, "np": np}
        text = question.code.replace(question.stage.name, "df")
        inner = text.replace("[df", "[real") if text.count("df") > 1 else text
        numbers = np.asarray(eval(inner, scope)).reshape(-1)
        return tuple(sorted((int(n) // width, int(n) % width) for n in numbers))
    if question.kind == "shape":
        whole = isinstance(expected.result, (pd.Series, pd.DataFrame))
        shape = expected.result.shape if whole else ()
        return "error" if expected.error is not None else str(shape)
    if expected.error is not None:
        return "error"
    kind = type(expected.result)
    return kind.__name__ if kind in {pd.Series, pd.DataFrame} else "scalar"


def given_by(question: Question) -> list[Any]:
    """Return the answers that can be chosen."""
    if question.kind == "cells":
        return [option.cells for option in question.options]
    return [option.text.en.replace("an error", "error") for option in question.options]


def check(subject: Any, seed: int) -> tuple[Question, ...]:
    """Check all questions of a quiz."""
    kept = subject.copy(deep=True)
    asked = quiz(subject, count=6, seed=seed)
    equal(subject, kept)
    assert len({one.code for one in asked}) == len(asked) == 6
    for one in asked:
        if one.stage.setup:
            scope = {"df": subject, "pd": pd, "np": np}
            exec(one.stage.setup, scope)
            equal(scope[one.stage.name], one.stage.subject)
        else:
            assert one.stage.subject is subject
        options = given_by(one)
        assert 3 <= len(options) == len(set(options)) <= 4
        assert options.index(answer(one)) == one.right, (one.code, options)
        assert all(option.words.en and option.words.zh for option in one.options)
    return asked


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_kind_of_data_can_be_asked_about(name: str) -> None:
    for seed in range(3):
        check(SUBJECTS[name], seed)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=round(30 * SHARE),
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.one_of(frames(), series()), st.integers(0, 10_000))
def test_the_right_answer_is_pandas(subject: Any, seed: int) -> None:
    check(subject, seed)


def test_the_same_seed_asks_the_same() -> None:
    def texts(seed: int) -> list[Any]:
        return [(one.kind, one.code, one.right) for one in quiz(FRAME, seed=seed)]

    assert texts(3) == texts(3)
    assert texts(3) != texts(4)


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_of_question_alone(kind: Any) -> None:
    asked = quiz(FRAME, what=(kind,), count=12)
    assert {one.kind for one in asked} == {kind}


def test_a_wrong_answer_is_told_its_trap() -> None:
    ends = [one for one in quiz(FRAME, count=12, seed=1) if one.code.startswith("df.loc[")]
    slices = [one for one in ends if ":" in one.code]
    for one in slices:
        wrong = [option.words.en for i, option in enumerate(one.options) if i != one.right]
        assert any("Look at the end" in words for words in wrong)
