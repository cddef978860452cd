"""Named data sets: each function returns one frozen `Dataset` of tensors; `photo` one picture.

`sentences` and `book_sentences` return tagged `Sentences`; `csi300`, `synthetic_index` and
`read_prices` return daily `Prices`.
"""

from dlwidgets.data.csi300 import csi300
from dlwidgets.data.dataset import Dataset
from dlwidgets.data.diabetes import diabetes
from dlwidgets.data.digits import digits
from dlwidgets.data.housing import housing
from dlwidgets.data.loader import Loader, Split
from dlwidgets.data.mnist import fashion_mnist, mnist
from dlwidgets.data.photo import photo
from dlwidgets.data.prices import Prices, read_prices
from dlwidgets.data.sentences import Sentences, book_sentences, sentences
from dlwidgets.data.synthetic import synthetic_index
from dlwidgets.language import no_attribute

__all__ = [
    "Dataset",
    "Loader",
    "Prices",
    "Sentences",
    "Split",
    "book_sentences",
    "csi300",
    "diabetes",
    "digits",
    "fashion_mnist",
    "housing",
    "mnist",
    "photo",
    "read_prices",
    "sentences",
    "synthetic_index",
]


def __getattr__(name: str) -> object:
    """Name the nearest that there is, where a name is misspelt."""
    raise no_attribute(__name__, name, __all__)
