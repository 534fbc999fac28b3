"""Score a folder of Parquet files on Dask, in two processes: python dask_job.py MODEL IN OUT."""

import sys

import dask.dataframe as dd
import pandas as pd
from distributed import Client, LocalCluster
from score import SCHEMA, score, session_of


def score_rows(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    """Score a partition, with the session of this process."""
    return score(session_of(model), frame)


def job(model: str, source: str, target: str) -> None:
    """Read, score and write, a row group at a time."""
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster):
        table = dd.read_parquet(source, split_row_groups=True)
        meta = SCHEMA.empty_table().to_pandas()
        scored = table.map_partitions(score_rows, model, meta=meta)
        scored.to_parquet(target, schema=SCHEMA, write_index=False)


if __name__ == "__main__":
    job(*sys.argv[1:])
