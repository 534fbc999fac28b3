"""Every estimator of scikit-learn, with each value of each option that changes its answers."""

import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from onnx import helper
from skl2onnx import to_onnx
from skl2onnx._supported_operators import sklearn_operator_name_map
from skl2onnx.common._registration import get_shape_calculator
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from sklearn import compose, impute, linear_model, neighbors, pipeline, preprocessing, svm, tree
from sklearn.base import clone, is_classifier, is_outlier_detector, is_regressor
from sklearn.utils import all_estimators, get_tags
from sklearn.utils._param_validation import Options, StrOptions

from classroom import fragile_rows
from tools.proof.conversions.case import Case, Subject

FIT, ASKED, COLUMNS = 400, 2000, 5
LIMIT = 60  # jumps to look for
#: Options that say how a model is fitted, stored or reported, not what the fitted one computes.
FITTING = set(
    [
        "algorithm",
        "assume_centered",
        "bootstrap",
        "bootstrap_features",
        "check_inverse",
        "class_weight",
        "compute_distances",
        "compute_full_tree",
        "compute_inverse_components",
        "compute_labels",
        "compute_score",
        "copy",
        "copy_X",
        "copy_X_train",
        "copy_x",
        "cv",
        "decode_error",
        "direction",
        "early_stopping",
        "eigen_solver",
        "eigen_tol",
        "ensemble",
        "error_score",
        "fit_algorithm",
        "fit_inverse_transform",
        "fit_path",
        "force_alpha",
        "fresh_restarts",
        "gcv_mode",
        "init",
        "init_params",
        "input",
        "iterated_power",
        "keep_empty_features",
        "learning_method",
        "learning_rate",
        "max_features",
        "max_iter",
        "memory",
        "min_samples_leaf",
        "n_jobs",
        "nesterovs_momentum",
        "oob_score",
        "optimizer",
        "order",
        "output_distribution",
        "path_method",
        "power_iteration_normalizer",
        "precompute",
        "prefit",
        "quantile_method",
        "random_state",
        "refit",
        "return_train_score",
        "scoring",
        "selection",
        "shrinking",
        "shuffle",
        "solver",
        "splitter",
        "sort",
        "sparse",
        "store_centers",
        "store_covariance",
        "store_cv_results",
        "store_precision",
        "svd_method",
        "svd_solver",
        "tol",
        "use_legacy_attributes",
        "validate",
        "verbose",
        "verbose_feature_names_out",
        "warm_start",
        "whiten_solver",
        "alpha_per_target",
        "cluster_method",
        "criterion",
        "dual",
        "normalize_y",
        "n_iter_no_change",
        "predecessor_correction",
        "bin_seeding",
        "cluster_all",
        "breadth_first",
        "n_init",
        "max_no_improvement",
        "neighbors_algorithm",
        "accept_sparse",
        "ignore_implicit_zeros",
        "gamma",
        "nystroem",
        "max_depth",
        "max_leaf_nodes",
        "validation_fraction",
        "subsample",
        "l1_ratio",
        "l1_ratios",
        "fit_prior",
        "dissimilarity",
        "error_on_new",
        "handle_missing",
        "normalized_stress",
        "metric_mds",
        "assign_labels",
        "allow_single_cluster",
        "cluster_selection_method",
        "bisecting_strategy",
        "interaction_cst",
        "positive_dict",
        "priors",
    ]
)
#: Values that no table of numbers has, or that are old names of others.
IMPOSSIBLE = {
    *("precomputed", "precomputed_nearest_neighbors", "pyfunc", "haversine", "mahalanobis"),
    *("seuclidean", "wminkowski", "matching", "p", "infinity", "sokalmichener", "minkowski"),
}
#: Options that mean nothing as None, if not said otherwise in COMPANIONS.
NOT_NONE = set(["p", "n_neighbors", "radius", "token_pattern", "stop_words", "metric"])
#: What another option has to be, by name ("" for all), option and value (None for all values).
COMPANIONS: dict[tuple[str, str, Any], dict[str, Any]] = {
    ("", "penalty", "l1"): {"solver": "saga"},
    ("", "penalty", "elasticnet"): {"solver": "saga", "l1_ratio": 0.5},
    ("LogisticRegressionCV", "penalty", "elasticnet"): {"solver": "saga", "l1_ratios": [0.5]},
    ("LinearSVC", "penalty", "l1"): {"dual": False},
    ("SGDClassifier", "penalty", "l1"): {},
    ("SGDClassifier", "penalty", "elasticnet"): {},
    ("SGDRegressor", "penalty", "l1"): {},
    ("SGDRegressor", "penalty", "elasticnet"): {},
    ("Perceptron", "penalty", "l1"): {},
    ("Perceptron", "penalty", "elasticnet"): {},
    ("LinearDiscriminantAnalysis", "shrinkage", "auto"): {"solver": "lsqr"},
    ("QuadraticDiscriminantAnalysis", "shrinkage", "auto"): {"solver": "eigen"},
    ("NearestNeighbors", "metric", None): {"radius": None},
    ("NearestNeighbors", "radius", None): {},
    ("LocalOutlierFactor", "metric", None): {"novelty": True},
    ("OrdinalEncoder", "handle_unknown", "use_encoded_value"): {"unknown_value": -1},
    ("RadiusNeighborsClassifier", "metric", "sqeuclidean"): {"radius": 900.0},
    ("RadiusNeighborsClassifier", "metric", "cosine"): {"radius": 1.5},
    ("RadiusNeighborsRegressor", "metric", "sqeuclidean"): {"radius": 900.0},
    ("RadiusNeighborsRegressor", "metric", "cosine"): {"radius": 1.5},
    ("DummyClassifier", "strategy", "constant"): {"constant": 1},
    ("DummyRegressor", "strategy", "constant"): {"constant": 1.0},
    ("DummyRegressor", "strategy", "quantile"): {"quantile": 0.3},
    ("HistGradientBoostingRegressor", "loss", "quantile"): {"quantile": 0.9},
    ("KernelPCA", "kernel", "sigmoid"): {"gamma": 0.001, "coef0": 0},
    ("KernelRidge", "kernel", "chi2"): {"gamma": 1.0},
    ("LocallyLinearEmbedding", "method", "hessian"): {"n_neighbors": 10},
    ("LocallyLinearEmbedding", "method", "ltsa"): {"eigen_solver": "dense"},
    ("NMF", "beta_loss", "itakura-saito"): {"solver": "mu"},
    ("NMF", "beta_loss", "kullback-leibler"): {"solver": "mu"},
    ("DictionaryLearning", "positive_code", True): {"transform_algorithm": "lasso_cd"},
    ("MiniBatchDictionaryLearning", "positive_code", True): {"transform_algorithm": "lasso_cd"},
    ("SparseCoder", "positive_code", True): {"transform_algorithm": "lasso_cd"},
    ("StackingClassifier", "stack_method", "decision_function"): {"estimators": "linear"},
}
#: Rows that would only repeat others, fail before anything is converted, or compare nothing.
LEFT_OUT = {
    ("BaggingClassifier", "estimator=LogisticRegression()", "missing values"),
    ("BaggingClassifier", "estimator=SGDClassifier()", "missing values"),
    ("BaggingRegressor", "estimator=Ridge()", "missing values"),
    ("GradientBoostingClassifier", "loss='exponential'", "3 classes"),
    ("GradientBoostingClassifier", "init='zero', loss='exponential'", "3 classes"),
}
TREE = tree.DecisionTreeClassifier(max_depth=3, random_state=0)
LINE = linear_model.LogisticRegression()
RIDGE = linear_model.Ridge()
#: What an estimator cannot be made without.
REQUIRED: dict[str, dict[str, Any]] = {
    "ClassifierChain": {"estimator": LINE},
    "ColumnTransformer": {"transformers": [("scale", preprocessing.StandardScaler(), [0, 1])]},
    "FeatureUnion": {"transformer_list": [("scale", preprocessing.StandardScaler())]},
    "FixedThresholdClassifier": {"estimator": LINE},
    "FrozenEstimator": {"estimator": LINE},
    "GridSearchCV": {"estimator": LINE, "param_grid": {"C": [0.1, 1]}},
    "HalvingGridSearchCV": {"estimator": LINE, "param_grid": {"C": [0.1, 1]}},
    "HalvingRandomSearchCV": {"estimator": LINE, "param_distributions": {"C": [0.1, 1]}},
    "MultiOutputClassifier": {"estimator": LINE},
    "MultiOutputRegressor": {"estimator": RIDGE},
    "OneVsOneClassifier": {"estimator": LINE},
    "OneVsRestClassifier": {"estimator": LINE},
    "OutputCodeClassifier": {"estimator": LINE, "random_state": 0},
    "BayesianGaussianMixture": {"n_components": 3},
    "DictionaryLearning": {"max_iter": 5},
    "GaussianMixture": {"n_components": 3},
    "GaussianRandomProjection": {"n_components": 3},
    "LatentDirichletAllocation": {"max_iter": 5},
    "Pipeline": {"steps": [("scale", preprocessing.StandardScaler()), ("line", LINE)]},
    "RFE": {"estimator": LINE},
    "RFECV": {"estimator": LINE},
    "RandomizedSearchCV": {
        "estimator": LINE,
        "param_distributions": {"C": [0.1, 1]},
        "n_iter": 2,
    },
    "RegressorChain": {"estimator": RIDGE},
    "SelectFromModel": {"estimator": LINE},
    "SelfTrainingClassifier": {"estimator": LINE},
    "SequentialFeatureSelector": {"estimator": LINE},
    "SparseCoder": {"dictionary": np.eye(COLUMNS)},
    "QuantileRegressor": {"alpha": 0.01},
    "SparseRandomProjection": {"n_components": 3},
    "RadiusNeighborsClassifier": {"radius": 20.0},
    "RadiusNeighborsRegressor": {"radius": 20.0},
    "StackingClassifier": {"estimators": [("tree", TREE), ("line", LINE)]},
    "StackingRegressor": {"estimators": [("ridge", RIDGE), ("line", linear_model.Lasso())]},
    "TunedThresholdClassifierCV": {"estimator": LINE},
    "VotingClassifier": {"estimators": [("tree", TREE), ("line", LINE)]},
    "VotingRegressor": {"estimators": [("ridge", RIDGE), ("line", linear_model.Lasso())]},
}
#: Small, and the same on each run.
SMALL = {
    "n_estimators": 10,
    "random_state": 0,
    "max_iter": 300,
    "n_quantiles": 50,
    "n_clusters": 4,
    "hidden_layer_sizes": (8,),
}
#: Options that no constraint lists, or that take numbers: each is one more row.
MORE: dict[str, list[dict[str, Any]]] = {
    "AdaBoostClassifier": [{"estimator": LINE}],
    "AdaBoostRegressor": [{"estimator": RIDGE}],
    "BaggingClassifier": [
        {"estimator": LINE},
        {"max_features": 0.6},
        {"estimator": linear_model.SGDClassifier(random_state=0)},
    ],
    "BaggingRegressor": [{"estimator": RIDGE}, {"max_features": 0.6}],
    "Binarizer": [{"threshold": 0.3}],
    "CalibratedClassifierCV": [{"estimator": TREE}, {"ensemble": False}],
    "CountVectorizer": [
        {"ngram_range": (1, 2)},
        {"stop_words": "english", "ngram_range": (1, 2)},
        {"max_features": 20},
        {"token_pattern": r"\b\w+\b"},
        {"token_pattern": "[a-z0-9_ß-öø-ÿ]{2,}"},
        {"vocabulary": ["good", "bad", "film"]},
    ],
    "TfidfVectorizer": [
        {"ngram_range": (1, 2)},
        {"stop_words": "english", "ngram_range": (1, 2)},
        {"token_pattern": r"\b\w+\b"},
        {"token_pattern": "[a-z0-9_ß-öø-ÿ]{2,}"},
        {"max_features": 20},
    ],
    "ElasticNet": [{"positive": True}],
    "FunctionTransformer": [{"func": np.log1p}],
    "KernelPCA": [{"n_components": 3}],
    "HistGradientBoostingClassifier": [{"categorical_features": [4]}],
    "HistGradientBoostingRegressor": [
        {"categorical_features": [4]},
        {"loss": "quantile", "quantile": 0.9},
    ],
    "GradientBoostingClassifier": [{"init": "zero"}],
    "GradientBoostingRegressor": [{"init": "zero"}, {"loss": "quantile", "alpha": 0.9}],
    "KBinsDiscretizer": [{"n_bins": 3, "encode": "ordinal"}],
    "KNNImputer": [{"weights": "distance"}],
    "KNeighborsClassifier": [{"n_neighbors": 1}, {"p": 1}, {"p": 3}],
    "KNeighborsRegressor": [{"n_neighbors": 1}, {"p": 1}, {"p": 3}],
    "MLPClassifier": [{"hidden_layer_sizes": (8, 4)}],
    "MinMaxScaler": [{"feature_range": (-1, 2)}, {"clip": True}],
    "OneHotEncoder": [
        {"handle_unknown": "ignore"},
        {"max_categories": 3, "handle_unknown": "infrequent_if_exist"},
        {"min_frequency": 60, "handle_unknown": "infrequent_if_exist"},
        {"drop": "first", "handle_unknown": "ignore"},
    ],
    "OrdinalEncoder": [
        {"handle_unknown": "use_encoded_value", "unknown_value": -1},
        {"encoded_missing_value": -2},
        {"max_categories": 3},
        {"handle_unknown": "use_encoded_value", "unknown_value": 99},
    ],
    "PCA": [{"n_components": 3}, {"n_components": 3, "whiten": True}],
    "PLSRegression": [{"n_components": 1}],
    "PolynomialFeatures": [{"degree": 3}, {"degree": (2, 3)}],
    "RandomForestClassifier": [{"max_depth": 3}],
    "RobustScaler": [{"quantile_range": (5, 95)}],
    "SVC": [{"probability": True}, {"kernel": "linear", "probability": True}],
    "NuSVC": [{"probability": True}],
    "SimpleImputer": [{"strategy": "constant", "fill_value": 7}],
    "SplineTransformer": [{"degree": 1}],
    "StackingClassifier": [{"passthrough": True}],
    "TargetEncoder": [{"smooth": 5.0}],
    "TweedieRegressor": [{"power": 1.5}, {"power": 2}, {"power": 3}],
    "VotingClassifier": [
        {"voting": "soft", "flatten_transform": False},
        {"voting": "soft", "flatten_transform": False, "weights": [1, 3]},
        {"voting": "soft", "flatten_transform": False, "weights": np.array([1, 3])},
    ],
    "VotingRegressor": [{"weights": [1, 3]}, {"weights": np.array([1, 3])}],
    "OneVsRestClassifier": [{"estimator": "LinearSVC"}, {"estimator": TREE}],
    "OneVsOneClassifier": [{"estimator": "LinearSVC"}, {"estimator": TREE}],
}
#: Estimators that learn two targets at once.
TWO_TARGETS = (
    *("MultiOutputClassifier", "MultiOutputRegressor", "ClassifierChain", "RegressorChain"),
    *("CCA", "PLSCanonical", "PLSSVD"),
)
OLDER = {"": 18, "ai.onnx.ml": 3}
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


def cases() -> Iterator[Case]:
    """All rows of the table for scikit-learn."""
    for name, estimator in all_estimators():
        for options in options_of(name, estimator):
            for kind in kinds_of(name, estimator):
                case = make_case(name, estimator, options, kind)
                if (case.name, case.options, case.rows) not in LEFT_OUT:
                    yield case
    yield from tables()


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


def tables() -> Iterator[Case]:
    """DataFrames with numbers and texts, in front of three kinds of models."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

    models = {
        "LogisticRegression": LINE,
        "RandomForestClassifier": RandomForestClassifier(10, random_state=0),
        "HistGradientBoostingClassifier": HistGradientBoostingClassifier(max_iter=20),
    }
    for (name, model), missing in itertools.product(models.items(), (False, True)):
        rows = "DataFrame with missing numbers" if missing else "DataFrame"
        build = frame_of(behind_columns(model), missing)
        yield Case("scikit-learn", f"ColumnTransformer and {name}", "", rows, build)


def behind_columns(model: Any) -> Any:
    """Pipeline that fills and scales numbers, encodes texts, and ends in a model."""
    scale = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    one_hot = preprocessing.OneHotEncoder(handle_unknown="ignore")
    columns = compose.ColumnTransformer(
        [("numbers", scale, ["age", "fare"]), ("texts", one_hot, ["town"])], sparse_threshold=0
    )
    return pipeline.make_pipeline(columns, model)


def frame_of(model: Any, missing: bool, opsets: Any = None) -> Any:
    """Function that fits a pipeline on a DataFrame."""

    def build() -> Subject:
        random = np.random.default_rng(0)
        frame = pd.DataFrame(
            {
                "age": random.normal(40, 12, FIT + ASKED).astype(np.float32),
                "fare": random.gamma(2, 20, FIT + ASKED).astype(np.float32),
                "town": random.choice(["Cork", "Lyon", "Pisa"], FIT + ASKED),
            }
        )
        labels = (frame["age"] + frame["fare"] + 9 * (frame["town"] == "Pisa") > 75).astype(int)
        if missing:
            frame.loc[random.random(len(frame)) < 0.1, "age"] = np.nan
        fitted = clone(model).fit(frame[:FIT], labels[:FIT])
        asked = frame[FIT:].reset_index(drop=True)
        types = [
            ("age", FloatTensorType([None, 1])),
            ("fare", FloatTensorType([None, 1])),
            ("town", StringTensorType([None, 1])),
        ]
        return Subject(
            answer=lambda rows: outputs(fitted, rows),
            convert=lambda opset: convert(fitted, types, target_of(opset, opsets)),
            feed=lambda rows: {
                name: rows[[name]].to_numpy(object if name == "town" else np.float32)
                for name in rows.columns
            },
            rows=asked,
            fragile=lambda: fragile(fitted, asked),
            classes=classes_of(fitted),
        )

    return build
