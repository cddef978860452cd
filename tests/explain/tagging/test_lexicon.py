from types import SimpleNamespace
from typing import Any

import pytest

from dlwidgets.explain.tagging import read_vocab, split_words

LEXICON = read_vocab(
    [
        "<pad>",
        "<unk>",
        "the",
        "The",
        "fish",
        "don't",
        "New-York",
        "3.14",
        "我",
        "喜欢",
        "画",
        "画家",
    ]
)


def cut(text: str, most: int = 100) -> list[str]:
    return [f"{token.text}/{token.kind}" for token in split_words(text, LEXICON, most)[0]]


@pytest.mark.parametrize(
    "vocab",
    [
        {"a": 0, "b": 1},
        ["a", "b"],
        ("a", "b"),
        SimpleNamespace(vocab={"a": 0, "b": 1}),
        SimpleNamespace(stoi={"a": 0, "b": 1}),
        SimpleNamespace(get_stoi=lambda: {"a": 0, "b": 1}),
        SimpleNamespace(vocab=SimpleNamespace(stoi={"a": 0, "b": 1})),
    ],
)
def test_a_vocabulary_in_any_form(vocab: Any) -> None:
    assert read_vocab(vocab).ids == {"a": 0, "b": 1}


@pytest.mark.parametrize("vocab", [5, "words", None, {1: "a"}, ["a", 2], {"a": "b"}, {"a": True}])
def test_what_is_no_vocabulary(vocab: Any) -> None:
    with pytest.raises(TypeError, match="vocab: expected a dict of words to ids"):
        read_vocab(vocab)


def test_a_vocabulary_that_can_not_be() -> None:
    with pytest.raises(ValueError, match="expected at least one word, got none"):
        read_vocab({})
    with pytest.raises(ValueError, match="expected ids from 0, got -1 for 'b'"):
        read_vocab({"a": 0, "b": -1})
    with pytest.raises(ValueError, match="unknown: expected a word of vocab, got '<oov>'"):
        read_vocab(["a"], "<oov>")


def test_words_fall_at_blanks_and_punctuation() -> None:
    assert cut("The fish.") == ["The/known", "fish/known", "./mark"]
    assert cut("don't New-York 3.14") == ["don't/known", "New-York/known", "3.14/known"]
    assert cut("THE Fish, zebra") == ["THE/case", "Fish/case", ",/mark", "zebra/unknown"]
    assert cut("2,000 it's") == ["2,000/unknown", "it's/unknown"]
    assert cut("") == cut("  \t\n ") == []


def test_chinese_is_cut_by_longest_match() -> None:
    assert cut("我喜欢画画") == ["我/known", "喜欢/known", "画/known", "画/known"]
    assert cut("画家画画。") == ["画家/known", "画/known", "画/known", "。/mark"]
    assert cut("我恨画家") == ["我/known", "恨/unknown", "画家/known"]
    assert cut("我 喜欢 画家") == ["我/known", "喜欢/known", "画家/known"]
    assert cut("我like画，the鱼") == [
        *("我/known", "like/unknown", "画/known", ",/mark".replace(",", "，"), "the/known"),
        "鱼/unknown",
    ]


def test_signs_are_words_that_nobody_knows() -> None:
    assert cut("fish🐟") == ["fish/known", "🐟/unknown"]
    assert cut("👩‍👩‍👧 👍🏽") == ["👩‍👩‍👧/unknown", "👍🏽/unknown"]
    assert cut("<unk>") == ["<unk>/unknown"]
    assert "known" not in {one.rpartition("/")[2] for one in cut("<pad>")}
    assert cut("…!?——") == ["…/mark", "!/mark", "?/mark", "—/mark", "—/mark"]


def test_letters_with_marks_are_one_word() -> None:
    assert cut("किताब मेज़।") == ["किताब/unknown", "मेज़/unknown", "।/mark"]
    assert cut("سَلَام, ภาษา") == ["سَلَام/unknown", ",/mark", "ภาษา/unknown"]
    cafe = read_vocab(["caf\u00e9"])
    assert [t.kind for t in split_words("cafe\u0301 caf\u00e9", cafe, 9)[0]] == ["known", "known"]


def test_a_megabyte_without_a_blank_is_cut() -> None:
    tokens, more = split_words("x" * 1_000_000, LEXICON, 500)
    assert ([len(token.text) for token in tokens], more) == ([20_000], True)


def test_ids_are_those_of_the_vocabulary() -> None:
    tokens, more = split_words("The FISH zebra ,", LEXICON, 10)
    assert [token.id for token in tokens] == [3, 4, 1, -1]
    assert [token.word for token in tokens] == ["The", "fish", "", ""]
    assert not more


def test_without_an_entry_for_unknown_words_they_are_missing() -> None:
    tokens, _ = split_words("The zebra", read_vocab({"The": 0}), 10)
    assert [(token.kind, token.id) for token in tokens] == [("known", 0), ("missing", -1)]


def test_a_long_text_is_cut_and_says_so() -> None:
    tokens, more = split_words("fish " * 10_000, LEXICON, 500)
    assert (len(tokens), more) == (500, True)
    assert split_words("fish " * 500, LEXICON, 500)[1] is False
    tokens, more = split_words("画" * 10_000, LEXICON, 500)
    assert (len(tokens), more) == (500, True)
