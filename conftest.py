"""Fixtures that tests of several rooms share, and the line that ends a run."""

import json
import os
import time
import traceback

import pytest

# ONNX Runtime 1.29 and later report their use unless they are told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# Scripts for other versions run in environments of their own; these files hold no doctests.
collect_ignore_glob = ["tools/proof/old_versions/*", "**/conftest.py"]


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """Do something in one worker; the others wait, and get what it returned."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.json"
        try:
            folder.mkdir()
        except FileExistsError:
            wait_for(done)
        else:
            try:
                result = {"value": str(make(folder))}
            except Exception:
                result = {"problem": traceback.format_exc()}
            done.with_suffix(".partial").write_text(json.dumps(result))
            done.with_suffix(".partial").rename(done)
        result = json.loads(done.read_text())
        assert "problem" not in result, result["problem"]
        return result["value"]

    return once


def wait_for(path, seconds=300):
    """Wait until a file exists."""
    for _ in range(seconds * 10):
        if path.exists():
            return
        time.sleep(0.1)
    raise TimeoutError(f"no {path.name} after {seconds} s: another worker hangs or died")
