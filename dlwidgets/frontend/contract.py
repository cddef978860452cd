"""Write ``src/contract.ts``: the traits of every widget as TypeScript types.

By hand: ``python dlwidgets/frontend/contract.py [--check]``. The file is committed, and
``tests/test_contract.py`` fails when it is stale, so that neither side can change alone.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import traitlets as t

import dlwidgets.widgets
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Widget, ours

TARGET = Path(__file__).resolve().parent / "src" / "contract.ts"

HEAD = """\
// Written by contract.py from the traits of the Python classes; change those, then run it.

import type { WireArray } from "./lib/wire.ts";
"""

# What stands for itself, the more special class first.
PLAIN: tuple[tuple[type[t.TraitType[Any, Any]], str], ...] = (
    (t.Bool, "boolean"),
    (t.Int, "number"),
    (t.Float, "number"),
    (t.Unicode, "string"),
)

Trait = t.TraitType[Any, Any]


def classes() -> list[type[Widget]]:
    """Return the widget classes of all modules under ``dlwidgets.widgets``, by name."""
    found: dict[str, type[Widget]] = {}
    for module in pkgutil.iter_modules(dlwidgets.widgets.__path__, "dlwidgets.widgets."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Widget) and value is not Widget:
                found[value.__name__] = value
    return [found[name] for name in sorted(found)]


def typescript(trait: Trait, path: str, indent: str = "  ") -> str:
    """Return the TypeScript type of a trait.

    Args:
        trait: the trait, or one inside a container.
        path: how to name it in errors.
        indent: the white space before the line that the type stands in.

    Raises:
        TypeError: for a trait without a counterpart; the text names it.
    """
    core = _core(trait, path, indent)
    return f"{core} | null" if trait.allow_none else core


def _core(trait: Trait, path: str, indent: str) -> str:
    if isinstance(trait, wire.Array):
        return f"WireArray<{' | '.join(json.dumps(name) for name in trait.dtypes)}>"
    if isinstance(trait, t.Enum):
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in trait.values or ())
    if isinstance(trait, t.Dict):
        return _dict(trait, path, indent)
    if isinstance(trait, (t.List, t.Set)) and trait._trait is not None:  # noqa: SLF001 -- no other way
        inner = typescript(trait._trait, f"{path}[]", indent)  # noqa: SLF001 -- as above
        return f"({inner})[]" if " | " in inner and not inner.startswith("{") else f"{inner}[]"
    if isinstance(trait, t.Union):
        return " | ".join(typescript(one, path, indent) for one in trait.trait_types)
    for kind, name in PLAIN:
        if isinstance(trait, kind):
            return name
    expected = (
        "Bool, Int, Float, Unicode, Enum, Union, List(trait), Dict(per_key_traits=…), wire.Array"
    )
    message = (
        f"contract: {path} is a {type(trait).__name__}, which has no counterpart in TypeScript; "
        f"expected one of {expected}"
    )
    raise TypeError(message)


def _dict(trait: t.Dict[Any, Any], path: str, indent: str) -> str:
    per_key: dict[str, Trait] = trait._per_key_traits or {}  # noqa: SLF001 -- no other way
    value: Any = trait._value_trait  # noqa: SLF001 -- as above
    if per_key:
        lines = _members({key: (per_key[key], "") for key in per_key}, path, f"{indent}  ")
        return "{\n" + lines + indent + "}"
    if value is not None:
        return f"Record<string, {typescript(value, f'{path}{{}}', indent)}>"
    message = f"contract: {path} is a Dict of anything; expected per_key_traits or value_trait"
    raise TypeError(message)


def _members(traits: dict[str, tuple[Trait, str]], path: str, indent: str) -> str:
    text = ""
    for name, (trait, comment) in traits.items():
        if comment:
            text += f"{indent}/** {comment} */\n"
        kind = typescript(trait, f"{path}.{name}", indent)
        line = f"{indent}{name}: {kind};"
        if isinstance(trait, t.Enum) and len(line) > 100:  # noqa: PLR2004 -- as `deno fmt` breaks lines
            kind = "".join(f"\n{indent}  | {part}" for part in kind.split(" | "))
            line = f"{indent}{name}:{kind};"
        text += line + "\n"
    return text


def interface(widget: type[Widget]) -> str:
    """Return the interface of one widget's traits."""
    traits = ours(widget)
    users = sorted(name for name in traits if not name.startswith("_"))
    wires = sorted(name for name in traits if name.startswith("_"))
    named = {
        name: (traits[name], " ".join(str(traits[name].help).split())) for name in users + wires
    }
    about = (widget.__doc__ or "").splitlines()[0]
    name = widget.__name__
    return f"\n/** {about} */\nexport interface {name}Traits {{\n{_members(named, name, '  ')}}}\n"


def contract() -> str:
    """Return the whole of ``contract.ts``."""
    return HEAD + "".join(interface(widget) for widget in classes())


def main() -> None:
    """Write the file, or with ``--check`` say whether it is stale."""
    parser = argparse.ArgumentParser(description="Write the widgets' traits as TypeScript types.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail if stale")
    text = contract()
    if not parser.parse_args().check:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        sys.exit(f"{TARGET.name} is stale; run: python dlwidgets/frontend/contract.py")


if __name__ == "__main__":
    main()
