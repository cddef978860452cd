"""``--data`` and ``--epochs``: the body defines a model, the magic trains it."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import dlwidgets

MODEL = "model = nn.Linear(4, 3)"
SETUP = (
    "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
    "x, y = torch.randn(96, 4), torch.randint(0, 3, (96,))\nmine = (x, y), (x[:32], y[:32])"
)
CPU = "--device cpu"


@pytest.fixture
def shell(bare: Any) -> Any:
    """A shell with data and no model."""
    bare.run(SETUP)
    return bare


def refused(shell: Any, line: str, body: str = MODEL) -> str:
    """Run a cell that must be refused; see that nothing is half changed; return why."""
    kept = dlwidgets.Run("run")
    shell.names["run"] = kept
    said = shell.try_(f"%%train {line}\n{body}").usage
    assert shell.names["run"] is kept
    return str(said)


# --- it trains --------------------------------------------------------------------------------


def test_it_states_its_choices_and_trains(shell: Any) -> None:
    cell = shell.run(f"%%train --data mine --epochs 3 {CPU}\n{MODEL}")
    assert cell.printed.startswith(
        "train: cross entropy (targets are class indices); SGD, lr 0.01; "
        "3 epochs in batches of 64; on cpu\n"
    )
    run, model = shell.names["run"], shell.names["model"]
    assert (run.state, run.steps) == ("finished", 6)
    assert run.models == {"model": model}
    assert list(run.history["epoch"]) == [1, 1, 2, 2, 3, 3]
    test = shell.names["mine"][1]
    assert run.history["test_accuracy"].iloc[-1] == dlwidgets.accuracy(model, test)
    loss = torch.nn.functional.cross_entropy(model(test[0]), test[1]).item()
    assert run.history["test_loss"].iloc[-1] == pytest.approx(loss)


@pytest.mark.parametrize(
    "data",
    [
        "mine",
        "'(x, y)'",
        "torch.utils.data.TensorDataset(x,y)",
        "'torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 64)'",
        "own",  # bound by the body
        "'own[:2]'",
    ],
)
def test_data_of_every_kind(shell: Any, data: str) -> None:
    shell.run(f"%%train --data {data} --epochs 1 {CPU}\n{MODEL}\nown = (x, y)")
    assert shell.names["run"].steps == 2


def test_data_sets_by_name(shell: Any) -> None:
    body = "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))"
    shell.run(f"%%train --data digits --epochs 1 {CPU}\n{body}")
    assert shell.names["run"].history["test_accuracy"].iloc[-1] > 0.5
    shell.run("digits = mine")
    shell.run(f"%%train --data digits --epochs 1 {CPU}\n{MODEL}")  # the user's own comes first
    assert shell.names["run"].steps == 2


def test_epochs_alone_take_the_variable_data(shell: Any) -> None:
    shell.run("data = x, y")
    shell.run(f"%%train --epochs 2 {CPU}\n{MODEL}")
    assert shell.names["run"].steps == 4


def test_the_model_may_be_an_earlier_cells(shell: Any) -> None:
    shell.run(MODEL)
    shell.run(f"%%train --data mine {CPU}\npass")
    assert shell.names["run"].steps == 10


def test_options_reach_the_run(shell: Any) -> None:
    cell = shell.run(
        f"%%train --data mine --epochs 1 --optimizer adamw --lr 0.5 --batch-size 32 {CPU}\n{MODEL}"
    )
    assert "AdamW, lr 0.5; 1 epochs in batches of 32" in cell.printed
    run = shell.names["run"]
    assert run.steps == 3
    assert {knob.name: knob.value for knob in run.knobs}["lr"] == 0.5


def test_what_the_body_defines_counts(shell: Any) -> None:
    cell = shell.run(
        f"%%train --data mine --epochs 1 {CPU}\n{MODEL}\nasked = []\n"
        "def loss(out, target):\n    asked.append(len(target))\n"
        "    return nn.functional.cross_entropy(out, target)\n"
        "optimizer = torch.optim.Adam(model.parameters(), lr=0.25)\n"
        "def share(model, data): return 0.75\nmetrics = ['accuracy', share]"
    )
    assert "your loss; Adam, lr 0.25" in cell.printed
    assert shell.names["asked"][:2] == [64, 32]
    history = shell.names["run"].history
    assert history["test_share"].iloc[-1] == 0.75
    assert history["test_accuracy"].notna().iloc[-1]


def test_what_older_cells_left_does_not(shell: Any) -> None:
    shell.run(
        "loss = torch.tensor(3.0); metrics = 7\n"
        "optimizer = torch.optim.Adam(nn.Linear(2, 2).parameters(), lr=9.0)"
    )
    cell = shell.run(
        f"%%train --data mine --epochs 1 {CPU}\n{MODEL}\n"
        "def other():\n    loss = optimizer = metrics = None\n"
        "totals = [loss for loss in range(3)]"
    )
    assert "cross entropy (targets are class indices); SGD, lr 0.01" in cell.printed
    assert shell.names["run"].steps == 2
    assert shell.names["loss"].item() == 3


def test_log_and_show_work_here_as_well(shell: Any) -> None:
    shell.run(
        f"%%train --data mine --epochs 1 --every 1e-6 --log 'accuracy(model, mine[1])' "
        f"--show model.weight {CPU}\n{MODEL}"
    )
    run, model = shell.names["run"], shell.names["model"]
    direct = dlwidgets.accuracy(model, shell.names["mine"][1])
    assert run.history["accuracy(model, mine[1])"].iloc[-1] == direct
    assert run.frames["model.weight"][-1].step == 2


def test_a_loop_in_the_body_is_plain_python(shell: Any) -> None:
    cell = shell.run(
        f"%%train --data mine --epochs 1 {CPU}\n{MODEL}\nfor i in range(3): print(i)\ni"
    )
    assert cell.value == 2
    assert shell.names["run"].steps == 2


# --- it refuses -------------------------------------------------------------------------------


def test_without_a_model(shell: Any) -> None:
    assert refused(shell, "--data mine", "pass") == (
        "%%train with --data or --epochs: `model` must be an nn.Module; define it in the cell"
    )
    shell.run("net, encoder = nn.Linear(4, 3), nn.Linear(4, 2)")
    assert refused(shell, "--data mine", "pass") == (
        "%%train with --data or --epochs: `model` must be an nn.Module; "
        "found: net, encoder; write model = net"
    )


@pytest.mark.parametrize(
    ("body", "got"),
    [
        ("model = nn.Linear", "the class Linear"),
        ("model = 3", "int"),
        ("model = None", "NoneType"),
    ],
)
def test_a_model_of_another_kind(shell: Any, body: str, got: str) -> None:
    assert f"must be an nn.Module, got {got};" in refused(shell, "--data mine", body)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("--data digit", "named 'digit'. Did you mean 'digits'? Data sets: digits, fashion_mnist"),
        ("--data mien", "--data: no data set or variable named 'mien'. Did you mean 'mine'?"),
        ("--data zzzzz", "--data: no data set or variable named 'zzzzz'. Data sets: digits,"),
        ("--data 'mien[0]'", "--data 'mien[0]': no variable named 'mien'. Did you mean 'mine'?"),
        ("--data 'mine['", "--data: expected a Python expression, got 'mine[' ("),
        ("--data ''", "--data: expected a Python expression, got '' ("),
        ("--data 1/0", "--data 1/0: ZeroDivisionError: division by zero"),
        ("--data 'x[0].nothing'", "--data x[0].nothing: AttributeError: "),
        ("--data 3", "%%train: data: expected a dlwidgets data set, (x, y) tensors"),
        ("--data x", "got Tensor"),
        ("--epochs 2", "--epochs: no variable named 'data'; give --data digits"),
        ("--data mine --optimizer adamm", "no optimizer named 'adamm'. Did you mean 'adam'?"),
        ("--data mine --device cuda:99", "%%train: "),
        (
            "--data mine --device gpu",
            "device: expected 'auto' or a device of this machine, got 'gpu'",
        ),
    ],
)
def test_what_can_not_be(shell: Any, line: str, text: str) -> None:
    assert text in refused(shell, line)


def test_names_are_looked_at_before_the_body_runs(shell: Any) -> None:
    generator = torch.get_rng_state()
    for line in (
        "--data digit",
        "--epochs 2",
        "--data mine --optimizer sgd",
        "--data mine --log q",
    ):
        refused(shell, f"--seed 1 {line}", f"{MODEL}\noptimizer = ran = 1")
    refused(shell, "--seed 1 --data mine", "ran = 1")
    assert "ran" not in shell.names
    assert torch.equal(torch.get_rng_state(), generator)


def test_two_optimizers(shell: Any) -> None:
    body = f"{MODEL}\noptimizer = torch.optim.Adam(model.parameters())"
    assert refused(shell, "--data mine --optimizer sgd", body) == (
        "--optimizer: this cell makes an `optimizer` of its own; leave one of the two out"
    )
    assert "it already has its rate" in refused(shell, "--data mine --lr 1", body)


@pytest.mark.parametrize(
    ("body", "text"),
    [("metrics = ['acuracy']", "no metric named 'acuracy'. Did you mean 'accuracy'?"),
     ("metrics = 5", "'int' object is not iterable"),
     ("optimizer = 'adm'", "no optimizer named 'adm'. Did you mean 'adam'?")],
)  # fmt: skip
def test_what_the_body_defines_wrongly(shell: Any, body: str, text: str) -> None:
    assert text in refused(shell, "--data mine", f"{MODEL}\n{body}")


def test_an_error_in_the_body_is_the_bodys(shell: Any) -> None:
    kept = shell.names["run"] = dlwidgets.Run("run")
    cell = shell.try_(f"%%train --data mine\n{MODEL}\n1 / 0")
    assert isinstance(cell.error, ZeroDivisionError)
    assert ", line 3\n" in cell.printed
    assert shell.names["run"] is kept


def test_an_error_in_training_is_shown_whole(shell: Any) -> None:
    cell = shell.try_(f"%%train --data mine {CPU}\nmodel = nn.Linear(5, 3)")
    assert isinstance(cell.error, RuntimeError)
    assert "mat1 and mat2 shapes" in cell.printed
    assert shell.names["run"].state == "failed"


def test_in_chinese(shell: Any) -> None:
    dlwidgets.set_language("zh")
    assert "没有名为 'digit' 的数据集或变量" in refused(shell, "--data digit")
    assert "没有名为 'data' 的变量" in refused(shell, "--epochs 1")
    assert "两者只能保留一个" in refused(
        shell, "--data mine --optimizer sgd", f"{MODEL}\noptimizer=1"
    )
    assert refused(shell, "--data mine", "model = 3") == (
        "%%train 带 --data 或 --epochs 时，model 须为 nn.Module，现为 int；请在单元格中定义"
    )


# --- models that learn in another way ---------------------------------------------------------

PICTURES = "from dlwidgets import models\npictures = torch.rand(96, 1, 8, 8), torch.arange(96) % 10"


@pytest.mark.parametrize(
    ("kind", "words", "columns"),
    [
        ("VAE(2, 8, shape=(1, 8, 8))", "VAE, a variational autoencoder", {"loss", "kl"}),
        ("GAN(4, 8, (1, 8, 8))", "GAN, D and G in turn", {"loss_D", "loss_G", "D(x)"}),
        ("CGAN(4, 10, 8, (1, 8, 8))", "CGAN, D and G in turn, told the class", {"loss_G"}),
    ],
)
def test_the_model_may_be_named_and_says_how_it_learns(
    shell: Any, kind: str, words: str, columns: set[str]
) -> None:
    shell.run(PICTURES)
    cell = shell.run(f"%%train net --data pictures --epochs 2 {CPU}\nnet = models.{kind}")
    assert cell.printed.startswith(f"train: {words}")
    run = shell.names["run"]
    assert (run.state, columns - {*run.history}) == ("finished", set())


def test_its_loss_may_be_named_in_the_body(shell: Any) -> None:
    shell.run(PICTURES)
    body = "net = models.GAN(4, 8, (1, 8, 8))\nloss = "
    cell = shell.run(f"%%train net --data pictures --epochs 1 {CPU}\n{body}'least_squares'")
    assert "least_squares loss" in cell.printed
    said = refused(shell, f"net --data pictures {CPU}", f"{body}'least_square'")
    assert "no adversarial loss named 'least_square'. Did you mean 'least_squares'?" in said


def test_a_model_that_is_not_there(shell: Any) -> None:
    shell.run("vae = nn.Linear(4, 3)")
    assert refused(shell, "va --data mine", "pass") == (
        "%%train with --data or --epochs: `va` must be an nn.Module; found: vae; write %%train vae"
    )
    assert "unexpected 'vae'" in refused(shell, "vae", "pass")  # A loop trains what it likes.
