"""Rows on a DataFrame with numbers, whole numbers and texts, one input of the file per column.

Each is a line of code, as a reader writes it, so that the table shows what was measured.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn import compose, impute, pipeline, preprocessing
from sklearn.base import clone, is_regressor
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.utils import all_estimators

from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.sklearn_options import ASKED, FIT
from tools.proof.conversions.sklearn_subjects import (
    classes_of,
    convert,
    fragile,
    outputs,
    target_of,
)

PLAIN, MISSING, EMPTY = "DataFrame", "DataFrame with missing numbers", "DataFrame with empty texts"
ASCII = "DataFrame, texts without accents"
ACCENTED = "DataFrame, texts with accents"  # all of them in small letters, so none is lowered
TYPES = {
    **dict.fromkeys(("age", "fare"), FloatTensorType),
    "visits": Int64TensorType,
    **dict.fromkeys(("town", "plan", "note"), StringTensorType),
}
ELEMENTS: dict[type, type] = {
    FloatTensorType: np.float32,
    Int64TensorType: np.int64,
    StringTensorType: object,
}
SHARES = [0.4, 0.3, 0.2, 0.07, 0.03]  # of the plans
#: What a ColumnTransformer is made of, as in ``make_column_transformer(...)``, and its rows.
COLUMNS: list[tuple[str, tuple[str, ...]]] = [
    ("(OneHotEncoder(), ['town', 'plan'])", (PLAIN, EMPTY)),
    ("(OneHotEncoder(handle_unknown='ignore'), ['town', 'plan'])", (PLAIN, EMPTY)),
    ("(OneHotEncoder(drop='first', handle_unknown='ignore'), ['town', 'plan'])", (PLAIN,)),
    (
        "(OneHotEncoder(min_frequency=60, handle_unknown='infrequent_if_exist'), ['town'])",
        (PLAIN,),
    ),
    ("(OneHotEncoder(handle_unknown='ignore'), ['visits'])", (PLAIN,)),
    ("(OneHotEncoder(handle_unknown='ignore'), ['town', 'visits'])", (PLAIN,)),
    ("(OrdinalEncoder(), ['town', 'plan'])", (PLAIN, EMPTY)),
    (
        "(OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=-1), ['town', 'plan'])",
        (PLAIN, EMPTY),
    ),
    ("(OrdinalEncoder(max_categories=3), ['town', 'plan'])", (PLAIN,)),
    ("(TargetEncoder(), ['town', 'plan'])", (PLAIN, EMPTY)),
    ("(SimpleImputer(), ['age', 'fare'])", (MISSING,)),
    ("(SimpleImputer(strategy='median'), ['age', 'fare'])", (MISSING,)),
    ("(SimpleImputer(add_indicator=True), ['age', 'fare'])", (MISSING,)),
    ("(KNNImputer(), ['age', 'fare'])", (MISSING,)),
    ("(SimpleImputer(missing_values='', strategy='most_frequent'), ['town', 'plan'])", (EMPTY,)),
    (
        "(make_pipeline(SimpleImputer(missing_values='', strategy='constant', "
        "fill_value='none'), OneHotEncoder(handle_unknown='ignore')), ['town', 'plan'])",
        (EMPTY,),
    ),
    (
        "(make_pipeline(SimpleImputer(), StandardScaler()), ['age', 'fare']), "
        "(OneHotEncoder(handle_unknown='ignore'), ['town', 'plan'])",
        (PLAIN, MISSING, EMPTY),
    ),
    ("(StandardScaler(), ['age', 'fare'])", (PLAIN, MISSING)),
    ("(StandardScaler(), ['visits'])", (PLAIN,)),
    ("(StandardScaler(), ['age', 'visits'])", (PLAIN,)),
    ("(StandardScaler(), make_column_selector(dtype_include='floating'))", (PLAIN,)),
    ("('passthrough', ['age']), ('drop', ['fare'])", (PLAIN,)),
    ("(StandardScaler(), ['age']), remainder='passthrough'", (PLAIN,)),
    ("(StandardScaler(), ['age']), remainder=MinMaxScaler()", (PLAIN,)),
    ("(RobustScaler(), ['age']), (QuantileTransformer(n_quantiles=50), ['fare'])", (PLAIN,)),
    ("(PowerTransformer(), ['fare'])", (PLAIN, MISSING)),
    ("(KBinsDiscretizer(encode='ordinal'), ['age', 'fare'])", (PLAIN,)),
    ("(make_union(StandardScaler(), MinMaxScaler()), ['age', 'fare'])", (PLAIN,)),
    ("(CountVectorizer(), 'note'), (StandardScaler(), ['age'])", (ASCII,)),
    ("(CountVectorizer(lowercase=False), 'note'), (StandardScaler(), ['age'])", (ACCENTED,)),
    ("(TfidfVectorizer(), 'note'), (OneHotEncoder(), ['town'])", (ASCII,)),
    ("(TfidfVectorizer(lowercase=False), 'note'), (OneHotEncoder(), ['town'])", (ACCENTED,)),
    (
        "(TfidfVectorizer(lowercase=False, token_pattern='[a-z0-9_ß-öø-ÿ]{2,}'), 'note'), "
        "(OneHotEncoder(), ['town'])",
        (ACCENTED,),
    ),
    ("(FunctionTransformer(), ['age', 'fare'])", (PLAIN, MISSING)),
]
#: Models behind a ColumnTransformer.
BEHIND = [
    "LogisticRegression()",
    "RandomForestClassifier(10, random_state=0)",
    "HistGradientBoostingClassifier(max_iter=20)",
    "LinearRegression()",
    "RandomForestRegressor(10, random_state=0)",
    "HistGradientBoostingRegressor(max_iter=20)",
    "KNeighborsClassifier()",
    "SVC(random_state=0)",
    "MLPClassifier((8,), max_iter=300, random_state=0)",
    "CalibratedClassifierCV(LogisticRegression())",
    "GridSearchCV(LogisticRegression(), {'C': [0.1, 1]})",
    "VotingClassifier([('tree', DecisionTreeClassifier(max_depth=3)), "
    "('line', LogisticRegression())], voting='soft', flatten_transform=False)",
    "StackingClassifier([('tree', DecisionTreeClassifier(max_depth=3, random_state=0)), "
    "('line', LogisticRegression())])",
]
#: Estimators that take the columns themselves, without a ColumnTransformer.
ALONE = [
    *("StandardScaler()", "LinearRegression()", "LogisticRegression()", "RidgeClassifier()"),
    *("DecisionTreeClassifier(max_depth=3)", "RandomForestRegressor(10, random_state=0)"),
    "HistGradientBoostingClassifier(max_iter=20)",
    *("SimpleImputer()", "make_pipeline(SimpleImputer(), LogisticRegression())"),
    "make_pipeline(StandardScaler(), LogisticRegression())",
]
NAMES = {
    **dict(all_estimators()),
    "make_column_selector": make_column_selector,
    "make_pipeline": make_pipeline,
    "make_union": make_union,
}


def frames() -> Iterator[Case]:
    """Rows for transformers of columns, for models behind them, and for models alone."""
    for line, kinds in COLUMNS:
        for kind in kinds:
            yield Case(
                "scikit-learn", "ColumnTransformer", line, kind, partial(columns, line, kind)
            )
    for line in BEHIND:
        for kind in (PLAIN, MISSING):
            name = f"ColumnTransformer and {line.partition('(')[0]}"
            yield Case("scikit-learn", name, "", kind, frame_of(behind_columns(made(line)), kind))
    for line in ALONE:
        name, _, options = line.removesuffix(")").partition("(")
        whole = name == "make_pipeline"
        name, options = ("Pipeline", options) if whole else (name, "")
        kind = MISSING if "Imputer" in line else PLAIN
        build = frame_of(made(line), kind, ("age", "fare"))
        yield Case("scikit-learn", name, options, f"{kind}, only numbers", build)


def made(line: str) -> Any:
    """Estimator that a line of code makes."""
    return eval(line, NAMES)


def columns(line: str, kind: str) -> Subject:
    """Transformer of columns, with those columns of the DataFrame that it names."""
    model = eval(f"make_column_transformer({line})", {**NAMES, "make_column_transformer": make})
    used = tuple(name for name in TYPES if f"'{name}'" in line) or ("age", "fare", "town")
    if "remainder" in line:
        used = ("age", "fare")
    return frame_of(model, kind, used)()


def make(*transformers: Any, **options: Any) -> compose.ColumnTransformer:
    """Transformer of columns whose answer is no sparse matrix."""
    return make_column_transformer(*transformers, sparse_threshold=0, **options)


def behind_columns(model: Any) -> pipeline.Pipeline:
    """Pipeline that fills and scales numbers, encodes texts, and ends in a model."""
    scale = make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    one_hot = preprocessing.OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(make((scale, ["age", "fare"]), (one_hot, ["town"])), model)


def table(kind: str) -> tuple[pd.DataFrame, np.ndarray]:
    """DataFrame to fit on and to ask for, and something to learn from it."""
    random = np.random.default_rng(0)
    count = FIT + ASKED
    frame = pd.DataFrame(
        {
            "age": random.normal(40, 12, count).astype(np.float32),
            "fare": random.gamma(2, 20, count).astype(np.float32),
            "town": random.choice(["Cork", "Lyon", "Pisa"], count),
        }
    )
    signal = (frame["age"] + frame["fare"] + 9 * (frame["town"] == "Pisa")).to_numpy()
    if kind == MISSING:
        frame.loc[random.random(count) < 0.1, "age"] = np.nan
    frame["visits"] = random.integers(0, 6, count)
    frame["plan"] = random.choice(["free", "plus", "team", "old", "beta"], count, p=SHARES)
    accents = ["été", "écran", "café"] if kind == ACCENTED else []
    words = random.choice(["good", "bad", "film", "story", "plot", *accents], (count, 4))
    frame["note"] = [" ".join(each[: 1 + place % 4]) for place, each in enumerate(words)]
    if kind == EMPTY:
        for name in ("town", "plan"):
            frame.loc[random.random(count) < 0.1, name] = ""
    return frame.astype(dict.fromkeys(("town", "plan", "note"), object)), signal


def frame_of(
    model: Any, kind: str, used: tuple[str, ...] = ("age", "fare", "town"), opsets: Any = None
) -> Callable[[], Subject]:
    """Function that fits an estimator on columns of a DataFrame."""

    def build() -> Subject:
        frame, signal = table(kind)
        frame = frame[list(used)]
        learned = signal if is_regressor(model) else (signal > 75).astype(int)
        fitted = clone(model).fit(frame[:FIT], learned[:FIT])
        asked = frame[FIT:].reset_index(drop=True)
        types = [(name, TYPES[name]([None, 1])) for name in used]
        return Subject(
            answer=lambda rows: outputs(fitted, rows),
            convert=lambda opset: convert(fitted, types, target_of(opset, opsets)),
            feed=lambda rows: {
                name: rows[[name]].to_numpy(ELEMENTS[TYPES[name]]) for name in used
            },
            rows=asked,
            fragile=lambda: fragile(fitted, asked),
            classes=classes_of(fitted),
        )

    return build
