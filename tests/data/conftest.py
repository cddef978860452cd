"""What the tests of data share."""

from collections.abc import Iterator

import pytest

from dlwidgets.language import set_language


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_language(None)
