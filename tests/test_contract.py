"""TypeScript and Python agree on the traits."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
import traitlets as t

from dlwidgets.widgets import wire

SCRIPT = Path(__file__).resolve().parent.parent / "dlwidgets" / "frontend" / "contract.py"


@pytest.fixture(scope="module")
def contract() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contract", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_contract_ts_is_up_to_date(contract: ModuleType) -> None:
    stale = f"stale; run: python {SCRIPT.relative_to(SCRIPT.parents[2])}"
    assert contract.TARGET.read_text(encoding="utf-8") == contract.contract(), stale


def test_every_trait_of_every_widget_is_there(contract: ModuleType) -> None:
    text = contract.contract()
    names = [widget.__name__ for widget in contract.classes()]
    assert "TrainMonitor" in names
    for widget in contract.classes():
        for name, trait in contract.ours(widget).items():
            assert f"\n  {name}:" in text
            assert trait.help, f"{widget.__name__}.{name} has no help="


@pytest.mark.parametrize(
    ("trait", "expected"),
    [
        (t.Bool(), "boolean"),
        (t.Int(allow_none=True), "number | null"),
        (t.Float(), "number"),
        (t.Unicode(), "string"),
        (t.Enum(["a", "b"]), '"a" | "b"'),
        (t.List(t.Enum(["a", "b"])), '("a" | "b")[]'),
        (t.List(t.List(t.Int())), "number[][]"),
        (t.Dict(value_trait=t.Float(allow_none=True)), "Record<string, number | null>"),
        (t.Dict(per_key_traits={"x": t.Int()}), "{\n    x: number;\n  }"),
        (wire.Array("uint8", "float32"), 'WireArray<"uint8" | "float32">'),
    ],
)
def test_types_have_counterparts(contract: ModuleType, trait: t.TraitType, expected: str) -> None:
    assert contract.typescript(trait, "Widget.trait") == expected


@pytest.mark.parametrize(
    ("trait", "message"),
    [
        (t.Instance(int), r"Explorer\.x is a Instance, which has no counterpart in TypeScript"),
        (t.List(), r"Explorer\.x is a List"),
        (t.Dict(), r"Explorer\.x is a Dict of anything; expected per_key_traits or value_trait"),
        (t.List(t.Any()), r"Explorer\.x\[\] is a Any"),
        (t.Dict(per_key_traits={"k": t.Tuple()}), r"Explorer\.x\.k is a Tuple"),
    ],
)
def test_a_trait_without_counterpart_is_named(
    contract: ModuleType, trait: t.TraitType, message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        contract.typescript(trait, "Explorer.x")


def test_check_fails_on_a_stale_file(
    contract: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(contract, "TARGET", tmp_path / "contract.ts")
    monkeypatch.setattr(sys, "argv", ["contract.py", "--check"])
    with pytest.raises(SystemExit, match=r"contract\.ts is stale; run: python"):
        contract.main()
    monkeypatch.setattr(sys, "argv", ["contract.py"])
    contract.main()
    assert (tmp_path / "contract.ts").read_text(encoding="utf-8") == contract.contract()
