"""Checks of the exercises on what becomes of Keras layers."""

from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Given,
    NotYetError,
    Part,
    items,
    names,
    parity,
)

FORM = "a word for each, out of those in the text of the exercise"


def _first_channels(given: Given) -> None:
    [value, *_] = given.interface.inputs
    if value.shape is None or value.shape[1:] != (3, 8, 8):
        raise NotYetError(
            f"An image has shape {value.shape and value.shape[1:]} in the file. The caller sends "
            "the three channels first."
        )


FATES: tuple[Part, ...] = items(
    FORM,
    (
        "RandomZoom",
        "breaks",
        'It is one of the layers of augmentation in "Layers that only training needs".',
    ),
    (
        "GaussianNoise",
        "vanishes",
        'Its fate is that of dropout, in "Layers that only training needs".',
    ),
    (
        "Rescaling",
        "in the file",
        'It is arithmetic: see the first list in "Preprocessing layers by name".',
    ),
)

CAMERA: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"pixels"}),
    ("channels first", _first_channels),
    DYNAMIC_BATCH,
    parity(
        "They are not those of `camera.predict` for the same images. Is the normalization in the "
        "file, with the roots of the variances?"
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: FATES, 2: CAMERA}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
