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


@dataclass(frozen=True)
class Before:
    """What a shell held before it was extended, and what was added."""

    ours: list[Magics]
    registered: dict[str, object]  # class name -> the entry of that name, or None
    replaced: dict[tuple[str, str], Any]  # (kind, magic name) -> magic of the same name, or None
    named: Mapping[str, object]  # the names put into the user's namespace
    matcher: object  # asked by IPython for completions


# One entry a shell, gone with the shell or when it unloads.
_loaded: WeakKeyDictionary[InteractiveShell, Before] = WeakKeyDictionary()


def load(shell: InteractiveShell) -> None:
    """Register the magics; add the names ``dlwidgets`` and ``explore`` where they are free."""
    from dlwidgets.magics.completion import magic_matcher
    from dlwidgets.magics.explore import ExploreMagics
    from dlwidgets.magics.train import TrainMagics
    from dlwidgets.widgets.explore import explore

    unload(shell)
    manager = shell.magics_manager
    classes: list[type[Magics]] = [TrainMagics, ExploreMagics]
    replaced = {
        (kind, name): manager.magics[kind].get(name)
        for one in classes
        for kind, names in one.magics.items()
        for name in names
    }
    registered = {one.__name__: manager.registry.get(one.__name__) for one in classes}
    ours = [one(shell) for one in classes]
    shell.register_magics(*ours)
    matcher = magic_matcher(shell)
    shell.Completer.custom_matchers.append(matcher)
    offered = {"dlwidgets": sys.modules["dlwidgets"], "explore": explore}
    named = {name: value for name, value in offered.items() if name not in shell.user_ns}
    # Hidden from %who, as are the other names that the user did not make.
    shell.push(named, interactive=False)
    _loaded[shell] = Before(ours, registered, replaced, named, matcher)


def unload(shell: InteractiveShell) -> None:
    """Undo `load`; what somebody has put in its place since then stays."""
    before = _loaded.pop(shell, None)
    if before is None:
        return
    manager = shell.magics_manager
    ours = {id(one) for one in before.ours}
    for (kind, name), earlier in before.replaced.items():
        now = manager.magics[kind].get(name)
        if id(getattr(now, "__self__", None)) in ours:
            _put(manager.magics[kind], name, earlier)
    for label, earlier in before.registered.items():
        if id(manager.registry.get(label)) in ours:
            _put(manager.registry, label, earlier)
    # Every magics object enters itself here and IPython never takes one out.
    shell.configurables[:] = [one for one in shell.configurables if id(one) not in ours]
    matchers = shell.Completer.custom_matchers
    matchers[:] = [one for one in matchers if one is not before.matcher]
    shell.drop_by_id(before.named)


def _put(table: dict[str, Any], name: str, value: object) -> None:
    """Set ``table[name]``, or remove it where there was nothing."""
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value
