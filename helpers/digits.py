"""The MNIST digits that travel with the book."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA_FILE = Path(__file__).parent / "data" / "mnist_10k.npz"
TRAIN_ROWS = 8000

#: Path of the LSTM classifier that the Keras chapter exports: input ``image``, float32 of
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


def load_mnist(*, full: bool = False) -> Digits:
    """Load handwritten digits, scaled to 0..1.

    Without options it needs no network: 8,000 training and 2,000 test digits are part of
    the package.

    Parameters
    ----------
    full : bool, default False
        Load all 70,000 digits (60,000 and 10,000) through
        ``keras.datasets.mnist.load_data``, which downloads 11 MB the first time.

    Returns
    -------
    Digits
        ``x_train``, ``y_train``, ``x_test``, ``y_test``.

    Raises
    ------
    ModuleNotFoundError
        With ``full=True``, when Keras is not installed.
    ConnectionError
        With ``full=True``, when the download fails.

    Notes
    -----
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
    if full:
        return _from_uint8(*_download())
    with np.load(DATA_FILE) as file:
        x, y = file["x"], file["y"]
    return _from_uint8(x[:TRAIN_ROWS], y[:TRAIN_ROWS], x[TRAIN_ROWS:], y[TRAIN_ROWS:])


def _download() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    try:
        from keras.datasets import mnist
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "load_mnist(full=True) downloads the digits with Keras, which is not installed. "
            "Install keras and tensorflow, or call load_mnist() for the 10,000 digits in the book."
        ) from error
    try:
        (x_train, y_train), (x_test, y_test) = mnist.load_data()
    except Exception as error:
        raise ConnectionError(
            f"the download of all 70,000 digits failed ({error}). Check the network, "
            "or call load_mnist() for the 10,000 digits in the book."
        ) from error
    return x_train, y_train, x_test, y_test


def _from_uint8(
    x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> Digits:
    return Digits(
        x_train=x_train.astype(np.float32) / 255,
        y_train=y_train.astype(np.int64),
        x_test=x_test.astype(np.float32) / 255,
        y_test=y_test.astype(np.int64),
    )
