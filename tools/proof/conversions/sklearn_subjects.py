"""Estimators of scikit-learn, fitted on rows of a kind, ready to be compared with a file."""

import inspect
from typing import Any

import numpy as np
from onnx import helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
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
    OLDER,
    REQUIRED,
    SMALL,
)

LIMIT = 60  # jumps to look for
TEXTS = [
    "good",
    "bad",
    "film",
    "a",
    "the",
    "an",
    "story",
    "very",
    "plot",
    "2",
    "actors",
    "don't",
    "A",
    "GREAT",
    "Plot",
]
ACCENTS = ["été", "naïve", "über", "плохой"]


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
    classes = 2 if kind == "2 classes" else 3
    labels = np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
    tags = get_tags(model)
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


def build(
    name: str, estimator: type, options: dict[str, Any], kind: str, dtype: type = np.float32
) -> Subject:
    """Fit an estimator on rows of a kind."""
    model = make(name, estimator, options)
    if kind.startswith("texts"):
        return of_texts(model, accents="accents" in kind)
    if "categories" in kind:
        return of_categories(model, kind)
    if kind in {"dicts", "labels", "lists of labels", "one column", "kernel matrix", "images"}:
        return of_others(model, kind)
    positive = get_tags(model).input_tags.positive_only or needs_positive(name, options)
    whole = name == "CategoricalNB"
    fit, asked = numbers(kind, dtype, positive=positive, whole=whole)
    learned = target(fit, model, kind)
    if name == "FrozenEstimator":
        model = estimator(clone(LINE).fit(fit, learned))
    model.fit(fit, learned)
    subject = of_numbers(model, asked, OLDER if "target_opset" in kind else None)
    if dtype is np.float32:
        subject.double = lambda: build(name, estimator, options, kind, np.float64)
    return subject


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
        return {}
    kinds = dict.fromkeys(found.kinds.tolist())
    if hasattr(found.rows, "iloc"):
        return {kind: found.rows[found.kinds == kind] for kind in kinds}
    return {kind: np.asarray(found.rows)[found.kinds == kind] for kind in kinds}


def sentences(count: int, words: list[str]) -> np.ndarray:
    """Short texts of common words, as an array of objects."""
    random = np.random.default_rng(0)
    sizes = random.integers(1, 9, count)
    return np.array([" ".join(random.choice(words, size)) for size in sizes], object)


def of_texts(model: Any, *, accents: bool) -> Subject:
    """Subject of a model of whole texts, lowered before if they have accents."""
    texts = sentences(FIT + ASKED, [*TEXTS, *ACCENTS] if accents else TEXTS)
    change = np.vectorize(str.lower, otypes=[object]) if accents else np.asarray
    texts = change(texts)
    model.fit(texts[:FIT])
    if accents and getattr(model, "lowercase", False):
        model.set_params(lowercase=False)  # there is nothing left to lower
    return Subject(
        answer=lambda rows: outputs(model, rows),
        convert=lambda opset: convert(model, [("X", StringTensorType([None, 1]))], opset),
        feed=lambda rows: {"X": np.asarray(rows, object).reshape(-1, 1)},
        rows=texts[FIT:],
        fragile=lambda: {kind: change(rows) for kind, rows in fragile(model, texts[FIT:]).items()},
    )


def of_categories(model: Any, kind: str) -> Subject:
    """Subject of an encoder or an imputer of categories, in two columns."""
    random = np.random.default_rng(0)
    codes = random.integers(0, 5, (FIT + ASKED, 2))
    codes[:, 1] = np.minimum(codes[:, 1], random.integers(0, 5, len(codes)))
    kinds = 3 if getattr(model, "target_type", "") == "multiclass" else 2
    labels = (codes.sum(1) + random.integers(0, 3, len(codes))) % kinds
    if getattr(model, "target_type", "") == "continuous":
        labels = codes.sum(1) + random.normal(size=len(codes))
    tensor: Any = Int64TensorType
    rows: np.ndarray = codes.astype(np.int64)
    if kind == "categories as numbers, some missing":
        tensor = FloatTensorType
        rows = codes.astype(np.float32) / 2
        rows[random.random(rows.shape) < 0.1] = np.nan
    elif kind != "categories as integers":
        tensor = StringTensorType
        rows = np.array(["red", "blue", "green", "black", "white"], object)[codes]
    if kind == "missing categories":
        # A file has no missing text: an empty one is what it can be given.
        rows[random.random(rows.shape) < 0.1] = ""
        if hasattr(model, "missing_values"):
            model.set_params(missing_values="")
        if getattr(model, "strategy", "") in ("mean", "median"):
            model.set_params(strategy="most_frequent")
    model.fit(rows[:FIT], labels[:FIT])
    asked = rows[FIT:]
    odd = asked[:2].copy()
    odd[0, 0] = "never seen" if tensor is StringTensorType else 77
    unseen = {"unseen": odd}
    try:
        outputs(model, odd)
    except ValueError:  # the original refuses it, so there is nothing to compare
        unseen = {}
    return Subject(
        answer=lambda rows: outputs(model, rows),
        convert=lambda opset: convert(model, [("X", tensor([None, 2]))], opset),
        feed=lambda rows: {"X": rows},
        rows=asked,
        fragile=lambda: unseen,
    )


def of_others(model: Any, kind: str) -> Subject:
    """Subject of what takes neither a table of numbers nor texts."""
    random = np.random.default_rng(0)
    if kind == "one column":
        values = random.normal(size=(FIT + ASKED, 1)).astype(np.float32)
        model.fit(values[:FIT], np.sin(values[:FIT, 0]))
        return of_numbers(model, values[FIT:])
    if kind == "kernel matrix":
        fit, asked = numbers("numbers", np.float32)
        model.fit(fit[:50] @ fit[:50].T)
        return of_numbers(model, asked @ fit[:50].T)
    if kind == "images":
        images = random.normal(size=(ASKED, 4, 4)).astype(np.float32)
        model.set_params(patch_size=(2, 2)).fit(images)
        return Subject(
            answer=lambda rows: [model.transform(rows)],
            convert=lambda opset: convert(model, [("X", FloatTensorType([None, 4, 4]))], opset),
            feed=lambda rows: {"X": rows},
            rows=images,
        )
    if kind == "labels":
        labels = random.choice(["cat", "dog", "hen"], FIT + ASKED).astype(object)
        model.fit(labels[:FIT])
        return Subject(
            answer=lambda rows: [dense(model.transform(rows))],
            convert=lambda opset: convert(model, [("X", StringTensorType([None]))], opset),
            feed=lambda rows: {"X": rows},
            rows=labels[FIT:],
        )
    if kind == "lists of labels":
        lists = [["a", "b"][: 1 + size] for size in random.integers(0, 2, FIT + ASKED)]
        model.fit(lists[:FIT])
        rows: Any = lists[FIT:]
    else:
        rows = [{"a": float(size), "b": 1.0} for size in random.integers(0, 5, FIT + ASKED)]
        rows = (
            rows
            if type(model).__name__ == "DictVectorizer"
            else [list(row.items()) for row in rows]
        )
        if type(model).__name__ == "FeatureHasher":
            model.set_params(input_type="pair")
        model.fit(rows[:FIT])
        rows = rows[FIT:]
    return Subject(
        answer=lambda rows: [dense(model.transform(rows))],
        convert=lambda opset: convert(model, [("X", StringTensorType([None]))], opset),
        feed=lambda rows: {"X": np.array(rows, object)},
        rows=rows,
    )
