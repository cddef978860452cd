"""Loading and unloading in IPython, so that unloading puts back exactly what was there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.magic import Magics

NAME = "dlwidgets"


@dataclass(frozen=True)
class Before:
    """What a shell held before it was extended, and what was added."""

    ours: Magics
    registered: object  # the entry of the same class name, or None
    replaced: dict[tuple[str, str], Any]  # (kind, magic name) -> magic of the same name, or None
    named: Mapping[str, object]  # the names put into the user's namespace
    matcher: object  # asked by IPython for completions


# One entry a shell, gone with the shell or when it unloads.
_loaded: WeakKeyDictionary[InteractiveShell, Before] = WeakKeyDictionary()


def load(shell: InteractiveShell) -> None:
    """Register the magics; add the name ``dlwidgets`` unless the user has one of that name."""
    from dlwidgets.magics.completion import train_matcher
    from dlwidgets.magics.train import TrainMagics

    unload(shell)
    manager = shell.magics_manager
    replaced = {
        (kind, name): manager.magics[kind].get(name)
        for kind, names in TrainMagics.magics.items()
        for name in names
    }
    registered = manager.registry.get(TrainMagics.__name__)
    ours = TrainMagics(shell)
    shell.register_magics(ours)
    matcher = train_matcher(shell)
    shell.Completer.custom_matchers.append(matcher)
    named = {} if NAME in shell.user_ns else {NAME: sys.modules[NAME]}
    # Hidden from %who, as are the other names that the user did not make.
    shell.push(named, interactive=False)
    _loaded[shell] = Before(ours, registered, replaced, named, matcher)


def unload(shell: InteractiveShell) -> None:
    """Undo `load`; what somebody has put in its place since then stays."""
    before = _loaded.pop(shell, None)
    if before is None:
        return
    manager = shell.magics_manager
    for (kind, name), earlier in before.replaced.items():
        now = manager.magics[kind].get(name)
        if getattr(now, "__self__", None) is before.ours:
            _put(manager.magics[kind], name, earlier)
    label = type(before.ours).__name__
    if manager.registry.get(label) is before.ours:
        _put(manager.registry, label, before.registered)
    # Every magics object enters itself here and IPython never takes one out.
    shell.configurables[:] = [one for one in shell.configurables if id(one) != id(before.ours)]
    matchers = shell.Completer.custom_matchers
    matchers[:] = [one for one in matchers if one is not before.matcher]
    shell.drop_by_id(before.named)


def _put(table: dict[str, Any], name: str, value: object) -> None:
    """Set ``table[name]``, or remove it where there was nothing."""
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value
