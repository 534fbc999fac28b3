"""LightGBM, XGBoost and CatBoost: objectives, categories, missing values, alone and in pipelines.

LightGBM and XGBoost go through the converters of onnxmltools, registered with skl2onnx; CatBoost
writes its files itself.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import catboost
import lightgbm
import numpy as np
import onnx
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as FloatOfTools
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import (
    convert_lightgbm as light_converter,
)
from onnxmltools.convert.xgboost.operator_converters.XGBoost import (
    convert_xgboost as extreme_converter,
)
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common import data_types
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes as classifier_shapes,
)
from skl2onnx.common.shape_calculator import (
    calculate_linear_regressor_output_shapes as regressor_shapes,
)
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.impute import SimpleImputer
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline

from tools.proof.conversions import sklearn_frames
from tools.proof.conversions import sklearn_subjects as plain
from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.sklearn_options import OLDER

TREES = {"n_estimators": 20, "random_state": 0}
LIGHT = {**TREES, "n_jobs": 1, "verbose": -1}
EXTREME = {**TREES, "n_jobs": 1}
CAT = {**TREES, "verbose": False, "allow_writing_files": False, "thread_count": 1}
OPTIONS = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
CATEGORY = 4  # column with few whole numbers
#: Two classes that are something else than 0 and 1.
CLASSES = {"-1 and 1": [-1, 1], "True and False": [False, True], "texts": ["no", "yes"]}

LIGHT_OBJECTIVES = [
    "regression",
    "regression_l1",
    "huber",
    "fair",
    "poisson",
    "quantile",
    "mape",
    "gamma",
    "tweedie",
    "cross_entropy",
    "cross_entropy_lambda",
]
EXTREME_OBJECTIVES = [
    "reg:squarederror",
    "reg:squaredlogerror",
    "reg:logistic",
    "reg:pseudohubererror",
    "reg:absoluteerror",
    "reg:quantileerror",
    "reg:gamma",
    "reg:tweedie",
    "count:poisson",
    "binary:logitraw",
    "survival:cox",
]
CAT_LOSSES = [
    "RMSE",
    "MAE",
    "Quantile:alpha=0.9",
    "LogLinQuantile",
    "MAPE",
    "Poisson",
    "Huber:delta=1",
    "Expectile:alpha=0.9",
    "Tweedie:variance_power=1.5",
    "Lq:q=3",
    "RMSEWithUncertainty",
]


def func(truth: np.ndarray, guess: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared error as an objective of one's own."""
    return guess - truth, np.ones_like(truth)


#: Class, settings as one writes them, kinds of rows.
ROWS: list[tuple[type, str, tuple[str, ...]]] = [
    *[
        (lightgbm.LGBMClassifier, options, ("2 classes", "3 classes", "missing values"))
        for options in (
            *("", "boosting_type='dart'", "extra_trees=True", "linear_tree=True"),
            "boosting_type='rf', subsample=0.5, subsample_freq=1",
            *("data_sample_strategy='goss'", "zero_as_missing=True", "use_missing=False"),
            *("num_leaves=2", "max_depth=1", "n_estimators=1"),
        )
    ],
    (lightgbm.LGBMClassifier, "objective='multiclassova'", ("3 classes", "missing values")),
    (lightgbm.LGBMClassifier, "objective='cross_entropy'", ("2 classes",)),
    (lightgbm.LGBMClassifier, "sigmoid=2.0", ("2 classes",)),
    *[
        (lightgbm.LGBMRegressor, f"objective={objective!r}", ("numbers",))
        for objective in LIGHT_OBJECTIVES
    ],
    *[
        (lightgbm.LGBMRegressor, options, ("numbers", "missing values"))
        for options in (
            *("", "boosting_type='dart'", "extra_trees=True", "linear_tree=True"),
            "boosting_type='rf', subsample=0.5, subsample_freq=1",
            *("zero_as_missing=True", "use_missing=False", "reg_sqrt=True"),
        )
    ],
    (lightgbm.LGBMRegressor, "objective=func", ("numbers",)),
    (lightgbm.LGBMRanker, "", ("groups",)),
    (lightgbm.LGBMRanker, "objective='rank_xendcg'", ("groups",)),
    *[
        (xgboost.XGBClassifier, options, ("2 classes", "3 classes", "missing values"))
        for options in (
            *("", "booster='dart'", "booster='gblinear'", "num_parallel_tree=3"),
            *("base_score=0.3", "missing=0.0", "tree_method='exact'", "max_depth=1"),
            *("grow_policy='lossguide'", "n_estimators=1", "device='cpu'"),
        )
    ],
    (xgboost.XGBClassifier, "multi_strategy='multi_output_tree'", ("3 classes",)),
    (xgboost.XGBClassifier, "objective='binary:hinge'", ("2 classes",)),
    (xgboost.XGBClassifier, "objective='multi:softmax'", ("3 classes",)),
    (xgboost.XGBClassifier, "early_stopping_rounds=2", ("2 classes", "3 classes")),
    (xgboost.XGBClassifier, "xgb_model=earlier", ("2 classes", "3 classes")),
    (lightgbm.LGBMClassifier, "init_model=earlier", ("2 classes", "3 classes")),
    (catboost.CatBoostClassifier, "init_model=earlier", ("2 classes", "3 classes")),
    (xgboost.XGBClassifier, "", ("2 classes: True and False",)),
    *[
        (kind, "", tuple(f"2 classes: {names}" for names in CLASSES))
        for kind in (lightgbm.LGBMClassifier, catboost.CatBoostClassifier)
    ],
    *[
        (xgboost.XGBRegressor, f"objective={objective!r}", ("numbers",))
        for objective in EXTREME_OBJECTIVES
        if objective != "reg:quantileerror"
    ],
    (xgboost.XGBRegressor, "objective='reg:quantileerror', quantile_alpha=0.9", ("numbers",)),
    (
        xgboost.XGBRegressor,
        "objective='reg:quantileerror', quantile_alpha=[0.1, 0.9]",
        ("numbers",),
    ),
    (xgboost.XGBRegressor, "objective=func", ("numbers",)),
    *[
        (xgboost.XGBRegressor, options, ("numbers", "missing values"))
        for options in (
            "",
            "booster='dart'",
            "booster='gblinear'",
            "base_score=3.0",
            "missing=0.0",
        )
    ],
    (xgboost.XGBRegressor, "", ("2 targets",)),
    (xgboost.XGBRegressor, "multi_strategy='multi_output_tree'", ("2 targets",)),
    (xgboost.XGBRFClassifier, "", ("2 classes", "3 classes")),
    (xgboost.XGBRFRegressor, "", ("numbers",)),
    (xgboost.XGBRanker, "", ("groups",)),
    (xgboost.XGBRanker, "objective='rank:pairwise'", ("groups",)),
    *[
        (catboost.CatBoostClassifier, options, ("2 classes", "3 classes", "missing values"))
        for options in (
            *("", "grow_policy='Lossguide'", "grow_policy='Depthwise'", "nan_mode='Max'"),
            *("boosting_type='Ordered'", "max_depth=1", "n_estimators=1"),
        )
    ],
    (catboost.CatBoostClassifier, "loss_function='CrossEntropy'", ("2 classes",)),
    (catboost.CatBoostClassifier, "loss_function='MultiClassOneVsAll'", ("3 classes",)),
    *[
        (catboost.CatBoostRegressor, f"loss_function={loss!r}", ("numbers",))
        for loss in CAT_LOSSES
    ],
    (catboost.CatBoostRegressor, "", ("numbers", "missing values")),
    (catboost.CatBoostRegressor, "nan_mode='Max'", ("missing values",)),
    (catboost.CatBoostRegressor, "loss_function='MultiRMSE'", ("2 targets",)),
    (catboost.CatBoostRanker, "", ("groups",)),
    *[
        (kind, options, ("categories",))
        for kind, options in (
            (lightgbm.LGBMClassifier, "categorical_feature=[4]"),
            (lightgbm.LGBMRegressor, "categorical_feature=[4]"),
            (xgboost.XGBClassifier, "enable_categorical=True"),
            (xgboost.XGBRegressor, "enable_categorical=True"),
            (xgboost.XGBClassifier, "enable_categorical=True, max_cat_to_onehot=1"),
            (catboost.CatBoostClassifier, "cat_features=[4]"),
            (catboost.CatBoostClassifier, "cat_features=[4], one_hot_max_size=10"),
        )
    ],
]


def cases() -> Iterator[Case]:
    """All rows of the table for boosters."""
    register()
    for kind, options, given in ROWS:
        for each in given:
            yield Case(
                library_of(kind), kind.__name__, options, each, alone_of(kind, options, each)
            )
    for kind in (lightgbm.Booster, xgboost.Booster):
        yield Case(library_of(kind), "Booster", "", "2 classes, native", native_of(kind))
    for kind in (lightgbm.LGBMClassifier, xgboost.XGBClassifier, catboost.CatBoostClassifier):
        model = kind(**settings_of(kind, ""))
        for rows in (sklearn_frames.PLAIN, sklearn_frames.MISSING):
            whole = sklearn_frames.behind_columns(model)
            name = f"ColumnTransformer and {kind.__name__}"
            build = sklearn_frames.frame_of(whole, rows, opsets=OLDER)
            yield Case(library_of(kind), name, "", rows, build)
        name = f"CalibratedClassifierCV and {kind.__name__}"
        around = f"estimator=make_pipeline(SimpleImputer(), {kind.__name__}())"
        for options, inside in (("", model), (around, make_pipeline(SimpleImputer(), model))):
            whole = CalibratedClassifierCV(inside)
            yield Case(library_of(kind), name, options, "3 classes", wrapped_of(whole))
    for kind in (lightgbm.LGBMRegressor, xgboost.XGBRegressor):
        model = MultiOutputRegressor(kind(**settings_of(kind, "")))
        name = f"MultiOutputRegressor and {kind.__name__}"
        yield Case(library_of(kind), name, "", "2 targets", wrapped_of(model))


def library_of(kind: type) -> str:
    """Name of the library that a class comes from."""
    names = {"lightgbm": "LightGBM", "xgboost": "XGBoost", "catboost": "CatBoost"}
    return names[kind.__module__.partition(".")[0]]


def settings_of(kind: type, options: str) -> dict[str, Any]:
    """Settings of a model: small and quiet, and those of a row."""
    base = {"LightGBM": LIGHT, "XGBoost": EXTREME, "CatBoost": CAT}[library_of(kind)]
    return {**base, **eval(f"dict({options})", {"func": func, "earlier": "earlier"})}


def rows_and_target(kind: str, model: Any, dtype: type = np.float32) -> tuple[Any, Any, Any]:
    """Rows to learn from, rows to ask for, and what is learned."""
    given = "missing values" if kind == "missing values" else "numbers"
    fit, asked = plain.numbers(given, dtype)
    clean = np.nan_to_num(fit)
    signal = clean[:, 0] + clean[:, 1] / 10 * clean[:, 3] - (clean[:, CATEGORY] % 3)
    classes = {"2 classes": 2, "3 classes": 3, "missing values": 3, "groups": 4}.get(kind, 2)
    labels = np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
    if "Classifier" in type(model).__name__ or kind == "groups":
        names = CLASSES.get(kind.partition(": ")[2])
        return fit, asked, np.array(names)[labels] if names else labels
    signal = np.abs(signal) + 0.1  # some objectives take no others
    name = str(getattr(model, "objective", ""))
    if "logistic" in name or "entropy" in name:
        signal = signal / signal.max()
    if "logitraw" in name:
        signal = (signal > 1).astype(float)
    return fit, asked, np.stack([signal, clean[:, 1]], 1) if kind == "2 targets" else signal


def alone_of(kind: type, options: str, rows: str) -> Callable[[], Subject]:
    """Function that fits a booster, and makes its file."""

    def build(dtype: type = np.float32) -> Subject:
        settings = settings_of(kind, options)
        more: dict[str, Any] = {}
        if "categorical_feature" in settings:
            more["categorical_feature"] = settings.pop("categorical_feature")
        if settings.get("enable_categorical"):
            settings["feature_types"] = ["q"] * CATEGORY + ["c"]
        begun = [name for name in ("xgb_model", "init_model") if settings.pop(name, None)]
        model = kind(**settings)
        fit, asked, learned = rows_and_target(rows, model, dtype)
        more |= {name: clone(model).fit(fit, learned) for name in begun}
        if "cat_features" in settings:
            return of_categories(model, fit, asked, learned)
        if "early_stopping_rounds" in settings:
            more["eval_set"], more["verbose"] = [(asked[:400], asked_target(model, rows))], False
        if rows == "groups":
            groups = np.repeat(np.arange(len(fit) // 10), 10)
            by_size = library_of(kind) == "LightGBM"
            name = {"LightGBM": "group", "XGBoost": "qid", "CatBoost": "group_id"}
            more[name[library_of(kind)]] = [10] * (len(fit) // 10) if by_size else groups
        model.fit(fit, learned, **more)
        found = subject(model, asked)
        if rows == "categories":
            found.fragile = lambda: whole_categories(plain.fragile(model, asked), asked)
        if dtype is np.float32 and library_of(kind) != "CatBoost":
            found.double = lambda: build(np.float64)
        return found

    return build


def whole_categories(odd: dict[str, Any], asked: np.ndarray) -> dict[str, Any]:
    """Fragile rows whose categories are whole numbers, as any category is, and odd categories."""
    for rows in odd.values():
        rows[:, CATEGORY] = np.abs(np.round(rows[:, CATEGORY]))
    few = {kind: asked[:5].copy() for kind in ("unseen category", "missing category")}
    few["unseen category"][:, CATEGORY] = 9
    few["missing category"][:, CATEGORY] = np.nan
    return {**{kind: odd[kind] for kind in odd if kind != "far"}, **few}


def asked_target(model: Any, rows: str) -> np.ndarray:
    """What the first rows to ask for should give."""
    return rows_and_target(rows, model)[2]


def subject(model: Any, asked: np.ndarray) -> Subject:
    """Subject of a fitted booster."""
    by_hand = isinstance(model, catboost.CatBoost)
    name = "features" if by_hand else "X"
    return Subject(
        answer=lambda rows: answers(model, rows),
        convert=own_file(model) if by_hand else lambda opset: through_tools(model, asked, opset),
        feed=lambda rows: {name: np.ascontiguousarray(rows)},
        rows=asked,
        fragile=lambda: plain.fragile(model, asked),
        classes=plain.classes_of(model) if hasattr(model, "predict_proba") else None,
        opsets=() if by_hand else tuple(range(9, 23)),
    )


def answers(model: Any, rows: Any) -> list[np.ndarray]:
    """What a booster answers, in the order of the outputs of its file."""
    if hasattr(model, "predict_proba"):
        return [np.asarray(model.predict(rows)).reshape(len(rows)), model.predict_proba(rows)]
    return [np.asarray(model.predict(rows))]


def through_tools(model: Any, asked: np.ndarray, opset: int | None) -> onnx.ModelProto:
    """File that onnxmltools makes, for the domains that skl2onnx takes."""
    tensor = (
        data_types.DoubleTensorType if asked.dtype == np.float64 else data_types.FloatTensorType
    )
    options = {id(model): {"zipmap": False}} if hasattr(model, "predict_proba") else None
    target = plain.target_of(opset, OLDER)
    types = [("X", tensor([None, asked.shape[1]]))]
    return to_onnx(model, initial_types=types, options=options, target_opset=target)


def own_file(model: Any) -> Callable[[int | None], onnx.ModelProto]:
    """Function that lets CatBoost write a file; it takes no opset."""

    def convert(opset: int | None) -> onnx.ModelProto:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cat.onnx"
            model.save_model(str(path), format="onnx")
            return onnx.load(path)

    return convert


def of_categories(model: Any, fit: Any, asked: Any, learned: Any) -> Subject:
    """Subject of CatBoost with a column of categories, which are texts to it."""

    def table(rows: np.ndarray) -> np.ndarray:
        found = rows.astype(object)
        found[:, CATEGORY] = [str(int(value)) for value in rows[:, CATEGORY]]
        return found

    model.fit(table(fit), learned)
    found = subject(model, asked)
    found.answer = lambda rows: answers(model, table(rows))
    found.fragile = dict
    return found


def native_of(kind: type) -> Callable[[], Subject]:
    """Function that trains a native booster, and makes its file with onnxmltools alone."""

    def build() -> Subject:
        fit, asked, learned = rows_and_target("2 classes", lightgbm.LGBMClassifier())
        types = [("X", FloatOfTools([None, asked.shape[1]]))]
        if kind is lightgbm.Booster:
            light = {"objective": "binary", "verbose": -1, "num_threads": 1}
            model: Any = lightgbm.train(light, lightgbm.Dataset(fit, learned), 20)
            ask: Callable = model.predict
            make: Callable = convert_lightgbm
        else:
            extreme = {"objective": "binary:logistic", "nthread": 1}
            model = xgboost.train(extreme, xgboost.DMatrix(fit, learned), 20)
            make = convert_xgboost

            def ask(rows: np.ndarray) -> np.ndarray:
                return np.asarray(model.predict(xgboost.DMatrix(rows)))

        def both(rows: np.ndarray) -> list[np.ndarray]:
            share = ask(rows)
            return [(share > 0.5).astype(int), np.stack([1 - share, share], 1)]

        # fragile_rows asks for a method of scikit-learn
        wrapper = type("Wrapper", (), {"predict_proba": lambda self, rows: both(rows)[1]})()
        more = {"zipmap": False} if kind is lightgbm.Booster else {}
        return Subject(
            answer=both,
            convert=lambda opset: make(model, initial_types=types, target_opset=opset, **more),
            feed=lambda rows: {"X": rows},
            rows=asked,
            fragile=lambda: plain.fragile(wrapper, asked),
            classes=np.array([0, 1]),
            opsets=tuple(range(9, 16)),
        )

    return build


def wrapped_of(model: Any) -> Callable[[], Subject]:
    """Function that fits a booster inside an estimator of scikit-learn."""

    def build() -> Subject:
        whole = clone(model)
        kind = "2 targets" if isinstance(model, MultiOutputRegressor) else "3 classes"
        fit, asked = plain.numbers("numbers", np.float32)
        whole.fit(fit, plain.target(fit, whole, kind))
        return plain.of_numbers(whole, asked, OLDER)

    return build


def register() -> None:
    """Tell skl2onnx about the classes."""
    for module, start, converter in (
        (lightgbm, "LGBM", light_converter),
        (xgboost, "XGB", extreme_converter),
        (xgboost, "XGBRF", extreme_converter),
    ):
        for ending in ("Classifier", "Regressor", "Ranker"):
            kind = getattr(module, f"{start}{ending}", None)
            if kind is None:
                continue
            by_class = ending == "Classifier"
            shapes = classifier_shapes if by_class else regressor_shapes
            more = {"options": OPTIONS} if by_class else {}
            update_registered_converter(kind, f"Book{kind.__name__}", shapes, converter, **more)
    update_registered_converter(
        catboost.CatBoostClassifier,
        "BookCatBoost",
        classifier_shapes,
        trees_of_catboost,
        parser=two_outputs,
        options=OPTIONS,
    )


def trees_of_catboost(scope: Any, operator: Any, container: Any) -> None:
    """Take the trees from the file that CatBoost writes."""
    [node] = [
        node
        for node in own_file(operator.raw_operator)(None).graph.node
        if node.op_type.startswith("TreeEnsemble")
    ]
    settings = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
    given = [value.full_name for value in operator.inputs]
    made = [value.full_name for value in operator.outputs]
    container.add_node(node.op_type, given, made, op_domain="ai.onnx.ml", **settings)


def two_outputs(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    """Say that CatBoost's class is a classifier."""
    operator = scope.declare_local_operator("BookCatBoost", model)
    operator.inputs.extend(inputs)
    for name, kind in (
        ("label", data_types.Int64TensorType()),
        ("probabilities", data_types.FloatTensorType()),
    ):
        operator.outputs.append(scope.declare_local_variable(name, kind))
    return operator.outputs
