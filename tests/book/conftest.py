"""A short chapter to break, stored as a person would store it."""

import shutil
import textwrap

import pytest

from tests.books import write_book
from tools.chapters import Book
from tools.store import store

CHAPTER = textwrap.dedent("""\
    # Count the digits

    ```{code-cell} ipython3
    from helpers import load_mnist

    digits = load_mnist()
    print(digits.x_train.shape)
    ```

    ```{code-cell} ipython3
    digits.y_test[:5]
    ```

    ```{code-cell} ipython3
    :tags: [nbval-ignore-output]

    import time

    print(time.perf_counter())
    ```

    ```{code-cell} ipython3
    ---
    mystnb:
      image:
        alt: Ten bars, one per digit, of about the same height
    ---
    import matplotlib.pyplot as plt
    import numpy as np

    plt.figure(figsize=(4, 2))
    _ = plt.bar(range(10), np.bincount(digits.y_test))
    ```
    """)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A book of one chapter, ``chapters/count``, that was run and stored."""
    [chapter] = write_book(tmp_path_factory.mktemp("stored"), {"count": CHAPTER})
    store(chapter)
    return chapter.root


@pytest.fixture
def chapter(stored, tmp_path):
    """The chapter of a copy of that book, to break."""
    shutil.copytree(stored, tmp_path / "book")
    [chapter] = Book(tmp_path / "book")
    return chapter
