"""Pictures, further curves, languages, and the ways into a run besides the plain loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import ENDLESS, EVENTS, PASS, RATE, STATE
from tests.lab.conftest import abroad

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

WEIGHTS = "model[1].weight[0].reshape(28, 28)"
SHOWN = ENDLESS.replace(
    "%%train", f'%%train --show "{WEIGHTS}" --log "accuracy(model, data.test)" --every 0.05'
)


def test_frames_can_be_scrubbed_and_further_curves_appear(open_notebook: Open) -> None:
    notebook = open_notebook(SHOWN)
    notebook.run(1)
    monitor = notebook.monitor(1)
    reel = monitor.view.locator(".dlw-tm-reel")
    picture = reel.locator("canvas")
    expect(picture).to_have_attribute("width", "28")
    expect(picture).to_have_attribute("height", "28")
    scrubber = reel.get_by_role("slider")
    expect(scrubber).to_be_enabled()
    monitor.press("Pause")
    monitor.expect_state("paused")
    newest = picture.get_attribute("aria-label")
    scrubber.press("Home")
    expect(picture).not_to_have_attribute("aria-label", newest or "")
    earliest = picture.get_attribute("aria-label") or ""
    assert earliest.startswith(f"{WEIGHTS} at step ")
    step = earliest.rsplit(" ", 1)[1]
    expect(reel.locator("figcaption")).to_contain_text(f"step {step}")
    pixels = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
    assert len(set(picture.evaluate(pixels))) > 10

    rows = monitor.view.get_by_role("table").get_by_role("row")
    accuracy = rows.filter(has_text="accuracy(model, data.test)").get_by_role("cell").first
    expect(accuracy).to_contain_text("0.")
    monitor.press("Stop")
    notebook.wait_done(1)
    last = notebook.ask("print(run.history['accuracy(model, data.test)'].dropna().iloc[-1])")
    assert 0 < last <= 1
    expect(notebook.cell(1).locator(".dlw-report figure img").first).to_be_visible()


def test_language_changes_while_the_run_goes_on(open_notebook: Open) -> None:
    notebook = open_notebook(
        f"%%train\nwhile True:\n{PASS}\n    if run.events: dlwidgets.set_language('zh')",
        own=True,
    )
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)
    expect(monitor.button("Pause")).to_be_enabled()
    monitor.entry().fill("0.02")
    monitor.entry().press("Enter")
    stop = monitor.button("停止")
    expect(stop).to_be_enabled()
    expect(monitor.view.locator(".dlw-tm-state")).to_have_text("训练中")
    before = monitor.count("步")
    monitor.expect_steps(before + 1, "步")
    stop.click()
    notebook.wait_done(1)
    expect(notebook.cell(1).locator(".dlw-report .dlw-head")).to_contain_text("已停止")


LIVE = """\
with dlwidgets.live("mine") as mine:
    for epoch in mine.track(range(100_000)):
        for x, y in mine.track(data.loader(64)):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad(); loss.backward(); optimizer.step()"""


def test_other_ways_into_a_run_show_the_monitor(open_notebook: Open) -> None:
    notebook = open_notebook(
        LIVE,
        "run = dlwidgets.train(model, data, epochs=100_000)",
        "%%train --data digits --epochs 100000 --out own\nmodel = model",
    )
    for index, name in enumerate(("mine", "run", "own"), 1):
        notebook.run(index)
        monitor = notebook.monitor(index)
        expect(monitor.view.locator(".dlw-tm-name")).to_have_text(name)
        expect(monitor.number("epoch")).to_contain_text("of 100,000")
        monitor.entry().fill("0.02")
        monitor.entry().press("Enter")
        expect(monitor.spoken).to_contain_text("lr set to 0.02")
        monitor.press("Stop")
        notebook.wait_done(index)
        assert not notebook.failed(index)
        assert notebook.ask(f"run = {name}; {STATE}") == "stopped"
        assert [kind for kind, *_ in notebook.ask(EVENTS)] == ["set", "stop"]
        rate = RATE.replace("optimizer.", "next(iter(run.optimizers.values())).")
        assert notebook.ask(rate) == 0.02


def test_a_whole_session_asks_no_other_host(open_notebook: Open, requests: list[str]) -> None:
    notebook = open_notebook(SHOWN, "run.show()", "run.plot(); data.plot()", own=True)
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)
    monitor.drag(0.3)
    monitor.press("Stop")
    notebook.wait_done(1)
    notebook.run(2)
    notebook.monitor(2)
    notebook.do(3)
    notebook.save()
    notebook.open()
    assert len(requests) > 20
    assert any(address.startswith("ws:") for address in requests)
    assert abroad(requests) == []
