"""The traits of a tagger explorer: what is said of a sentence, its words and their tags."""

from __future__ import annotations

import traitlets as t

from dlwidgets.widgets import wire

WORD = t.Dict(
    per_key_traits={
        "text": t.Unicode(),
        "word": t.Unicode(),
        "kind": t.Enum(["known", "case", "unknown", "missing", "mark"]),
    }
)
NEAR = t.Dict(per_key_traits={"word": t.Unicode(), "cosine": t.Float()})


class TaggerTraits(t.HasTraits):
    """What a tagger explorer shows, and what can be chosen."""

    sentence = t.Unicode("", help="The text that is tagged.").tag(sync=True)
    compare = t.Bool(
        default_value=True, help="Whether to show what the model said before, too."
    ).tag(sync=True)

    _title = t.Unicode("", help="The class of the model.").tag(sync=True)
    _names = t.List(t.Unicode(), help="The tags.").tag(sync=True)
    _known = t.Int(0, help="How many words the vocabulary has.").tag(sync=True)
    _scores = t.Enum(
        ["log", "logits", "probabilities", ""], "", help="What the model returns."
    ).tag(sync=True)
    _presets = t.List(t.Unicode(), help="Sentences to choose.").tag(sync=True)
    _words = t.List(WORD, help="The words, in order.").tag(sync=True)
    _more = t.Bool(default_value=False, help="Whether the text goes on after them.").tag(sync=True)
    _now = wire.Array(
        "float64", ndim=2, help="Probabilities (words, tags); NaN of what has no tag."
    ).tag(sync=True)
    _before = wire.Array(
        "float64", ndim=2, help="Likewise, before; no rows where they are not compared."
    ).tag(sync=True)
    _kept = t.Bool(
        default_value=True, help="Whether there is a copy of the model from before."
    ).tag(sync=True)
    _at = t.Int(-1, help="The word that is looked at; -1 for none.").tag(sync=True)
    _row = wire.Array("float32", ndim=1, help="Its vector in the embedding.").tag(sync=True)
    _near = t.List(NEAR, help="The words nearest to it.").tag(sync=True)
    _follows = t.Bool(default_value=False, help="Whether a run trains the model now.").tag(
        sync=True
    )
    _steps = t.Int(0, help="Steps of that run, or of the last one.").tag(sync=True)
    _line = t.Unicode("", help="The code line.").tag(sync=True)
    _asked = t.Int(0, help="Which text of the page this is.").tag(sync=True)
    _news_sent = t.Int(0, help="The number of the last news of a training.").tag(sync=True)
