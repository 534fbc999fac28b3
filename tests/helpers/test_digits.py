import numpy as np
import onnxruntime as ort

from helpers import DIGITS_MODEL, describe, load_mnist


def test_digits_are_split_into_8000_and_2000():
    digits = load_mnist()
    assert digits.x_train.shape == (8000, 28, 28)
    assert digits.y_train.shape == (8000,)
    assert digits.x_test.shape == (2000, 28, 28)
    assert digits.y_test.shape == (2000,)


def test_images_are_float32_between_0_and_1_and_labels_are_int64():
    x_train, y_train, _, _ = load_mnist()
    assert x_train.dtype == np.float32
    assert (x_train.min(), x_train.max()) == (0.0, 1.0)
    assert y_train.dtype == np.int64
    assert set(np.unique(y_train)) == set(range(10))


def test_images_and_labels_belong_together():
    # Digits of one class look more alike than digits of two classes, on average.
    x_train, y_train, x_test, y_test = load_mnist()
    means = np.stack([x_train[y_train == digit].mean(axis=0) for digit in range(10)])
    distances = ((x_test[:, None] - means[None]) ** 2).sum(axis=(2, 3))
    assert (distances.argmin(axis=1) == y_test).mean() > 0.75


def test_each_call_returns_arrays_of_its_own():
    load_mnist().x_test[:] = 7
    assert load_mnist().x_test.max() == 1.0


def test_the_shipped_model_reads_digits():
    interface = describe(DIGITS_MODEL)
    assert [(value.name, value.shape) for value in interface.inputs] == [
        ("image", ("batch", 28, 28))
    ]
    assert [value.name for value in interface.outputs] == ["probabilities"]
    _, _, x_test, y_test = load_mnist()
    [answer] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": x_test})
    assert (answer.argmax(axis=1) == y_test).mean() > 0.9
