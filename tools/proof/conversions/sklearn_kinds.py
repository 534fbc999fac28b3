"""Estimators of scikit-learn, fitted on rows of a kind, ready to be compared with a file."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from skl2onnx.common.data_types import (
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from sklearn.base import clone
from sklearn.utils import get_tags

from tools.proof.conversions.case import Subject
from tools.proof.conversions.sklearn_options import ASKED, FIT, LINE, OLDER
from tools.proof.conversions.sklearn_subjects import (
    convert,
    dense,
    fragile,
    make,
    needs_positive,
    numbers,
    of_numbers,
    outputs,
    target,
)

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


def build(
    name: str, estimator: type, options: dict[str, Any], kind: str, dtype: type = np.float32
) -> Subject:
    """Fit an estimator on rows of a kind."""
    model = make(name, estimator, options)
    if kind.startswith("texts"):
        return of_texts(model, accents="accents" in kind)
    if "categories" in kind:
        return of_categories(model, kind)
    if kind in {
        "dicts",
        "rows of words",
        "labels",
        "lists of labels",
        "one column",
        "kernel matrix",
        "images",
    }:
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
        fragile=lambda: {kind: change(rows) for kind, rows in odd_texts(model, texts[FIT:])},
    )


def odd_texts(model: Any, texts: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Fragile rows of a model of texts, by kind, and texts with two blanks between words."""
    yield from fragile(model, texts).items()
    yield "blanks", np.array([text.replace(" ", "  ") for text in texts[:30]], object)


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
    if kind == "rows of words":
        words = random.choice(["good", "bad", "film", ""], (FIT + ASKED, 3)).astype(object)
        return Subject(
            answer=lambda rows: [dense(model.transform(rows))],
            convert=lambda opset: convert(model, [("X", StringTensorType([None, 3]))], opset),
            feed=lambda rows: {"X": rows},
            rows=words[FIT:],
        )
    if kind == "lists of labels":
        lists = [["a", "b"][: 1 + size] for size in random.integers(0, 2, FIT + ASKED)]
        model.fit(lists[:FIT])
        rows: Any = lists[FIT:]
    else:
        rows = [{"a": float(size), "b": 1.0} for size in random.integers(0, 5, FIT + ASKED)]
        if getattr(model, "input_type", "") == "pair":
            rows = [list(row.items()) for row in rows]
        model.fit(rows[:FIT])
        rows = rows[FIT:]
    return Subject(
        answer=lambda rows: [dense(model.transform(rows))],
        convert=lambda opset: convert(model, [("X", StringTensorType([None]))], opset),
        feed=lambda rows: {"X": np.array(rows, object)},
        rows=rows,
    )
