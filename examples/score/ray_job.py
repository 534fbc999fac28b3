"""Score a folder of Parquet files on Ray Data, in two actors: python ray_job.py MODEL IN OUT."""

import sys

import pandas as pd
import ray
from score import open_session, score


class Scorer:
    """An actor: a process that makes the session once."""

    def __init__(self, model: str):
        self.session = open_session(model)

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Score a batch."""
        return score(self.session, frame)


def job(model: str, source: str, target: str) -> None:
    """Read, score and write, 5,000 rows at a time."""
    actors = ray.data.ActorPoolStrategy(size=2)
    options = {"batch_format": "pandas", "batch_size": 5000, "compute": actors}
    table = ray.data.read_parquet(source)
    scored = table.map_batches(Scorer, fn_constructor_args=[model], **options)
    scored.write_parquet(target)


if __name__ == "__main__":
    # Cores to count with: two for the actors, the others for what lists, reads and writes.
    ray.init(num_cpus=4, include_dashboard=False)
    job(*sys.argv[1:])
