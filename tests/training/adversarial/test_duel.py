"""What is read off a game equals torch on the same snapshot, and leaves no trace on it."""

import gc
import math
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from dlwidgets.models import CGAN, GAN
from dlwidgets.training import Run, watched
from dlwidgets.training.adversarial import Duel, duel_of
from dlwidgets.training.adversarial.game import SAMPLES, game_of
from dlwidgets.training.adversarial.norms import total_norm
from tests.training.adversarial.games import labelled, nets, played, real, train


def snapshot(duel: Duel) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ask the nets by hand: samples, and the scores of real examples and of samples."""
    game = duel.game
    assert game is not None
    given = () if game.asked is None else (game.asked,)
    beside = () if game.asked is None else (game.labels[:SAMPLES],)  # type: ignore[index]  # then there are some
    with torch.no_grad():
        samples = game.generator.eval()(game.noise, *given)
        scores = [
            game.discriminator.eval()(game.real[:SAMPLES], *beside),
            game.discriminator(samples, *given),
        ]
    real_, fake = [(s.sigmoid() if game.logits else s).squeeze(1) for s in scores]
    return samples, real_, fake


@pytest.mark.parametrize(
    "how", [{}, {"sigmoid": False}, {"conditional": True}], ids=["sigmoid", "logits", "labels"]
)
def test_scores_tiles_and_spread_are_those_of_torch(how: dict[str, bool]) -> None:
    run, duel = played(**how)
    game, shot, reading = duel.game, duel.film[len(duel.film) - 1], [*duel.readings][-1]
    assert game is not None
    assert game.names == ("G", "D")
    assert game.logits == (how != {})
    samples, real_, fake = snapshot(duel)
    assert shot.step == reading.step == run.steps == 40
    assert shot.scores == pytest.approx(fake[: game.tiles].numpy())
    assert (reading.real, reading.fake) == pytest.approx((real_.mean().item(), fake.mean().item()))
    pixels = (255 * (samples[: game.tiles] + 1) / 2).round().numpy()
    assert shot.tiles.shape == (game.tiles, 8, 8, 1)
    assert np.abs(shot.tiles.reshape(game.tiles, -1) - pixels).max() <= 1
    ratio = torch.pdist(samples).mean() / torch.pdist(game.real[:SAMPLES]).mean()
    assert reading.spread == pytest.approx(ratio.item(), rel=1e-5)


def test_a_class_stands_in_each_column_and_a_noise_in_each_row() -> None:
    _, duel = played(conditional=True)
    game = duel.game
    assert game is not None
    assert game.asked is not None
    assert (game.tiles, game.columns) == (24, 3)
    assert game.asked[:24].reshape(8, 3).tolist() == [[0, 1, 2]] * 8
    rows = game.noise[:24].reshape(8, 3, -1)
    assert torch.equal(rows[:, 0], rows[:, 2])
    assert not torch.equal(rows[0], rows[1])


def test_losses_and_gradients_are_those_of_the_steps() -> None:
    norms: list[tuple[float, float]] = []
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    duel.share = 1e9
    G, D = nets()  # noqa: N806 -- as the book calls them

    def before(optimizer: torch.optim.Optimizer, _args: object, _kwargs: object) -> None:
        own = total_norm(p for g in optimizer.param_groups for p in g["params"]).item()
        seen.append(own)

    seen: list[float] = []
    handle = register_optimizer_step_pre_hook(before)
    with watched(run):
        train(G, D)
    handle.remove()
    norms = list(zip(seen[::2], seen[1::2], strict=True))
    for reading in [*duel.readings][:-1]:
        assert (reading.grad_d, reading.grad_g) == pytest.approx(norms[reading.step])
        row = run.history.iloc[reading.step - 1]
        assert (reading.loss_d, reading.loss_g) == pytest.approx((row.d_loss, row.g_loss))
    # No step followed the last look.
    assert math.isnan([*duel.readings][-1].grad_g)


def test_looking_changes_nothing() -> None:
    states = []
    for looked in (False, True):
        torch.manual_seed(3)
        G, D = nets()  # noqa: N806 -- as above
        if looked:
            run = Run()
            run.subscribe(every=0)
            duel = duel_of(run)
            duel.share = 1e9
            with watched(run):
                train(G, D, rounds=90)
            assert len(duel.film) > 50
            assert duel.judge is not None
        else:
            train(G, D, rounds=90)
        tensors = [*G.state_dict().values(), *D.state_dict().values(), torch.get_rng_state()]
        states.append((tensors, [part.training for part in [*G.modules(), *D.modules()]]))
        assert not any(part._forward_hooks for part in [*G.modules(), *D.modules()])
    (plain, modes), (seen, same) = states
    assert modes == same
    assert all(map(torch.equal, plain, seen))


def test_it_keeps_to_its_share_of_the_time() -> None:
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    duel.share = 1e-9
    with watched(run):
        train(*nets())
    # The first look, and the one at the end.
    assert len(duel.film) == 2
    assert duel.spent > 0
    assert duel.cost > 0


def test_readings_name_the_classes_that_the_samples_cover() -> None:
    _, duel = played(rounds=90)
    assert duel.judge is not None
    assert duel.classes is not None
    assert duel.classes.count == 3
    assert duel.classes.trusted
    shot, game = duel.film[len(duel.film) - 1], duel.game
    assert game is not None
    samples, _, _ = snapshot(duel)
    guesses = duel.judge(samples)
    assert shot.guesses.tolist() == guesses[: game.tiles].tolist()
    shares = [(guesses == kind).float().mean().item() for kind in range(3)]
    assert [*duel.readings][-1].covered == sum(share >= 0.03 for share in shares)


# --- who plays --------------------------------------------------------------------------------


def task_loop(model: GAN) -> None:
    """Train as the package's own task does: by logits, with the nets inside of one module."""
    x, y = real()
    images = x.reshape(-1, 1, 8, 8)
    optimizer_d = torch.optim.Adam(model.discriminator.parameters(), 1e-3)
    optimizer_g = torch.optim.Adam(model.generator.parameters(), 1e-3)
    for start in range(0, 480, 32):
        labels = y[start : start + 32]
        asked = (labels,) if model.classes else ()
        fake = model.generator(model.noise(32), *asked)
        real_scores = model.logits(images[start : start + 32], *asked)
        loss_d = (model.logits(fake.detach(), *asked) - real_scores).mean()
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()
        loss_g = -model.logits(fake, *asked).mean()
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()


@pytest.mark.parametrize("kind", [GAN, CGAN])
def test_nets_inside_of_one_model_are_found_by_their_logits(kind: type[GAN]) -> None:
    torch.manual_seed(0)
    asked = {"classes": 3} if kind is CGAN else {}
    model = kind(latent=4, hidden=16, shape=(1, 8, 8), **asked)
    plain = type(model.discriminator).logits
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    with watched(run):
        task_loop(model)
    assert type(model.discriminator).logits is plain
    game = duel.game
    assert game is not None
    assert game.names == ("model.generator", "model.discriminator")
    assert game.generator is model.generator
    assert game.real.shape[1:] == (1, 8, 8)
    assert not game.logits
    assert game.labels is not None
    assert (game.asked is not None) == (kind is CGAN)
    known = {tuple(row.tolist()) for row in real()[0]}
    assert all(tuple(row.flatten().tolist()) in known for row in game.real)


def test_no_game_where_one_net_only_encodes_for_another() -> None:
    encoder, decoder = nn.Linear(6, 2), nn.Linear(2, 6)
    optimizers = [torch.optim.SGD(net.parameters(), 0.1) for net in (encoder, decoder)]
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    with watched(run):
        for _ in range(30):
            x = torch.randn(16, 6)
            loss = (decoder(encoder(x)) - x).square().mean()
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
    assert duel.game is None


@pytest.mark.parametrize("order", ["real first", "made first"])
def test_a_game_is_seen_where_real_and_made_are_put_together(order: str) -> None:
    G, D = nets()  # noqa: N806 -- as above
    optimizers = [torch.optim.SGD(net.parameters(), 0.1) for net in (D, G)]
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    x, _ = real()
    with watched(run):
        for start in range(0, 480, 16):
            fake = G(torch.randn(16, 4))
            images = x[start : start + 16]
            both = (images, fake.detach())
            scores = D(torch.cat(both if order == "real first" else both[::-1]))
            sign = 1 if order == "real first" else -1
            loss = sign * (scores[16:].mean() - scores[:16].mean())
            for optimizer, again in zip(optimizers, (False, True), strict=True):
                loss = -D(fake).mean() if again else loss
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    game = duel.game
    assert game is not None
    assert (game.generator, game.discriminator) == (G, D)
    # What is taken for real is, in its order; the first rounds passed before anybody looked.
    first = int((x == game.real[0]).all(1).nonzero())
    assert first < 64
    assert torch.equal(game.real[:SAMPLES], x[first : first + SAMPLES])


@pytest.mark.parametrize("together", [False, True])
def test_no_game_is_made_up_where_what_is_real_can_t_be_told(*, together: bool) -> None:
    G, D = nets()  # noqa: N806 -- as above
    optimizers = [torch.optim.SGD(net.parameters(), 0.1) for net in (D, G)]
    run = Run()
    run.subscribe(every=0)
    duel = duel_of(run)
    x, _ = real()
    with watched(run):
        for start in range(0, 480, 16):
            fake = G(torch.randn(16, 4))
            images = x[start : start + 16]
            if together:
                scores = D(torch.cat([images, fake.detach() + 0.1]))
                loss = scores[16:].mean() - scores[:16].mean()
            else:
                loss = (D(fake.detach() + 0.1) - D(images + 0.1)).mean()
            for optimizer, again in zip(optimizers, (False, True), strict=True):
                loss = -D(fake + 0.1 * (not together)).mean() if again else loss
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    assert duel.game is None


def test_the_game_can_be_named() -> None:
    run = Run()
    run.subscribe(every=0)
    G, D = nets()  # noqa: N806 -- as above
    duel = duel_of(run)
    noise = torch.randn(70, 4, generator=torch.Generator().manual_seed(0))
    duel.play(game_of(G, D, noise, real()))
    duel.share = 1e9
    with watched(run):
        train(G, D, rounds=5)
    assert duel.film.steps == [0, 1, 2, 3, 4, 5]
    assert duel.game is not None
    assert torch.equal(duel.game.noise, noise)
    assert duel.judge is not None
    assert not math.isnan([*duel.readings][2].grad_g)


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"generator": print}, TypeError, "generator should be an nn.Module, got builtin"),
        ({"noise": [1, 2]}, TypeError, "noise should be a tensor of one row a sample, got list"),
        ({"noise": torch.zeros(0, 4)}, ValueError, "noise has no row"),
        ({"data": 3}, TypeError, "data should be a tensor"),
        ({"labels": torch.zeros(3)}, ValueError, "one for each of the 9 rows"),
    ],
)
def test_what_is_no_game_is_refused(
    change: dict[str, object], error: type[Exception], text: str
) -> None:
    G, D = nets()  # noqa: N806 -- as above
    given = {"generator": G, "discriminator": D, "noise": torch.zeros(9, 4), "data": real()[0]}
    with pytest.raises(error, match=text):
        game_of(**(given | change))  # type: ignore[arg-type]  # that is the point


def test_labels_are_asked_for_by_name_too() -> None:
    G, D = labelled()  # noqa: N806 -- as above
    game = game_of(G, D, torch.zeros(30, 4), real(), torch.arange(30) % 3)
    assert (game.tiles, game.columns, game.logits) == (24, 3, True)


def test_a_duel_goes_with_its_run() -> None:
    run, duel = played(rounds=10)
    gone = weakref.ref(duel)
    assert duel_of(run) is duel
    del run, duel
    gc.collect()
    assert gone() is None
