"""Fixtures that several tests share."""

import json
import time
import traceback

import browser
import onnx
import pytest
from playwright.sync_api import sync_playwright

# Scripts for other versions: `make versions` runs each in an environment of its own.
# Files of fixtures hold no doctests, and cannot be imported twice under one name.
collect_ignore_glob = ["old_versions/*", "conftest.py", "browser/conftest.py"]


@pytest.fixture
def linear() -> onnx.ModelProto:
    """One matrix product: features (batch, 3) to scores (batch, 2)."""
    model = onnx.parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 18], producer_name: "tests", producer_version: "1">
        linear (float[batch, 3] features) => (float[batch, 2] scores)
        <float[3, 2] weights = {1, 2, 3, 4, 5, 6}, float[2] bias = {0, 1}>
        {
            product = MatMul(features, weights)
            scores = Add(product, bias)
        }""")
    for tensor in model.graph.initializer:  # as exporters store them: as raw bytes
        array = onnx.numpy_helper.to_array(tensor)
        tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))
    onnx.checker.check_model(model)
    return model


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


@pytest.fixture(scope="session")
def chromium(once):
    """Chromium without a window."""
    program = once("chromium", lambda folder: browser.chromium())
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=browser.OPTIONS)
        yield running
        running.close()
