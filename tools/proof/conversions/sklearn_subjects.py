"""Estimators of scikit-learn, numbers to fit them on, and files to compare them with."""

import inspect
from typing import Any

import numpy as np
from onnx import helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
)
from sklearn import neighbors, svm
from sklearn.base import clone, is_classifier, is_outlier_detector, is_regressor
from sklearn.utils import get_tags

from classroom import fragile_rows
from tools.proof.conversions.case import Subject
from tools.proof.conversions.sklearn_options import (
    ASKED,
    COLUMNS,
    FIT,
    LINE,
    REQUIRED,
    SMALL,
)

LIMIT = 60  # jumps to look for
#: Classes that are something else than 0, 1, 2, by the kind of rows.
CLASSES: dict[str, list] = {
    "2 classes, True and False": [False, True],
    "2 classes, -1 and 1": [-1, 1],
    "3 classes, 5, 7, and 9": [5, 7, 9],
    "3 classes, texts": ["high", "low", "middle"],
}


def make(name: str, estimator: type, options: dict[str, Any]) -> Any:
    """Estimator that was not fitted yet, small."""
    known = inspect.signature(estimator).parameters
    small = {key: value for key, value in SMALL.items() if key in known}
    if name == "OrthogonalMatchingPursuitCV":
        del small["max_iter"]
    linear = svm.LinearSVC(random_state=0)
    if options.get("estimator") == "LinearSVC":
        options = {"estimator": linear}
    if options.get("estimators") == "linear":
        options = {**options, "estimators": [("svc", linear), ("line", LINE)]}
    return clone(estimator(**{**small, **REQUIRED.get(name, {}), **options}))


def numbers(
    kind: str, dtype: type, *, positive: bool = False, whole: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Rows to fit on and rows to ask for, of very different size by column."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(FIT + ASKED, COLUMNS)) * [1, 10, 0.1, 1, 1] + [0, 5, 0, 1, 0]
    rows[:, 3] = rows[:, 3].round(2)
    rows[:, 4] = random.integers(0, 6, len(rows))
    if positive:
        rows = np.abs(rows) + 0.1
    if whole:
        rows = random.integers(0, 5, rows.shape).astype(float)
    if kind == "missing values":
        rows[random.random(rows.shape) < 0.1] = np.nan
    rows = rows.astype(dtype)
    return rows[:FIT], rows[FIT:]


def target(rows: np.ndarray, model: Any, kind: str) -> np.ndarray:
    """Something to learn from the rows."""
    clean = np.nan_to_num(rows)
    signal = clean[:, 0] + clean[:, 1] / 10 * clean[:, 3] - (clean[:, 4] % 3)
    classes = int(kind[0]) if "classes" in kind else 3
    labels = np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
    tags = get_tags(model)
    if kind in CLASSES:
        return np.array(CLASSES[kind])[labels]
    if kind == "2 labels":
        return np.stack([labels > 0, clean[:, 0] > 0], 1).astype(int)
    if kind == "2 targets":
        both = np.stack([labels, (labels + (clean[:, 0] > 0)) % 3], 1)
        return both if is_classifier(model) else np.stack([signal, clean[:, 1]], 1)
    if is_regressor(model):
        losses = {getattr(model, "loss", ""), getattr(model, "link", "")}
        positive = tags.target_tags.positive_only or losses & {"poisson", "gamma", "log"}
        signal = np.abs(signal) + 0.1 if positive else signal
        needs_two = tags.target_tags.two_d_labels or not tags.target_tags.single_output
        return np.stack([signal, clean[:, 1]], 1) if needs_two else signal
    return labels


def needs_positive(name: str, options: dict[str, Any]) -> bool:
    """Whether an estimator takes no negative numbers, though its tags do not say so."""
    names = ("loss", "method", "kernel", "beta_loss", "affinity")
    given = {options.get(key) for key in names}
    some = {"poisson", "gamma", "box-cox", "additive_chi2", "chi2", "itakura-saito", "linear"}
    if name == "SpectralClustering":
        return bool(given - {None, "laplacian", "nearest_neighbors"})
    return bool(given & some - ({"linear"} if name != "SpectralClustering" else set())) or (
        name in {"PoissonRegressor", "GammaRegressor", "CategoricalNB", "TfidfTransformer"}
    )


def outputs(model: Any, rows: Any) -> list[np.ndarray]:
    """What a model answers, in the order of the outputs of its file."""
    if isinstance(model, neighbors.NearestNeighbors):
        return list(model.kneighbors(rows)[::-1])
    if hasattr(model, "get_support"):
        return [dense(model.transform(rows))]
    if is_outlier_detector(model):
        return [model.predict(rows), model.decision_function(rows)]
    if is_classifier(model) or hasattr(model, "predict_proba"):
        for method in ("predict_proba", "decision_function"):
            if hasattr(model, method):
                return [model.predict(rows), scores(getattr(model, method)(rows))]
        return [model.predict(rows)]
    if hasattr(model, "predict") and hasattr(model, "transform") and hasattr(model, "labels_"):
        return [model.predict(rows), model.transform(rows)]
    answer = model.predict(rows) if hasattr(model, "predict") else model.transform(rows)
    return [dense(answer)]


def scores(answer: Any) -> np.ndarray:
    """Probabilities of several targets as one array, rows first."""
    return np.stack(answer, axis=1) if isinstance(answer, list) else dense(answer)


def dense(answer: Any) -> np.ndarray:
    """Array of what may be a sparse matrix."""
    return np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer)


def of_numbers(model: Any, asked: np.ndarray, opsets: Any = None) -> Subject:
    """Subject of a model of numbers, for files that take the type that the rows have."""
    tensor = DoubleTensorType if asked.dtype == np.float64 else FloatTensorType
    types = [("X", tensor([None, asked.shape[1]]))]
    return Subject(
        answer=lambda rows: outputs(model, rows),
        convert=lambda opset: convert(model, types, target_of(opset, opsets)),
        feed=lambda rows: {"X": np.ascontiguousarray(rows)},
        rows=asked,
        fragile=lambda: fragile(model, asked),
        classes=classes_of(model),
    )


def target_of(opset: int | None, pair: dict[str, int] | None) -> Any:
    """Opset as the converter takes it, with that of the domain ai.onnx.ml where it is given."""
    return pair and {**pair, "": opset or pair[""]} if pair else opset


def classes_of(model: Any) -> Any:
    """Labels of the columns of the scores; None if the columns are something else."""
    one_vs_one = getattr(model, "decision_function_shape", "ovr") == "ovo"
    classes = None if one_vs_one else getattr(model, "classes_", None)
    return classes if isinstance(classes, np.ndarray) and classes.ndim == 1 else None


def convert(model: Any, types: list, opset: Any) -> Any:
    """File of a model, with probabilities in one array, and without a locale of the machine."""
    options: Any = {id(model): {"zipmap": False}} if is_classifier(model) else None
    try:
        proto = to_onnx(model, initial_types=types, options=options, target_opset=opset)
    except NameError:  # no classifier as far as the converter knows, so it makes no dictionaries
        proto = to_onnx(model, initial_types=types, target_opset=opset)
    for node in proto.graph.node:
        if node.op_type == "StringNormalizer":
            kept = [each for each in node.attribute if each.name != "locale"]
            del node.attribute[:]
            node.attribute.extend([*kept, helper.make_attribute("locale", "C")])
    return proto


def fragile(model: Any, asked: Any) -> dict[str, Any]:
    """Fragile rows by kind; none for a model that does not answer new rows."""
    try:
        found = fragile_rows(model, asked[:200], limit=LIMIT)
    except (TypeError, ValueError):
        return plain_rows(model, asked)
    kinds = dict.fromkeys(found.kinds.tolist())
    if hasattr(found.rows, "iloc"):
        return {kind: found.rows[found.kinds == kind] for kind in kinds}
    rows = {kind: np.asarray(found.rows)[found.kinds == kind] for kind in kinds}
    if hasattr(model, "missing_values") and asked.dtype.kind == "f":
        rows |= gaps(asked[:60])
    return rows


def plain_rows(model: Any, asked: Any) -> dict[str, Any]:
    """Rows of zeros and ones, for a model that has no method that answers rows one by one."""
    if not isinstance(model, neighbors.NearestNeighbors):
        return {}
    few = asked[:5]
    return {"zero": np.zeros_like(few), "constant": np.ones_like(few), "center": model._fit_X[:50]}


def gaps(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Rows in which half of the numbers are missing, and rows in which all are."""
    random = np.random.default_rng(0)
    half = np.where(random.random(rows.shape) < 0.5, np.nan, rows).astype(rows.dtype)
    half = half[~np.isnan(half).all(axis=1)]
    return {"half missing": half, "all missing": np.full_like(rows[:5], np.nan)}
