from collections.abc import Iterator

import pytest

import dlwidgets
from dlwidgets.language import language, on_change, say, set_language, suggest


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    before = language()
    yield
    set_language(before)


def test_english_until_somebody_chooses() -> None:
    set_language(None)
    assert language() is None
    assert say("loss", "损失") == "loss"


def test_the_public_names_choose_for_everybody() -> None:
    dlwidgets.set_language("zh")
    assert dlwidgets.language() == "zh"
    assert say("learning rate", "学习率") == "学习率"
    dlwidgets.set_language("en")
    assert say("learning rate", "学习率") == "learning rate"


@pytest.mark.parametrize("code", ["de", "EN", "", "zh-CN"])
def test_another_code_is_refused_and_changes_nothing(code: str) -> None:
    set_language("en")
    with pytest.raises(ValueError, match=f"expected 'en' or 'zh', got '{code}'"):
        set_language(code)
    assert language() == "en"


def test_errors_come_in_the_chosen_language() -> None:
    set_language("zh")
    with pytest.raises(ValueError, match="应为 'en' 或 'zh'，得到 'fr'"):
        set_language("fr")


def test_listeners_hear_each_change_until_they_leave() -> None:
    heard = []
    forget = on_change(lambda: heard.append(language()))
    set_language("zh")
    set_language("en")
    forget()
    set_language("zh")
    assert heard == ["zh", "en"]
    forget()  # a second time does no harm


def test_a_listener_may_leave_while_it_is_called() -> None:
    heard = []

    def once() -> None:
        heard.append("once")
        forget()

    forget = on_change(once)
    forget_other = on_change(lambda: heard.append("other"))
    set_language("zh")
    set_language("en")
    forget_other()
    assert heard == ["once", "other", "other"]


def test_the_nearest_name_is_suggested() -> None:
    set_language("en")
    assert suggest("momentun", ["lr", "momentum"]) == " Did you mean 'momentum'?"
    assert suggest("xyz", ["lr", "momentum"]) == ""
    set_language("zh")
    assert "momentum" in suggest("momentun", ["lr", "momentum"])
