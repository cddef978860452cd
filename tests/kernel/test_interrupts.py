"""Interrupts in plain Python; see test_versions for the kernel's interrupt button."""

import signal
import threading
from collections.abc import Iterator

import pytest

from dlwidgets.kernel import Interrupts


@pytest.fixture(autouse=True)
def found() -> Iterator[object]:
    """Return the handler found, and see that each test leaves it there."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    left = signal.signal(signal.SIGINT, handler)
    assert left is signal.default_int_handler


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_first_calls_second_raises() -> None:
    calls = []
    with Interrupts(lambda: calls.append("asked")) as interrupts:
        assert interrupts.active
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
    assert calls == ["asked"]
    assert interrupts.presses == 2
    assert not interrupts.active


def test_without_a_press_nothing_happens() -> None:
    calls = []
    with Interrupts(lambda: calls.append("asked")) as interrupts:
        pass
    assert (calls, interrupts.presses) == ([], 0)


def test_the_handler_comes_back_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), Interrupts(list):
        raise ZeroDivisionError
    with pytest.raises(KeyboardInterrupt):
        press()


def test_after_the_second_press_the_former_handler_is_asked() -> None:
    with Interrupts(list):
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nested_blocks_answer_for_themselves() -> None:
    calls = []
    with Interrupts(lambda: calls.append("outer")):
        with Interrupts(lambda: calls.append("inner")):
            press()
        press()
    assert calls == ["inner", "outer"]


def test_one_object_serves_twice() -> None:
    calls = []
    interrupts = Interrupts(lambda: calls.append("asked"))
    for _ in range(2):
        with interrupts:
            press()
    assert calls == ["asked", "asked"]


def test_what_the_callback_raises_arrives_and_the_former_handler_is_back() -> None:
    def fail() -> None:
        raise ValueError

    with Interrupts(fail) as interrupts:
        with pytest.raises(ValueError, match=r"^$"):
            press()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert not interrupts.active


def test_off_the_main_thread_it_changes_nothing() -> None:
    active = []

    def work() -> None:
        with Interrupts(list) as interrupts:
            active.append(interrupts.active)
            active.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert active == [False, signal.default_int_handler]


def test_ignored_interrupts_stay_ignored() -> None:
    calls = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Interrupts(lambda: calls.append("asked")) as interrupts:
        press()
    assert signal.signal(signal.SIGINT, signal.default_int_handler) is signal.SIG_IGN
    assert (calls, interrupts.active) == ([], False)
