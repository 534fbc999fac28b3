"""What tests of several rooms share."""

from pathlib import Path

import onnx
import pytest
from playwright.sync_api import sync_playwright

from tests.added import copy_repository
from tools.site import browser

# What a test needs is seen by its fixtures.
MARKS = {
    "chromium": "browser",
    "dist": "node",
    "elsewhere": "node",
    "node": "node",
    "site": "slow",
    "stored": "slow",
}


# A file goes to one worker. The first one makes the site, while others run notebooks; what takes
# long comes before what is short, so that no worker is left with it at the end.
FIRST = "tests/site/test_new_lesson_pages.py"
LONG = (
    *(f"tests/examples/test_{name}.py" for name in ("elsewhere", "score", "serve")),
    "tests/tools/test_conversions.py",
)
# What starts programs or takes times: not for `make test-fast`.
SLOW = (
    *("helpers/replacement.py", "tests/examples/"),
    *("tests/helpers/test_any_bytes.py", "tests/helpers/test_replacement.py"),
    *(f"tests/tools/test_{name}.py" for name in ("cold", "environments", "kit", "run")),
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark tests by what they need; pytest chooses by marks, and groups; put files in order."""
    for item in items:
        for fixture in MARKS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[fixture])
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    for name in (FIRST, *LONG, *SLOW):  # one with another name would be left out, unnoticed
        if not (Path(__file__).parents[1] / name).exists():
            raise pytest.UsageError(f"tests/conftest.py names {name}, and it is not there")
    yield
    items.sort(key=turn)


def turn(item):
    """Which turn a test has: that of its file."""
    file = item.nodeid.partition("::")[0]
    order = [file == FIRST, file.endswith(".ipynb"), file in LONG]
    return order.index(True) if True in order else len(order)


@pytest.fixture(scope="session")
def added(once):
    """Folder of a copy of the repository with two more lessons; made once in a run."""
    return Path(once("added", copy_repository))


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
def chromium(once):
    """Chromium without a window."""
    program = once("chromium", lambda folder: browser.chromium())
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=browser.OPTIONS)
        yield running
        running.close()
