from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.data.days import Span, day, missing, parsed

DAYS = [date(2020, 1, 1) + timedelta(i) for i in range(40)]

spans = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda two: tuple(sorted(two)))


def held(one: date, parts: list[Span]) -> bool:
    return any(first <= one <= last for first, last in parts)


@settings(deadline=None)
@given(spans, st.lists(spans, max_size=4))
def test_missing_is_what_no_span_covers_but_for_weekends(wanted: Span, covered: list[Span]) -> None:
    gaps = missing(wanted, covered)
    for one in DAYS:
        lacking = held(one, [wanted]) and not held(one, covered)
        if one.weekday() < 5:
            assert held(one, gaps) == lacking
        assert lacking or not held(one, gaps)
    assert gaps == sorted(gaps)
    for first, last in gaps:
        assert any(first <= one <= last and one.weekday() < 5 for one in DAYS)


@settings(deadline=None)
@given(st.dates(), st.sampled_from(["{:%Y-%m-%d}", "{:%Y%m%d}", "{:%Y/%m/%d}", "{:%Y年%m月%d日}"]))
def test_a_day_is_read_as_it_was_written(one: date, form: str) -> None:
    # Some systems write the year 5 without zeros; no exchange is that old.
    one = one.replace(year=1900 + one.year % 200, day=min(one.day, 28))
    assert parsed(form.format(one)) == one
    assert day("start", datetime(one.year, one.month, one.day, 15)) == one  # noqa: DTZ001 -- a day


@pytest.mark.parametrize("text", ["", "2020", "20201", "01/02/2020", "2020-1", "2020-1-32", "nan"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parsed(text) is None
