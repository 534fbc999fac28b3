"""What one row of the conversion table is measured on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx


@dataclass
class Subject:
    """A model that was built, with all that is needed to compare it with its file.

    Attributes
    ----------
    answer : callable
        Takes rows, returns the outputs of the original, in the order of the file's.
    convert : callable
        Takes an opset, or None for the converter's own choice, and returns the file.
    feed : callable
        Takes rows, returns what the session is fed.
    rows : array, DataFrame or dict of arrays
        Ordinary rows, 2,000 or more.
    fragile : callable
        Makes rows on which such a model is fragile, by the kind of fragility.
    opsets : tuple of int
        Opsets to try, the smallest first, when the smallest that works is looked for.
    classes : array, optional
        Labels, in the order of the columns of the second output.
    alone : bool
        Whether a single row can be asked for; not if a model holds the number of rows.
    tolerance : float
        Relative tolerance; larger than the usual one only for types of 16 bits.
    double : callable, optional
        Makes the subject of the same model for float64.
    """

    answer: Callable[[Any], list[np.ndarray]]
    convert: Callable[[int | None], onnx.ModelProto]
    feed: Callable[[Any], dict[str, np.ndarray]]
    rows: Any
    fragile: Callable[[], dict[str, Any]] = dict
    opsets: tuple[int, ...] = tuple(range(7, 23))
    classes: np.ndarray | None = None
    alone: bool = True
    tolerance: float = 1e-3
    double: "Callable[[], Subject] | None" = None


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes
    ----------
    library : str
        "scikit-learn", "Keras", "LightGBM" and so on.
    name : str
        Name of the class.
    options : str
        What is not the default, as one writes it in a call; empty for the defaults.
    rows : str
        What it is given: "3 classes", "missing values", "texts", "images", "float64".
    build : callable
        Makes and fits the model.
    """

    library: str
    name: str
    options: str
    rows: str
    build: Callable[[], Subject]

    @property
    def key(self) -> str:
        """Name of the row: ``KNeighborsClassifier(weights='distance'), 2 classes``."""
        return f"{self.name}({self.options}), {self.rows}"
