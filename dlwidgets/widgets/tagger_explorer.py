"""A sentence under a tagger: type, and see what it takes each word for, also while it learns."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.following import Following
from dlwidgets.widgets.latent_code import spelled
from dlwidgets.widgets.tagger_given import checked_model, examples, tag_names
from dlwidgets.widgets.tagger_traits import TaggerTraits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from dlwidgets.explain.tagging import Token
    from dlwidgets.training.run import Run

MOST = 300
"""Words of a sentence that are tagged: more would keep the kernel busy while somebody types."""
QUICK = 5_000_000
"""Numbers of an embedding above which neighbours are not looked for while a model trains."""


class TaggerExplorer(TaggerTraits, Widget, bundle="tagger_explorer"):
    """A sentence whose words show a bar for every tag, while you type and while the model learns.

    ``explore(tagger, data)`` or ``TaggerExplorer(model, vocab, tags)`` opens any module that gives
    each word id scores for tags. It is run as after ``model.eval()`` and left as it was. Beside
    each bar stands what the model said when it was opened (book 7.7).
    """

    def __init__(
        self,
        model: nn.Module,
        vocab: object,
        tags: object = None,
        *,
        sentence: str | None = None,
        presets: Sequence[str] | None = None,
        unknown: str | None = None,
        name: str = "",
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a tagger on a sentence.

        Args:
            model: takes word ids, (T,), (1, T) or (T, 1), and returns logits, log-probabilities or
                probabilities, (T, tags), (1, T, tags) or (T, 1, tags).
            vocab: a dict of words to ids, a list of words, or a set of `dlwidgets.data.sentences`.
            tags: the names of the tags by their ids, or a dict of names to ids; left out, those of
                the data set, else numbers.
            sentence: the text to begin with; left out, the first preset.
            presets: sentences on buttons; left out, the data's examples or the book's.
            unknown: the entry of the vocabulary for unknown words; left out, ``<unk>`` if there is
                one. Without such an entry the model is not given unknown words.
            name: how the model is called in the code line; left out, its name in the notebook.
            **values: ``compare``, and what all Jupyter widgets take.

        Raises:
            TypeError: for a model, vocabulary or tags of another kind, or an unknown option.
            ValueError: for a model that can't be asked so, or a vocabulary that doesn't fit it.
        """
        from dlwidgets.explain import tagging

        more = ("name", "presets", "tags", "unknown", "vocab")
        self._check_names(values, more)
        self._lock = threading.RLock()
        self._busy = True
        self._model: nn.Module = checked_model(model)
        self._lexicon = tagging.read_vocab(vocab, unknown)
        self._vectors = tagging.Vectors(self._model, self._lexicon)
        names = tag_names(tags, vocab)
        known = list(self._lexicon.words()) or list(self._lexicon.ids.values())
        self._reader = tagging.Reader(self._model, known, None if names is None else len(names))
        self._copy = tagging.copied(self._model)
        self._name = name
        self._version = self._learnt = -1
        self._once: tuple[list[int], Tensor] | None = None
        self._tokens: tuple[str, list[Token], bool] | None = None
        choice = examples(presets, vocab, self._lexicon)
        start = sentence if sentence is not None else next(iter(choice), "")
        super().__init__(
            sentence=start,
            _title=type(model).__name__,
            _names=names or [str(i) for i in range(self._reader.tags)],
            _known=len(self._lexicon.ids),
            _presets=choice,
            **values,
        )
        self._busy = False
        self._show()
        self._following = Following(self._news)

    @property
    def words(self) -> list[str]:
        """The words that the model is given, as typed; punctuation and missing words are not."""
        return [token.text for token in self._given()]

    @property
    def tags(self) -> list[str]:
        """The most probable tag of each of `words`; empty where the model gives no numbers."""
        rows = self._probabilities(self._ids())
        return [
            "" if bool(row.isnan().all()) else self._names[int(row.nan_to_num(-1).argmax())]
            for row in rows
        ]

    @property
    def probabilities(self) -> Any:  # noqa: ANN401 -- a tensor; torch is not loaded to say so
        """The probability of each tag for each of `words`, (T, tags), as the model gives it now."""
        return self._probabilities(self._ids())

    @property
    def before(self) -> Any:  # noqa: ANN401 -- as above
        """The same of the model as it was when opened, or at `mark`; None if it can't be copied."""
        return None if self._copy is None else self._probabilities(self._ids(), self._copy)

    def mark(self) -> None:
        """Compare with the model as it is now from here on."""
        from dlwidgets.explain.tagging import copied

        self._copy, self._once = copied(self._model), None
        self._show()

    def refresh(self) -> None:
        """Ask the model again, with its parameters as they are now."""
        self._show()

    def code(self) -> str:
        """Return the line that computes `probabilities`."""
        called = self._name or spelled(self._model) or "model"
        return self._reader.code(called, self._ids())

    def close(self) -> None:
        """End the connection to the browser, and follow no training any more."""
        following = getattr(self, "_following", None)
        if following is not None:
            following.leave()
        super().close()

    def __repr__(self) -> str:
        pairs = zip(self.words[:12], self.tags[:12], strict=True)
        text = " ".join(f"{word}/{tag}" for word, tag in pairs)
        return f"TaggerExplorer: {text}" + (" …" if len(self.words) > 12 else "")  # noqa: PLR2004 -- a line

    def _given(self) -> list[Token]:
        return [token for token in self._cut(self.sentence) if token.id >= 0]

    def _cut(self, text: str) -> list[Token]:
        """Return the words of a text; of one that has just been cut they are known."""
        from dlwidgets.explain.tagging import split_words

        if self._tokens is None or self._tokens[0] != text:
            self._tokens = text, *split_words(text, self._lexicon, MOST)
        return self._tokens[1]

    def _ids(self) -> list[int]:
        return [token.id for token in self._given()]

    def _probabilities(self, ids: list[int], model: nn.Module | None = None) -> Tensor:
        return self._reader.probabilities(ids, model)

    def _show(self, **more: Any) -> None:  # noqa: ANN401 -- traits
        """Tag the sentence, and put all of it on the page at once."""
        with self._lock:
            known = self._tokens
            tokens = self._cut(str(more.get("sentence", self.sentence)))
            state = more | self._numbers(tokens)
            if self._tokens is not None and self._tokens is not known:
                words = [{"text": o.text, "word": o.word, "kind": o.kind} for o in tokens]
                state |= {"_words": words, "_more": self._tokens[2]}
            if state.get("_at", self._at) >= len(tokens):
                state["_at"] = -1
            self._put(state, tokens)

    def _numbers(self, tokens: list[Token]) -> dict[str, Any]:
        from dlwidgets.explain.tagging import version

        self._version = version(self._model)
        ids = [token.id for token in tokens if token.id >= 0]
        once = self._of_before(ids) if self.compare else None
        called = self._name or spelled(self._model) or "model"
        state: dict[str, Any] = {
            "_now": self._spread(tokens, self._probabilities(ids)),
            "_before": np.zeros((0, self._reader.tags))
            if once is None
            else self._spread(tokens, once),
            "_kept": self._copy is not None,
            "_scores": self._reader.scores,
            "_line": self._reader.code(called, ids),
        }
        # Steps that nobody has watched were made since: that run is no longer what is shown.
        return state if self._version == self._learnt else {"_steps": 0} | state

    def _of_before(self, ids: list[int]) -> Tensor | None:
        """Return what the copy says, asked once for each sentence, since it does not change."""
        if self._copy is not None and (self._once is None or self._once[0] != ids):
            self._once = ids, self._probabilities(ids, self._copy)
        return None if self._copy is None or self._once is None else self._once[1]

    def _spread(self, tokens: list[Token], rows: Tensor) -> Any:  # noqa: ANN401 -- an array
        """Return a row for every token, of NaN where the model was not asked."""
        whole = np.full((len(tokens), self._reader.tags), np.nan)
        whole[[token.id >= 0 for token in tokens]] = rows.double().numpy()
        return whole

    def _put(self, state: dict[str, Any], tokens: list[Token]) -> None:
        self._busy = True
        try:
            with self.hold_sync():
                for name, value in state.items():
                    setattr(self, name, value)
                self._look(tokens)
        finally:
            self._busy = False

    def _look(self, tokens: list[Token]) -> None:
        """Show the vector and the neighbours of the word that is looked at."""
        index = tokens[self._at].id if 0 <= self._at < len(tokens) else -1
        if index < 0:
            self._row, self._near = np.zeros(0, np.float32), []
            return
        self._row = self._vectors.row(index).float().numpy()
        if self._vectors.size <= QUICK or not self._follows:
            near = self._vectors.nearest(index)
            self._near = [{"word": one.word, "cosine": one.cosine} for one in near]

    def _news(self, run: Run, ended: bool) -> bool:  # noqa: FBT001 -- called by `Following` alone
        """Show what a step of a run has changed; return whether there was anything."""
        from dlwidgets.explain.tagging import version

        moved = version(self._model) != self._version
        if not moved and not (ended and self._follows):
            return False
        self._learnt = version(self._model)
        try:
            self._show(_follows=not ended, _steps=run.steps, _news_sent=self._following.sent + 1)
        except Exception as error:  # noqa: BLE001 -- the user's own model; its training goes on
            self._following.leave()
            self._fail(f"follow: {type(error).__name__}: {error}")
        return True

    @t.observe("compare", "sentence")
    def _changed_in_python(self, _change: object) -> None:
        if not self._busy:
            self._show()

    @command
    def _on_say(self, value: dict[str, Any]) -> None:
        """Tag what was typed."""
        self._show(sentence=str(value["text"]), _asked=int(value["asked"]))

    @command
    def _on_look(self, value: int) -> None:
        """Look at a word, by its place in the sentence; elsewhere at none."""
        from dlwidgets.explain.tagging import version

        with self._lock:
            tokens = self._cut(self.sentence)
            at = int(value) if 0 <= int(value) < len(tokens) else -1
            if version(self._model) == self._version:
                self._put({"_at": at}, tokens)
            else:
                # A vector of now beside bars of before would fit together badly.
                self._show(_at=at)

    @command
    def _on_compare(self, value: object) -> None:
        self.compare = bool(value)

    @command
    def _on_mark(self, _value: object) -> None:
        self.mark()

    @command
    def _on_seen(self, value: int) -> None:
        """Hear which news a page has drawn."""
        self._following.seen = int(value)
