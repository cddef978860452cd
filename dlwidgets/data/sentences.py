"""Sentences with a part of speech for each word: the book's two, and a corpus of our own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import torch

from dlwidgets.data.loader import Loader, Split
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Part = Literal["train", "test"]
Sentence = tuple[tuple[str, str], ...]
"""Words with their tags."""

TAGS: Final = ("DET", "NN", "V", "ADJ", "ADV", "FUNC")
"""The book's three first, so that its numbers stay; then three more."""
LETTERS: Final = dict(zip("dnvarf", TAGS, strict=True))
"""How the files write them: ``the/d cat/n``."""
PAD: Final = "<pad>"
UNKNOWN: Final = "<unk>"
NO_TAG: Final = -100
"""The tag of padding; torch's losses leave it out."""
TEST_SHARE: Final = 5
"""One sentence in so many is for testing."""
BOOK: Final = (
    (("The", "DET"), ("cat", "NN"), ("ate", "V"), ("the", "DET"), ("fish", "NN")),
    (("They", "NN"), ("read", "V"), ("that", "DET"), ("book", "NN")),
)
EXAMPLES: Final = {
    "en": ("The cat ate the fish", "They fish in the river", "I read a book", "We book a room"),
    "zh": ("我喜欢红花", "她花了很多钱", "老师的建议很好", "老师建议我休息"),
}
BOOK_TEST: Final = ((("They", "NN"), ("ate", "V"), ("the", "DET"), ("fish", "NN")),)


@dataclass(frozen=True, eq=False, repr=False)
class Sentences:
    """Tagged sentences, as words and as tensors.

    Attributes:
        name: what the set is called.
        vocab: the id of each word of the training sentences, in the order in which they appear;
            then ``<unk>``, which stands for any other word, and ``<pad>``, which fills up.
        tags: the name of each tag; ids are places in it.
        tagged: the sentences of both parts, as words with their tags.
        train: ``train.x`` word ids (sentences, longest) and ``train.y`` tag ids of that shape, -100
            where there is no word.
        test: likewise, of sentences that training does not see.
        note: where the sentences come from.
        examples: texts to try a model on; some words in them change their tag with their place.
    """

    name: str
    vocab: dict[str, int]
    tags: tuple[str, ...]
    tagged: dict[Part, tuple[Sentence, ...]]
    train: Split
    test: Split
    note: str = field(default="")
    examples: tuple[str, ...] = ()

    @property
    def padding(self) -> int:
        """The id of ``<pad>``."""
        return self.vocab[PAD]

    @property
    def unknown(self) -> int:
        """The id of ``<unk>``."""
        return self.vocab[UNKNOWN]

    @property
    def unknown_rate(self) -> float:
        """The share of the words of the test sentences that are not in the vocabulary."""
        words = [word for sentence in self.tagged["test"] for word, _ in sentence]
        return sum(word not in self.vocab for word in words) / len(words)

    @property
    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """The words that carry more than one tag in this set, with these tags."""
        found: dict[str, set[str]] = {}
        for part in self.tagged.values():
            for word, tag in (pair for sentence in part for pair in sentence):
                found.setdefault(word, set()).add(tag)
        return {w: tuple(sorted(t, key=TAGS.index)) for w, t in found.items() if len(t) > 1}

    def encode(self, words: str | Iterable[str]) -> torch.Tensor:
        """Return the ids of words, (words,): a list, or a text with blanks between the words.

        Words out of the vocabulary get the id of ``<unk>``.

        Raises:
            TypeError: for what is neither.
        """
        listed = words.split() if isinstance(words, str) else list(words)
        if not all(isinstance(word, str) for word in listed):
            raise TypeError(
                say(
                    f"encode: expected words, got {listed!r}; write encode('They ate the fish')",
                    f"encode：应为词，得到 {listed!r}；请写成 encode('They ate the fish')",
                )
            )
        return torch.tensor([self.vocab.get(word, self.unknown) for word in listed]).long()

    def pairs(self, part: Part = "train") -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield one sentence after the other without padding: word ids and tag ids, (words,)."""
        x, y = self._part(part)
        for words, tags in zip(x, y, strict=True):
            yield words[tags >= 0], tags[tags >= 0]

    def loader(
        self, batch_size: int = 16, *, shuffle: bool = True, seed: int = 0, split: Part = "train"
    ) -> Loader:
        """Return batches ``(x, y)``, padded, that can be iterated again and again, see `Loader`.

        Raises:
            TypeError: when ``batch_size`` is not an integer.
            ValueError: when ``batch_size`` is below 1 or ``split`` is unknown.
        """
        x, y = self._part(split)
        return Loader(x, y, batch_size, shuffle=shuffle, seed=seed)

    def to(self, device: torch.device | str) -> Sentences:
        """Return the set with its tensors on ``device``."""
        (a, b), (c, d) = self.train, self.test
        train, test = Split(a.to(device), b.to(device)), Split(c.to(device), d.to(device))
        return replace(self, train=train, test=test)

    def _part(self, name: str) -> Split:
        if name == "train":
            return self.train
        if name == "test":
            return self.test
        message = say(
            f"split: expected 'train' or 'test', got {name!r}.",
            f"split：应为 'train' 或 'test'，得到 {name!r}。",
        )
        raise ValueError(message + suggest(str(name), ("train", "test")))

    def __repr__(self) -> str:
        train, test = (len(self.tagged[part]) for part in ("train", "test"))
        rate = f"{self.unknown_rate:.1%}"
        return say(
            f"Sentences {self.name}: {train} train + {test} test, {len(self.vocab)} words, "
            f"tags {' '.join(self.tags)}; {rate} of the test words are unknown",
            f"句子 {self.name}：{train} 训练 + {test} 测试，词表 {len(self.vocab)}，"
            f"标签 {' '.join(self.tags)}；测试集中 {rate} 的词为未登录词",
        )


def book_sentences() -> Sentences:
    """Return the book's two sentences, tagged DET, NN and V, and the one it tests with (7.7).

    The words have the book's ids: The 0, cat 1, ate 2, the 3, fish 4, They 5, read 6, that 7,
    book 8. *They ate the fish* is for testing.
    """
    return _made("book", BOOK, BOOK_TEST, TAGS[:3], say("book, section 7.7", "教材第 7.7 节的例句"))


def sentences(language: Literal["both", "en", "zh"] = "both", *, seed: int = 0) -> Sentences:
    """Return 174 English and 152 Chinese sentences, written for this package, with six tags.

    Tags: DET (*the*, *my*, *two*; 这, 每, 两), NN (nouns, names and, as in the book, pronouns), V
    (with *is* and *can*; 是, 会), ADJ, ADV (with *not*; 不, 很) and FUNC, for all that is none of
    these: prepositions, conjunctions, particles and measure words (*in*, *and*; 在, 的, 了, 个).
    Chinese has no articles, but words that pick out as they do. Chinese is segmented into words.

    Many words change their tag with their place: *book a room* and *a book*; 花钱 and 红花. A fifth
    of the sentences of each language, chosen by ``seed``, is for testing; the vocabulary is that of
    the others, so some test words are unknown.

    Args:
        language: ``"en"``, ``"zh"``, or ``"both"`` in one vocabulary.
        seed: which sentences are for testing.

    Raises:
        ValueError: for another language.
    """
    if language not in ("both", "en", "zh"):
        message = say(
            f"language: expected 'both', 'en' or 'zh', got {language!r}.",
            f"language：应为 'both'、'en' 或 'zh'，得到 {language!r}。",
        )
        raise ValueError(message + suggest(str(language), ("both", "en", "zh")))
    train: list[Sentence] = []
    test: list[Sentence] = []
    codes = ("en", "zh") if language == "both" else (language,)
    for code in codes:
        whole = read(code)
        order = torch.randperm(len(whole), generator=torch.Generator().manual_seed(seed)).tolist()
        held = set(order[: len(whole) // TEST_SHARE])
        train += [one for i, one in enumerate(whole) if i not in held]
        test += [one for i, one in enumerate(whole) if i in held]
    note = say("written for dlwidgets", "为 dlwidgets 编写")
    texts = tuple(text for code in codes for text in EXAMPLES[code])
    return replace(_made(f"sentences {language}", train, test, TAGS, note), examples=texts)


def read(language: str) -> tuple[Sentence, ...]:
    """Return all sentences of a language, as words with their tags."""
    text = Path(__file__).with_name(f"sentences.{language}.txt").read_text(encoding="utf-8")
    lines = [[pair.rpartition("/") for pair in line.split()] for line in text.splitlines()]
    return tuple(tuple((word, LETTERS[letter]) for word, _, letter in line) for line in lines)


def _made(
    name: str, train: Iterable[Sentence], test: Iterable[Sentence], tags: tuple[str, ...], note: str
) -> Sentences:
    parts: dict[Part, tuple[Sentence, ...]] = {"train": tuple(train), "test": tuple(test)}
    words = dict.fromkeys(word for sentence in parts["train"] for word, _ in sentence)
    vocab = {word: i for i, word in enumerate([*words, UNKNOWN, PAD])}
    made = {part: _tensors(held, vocab, tags) for part, held in parts.items()}
    texts = tuple(" ".join(word for word, _ in one) for held in parts.values() for one in held)
    return Sentences(name, vocab, tags, parts, made["train"], made["test"], note, texts)


def _tensors(held: tuple[Sentence, ...], vocab: dict[str, int], tags: tuple[str, ...]) -> Split:
    longest = max(len(sentence) for sentence in held)
    x = torch.full((len(held), longest), vocab[PAD])
    y = torch.full((len(held), longest), NO_TAG)
    for i, sentence in enumerate(held):
        for j, (word, tag) in enumerate(sentence):
            x[i, j] = vocab.get(word, vocab[UNKNOWN])
            y[i, j] = tags.index(tag)
    return Split(x, y)
