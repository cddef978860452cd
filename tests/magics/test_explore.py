"""``%explore``: the same as ``explore(...)``, and what it says about nonsense."""

import pytest

from dlwidgets.widgets.explore import Explore
from tests.magics.conftest import Shell

SETUP = """
class Thing: ...
thing, other = Thing(), 3
explore.register(Thing, lambda *args, **options: (args, options))
"""


@pytest.fixture(autouse=True)
def registry(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Explorers of a test end with it."""
    monkeypatch.setattr("dlwidgets.widgets.explore.explore", Explore())
    shell.run("%reload_ext dlwidgets")
    shell.run(SETUP)


def test_the_name_comes_with_the_extension_and_goes_with_it(shell: Shell) -> None:
    assert "explore" in shell.names
    shell.run("%unload_ext dlwidgets")
    assert "explore" not in shell.names


def test_a_name_of_the_users_stays(shell: Shell) -> None:
    shell.run("%unload_ext dlwidgets\nexplore = 1\n%load_ext dlwidgets")
    assert shell.names["explore"] == 1
    assert shell.run("%explore thing").value == ((shell.names["thing"],), {})


def test_an_expression_is_explored(shell: Shell) -> None:
    assert shell.run("%explore thing").value == ((shell.names["thing"],), {})
    assert shell.run("%explore thing, other, size=2 * other").value == (
        (shell.names["thing"], 3),
        {"size": 6},
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("", "expected an expression"),
        ("thin", "no variable named 'thin'. Did you mean 'thing'?"),
        ("thing +", "expected a Python expression"),
    ],
)
def test_nonsense_is_explained(shell: Shell, line: str, text: str) -> None:
    assert text in shell.try_(f"%explore {line}").usage
