import dataclasses

import pytest
import torch

import dlwidgets
from dlwidgets.data import book_sentences, sentences
from dlwidgets.data.sentences import EXAMPLES, LETTERS, TAGS, read


def test_the_book_has_its_own_ids_and_tags() -> None:
    book = book_sentences()
    assert book.encode("The cat ate the fish").tolist() == [0, 1, 2, 3, 4]
    assert book.encode("They ate the fish").tolist() == [5, 2, 3, 4]
    assert list(book.vocab)[6:] == ["read", "that", "book", "<unk>", "<pad>"]
    assert book.tags == ("DET", "NN", "V")
    pairs = [(words.tolist(), tags.tolist()) for words, tags in book.pairs()]
    assert pairs == [([0, 1, 2, 3, 4], [0, 1, 2, 0, 1]), ([5, 6, 7, 8], [1, 2, 0, 1])]
    assert [tags.tolist() for _, tags in book.pairs("test")] == [[1, 2, 0, 1]]
    assert book.examples[-1] == "They ate the fish"
    assert book.unknown_rate == 0


@pytest.mark.parametrize(("language", "count"), [("en", 174), ("zh", 152), ("both", 326)])
def test_every_sentence_is_in_one_part(language: str, count: int) -> None:
    data = sentences(language)  # type: ignore[arg-type]
    every = data.tagged["train"] + data.tagged["test"]
    assert len(every) == len(set(every)) == count
    assert len(data.tagged["test"]) == sum(
        len(read(code)) // 5 for code in (("en", "zh") if language == "both" else (language,))
    )
    assert {tag for one in every for _, tag in one} == set(TAGS) == set(LETTERS.values())
    assert all(word and " " not in word for one in every for word, _ in one)
    assert all(len(one) >= 2 for one in every)


def test_tensors_say_what_the_words_say() -> None:
    data = sentences()
    names = {i: word for word, i in data.vocab.items()}
    for part in ("train", "test"):
        x, y = getattr(data, part)
        for row, tags, one in zip(x, y, data.tagged[part], strict=True):
            many = len(one)
            assert [names[i] for i in row[:many].tolist()] == [
                word if word in data.vocab else "<unk>" for word, _ in one
            ]
            assert [data.tags[i] for i in tags[:many].tolist()] == [tag for _, tag in one]
            assert (row[many:] == data.padding).all()
            assert (tags[many:] == -100).all()


def test_the_vocabulary_is_that_of_the_training_part() -> None:
    data = sentences()
    known = {word for one in data.tagged["train"] for word, _ in one}
    assert set(data.vocab) == known | {"<unk>", "<pad>"}
    assert sorted(data.vocab.values()) == list(range(len(data.vocab)))
    words = [word for one in data.tagged["test"] for word, _ in one]
    assert data.unknown_rate == sum(word not in known for word in words) / len(words)
    assert 0 < data.unknown_rate < 0.15


def test_many_words_change_their_tag_with_their_place() -> None:
    ambiguous = sentences().ambiguous
    assert len(ambiguous) > 50
    assert ambiguous["fish"] == ambiguous["花"] == ambiguous["book"] == ("NN", "V")
    assert ambiguous["好"] == ("ADJ", "ADV")


def test_a_seed_decides_the_split() -> None:
    once, again, other = sentences(seed=1), sentences(seed=1), sentences(seed=2)
    assert once.tagged == again.tagged
    assert torch.equal(once.train.x, again.train.x)
    assert once.tagged != other.tagged
    before = torch.get_rng_state()
    sentences(seed=3)
    assert torch.equal(before, torch.get_rng_state())


def test_batches_come_padded_and_seeded() -> None:
    data = sentences()
    batches = list(data.loader(16, seed=4))
    assert sum(len(x) for x, _ in batches) == len(data.tagged["train"])
    assert all(x.shape == y.shape for x, y in batches)
    assert torch.equal(batches[0][0], next(iter(data.loader(16, seed=4)))[0])
    plain = next(iter(data.loader(3, shuffle=False, split="test")))
    assert torch.equal(plain[0], data.test.x[:3])
    assert data.to("cpu").train.x.equal(data.train.x)


def test_examples_have_only_known_words_when_cut() -> None:
    for language, texts in EXAMPLES.items():
        known = {word for one in read(language) for word, _ in one}
        for text in texts if language == "en" else ():
            assert set(text.split()) <= known


def test_odd_requests() -> None:
    data = sentences("en")
    assert data.encode("").tolist() == []
    assert data.encode(["zebra"]).tolist() == [data.unknown]
    with pytest.raises(TypeError, match="encode: expected words, got"):
        data.encode([1, 2])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"split: expected 'train' or 'test', got 'tset'\. Did"):
        data.loader(split="tset")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="language: expected 'both', 'en' or 'zh', got 'cn'"):
        sentences("cn")  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"  # type: ignore[misc]


def test_it_says_what_it_is_in_both_languages() -> None:
    data = sentences()
    assert repr(data).startswith("Sentences sentences both: 262 train + 64 test, ")
    assert "of the test words are unknown" in repr(data)
    dlwidgets.set_language("zh")
    try:
        assert "未登录词" in repr(data)
        with pytest.raises(ValueError, match="应为 'both'"):
            sentences("x")  # type: ignore[arg-type]
    finally:
        dlwidgets.set_language(None)
