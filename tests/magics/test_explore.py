"""``%explore``: the same as ``explore(...)``, and what it says about nonsense."""

import pytest
from IPython.core.completer import provisionalcompleter

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


def test_the_value_can_be_given_a_name(shell: Shell) -> None:
    shell.run("w = %explore thing, size=1")
    assert shell.names["w"] == ((shell.names["thing"],), {"size": 1})


def test_braces_and_dollars_are_pythons_own(shell: Shell) -> None:
    assert shell.run("%explore thing, {other: '$other'}").value[0][1] == {3: "$other"}


def test_an_error_of_the_explorer_reaches_the_user(shell: Shell) -> None:
    cell = shell.try_("%explore other")
    assert isinstance(cell.error, TypeError)
    assert "expected one of" in str(cell.error)
    assert isinstance(shell.try_("%explore 1 / 0").error, ZeroDivisionError)


def test_a_class_of_the_users_is_explored_once_registered(shell: Shell) -> None:
    shell.run("@explore.register(int)\ndef opened(n): return f'{n} opened'")
    assert shell.run("%explore 2 * other").value == "6 opened"


def test_the_users_names_stay_as_they_are(shell: Shell) -> None:
    shell.run("explore_me = 1")
    before = dict(shell.names)
    shell.run("%explore thing")
    gone = {"_", "__", "___", "_i", "_ii", "_iii", "_exit_code", "_dh", "_oh", "In", "Out"}
    changed = {n for n, v in shell.names.items() if before.get(n) is not v and n not in gone}
    assert {n for n in changed if not n.startswith("_")} == set()


def test_comprehensions_and_lambdas_see_the_users_names(shell: Shell) -> None:
    value = shell.run("%explore thing, [other + i for i in range(2)], (lambda: other)()").value
    assert value[0][1:] == ([3, 4], 3)


def test_a_real_model_is_explored(shell: Shell) -> None:
    from dlwidgets.widgets import explore as module

    module.explore = module.Explore()
    widget = shell.run("%explore model, x").value
    assert widget.layers == ["", "0", "1", "2", "3"]
    widget.close()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%explore thi", "thing"),
        ("w = %explore thi", "thing"),
        ("%explore thing, oth", "other"),
        ("%explore thing, size=oth", "other"),
        ("%explore nn.Conv2", "Conv2d"),
        ("%explore nn.Conv2d(oth", "other"),
        ("%expl", "%explore"),
    ],
)
def test_tab_completes_names_and_attributes(shell: Shell, line: str, offered: str) -> None:
    with shell.ip.builtin_trap, provisionalcompleter():
        found = [one.text for one in shell.ip.Completer.completions(line, len(line))]
    assert found.count(offered) == 1


def test_the_question_mark_shows_how_it_is_used(shell: Shell) -> None:
    assert "%explore nn.Conv2d(3, 8, 3), image" in shell.run("%explore?").printed
