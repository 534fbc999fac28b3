"""Every estimator of scikit-learn, with each value of each option that changes its answers."""

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
from skl2onnx._supported_operators import sklearn_operator_name_map
from skl2onnx.common._registration import get_shape_calculator
from sklearn import compose, pipeline
from sklearn.base import is_classifier
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.utils import all_estimators, get_tags
from sklearn.utils._param_validation import Options, StrOptions

from tools.proof.conversions.case import Case
from tools.proof.conversions.sklearn_frames import frames
from tools.proof.conversions.sklearn_kinds import build
from tools.proof.conversions.sklearn_options import (
    ALSO,
    COMPANIONS,
    FITTING,
    IMPOSSIBLE,
    LEFT_OUT,
    MORE,
    NOT_NONE,
    OLDER,
    TWO_TARGETS,
)
from tools.proof.conversions.sklearn_subjects import (
    make,
)


def cases() -> Iterator[Case]:
    """All rows of the table for scikit-learn."""
    for name, estimator in all_estimators():
        for options in options_of(name, estimator):
            for kind in kinds_of(name, estimator):
                case = make_case(name, estimator, options, kind)
                if (case.name, case.options, case.rows) not in LEFT_OUT:
                    yield case
        for kind, options in ALSO.get(name, []):
            yield make_case(name, estimator, options, kind)
    yield from frames()


def make_case(name: str, estimator: type, options: dict[str, Any], kind: str) -> Case:
    """Case of an estimator with options, on one kind of rows."""
    shown = ", ".join(f"{key}={show(key, value)}" for key, value in options.items())
    return Case("scikit-learn", name, shown, kind, lambda: build(name, estimator, options, kind))


def show(key: str, value: Any) -> str:
    """Value of an option as one writes it."""
    if isinstance(value, str) and value == "LinearSVC":
        return "LinearSVC()"
    if key == "estimators" and value == "linear":
        return "[('svc', LinearSVC()), ('line', LogisticRegression())]"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if hasattr(value, "steps"):
        return f"make_pipeline({', '.join(show(key, step) for _, step in value.steps)})"
    if hasattr(value, "param_grid"):
        return f"GridSearchCV({show(key, value.estimator)}, {value.param_grid})"
    if hasattr(value, "get_params"):
        return f"{type(value).__name__}()"
    return f"np.{value.__name__}" if callable(value) else repr(value)


def companions(name: str, option: str, value: Any) -> dict[str, Any] | None:
    """What has to be given together with a value; None if it cannot be given in a table."""
    for key in ((name, option, value), ("", option, value), (name, option, None)):
        if key in COMPANIONS:
            return COMPANIONS[key]
    return None if value is None and option in NOT_NONE else {}


def is_known(estimator: type) -> bool:
    """Whether skl2onnx has a converter for a class."""
    try:
        get_shape_calculator(sklearn_operator_name_map[estimator])
    except (KeyError, ValueError):
        return estimator in (compose.ColumnTransformer, pipeline.FeatureUnion, pipeline.Pipeline)
    return True


def options_of(name: str, estimator: type) -> Iterator[dict[str, Any]]:
    """Sets of options, the defaults first; each is one row for each kind of rows.

    A class that the converter does not know is refused whatever its options.
    """
    found: list[dict[str, Any]] = [{}]
    if not is_known(estimator):
        yield {}
        return
    constraints = getattr(estimator, "_parameter_constraints", {})
    defaults = {
        key: parameter.default
        for key, parameter in inspect.signature(estimator).parameters.items()
    }
    for key in sorted(set(constraints) & set(defaults) - FITTING):
        if constraints[key] == "no_validation":
            continue
        for value in values_of(constraints[key]):
            same = type(value) is type(defaults[key]) and value == defaults[key]
            more = companions(name, key, value)
            if not same and value not in IMPOSSIBLE and more is not None:
                chosen = {key: value, **more}
                if chosen not in found:
                    found.append(chosen)
    yield from found + [options for options in MORE.get(name, []) if options not in found]


def values_of(constraint: list[Any]) -> list[Any]:
    """Values that a constraint of scikit-learn lists one by one."""
    found: list[Any] = []
    for part in constraint:
        if isinstance(part, StrOptions | Options):
            found += sorted(part.options - getattr(part, "deprecated", set()), key=str)
        elif isinstance(part, str) and part == "boolean":
            found += [False, True]
        elif part is None:
            found.append(None)
    return found


def kinds_of(name: str, estimator: type) -> list[str]:
    """Kinds of rows that an estimator is measured on."""
    model = make(name, estimator, {})
    tags = get_tags(model)
    special = {
        "HashingVectorizer": "texts",
        **dict.fromkeys(("DictVectorizer", "FeatureHasher"), "dicts"),
        **dict.fromkeys(("LabelEncoder", "LabelBinarizer"), "labels"),
        "MultiLabelBinarizer": "lists of labels",
        "IsotonicRegression": "one column",
        "KernelCenterer": "kernel matrix",
        "PatchExtractor": "images",
        **dict.fromkeys(TWO_TARGETS, "2 targets"),
    }
    if name in special:
        return [special[name]]
    if name in {"CountVectorizer", "TfidfVectorizer"}:
        return ["texts", "texts with accents, lowered"]
    if name in {"OneHotEncoder", "OrdinalEncoder", "TargetEncoder"}:
        return [
            *("categories as text", "categories as integers", "missing categories"),
            "categories as numbers, some missing",
        ]
    if name == "SimpleImputer":
        return ["missing values", "missing categories"]
    if name == "IsolationForest":
        return ["numbers", f"numbers, target_opset={OLDER}", "missing values"]
    kinds = ["numbers"]
    if is_classifier(model):
        binary = not tags.classifier_tags or tags.classifier_tags.multi_class
        kinds = ["2 classes", "3 classes"] if binary else ["2 classes"]
    if tags.input_tags.allow_nan:
        kinds.append("missing values")
    return kinds
