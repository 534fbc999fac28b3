"""Customers who stay or leave: a table that is made of random numbers, and a model of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.base import ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS, TEXTS = ["age", "calls", "visits"], ["plan", "city"]


def make_customers(rows: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Make customers with ids from `first` on; a tenth of the ages and calls is missing."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "row_id": np.arange(first, first + rows),
            "age": rng.integers(18, 80, rows).astype(float),
            "calls": pd.array(rng.poisson(2, rows), "Int64"),
            "visits": rng.integers(0, 40, rows),
            "plan": rng.choice(["basic", "plus", "pro"], rows),
            "city": rng.choice(["Bern", "Lyon", "Oslo", "Rome"], rows),
        }
    )
    frame.loc[rng.random(rows) < 0.1, "age"] = np.nan
    frame.loc[rng.random(rows) < 0.1, "calls"] = pd.NA
    return frame


def write_customers(folder: Path, rows: int, files: int) -> None:
    """Write a table in some files of equal length, in row groups of 10,000."""
    folder.mkdir(parents=True, exist_ok=True)
    each = rows // files
    for k in range(files):
        frame = make_customers(each, seed=1 + k, first=k * each)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table, folder / f"part-{k:03}.parquet", row_group_size=10_000)


def train(last: ClassifierMixin | None = None) -> Pipeline:
    """Fit a pipeline to 4,000 customers: impute numbers, encode texts, classify."""
    frame = make_customers(4000, seed=0).astype({"calls": float})
    noise = np.random.default_rng(9).normal(0, 0.5, len(frame))
    risk = frame["calls"].fillna(2) + 2 * (frame["plan"] == "basic") + noise
    leaves = np.where(risk - frame["age"].fillna(50) / 40 > 1.5, "leaves", "stays")
    last = LogisticRegression() if last is None else last
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    texts = OneHotEncoder(handle_unknown="ignore")
    columns = make_column_transformer((numbers, NUMBERS), (texts, TEXTS))
    return make_pipeline(columns, last).fit(frame, leaves)
