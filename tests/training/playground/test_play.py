"""The game on the plane: equal numbers in any slices, no trace outside, each number torch's."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

import dlwidgets
from dlwidgets.models import discriminator_loss, generator_loss
from dlwidgets.training.playground import (
    PHASES,
    Live,
    Play,
    Setting,
    following,
    heat,
    mesh,
    own_points,
    pushed,
    target_of,
)
from dlwidgets.training.playground.measures import ROWS, energy_distance, modes_found
from dlwidgets.training.playground.picture import CELLS, MESH, REACH, THREAD

SMALL = Setting(hidden_d=8, hidden_g=8, layers_d=1, layers_g=1, batch_size=16, seed=3)


def play(target: str = "ring", setting: Setting = SMALL, **live: object) -> Play:
    return Play(target_of(target, setting.seed), setting, Live(**live))  # type: ignore[arg-type]


def weights(game: Play) -> list[torch.Tensor]:
    return [p.detach() for m in (game.generator, game.discriminator) for p in m.parameters()]


def equal(one: Play, other: Play) -> bool:
    return all(map(torch.equal, weights(one), weights(other)))


def test_equal_seeds_give_equal_weights_in_any_slices() -> None:
    whole, sliced, other = play(), play(), play(setting=replace(SMALL, seed=4))
    begun = play()
    whole.advance(rounds=30)
    while sliced.rounds < 30:
        sliced.advance(0.0)
        # Looking at what comes next, and at the whole picture, changes nothing of it.
        sliced.peek("g")
        heat(sliced), mesh(sliced), pushed(sliced, sliced.measures.z), sliced.measures.now()
    other.advance(rounds=30)
    assert equal(whole, sliced)
    np.testing.assert_array_equal(whole.measures.rows, sliced.measures.rows)
    assert not equal(whole, other)
    assert not equal(whole, begun)


def test_an_update_is_what_a_hand_written_one_does() -> None:
    game, by_hand = play(lr_d=0.1, lr_g=0.2), play()
    d, g = by_hand.discriminator, by_hand.generator
    optimizers = [
        torch.optim.Adam(m.parameters(), lr=lr, betas=(0.5, 0.999))
        for m, lr in ((d, 0.1), (g, 0.2))
    ]
    batch, z = by_hand.peek("d"), by_hand.peek("g").z
    game.advance(rounds=1)
    loss = discriminator_loss(d(batch.real), d(g(batch.z).detach()))
    optimizers[0].zero_grad()
    loss.backward()
    optimizers[0].step()
    loss = generator_loss(d(g(z)))
    optimizers[1].zero_grad()
    loss.backward()
    optimizers[1].step()
    assert equal(game, by_hand)
    assert game.counts == {"d": 1, "g": 1}


def test_nobody_elses_random_numbers_loop_or_settings_matter_or_move() -> None:
    expected = play()
    expected.advance(rounds=2)
    torch.manual_seed(1)
    drawn = torch.rand(1)
    torch.manual_seed(1)
    weight = nn.Parameter(torch.ones(()))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    torch.set_default_dtype(torch.float64)
    try:
        with dlwidgets.live(monitor=False) as run:
            (weight**2).backward()
            optimizer.step()
            with torch.no_grad():
                game = play()
                game.advance(rounds=1)
            with torch.inference_mode():
                game.advance(rounds=1)
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(torch.rand(1), drawn)
    assert run.steps == 1
    assert equal(game, expected)


def test_who_learns_and_how_often() -> None:
    game = play(d_steps=3)
    game.advance(rounds=2)
    assert game.counts == {"d": 6, "g": 2}
    before = [p.clone() for p in game.generator.parameters()]
    game.live = replace(game.live, train="d")
    game.advance(rounds=2)
    assert (game.counts, game.rounds) == ({"d": 12, "g": 2}, 4)
    assert all(map(torch.equal, before, game.generator.parameters()))
    before = [p.clone() for p in game.discriminator.parameters()]
    game.live = replace(game.live, train="g")
    game.advance(rounds=2)
    assert (game.counts, game.rounds) == ({"d": 12, "g": 4}, 6)
    assert all(map(torch.equal, before, game.discriminator.parameters()))


def test_single_updates_make_a_round() -> None:
    single, whole = play(), play()
    assert single.next == "d"
    single.step("d")
    assert (single.next, single.rounds) == ("g", 0)
    single.step("g")
    assert (single.next, single.rounds) == ("d", 1)
    whole.advance(rounds=1)
    assert equal(single, whole)


def test_a_round_in_slow_motion_is_a_round() -> None:
    slow, whole = play(d_steps=2), play(d_steps=2)
    names, name = [], ""
    while slow.rounds < 1:
        phase = following(slow, name)
        assert phase is not None
        names.append(name := phase.name)
        assert all(map(math.isfinite, phase.values))
        if name == "real":
            batch = slow.peek("d")
            assert torch.equal(phase.points, batch.real)
            mean = slow.discriminator(batch.real).sigmoid().mean().item()
            assert phase.values == (mean,)
        if name.startswith("update"):
            assert phase.values[1] < phase.values[0]
    assert names == [*PHASES[:3], *PHASES[:3], *PHASES[3:]]
    whole.advance(rounds=1)
    assert equal(slow, whole)
    # Whoever goes on otherwise begins with what comes next.
    following(slow, "update_g")
    slow.step("d"), slow.step("d")
    assert following(slow, "real").name == "samples"  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["non_saturating", "saturating", "least_squares"])
def test_gradients_are_those_of_each_point_alone(form: str) -> None:
    game = play(loss=form)
    game.advance(rounds=5)
    found = pushed(game, game.measures.z[:6])
    for point, gradient in zip(found.points, found.gradients, strict=True):
        alone = point.clone()[None].requires_grad_()
        generator_loss(game.discriminator(alone), form).backward()
        torch.testing.assert_close(gradient, alone.grad[0])  # type: ignore[index]
        # A small step against it lowers G's loss.
        lower = generator_loss(game.discriminator(alone - 1e-3 * alone.grad), form)
        assert lower < generator_loss(game.discriminator(alone), form)


def test_the_map_is_d_and_the_mesh_is_g() -> None:
    game = play()
    game.advance(rounds=5)
    found = heat(game)
    assert found.shape == (CELLS, CELLS)
    corner = torch.tensor([[REACH, -REACH]])
    torch.testing.assert_close(found[0, -1], game.discriminator(corner).sigmoid()[0, 0])
    game.live = replace(game.live, loss="least_squares")
    torch.testing.assert_close(heat(game)[0, -1], game.discriminator(corner)[0, 0])
    bent = mesh(game)
    assert bent.shape == (MESH, MESH, 2)
    torch.testing.assert_close(bent[-1, 0], game.generator(torch.tensor([[1.0, -1.0]]))[0])
    thread = mesh(play(setting=replace(SMALL, noise_size=1, noise="gaussian")))
    assert thread.shape == (THREAD, 2)
    assert mesh(play(setting=replace(SMALL, noise_size=3))).shape == (0, 2)


def test_gaussian_noise_is_cut_into_equally_likely_cells() -> None:
    setting = replace(SMALL, noise_size=1, noise="gaussian", layers_g=0)
    game = play(setting=setting)
    with torch.no_grad():
        game.generator[0].weight.fill_(1)
        game.generator[0].bias.zero_()
    nodes = mesh(game)[:, 0].double()
    shares = torch.distributions.Normal(0, 1).cdf(nodes).diff()
    torch.testing.assert_close(
        shares, torch.full_like(shares, 0.98 / (THREAD - 1)), rtol=1e-3, atol=0
    )


def test_the_energy_distance_by_hand() -> None:
    a, b = torch.tensor([[0.0, 0.0], [2.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    by_hand = 2 * (1 + math.sqrt(5)) / 2 - (0 + 2 + 2 + 0) / 4 - 0
    assert energy_distance(a, b) == pytest.approx(by_hand)
    assert energy_distance(a, a) == pytest.approx(0)


def test_modes_are_found_with_their_share_of_points() -> None:
    centres = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    near = torch.tensor([0.0, 0.149])
    points = torch.stack([centres[0]] * 90 + [centres[1] + near] * 7 + [centres[2] + near] * 3)
    # A fair share is 25 points, a quarter of that 6.25.
    assert modes_found(points, centres) == 2
    assert math.isnan(modes_found(points, torch.zeros(0, 2)))


def test_rows_say_what_torch_says_and_stay_few() -> None:
    game = play()
    game.advance(rounds=8)
    rows = game.measures.rows
    assert rows[:, 0].tolist() == [0, 4, 8]
    with torch.no_grad():
        fake = game.generator(game.measures.z)
        on_real = game.discriminator(game.measures.real)
        on_fake = game.discriminator(fake)
    expected = [
        8,
        discriminator_loss(on_real, on_fake).item(),
        generator_loss(on_fake).item(),
        on_real.sigmoid().mean().item(),
        on_fake.sigmoid().mean().item(),
        energy_distance(game.measures.real, fake),
        modes_found(fake, game.target.centres),
    ]
    assert rows[-1].tolist() == pytest.approx(expected)
    for rounds in range(12, 4 * (ROWS + 9), 4):
        game.rounds = rounds
        game.measures._rows.append((float(rounds),) * 7)
        if len(game.measures._rows) > ROWS:
            game.measures._rows.pop()
            game.measures.take()
    spacing = set(np.diff(game.measures.rows[:-8, 0]))
    assert spacing == {8}
    assert len(game.measures.rows) <= ROWS


def test_a_game_that_blows_up_stops_and_says_where() -> None:
    game = play(setting=replace(SMALL, optimizer="sgd"), lr_d=1e30, loss="least_squares")
    game.advance(rounds=50)
    assert game.ended is not None
    rounds, counts = game.rounds, dict(game.counts)
    assert game.ended.update == counts[game.ended.net] + 1
    game.advance(rounds=3)
    game.step("g")
    assert (game.rounds, game.counts) == (rounds, counts)
    assert following(game, "") is None


def test_one_point_alone_can_be_learned() -> None:
    game = Play(own_points([[3.0, 4.0]]), SMALL, Live())
    game.advance(rounds=2)
    assert math.isnan(game.measures.floor)
    assert np.isfinite(game.measures.rows[:, :6]).all()
