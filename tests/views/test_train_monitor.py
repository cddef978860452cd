"""The training monitor in a real browser: the test is its kernel."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from dlwidgets.training import Run, watched
from dlwidgets.widgets.train_monitor import TrainMonitor


@pytest.fixture
def stage(new_stage: Callable[[str], Any]) -> Any:
    return new_stage("train_monitor")


def slider(page: Page, name: str = "lr") -> Any:
    return page.get_by_role("slider", name=name, exact=True)


def drag(page: Page, target: Any, *, to: float, moves: int = 12) -> None:
    """Drag the thumb of a slider to a share of its way, and do not let go."""
    box = target.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * to, box["y"] + box["height"] / 2, steps=moves)


def ink(page: Page) -> int:
    """Count the pixels that the chart has painted."""
    painted: int = page.evaluate(
        """() => {
            const canvas = document.querySelector(".uplot canvas");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let painted = 0;
            for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
            return painted;
        }"""
    )
    return painted


def delta(
    stage: Any, states: Any, seq: int, first: int, width: int = 1, **series: np.ndarray
) -> None:
    """Send a delta, as Python would."""
    steps = (first + len(next(iter(series.values()))) // 2) * width
    stage.receive(
        {
            "kind": "delta",
            "seq": seq,
            "width": width,
            "first": first,
            "series": [{"name": name} for name in series],
            "status": states.status(steps=steps),
        },
        *(flat.astype(np.float32).tobytes() for flat in series.values()),
        np.array([flat[-1] for flat in series.values()], np.float64).tobytes(),
    )


# --- what is shown ----------------------------------------------------------------------------


def test_everything_is_drawn_from_the_traits_alone(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    expect(page.locator(".dlw-tm-state")).to_have_text("running")
    numbers = page.locator(".dlw-tm-numbers b")
    expect(numbers).to_have_text(["8 of 20", "400", "1,830", "0:41", "1:02", "1.2 %"])
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    expect(page.locator(".dlw-tm-values tbody tr")).to_have_count(2)
    last = states.loss_curve()[-1]
    cell = page.locator(".dlw-tm-values tbody tr").first.locator("td").first
    expect(cell).to_have_text(f"{float(f'{last:.4g}'):g}")
    assert ink(page) > 5000
    for name in ("Pause", "Step", "Stop"):
        expect(page.get_by_role("button", name=name)).to_be_enabled()


def test_a_view_says_hello_and_asks_no_other_host(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    stage.drawn()
    assert [message["cmd"] for message in stage.sent()] == ["hello"]
    origin = page.url.split("/train_monitor")[0]
    assert [url for url in stage.requests if not url.startswith((origin, "data:"))] == []


def test_before_the_first_step_nothing_is_broken(stage: Any, states: Any) -> None:
    page = stage.open(states.empty())
    expect(page.get_by_text("waiting for the first step")).to_be_visible()
    expect(page.locator(".dlw-tm-numbers b").first).to_have_text("–")
    height = page.locator(".dlw-tm").bounding_box()["height"]
    delta(stage, states, 1, 0, loss=np.repeat([2.0, 1.0], 2))
    expect(page.get_by_text("waiting for the first step")).to_be_hidden()
    assert page.locator(".dlw-tm").bounding_box()["height"] == height


def test_the_readout_names_steps_and_values(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 50)
    readout = page.locator(".dlw-tm-readout")
    expect(readout).to_have_text(f"step 1 · loss {float(f'{states.loss_curve()[0]:.6g}'):g}")
    page.mouse.move(box["x"] + box["width"] * 180 / 399, box["y"] + 50)
    expect(readout).to_contain_text("lr 0.03 → 0.01")


def test_a_bucket_of_several_steps_shows_its_range(stage: Any, states: Any) -> None:
    flat = np.tile([0.42, 0.31], 200)
    chart = states.chart(width=16, loss=flat)
    page = stage.open(states.running(_chart=chart, _status=states.status(steps=3195), _events=[]))
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * (1208 - 1) / (3195 - 1), box["y"] + 50)
    readout = page.locator(".dlw-tm-readout")
    expect(readout).to_have_text("step 1,201–1,216 · loss 0.31–0.42")
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 50)
    expect(readout).to_have_text("step 3,185–3,195 · loss 0.31–0.42")


def test_shift_and_arrows_read_the_chart(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    page.locator(".dlw-tm-canvas").focus()
    readout = page.locator(".dlw-tm-readout")
    for key, step in (("ArrowLeft", 400), ("ArrowLeft", 396), ("ArrowRight", 400)):
        page.keyboard.press(f"Shift+{key}")
        expect(readout).to_contain_text(f"step {step} ")
    expect(page.get_by_role("status")).to_contain_text("step 400 · loss")
    assert stage.sent("step") == []


def test_curves_can_be_hidden(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    before = ink(page)
    toggle = page.get_by_role("button", name="accuracy")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    stage.drawn()
    assert ink(page) < before


def test_smoothing_and_scale_are_traits(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    page.get_by_role("button", name="log", exact=True).click()
    page.get_by_role("slider", name="smoothing").press("ArrowRight")
    assert page.evaluate("stage.model.saved") == [{"log_scale": True}, {"smoothing": 0.01}]
    stage.update(smoothing=0.9, log_scale=False)
    expect(page.get_by_role("slider", name="smoothing")).to_have_value("0.9")
    expect(page.get_by_role("button", name="linear")).to_have_attribute("aria-pressed", "true")


def test_a_diverged_run_explains_itself(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    height = page.locator(".dlw-tm").bounding_box()["height"]
    stage.update(
        state="diverged",
        _controls="none",
        _diagnosis="Step 116: the gradient of net.2.weight is not finite.",
        _events=[states.event(115, "diverged")],
    )
    expect(page.get_by_role("alert")).to_contain_text("the gradient of net.2.weight")
    expect(page.locator(".dlw-tm-state")).to_have_text("diverged")
    for name in ("Pause", "Step", "Stop"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    expect(slider(page)).to_be_disabled()
    assert page.locator(".dlw-tm").bounding_box()["height"] == height


# --- what Python sends ------------------------------------------------------------------------


def test_deltas_grow_the_chart_and_are_acknowledged_once_drawn(stage: Any, states: Any) -> None:
    page = stage.open(states.empty())
    delta(stage, states, 1, 0, loss=states.pairs(np.linspace(2, 1, 100)))
    delta(stage, states, 2, 99, loss=states.pairs(np.linspace(1, 0.5, 51)))
    expect(page.locator(".dlw-tm-numbers b").nth(1)).to_have_text("150")
    cells = page.locator(".dlw-tm-values td")
    expect(cells).to_have_text(["0.5", "0.5", "2"])
    # Two that come faster than the page repaints are drawn, and answered, together.
    assert stage.sent("ack")[-1]["value"] == 2


def test_what_streams_in_is_painted_in_good_time_and_what_the_user_does_at_once(
    stage: Any, states: Any
) -> None:
    page = stage.open(states.empty())
    steps = page.locator(".dlw-tm-numbers b").nth(1)
    # A page so slow that a repaint takes 50 ms must not repaint ten times a second.
    page.evaluate(
        """() => {
            const draw = CanvasRenderingContext2D.prototype.stroke;
            CanvasRenderingContext2D.prototype.stroke = function (...all) {
                const end = performance.now() + 25;
                while (performance.now() < end);
                draw.apply(this, all);
            };
        }"""
    )
    for seq in range(1, 6):
        delta(stage, states, seq, 0, loss=states.pairs(np.linspace(2, 1, 100 * seq)))
    assert len(stage.sent("ack")) < 5
    page.get_by_role("button", name="log").click()
    stage.drawn()
    expect(steps).to_have_text("500")
    assert stage.sent("ack")[-1]["value"] == 5


def test_four_thousand_points_and_a_doubled_width(stage: Any, states: Any) -> None:
    page = stage.open(states.empty())
    delta(stage, states, 1, 0, loss=states.pairs(np.linspace(9, 1, 2000)))
    expect(page.locator(".dlw-tm-numbers b").nth(1)).to_have_text("2,000")
    delta(stage, states, 2, 0, width=2, loss=np.linspace(9, 3, 2002))
    expect(page.locator(".dlw-tm-numbers b").nth(1)).to_have_text("2,002")
    # What lay beyond the new length is gone with the old width.
    expect(page.locator(".dlw-tm-values td")).to_have_text(["3", "3", "9"])


def test_missing_values_are_gaps(stage: Any, states: Any) -> None:
    page = stage.open(states.empty())
    values = np.full(50, np.nan)
    values[:10], values[30:] = 1.0, 3.0
    delta(stage, states, 1, 0, loss=states.pairs(values), never=np.full(100, np.nan))
    cells = page.locator(".dlw-tm-values td")
    expect(cells).to_have_text(["3", "1", "3", "NaN", "–", "–"])


def test_a_delta_that_overtakes_its_snapshot_waits_for_it(stage: Any, states: Any) -> None:
    page = stage.open(states.empty())
    delta(stage, states, 6, 3, loss=np.repeat([0.25], 2))
    assert stage.sent("ack") == []
    stage.update(_chart=states.chart(seq=5, loss=np.repeat([3.0, 2.0, 1.0], 2)))
    expect(page.locator(".dlw-tm-values td")).to_have_text(["0.25", "0.25", "3"])
    assert [message["value"] for message in stage.sent("ack")] == [6]


def test_a_lost_delta_makes_the_view_ask_for_everything(stage: Any, states: Any) -> None:
    page = stage.open(states.empty())
    page.clock.install()
    delta(stage, states, 3, 3, loss=np.repeat([0.25], 2))
    page.clock.run_for(1100)
    assert [message["cmd"] for message in stage.sent()] == ["hello", "hello"]


def test_pictures_can_be_scrubbed_through_time(stage: Any, states: Any) -> None:
    page = stage.open(states.running(_frames=states.images(3)))
    reel = page.get_by_role("slider", name="Picture of G(z), by step")
    expect(page.get_by_role("img", name="G(z) at step 90")).to_be_visible()
    stage.receive(
        {
            "kind": "frame", "name": "G(z)", "step": 120, "frame_kind": "image",
            "dtype": "uint8", "shape": [1, 2, 3],
        },
        bytes([255, 0, 0, 0, 0, 255]),
    )  # fmt: skip
    newest = page.get_by_role("img", name="G(z) at step 120")
    pixels = newest.evaluate("c => [...c.getContext('2d').getImageData(0, 0, 2, 1).data]")
    assert pixels == [255, 0, 0, 255, 0, 0, 255, 255]
    reel.press("Home")
    expect(page.get_by_role("img", name="G(z) at step 30")).to_be_visible()


def test_curves_are_drawn_beside_images(stage: Any, states: Any) -> None:
    data = np.array([[0, 1, np.nan, 2], [2, 1, 0, 1]], np.float32)
    frame = {"name": "w", "step": 5, "kind": "curve", "data": data}
    page = stage.open(states.running(_frames=[frame]))
    expect(page.get_by_role("img", name="w at step 5").locator("path")).to_have_count(2)
    first = page.locator(".dlw-tm-curves path").first.get_attribute("d")
    assert first.count("M") == 2


# --- what the user does -----------------------------------------------------------------------


def test_a_drag_sends_the_newest_and_the_release_the_exact_value(stage: Any, states: Any) -> None:
    page = stage.open(states.running(), answering=False)
    drag(page, slider(page), to=0.9)
    drag_values = stage.sent("set")
    assert len(drag_values) == 1, "one is on the way, the rest wait for its answer"
    page.evaluate(
        "seq => stage.model.receive({ kind: 'ack', seq, error: '' })", drag_values[0]["seq"]
    )
    shown = page.get_by_role("textbox", name="Value of lr").input_value()
    assert [message["value"]["value"] for message in stage.sent("set")][1:] == [float(shown)]
    page.mouse.up()
    final = stage.sent("set")[-1]
    assert final["value"] == {"name": "lr", "value": float(shown)}
    assert len(stage.sent("set")) == 3
    assert 0.2 < float(shown) < 0.6


def test_a_knob_is_pending_until_python_says_it_is_applied(stage: Any, states: Any) -> None:
    page = stage.open(states.running(), answering=False)
    badge = page.locator(".dlw-tm-knob").first.locator(".dlw-tm-pending")
    expect(badge).to_be_hidden()
    page.get_by_role("textbox", name="Value of lr").fill("3e-3")
    page.keyboard.press("Enter")
    message = stage.sent("set")[-1]
    assert message["value"] == {"name": "lr", "value": 0.003}
    expect(badge).to_be_visible()
    stage.update(_knobs=[states.knob("lr", 0.01, pending=0.003)])
    stage.receive({"kind": "ack", "seq": message["seq"], "error": ""})
    expect(badge).to_be_visible()
    stage.update(
        _knobs=[states.knob("lr", 0.003)],
        _events=[states.event(420, "set", name="lr", old=0.01, new=0.003)],
    )
    expect(badge).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("lr set to 0.003 at step 421")


def test_a_scheduled_rate_shows_its_factor(stage: Any, states: Any) -> None:
    page = stage.open(states.running(_knobs=[states.knob("lr", 0.005, scheduled=0.01)]))
    expect(page.locator(".dlw-tm-hint")).to_have_text("scheduled 0.01 × 0.5 = 0.005")


def test_a_refusal_is_shown_where_the_user_looks(stage: Any, states: Any) -> None:
    page = stage.open(states.running(), answering=False)
    entry = page.get_by_role("textbox", name="Value of lr")
    entry.fill("abc")
    entry.press("Enter")
    notice = page.locator(".dlw-tm-notice")
    expect(notice).to_contain_text("expected a number such as 0.01 or 1e-3, got “abc”")
    assert stage.sent("set") == []
    entry.fill("-1")
    entry.press("Enter")
    seq = stage.sent("set")[-1]["seq"]
    stage.receive({"kind": "ack", "seq": seq, "error": "lr: expected 0 or more, got -1"})
    expect(notice).to_have_text("lr: expected 0 or more, got -1")
    expect(entry).to_have_value("0.01")


def test_arrow_keys_turn_knobs(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    slider(page).press("ArrowRight")
    slider(page).press("ArrowUp")
    page.get_by_role("textbox", name="Value of lr").press("ArrowDown")
    values = [message["value"]["value"] for message in stage.sent("set")]
    assert values[0] == 0.013
    assert len(values) == 3
    assert stage.sent("step") == [], "an arrow on a slider is no shortcut"


def test_the_other_hyperparameters_wait_behind_more(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    expect(slider(page, "momentum")).to_be_hidden()
    page.get_by_text("more (2)").click()
    slider(page, "momentum").press("ArrowLeft")
    assert stage.sent("set")[-1]["value"] == {"name": "momentum", "value": 0.89}


def test_buttons_send_commands_and_do_not_repeat_them(stage: Any, states: Any) -> None:
    page = stage.open(states.running(), answering=False)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Pause").click()
    assert [message["cmd"] for message in stage.sent()] == ["hello", "pause"]
    stage.receive({"kind": "ack", "seq": stage.sent("pause")[0]["seq"], "error": ""})
    stage.update(state="paused")
    expect(page.get_by_role("status")).to_contain_text("Training paused at step 400")
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Step").click()
    page.get_by_role("button", name="Stop").click()
    assert [message["cmd"] for message in stage.sent()][2:] == ["resume", "step", "stop"]


def test_shortcuts_work_while_the_monitor_has_the_focus(stage: Any, states: Any) -> None:
    page = stage.open(states.running(state="paused"))
    page.evaluate("addEventListener('keydown', (event) => { window.leaked = event.key })")
    page.locator(".dlw-tm").focus()
    for key in ("Space", "ArrowRight", "s", "Control+s"):
        page.keyboard.press(key)
    assert [message["cmd"] for message in stage.sent()][1:] == ["resume", "step", "stop"]
    assert page.evaluate("window.leaked ?? null") is None
    assert page.locator("[data-lm-suppress-shortcuts] .dlw-tm-canvas").count() == 1


def test_shortcuts_keep_out_of_inputs(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    page.get_by_role("textbox", name="Value of lr").focus()
    page.keyboard.type("s ")
    page.get_by_role("slider", name="smoothing").press("ArrowRight")
    page.get_by_role("button", name="Step").focus()
    page.keyboard.press("Space")
    assert [message["cmd"] for message in stage.sent()] == ["hello", "step"]


def test_every_control_can_be_reached_with_the_tab_key(stage: Any, states: Any) -> None:
    page = stage.open(states.running(_frames=states.images(3)))
    page.get_by_text("more (2)").click()
    page.locator(".dlw-tm").focus()
    wanted = page.locator(".dlw-tm :is(button, input, summary, [tabindex='0'])").count()
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(e => e.ariaLabel || e.textContent || e.className)(document.activeElement)"
            )
        )
    assert len(reached) == wanted
    assert {"Pause", "Step", "Stop", "linear", "log", "smoothing", "lr", "momentum"} <= reached


# --- when things go wrong ---------------------------------------------------------------------


def test_controls_that_work_between_cells_say_so(stage: Any, states: Any) -> None:
    page = stage.open(states.running(_controls="between"))
    expect(page.locator(".dlw-tm-notice")).to_have_text(
        "Changes are applied between cells; use ■ above to interrupt"
    )


def test_an_unanswered_command_says_that_the_kernel_is_busy(stage: Any, states: Any) -> None:
    page = stage.open(states.running(), answering=False)
    page.clock.install()
    slider(page).press("ArrowRight")
    notice = page.locator(".dlw-tm-notice")
    expect(notice).to_contain_text("space pause")
    page.clock.run_for(4100)
    expect(notice).to_have_text(
        "Kernel busy or gone; the change is kept and will apply when it answers"
    )
    stage.receive({"kind": "ack", "seq": stage.sent("set")[0]["seq"], "error": ""})
    expect(notice).to_contain_text("space pause")


def test_without_a_kernel_the_curves_stay_and_the_buttons_rest(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    before = ink(page)
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-tm-notice")).to_contain_text("The kernel is gone")
    expect(page.locator(".dlw-tm-state")).to_have_text("no kernel")
    expect(page.get_by_role("button", name="Pause")).to_be_disabled()
    stage.drawn()
    assert ink(page) == before


def test_an_error_of_the_view_is_shown_in_the_output(stage: Any, states: Any) -> None:
    page = stage.open(states.running(_knobs=None))
    expect(page.get_by_role("alert").first).to_contain_text("[dlwidgets] TrainMonitor: TypeError")


def test_an_error_in_the_model_is_shown_too(stage: Any, states: Any) -> None:
    broken = states.chart(loss=states.pairs(states.loss_curve(10)))
    broken["series"][0]["points"] = {"dtype": "float16", "shape": [1], "data": b"12"}
    page = stage.open(states.running(_chart=broken))
    expect(page.get_by_role("alert")).to_contain_text(
        '[dlwidgets] TrainMonitor: TypeError: unknown dtype "float16"'
    )


def test_a_failure_in_python_is_shown_in_the_output(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    stage.update(_failure="TrainMonitor.set: ZeroDivisionError: division by zero")
    expect(page.get_by_role("alert")).to_have_text(
        "[dlwidgets] TrainMonitor.set: ZeroDivisionError: division by zero"
    )


# --- languages, places, lifetimes -------------------------------------------------------------


def test_the_language_follows_the_page_and_then_the_user(stage: Any, states: Any) -> None:
    page = stage.open(states.running(state="paused"), page_language="zh-CN")
    expect(page.locator(".dlw-tm-state")).to_have_text("已暂停")
    expect(page.get_by_role("button", name="继续")).to_be_enabled()
    expect(page.locator(".dlw-tm-numbers span").first).to_have_text("轮")
    stage.update(_language="en")
    expect(page.locator(".dlw-tm-state")).to_have_text("paused")
    stage.update(_language="zh")
    expect(page.locator(".dlw-tm-state")).to_have_text("已暂停")
    assert page.locator(".dlw-tm").count() == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [1280, 760, 424])
def test_it_fits_its_column(stage: Any, states: Any, language: str, width: int) -> None:
    stage.page.set_viewport_size({"width": width, "height": 900})
    page = stage.open(states.running(_language=language, _frames=states.images(3)))
    stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for control in page.locator(".dlw-tm :is(button, input):visible").all():
        box = control.bounding_box()
        assert box["x"] >= 12
        assert box["x"] + box["width"] <= width - 12
    if width == 1280:
        assert page.locator(".dlw-tm").bounding_box()["height"] < 450


def test_dark_pages_get_light_ink(stage: Any, states: Any) -> None:
    page = stage.open(states.running())
    light = page.locator(".dlw-tm-name").evaluate("e => getComputedStyle(e).color")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    stage.drawn()
    dark = page.locator(".dlw-tm-name").evaluate("e => getComputedStyle(e).color")
    assert (light, dark) == ("rgb(31, 35, 40)", "rgb(228, 230, 234)")


def test_two_views_share_the_run(stage: Any, states: Any) -> None:
    page = stage.open(states.running(), answering=True)
    stage.mount()
    delta(stage, states, 1, 400, loss=np.repeat([0.125], 2), accuracy=np.full(2, np.nan))
    firsts = page.locator(".dlw-tm-values tbody tr:first-child td:nth-child(2)")
    expect(firsts).to_have_text(["0.125", "0.125"])
    slider(page).first.press("ArrowRight")
    expect(page.get_by_role("textbox", name="Value of lr").last).to_have_value("0.01")
    assert len(stage.sent("ack")) == 1
    page.evaluate("stage.unmount()")
    stage.update(state="paused")
    expect(page.locator(".dlw-tm-state")).to_have_text("paused")


def test_nothing_fires_after_disposal(stage: Any, states: Any) -> None:
    page = stage.open(states.running(_frames=states.images(3)))
    page.clock.install()
    slider(page).press("ArrowRight")
    page.evaluate("stage.held = document.querySelector('.dlw-tm')")
    page.evaluate("stage.unmount(); stage.close()")
    assert page.evaluate("document.querySelector('.dlw')") is None
    assert page.evaluate("stage.model.listeners") == 0
    sent = len(stage.sent())
    page.evaluate(
        """() => {
            for (const key of [" ", "s", "ArrowRight"]) {
                stage.held.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            }
            for (const el of stage.held.querySelectorAll("button")) el.click();
            for (const el of stage.held.querySelectorAll("input")) {
                for (const type of ["pointerdown", "input", "change"]) {
                    el.dispatchEvent(new Event(type));
                }
            }
            document.body.dataset.jpThemeLight = "false";
        }"""
    )
    stage.update(state="paused", _language="zh")
    delta(stage, states, 1, 400, loss=np.repeat([1.0], 2), accuracy=np.repeat([1.0], 2))
    page.clock.run_for(10_000)
    assert len(stage.sent()) == sent
    assert page.evaluate("stage.held.dataset.state") == "running"


# --- all of it --------------------------------------------------------------------------------


class PageLine:
    """A connection between a widget in this process and its view in the page."""

    kernel = "present"
    comm_id = "page"

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self._out: list[tuple[dict[str, Any], list[bytes]]] = []
        self._lock = threading.Lock()
        self._heard = 0

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self._callback = callback

    def send(self, data: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        with self._lock:
            self._out.append((data, buffers or []))

    def close(self) -> None:
        self._out.clear()

    def carry(self) -> None:
        """Carry what either side has sent to the other."""
        sent = self._stage.sent()
        for content in sent[self._heard :]:
            message = {"method": "custom", "content": content}
            self._callback({"content": {"data": message}, "buffers": []})
        self._heard = len(sent)
        with self._lock:
            out, self._out = self._out, []
        for data, buffers in out:
            if data["method"] == "custom":
                self._stage.receive(data["content"], *buffers)
            else:
                for path, buffer in zip(data["buffer_paths"], buffers, strict=True):
                    place = data["state"]
                    for key in path[:-1]:
                        place = place[key]
                    place[path[-1]] = buffer
                self._stage.update(**data["state"])

    def until(self, condition: Callable[[], bool]) -> None:
        """Carry messages to and fro until something has come about."""
        for _ in range(2000):
            self.carry()
            if condition():
                return
        pytest.fail("it has not come about")


@pytest.fixture
def training() -> Iterator[tuple[Run, torch.optim.Optimizer, threading.Thread]]:
    """A real run of a real optimizer, in a thread of its own until it is stopped."""
    weight = torch.ones(3, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.01)
    run = Run("real")

    def loop() -> None:
        with watched(run):
            while True:
                optimizer.zero_grad()
                loss = (weight**2).sum() + 0.1 * torch.rand(())
                loss.backward()
                optimizer.step()

    thread = threading.Thread(target=loop)
    yield run, optimizer, thread
    if thread.is_alive():
        run.stop()
    thread.join()


def test_a_real_run_is_steered_from_the_page(stage: Any, training: Any) -> None:
    run, optimizer, thread = training
    line = PageLine(stage)
    monitor = TrainMonitor(run, comm=line)
    page = stage.open(monitor.get_state(), answering=False)
    thread.start()
    line.until(lambda: page.locator(".dlw-tm-values tbody tr").count() == 1)

    page.get_by_role("textbox", name="Value of lr").fill("0.05")
    page.keyboard.press("Enter")
    line.until(lambda: optimizer.param_groups[0]["lr"] == 0.05)

    page.locator(".dlw-tm").focus()
    page.keyboard.press("Space")
    line.until(lambda: page.locator(".dlw-tm-state").inner_text() == "paused")
    held = run.steps
    page.keyboard.press("ArrowRight")
    line.until(lambda: run.steps == held + 1 and run.state == "paused")
    line.until(lambda: page.locator(".dlw-tm-numbers b").nth(1).inner_text() == f"{held + 1:,}")
    expect(page.locator(".dlw-tm-values td").first).not_to_have_text("–")

    drag(page, slider(page), to=0.2)
    page.mouse.up()
    wanted = float(page.get_by_role("textbox", name="Value of lr").input_value())
    line.until(lambda: optimizer.param_groups[0]["lr"] == wanted)

    page.get_by_role("button", name="Stop").click()
    line.until(lambda: page.locator(".dlw-tm-state").inner_text() == "stopped")
    assert run.state == "stopped"
    line.until(lambda: monitor._chart["length"] * monitor._chart["width"] >= run.steps)
    monitor.close()
