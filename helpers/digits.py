"""The MNIST digits that travel with the book."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA_FILE = Path(__file__).parent / "data" / "mnist_10k.npz"
TRAIN_ROWS = 8000

#: Path of the LSTM classifier that the Keras lesson exports: input ``image``, float32 of
#: shape (batch, 28, 28); output ``probabilities``, float32 of shape (batch, 10).
DIGITS_MODEL = Path(__file__).parent / "data" / "digits.onnx"


class Digits(NamedTuple):
    """Images and labels, split for training and test.

    Attributes
    ----------
    x_train, x_test : numpy.ndarray of float32, shape (n, 28, 28)
        Grey levels from 0 (background) to 1 (ink).
    y_train, y_test : numpy.ndarray of int64, shape (n,)
        The digit that was drawn, 0 to 9.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load_mnist() -> Digits:
    """Load handwritten digits, scaled to 0..1.

    8,000 training and 2,000 test digits are part of the package, so it needs no network.
    MNIST is by Yann LeCun and Corinna Cortes, CC BY-SA 3.0; ``helpers/data/NOTICE.md``
    says how the selection was made.

    Examples
    --------
    >>> digits = load_mnist()
    >>> digits.x_train.shape, digits.x_train.dtype
    ((8000, 28, 28), dtype('float32'))
    >>> digits.y_test[:5]
    array([3, 8, 8, 0, 9])
    """
    with np.load(DATA_FILE) as file:
        images, labels = file["x"].astype(np.float32) / 255, file["y"].astype(np.int64)
    return Digits(
        images[:TRAIN_ROWS], labels[:TRAIN_ROWS], images[TRAIN_ROWS:], labels[TRAIN_ROWS:]
    )
