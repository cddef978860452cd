"""What all widgets have from their base."""

import comm
import pytest

from dlwidgets import PolynomialExplorer
from dlwidgets.widgets.base import Widget


def test_the_page_is_told_of_a_widget_once_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    create = comm.create_comm
    monkeypatch.setattr(comm, "create_comm", lambda **told: opened.append(told) or create(**told))

    class Late(PolynomialExplorer):
        def __init__(self) -> None:
            super().__init__()
            self.degree = 7
            assert self.comm is None

    widget = Late()
    assert widget.comm is not None
    told = [one["data"]["state"] for one in opened if "degree" in one["data"]["state"]]
    assert [state["degree"] for state in told] == [7]
    Widget.close_all()
