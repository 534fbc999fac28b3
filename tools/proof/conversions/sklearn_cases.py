"""Every estimator of scikit-learn, with each value of each option that changes what it computes."""

import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from sklearn import linear_model, pipeline, preprocessing, tree
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.utils import all_estimators, get_tags
from sklearn.utils._param_validation import Options, StrOptions

from helpers import fragile_rows
from tools.proof.conversions.case import Case, Subject

FIT, ASKED, COLUMNS = 400, 2000, 5
LIMIT = 60  # jumps to look for
#: Options that say how a model is fitted, stored or reported, not what the fitted one computes.
FITTING = set(
    "algorithm assume_centered bootstrap bootstrap_features check_inverse class_weight "
    "compute_distances compute_full_tree compute_inverse_components compute_labels compute_score "
    "copy copy_X copy_X_train copy_x cv decode_error direction early_stopping eigen_solver "
    "eigen_tol ensemble error_score fit_algorithm fit_inverse_transform fit_path force_alpha "
    "fresh_restarts gcv_mode init init_params input iterated_power keep_empty_features "
    "learning_method learning_rate max_features max_iter memory min_samples_leaf n_jobs "
    "nesterovs_momentum oob_score optimizer order output_distribution path_method "
    "power_iteration_normalizer precompute prefit quantile_method random_state refit "
    "return_train_score scoring selection shrinking shuffle solver splitter sort sparse "
    "store_centers store_covariance store_cv_results store_precision svd_method svd_solver tol "
    "use_legacy_attributes validate verbose verbose_feature_names_out warm_start whiten_solver "
    "alpha_per_target cluster_method criterion dual normalize_y n_iter_no_change "
    "predecessor_correction bin_seeding cluster_all breadth_first n_init max_no_improvement "
    "neighbors_algorithm accept_sparse ignore_implicit_zeros gamma nystroem".split()
) - {"max_features"}
#: Values that have to be given together with others, or that no table of numbers has.
IMPOSSIBLE = {"precomputed", "precomputed_nearest_neighbors", "pyfunc", "haversine", "mahalanobis"}
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
        {"vocabulary": ["good", "bad", "film"]},
    ],
    "TfidfVectorizer": [
        {"ngram_range": (1, 2)},
        {"stop_words": "english", "ngram_range": (1, 2)},
        {"token_pattern": r"\b\w+\b"},
        {"max_features": 20},
    ],
    "ElasticNet": [{"positive": True}],
    "FunctionTransformer": [{"func": np.log1p}],
    "GaussianMixture": [{"n_components": 3}],
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
    "VotingClassifier": [{"voting": "soft"}, {"voting": "soft", "weights": [1, 3]}],
    "VotingRegressor": [{"weights": [1, 3]}],
    "OneVsRestClassifier": [{"estimator": "LinearSVC"}, {"estimator": TREE}],
    "OneVsOneClassifier": [{"estimator": "LinearSVC"}, {"estimator": TREE}],
}
TEXTS = "good bad film a the an story very plot 2 actors don't Été".split()


def cases() -> Iterator[Case]:
    """All rows of the table for scikit-learn."""
    for name, estimator in all_estimators():
        for options in options_of(name, estimator):
            for kind in kinds_of(name, estimator):
                yield make_case(name, estimator, options, kind)
    yield from tables()


def make_case(name: str, estimator: type, options: dict[str, Any], kind: str) -> Case:
    """Case of an estimator with options, on one kind of rows."""
    shown = ", ".join(f"{key}={show(value)}" for key, value in options.items())
    return Case("scikit-learn", name, shown, kind, lambda: build(name, estimator, options, kind))


def show(value: Any) -> str:
    """Value of an option as one writes it."""
    if isinstance(value, str) and value == "LinearSVC":
        return "LinearSVC()"
    if hasattr(value, "get_params"):
        return f"{type(value).__name__}()"
    return f"np.{value.__name__}" if callable(value) else repr(value)


def options_of(name: str, estimator: type) -> Iterator[dict[str, Any]]:
    """Sets of options, the defaults first; each is one row for each kind of rows."""
    yield {}
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
            if not same and value not in IMPOSSIBLE:
                yield {key: value}
    yield from MORE.get(name, [])


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
    if name in {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}:
        return ["texts"]
    if name in {"DictVectorizer", "FeatureHasher"}:
        return ["dicts"]
    if name in {"LabelEncoder", "LabelBinarizer"}:
        return ["labels"]
    if name == "MultiLabelBinarizer":
        return ["lists of labels"]
    if name == "IsotonicRegression":
        return ["one column"]
    if name in {"OneHotEncoder", "OrdinalEncoder", "TargetEncoder"}:
        return ["categories as text", "categories as integers", "missing categories"]
    if name == "SimpleImputer":
        return ["missing values", "missing categories"]
    if name.startswith("MultiOutput") or name in {"ClassifierChain", "RegressorChain"}:
        return ["2 targets"]
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
    if options.get("estimator") == "LinearSVC":
        from sklearn.svm import LinearSVC

        options = {"estimator": LinearSVC(random_state=0)}
    model = estimator(**{**small, **REQUIRED.get(name, {}), **options})
    return clone(model)


def numbers(kind: str, *, positive: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Rows to fit on and rows to ask for, of very different size by column."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(FIT + ASKED, COLUMNS)) * [1, 10, 0.1, 1, 1] + [0, 5, 0, 1, 0]
    rows[:, 4] = random.integers(0, 6, len(rows))
    if positive:
        rows = np.abs(rows)
    if kind == "missing values":
        rows[random.random(rows.shape) < 0.1] = np.nan
    rows = rows.astype(np.float32)
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
        signal = np.abs(signal) + 0.1 if tags.target_tags.positive_only else signal
        needs_two = tags.target_tags.two_d_labels or not tags.target_tags.single_output
        return np.stack([signal, clean[:, 1]], 1) if needs_two else signal
    return labels


def build(name: str, estimator: type, options: dict[str, Any], kind: str) -> Subject:
    """Fit an estimator on rows of a kind."""
    model = make(name, estimator, options)
    if kind == "texts":
        return of_texts(model)
    if kind in {"categories as text", "categories as integers", "missing categories"}:
        return of_categories(model, kind)
    if kind in {"dicts", "labels", "lists of labels", "one column"}:
        return of_others(model, kind)
    positive = get_tags(model).input_tags.positive_only or needs_positive(name, options)
    fit, asked = numbers(kind, positive=positive)
    model.fit(fit, target(fit, model, kind))
    return of_numbers(model, asked, np.float32)


def needs_positive(name: str, options: dict[str, Any]) -> bool:
    """Whether an estimator takes no negative numbers, though its tags do not say so."""
    loss = options.get("loss"), options.get("method"), options.get("kernel")
    return bool({"poisson", "gamma", "box-cox", "additive_chi2", "chi2"} & set(loss)) or (
        name in {"PoissonRegressor", "GammaRegressor", "CategoricalNB"}
    )


def outputs(model: Any, rows: Any) -> list[np.ndarray]:
    """What a model answers, in the order of the outputs of its file."""
    if is_classifier(model) or hasattr(model, "predict_proba"):
        for method in ("predict_proba", "decision_function"):
            if hasattr(model, method):
                return [model.predict(rows), scores(getattr(model, method)(rows))]
        return [model.predict(rows)]
    if hasattr(model, "fit_predict") and hasattr(model, "decision_function"):
        return [model.predict(rows), model.decision_function(rows)]
    if hasattr(model, "predict") and hasattr(model, "transform") and hasattr(model, "labels_"):
        return [model.predict(rows), model.transform(rows)]
    answer = model.predict(rows) if hasattr(model, "predict") else model.transform(rows)
    return [dense(answer)]


def scores(answer: Any) -> np.ndarray:
    """Probabilities of several targets as one array, as the file gives them."""
    return np.stack(answer) if isinstance(answer, list) else dense(answer)


def dense(answer: Any) -> np.ndarray:
    """Array of what may be a sparse matrix."""
    return np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer)


def of_numbers(model: Any, asked: np.ndarray, dtype: type) -> Subject:
    """Subject of a model of numbers."""
    kind = DoubleTensorType if dtype is np.float64 else FloatTensorType
    asked = asked.astype(dtype)
    return Subject(
        answer=lambda rows: outputs(model, rows),
        convert=lambda opset: convert(model, [("X", kind([None, asked.shape[1]]))], opset),
        feed=lambda rows: {"X": np.ascontiguousarray(rows)},
        rows=asked,
        fragile=fragile(model, asked),
    )


def convert(model: Any, types: list, opset: int | None) -> Any:
    """File of a model, with probabilities in one array."""
    options = {id(model): {"zipmap": False}} if is_classifier(model) else None
    return to_onnx(model, initial_types=types, options=options, target_opset=opset)


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


def sentences(count: int) -> np.ndarray:
    """Short texts of common words, as an array of objects."""
    random = np.random.default_rng(0)
    sizes = random.integers(1, 9, count)
    return np.array([" ".join(random.choice(TEXTS, size)) for size in sizes], object)


def of_texts(model: Any) -> Subject:
    """Subject of a model of whole texts."""
    texts = sentences(FIT + ASKED)
    model.fit(texts[:FIT])
    return Subject(
        answer=lambda rows: outputs(model, rows),
        convert=lambda opset: convert(model, [("X", StringTensorType([None, 1]))], opset),
        feed=lambda rows: {"X": np.asarray(rows, object).reshape(-1, 1)},
        rows=texts[FIT:],
        fragile=fragile(model, texts[FIT:]),
    )


def of_categories(model: Any, kind: str) -> Subject:
    """Subject of an encoder or an imputer of categories, in two columns."""
    random = np.random.default_rng(0)
    codes = random.integers(0, 5, (FIT + ASKED, 2))
    codes[:, 1] = np.minimum(codes[:, 1], random.integers(0, 5, len(codes)))
    labels = (codes.sum(1) + random.integers(0, 3, len(codes))) % 2
    tensor: Any = Int64TensorType
    rows: np.ndarray = codes.astype(np.int64)
    if kind != "categories as integers":
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
    odd[0, 0] = 77 if tensor is Int64TensorType else "never seen"
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
        fragile=unseen,
    )


def of_others(model: Any, kind: str) -> Subject:
    """Subject of what takes neither a table of numbers nor texts."""
    random = np.random.default_rng(0)
    if kind == "one column":
        values = random.normal(size=(FIT + ASKED, 1)).astype(np.float32)
        model.fit(values[:FIT], np.sin(values[:FIT, 0]))
        return of_numbers(model, values[FIT:], np.float32)
    if kind == "labels":
        labels = random.choice(["cat", "dog", "hen"], FIT + ASKED).astype(object)
        model.fit(labels[:FIT])
        return Subject(
            answer=lambda rows: [model.transform(rows)],
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
        rows = rows if type(model).__name__ == "DictVectorizer" else [list(row.items()) for row in rows]
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
    """DataFrames with numbers and texts, in front of three kinds of models; and float64."""
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.impute import SimpleImputer

    models = {
        "LogisticRegression": LINE,
        "RandomForestClassifier": RandomForestClassifier(10, random_state=0),
        "HistGradientBoostingClassifier": HistGradientBoostingClassifier(max_iter=20),
    }
    for (name, model), missing in itertools.product(models.items(), (False, True)):
        scale = pipeline.make_pipeline(SimpleImputer(), preprocessing.StandardScaler())
        one_hot = preprocessing.OneHotEncoder(handle_unknown="ignore")
        columns = ColumnTransformer(
            [("numbers", scale, ["age", "fare"]), ("texts", one_hot, ["town"])]
        )
        whole = pipeline.make_pipeline(columns, model)
        rows = "DataFrame with missing numbers" if missing else "DataFrame"
        yield Case("scikit-learn", f"ColumnTransformer and {name}", "", rows, frame_of(whole, missing))
    for name, estimator in all_estimators():
        if kinds_of(name, estimator)[0] in {"numbers", "2 classes"}:
            yield Case("scikit-learn", name, "", "float64", double_of(name, estimator))


def frame_of(model: Any, missing: bool) -> Any:
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
            convert=lambda opset: convert(fitted, types, opset),
            feed=lambda rows: {
                name: rows[[name]].to_numpy(object if name == "town" else np.float32)
                for name in rows.columns
            },
            rows=asked,
            fragile=fragile(fitted, asked),
        )

    return build


def double_of(name: str, estimator: type) -> Any:
    """Function that fits an estimator for a file with float64 inputs."""

    def build() -> Subject:
        model = make(name, estimator, {})
        kind = kinds_of(name, estimator)[0]
        positive = get_tags(model).input_tags.positive_only or needs_positive(name, {})
        fit, asked = numbers(kind, positive=positive)
        model.fit(fit.astype(np.float64), target(fit, model, kind))
        return of_numbers(model, asked, np.float64)

    return build
