"""What is given to a tagger explorer, brought into one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.explain.tagging import Lexicon
    from dlwidgets.widgets.base import Widget

BOOK = ("The cat ate the fish", "They read that book", "They ate the fish")
"""The sentences of book 7.7."""


def tag_names(tags: object, vocab: object) -> list[str] | None:
    """Return the name of each tag in the order of the ids; None where nobody has named them.

    Raises:
        TypeError: for what is no list of names and no dict of names to ids.
        ValueError: for a dict whose ids are not 0, 1, 2 and so on, or names given twice.
    """
    given = getattr(vocab, "tags", None) if tags is None else tags
    if given is None:
        return None
    if isinstance(given, Mapping):
        names = sorted(given, key=lambda name: given[name])
        if sorted(given.values()) != list(range(len(given))):
            ids = ", ".join(map(str, given.values()))
            message = say(
                f"tags: expected the ids 0 to {len(given) - 1}, each once, got {ids}",
                f"tags：编号应为 0 到 {len(given) - 1}，各一次，得到 {ids}",
            )
            raise ValueError(message)
    elif isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        names = list(given)
    else:
        raise _no_names(given)
    if not names or not all(isinstance(name, str) for name in names):
        raise _no_names(given)
    if len(set(names)) < len(names):
        message = say(
            f"tags: expected each name once, got {', '.join(names)}",
            f"tags：每个名称应只出现一次，得到 {', '.join(names)}",
        )
        raise ValueError(message)
    return names


def _no_names(given: object) -> TypeError:
    return TypeError(
        say(
            "tags: expected names such as ['DET', 'NN', 'V'] or {'DET': 0, 'NN': 1}, "
            f"got {given!r}",
            "tags：应为名称列表（例如 ['DET', 'NN', 'V']）或 {'DET': 0, 'NN': 1}，"
            f"得到 {given!r}",
        )
    )


def checked_model(model: object) -> Any:  # noqa: ANN401 -- a module; torch is not loaded to say so
    """Return ``model``.

    Raises:
        TypeError: for what is no module.
    """
    from torch import nn

    if isinstance(model, nn.Module):
        return model
    got = f"the class {model.__name__}" if isinstance(model, type) else repr(model)[:60]
    raise TypeError(
        say(
            f"TaggerExplorer: expected a module that takes word ids, got {got}",
            f"TaggerExplorer：应为接受词编号的模块（nn.Module），得到 {got}",
        )
    )


def examples(given: Sequence[str] | None, vocab: object, lexicon: Lexicon) -> list[str]:
    """Return the sentences on the buttons: those given, the data's, or the book's where known.

    Raises:
        TypeError: for anything but texts.
    """
    if given is None:
        own = [str(one) for one in getattr(vocab, "examples", ())]
        return own or [one for one in BOOK if all(map(lexicon.find, one.split()))]
    if isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise TypeError(
            say(
                f"presets: expected a list of sentences, got {given!r}",
                f"presets：应为句子列表，得到 {given!r}",
            )
        )
    return list(given)


def names_words(vocab: object) -> bool:
    """Return whether this is a vocabulary: a dict of words to ids, or data that have one."""
    held = vocab if isinstance(vocab, Mapping) else getattr(vocab, "vocab", None)
    if not isinstance(held, Mapping) or not held:
        return False
    return all(
        isinstance(word, str) and isinstance(i, int) and not isinstance(i, bool)
        for word, i in held.items()
    )


def open_tagger(model: Any, *args: Any, **options: Any) -> Widget:  # noqa: ANN401 -- its explorer knows
    """Open a tagger: with a vocabulary by what it says of sentences, else layer by layer."""
    if "vocab" in options or (args and not hasattr(args[0], "dtype")):
        from dlwidgets.widgets.tagger_explorer import TaggerExplorer

        return TaggerExplorer(model, *args, **options)
    from dlwidgets.widgets.model_explorer import ModelExplorer

    return ModelExplorer(model, *args, **options)
