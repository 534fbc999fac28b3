"""Checks of the exercises on what becomes of Keras layers."""

from classroom.given import Given, NotYetError
from classroom.messages import _, later
from classroom.parts import (
    DYNAMIC_BATCH,
    MODEL,
    VALID,
    Part,
    items,
    names,
    parity,
)

FORM = later("a word for each, out of those in the text of the exercise")


def _first_channels(given: Given) -> None:
    value = given.interface.inputs[0]
    if value.shape is None or value.shape[1:] != (3, 8, 8):
        raise NotYetError(
            _(
                "An image has shape {shape} in the file. The caller sends the three channels "
                "first."
            ).format(shape=value.shape and value.shape[1:])
        )


FATES: tuple[Part, ...] = items(
    FORM,
    (
        later("RandomZoom"),
        "breaks",
        later(
            'It is one of the layers of augmentation in "Layers that only training needs".'
        ),
    ),
    (
        later("GaussianNoise"),
        "vanishes",
        later(
            'Its fate is that of dropout, in "Layers that only training needs".'
        ),
    ),
    (
        later("Rescaling"),
        "in the file",
        later(
            'It is arithmetic: see the first list in "Preprocessing layers by name".'
        ),
    ),
)

CAMERA: tuple[Part, ...] = (
    MODEL,
    VALID,
    names({"pixels"}),
    (later("channels first"), _first_channels),
    DYNAMIC_BATCH,
    parity(
        later(
            "They are not those of `camera.predict` for the same images. Is the normalization in the "
            "file, with the roots of the variances?"
        )
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: FATES, 2: CAMERA}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
