"""The inspector in a browser: what it shows, that it stops what does not stop, who can use it.

Which facts and findings a file gives is tested in ``tests/site/test_inspect_files.py``.
"""

import re

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import helper

from helpers import DIGITS_MODEL, describe
from helpers.interface import shape_text
from tests.site.model_files import (
    RELU,
    circular,
    classifier,
    endless,
    nested,
    tiny,
    whole,
    with_external,
    with_names,
    with_shape,
    with_wrong_array,
    without_shape,
)
from tools.chapters import read_book
from tools.site import scripts
from tools.site.links import read_links

MARKUP = '<img src=x onerror="document.title = 1">'
IDLE = "!document.querySelector('.inspect-cancel:not([hidden])')"


def of_every_type():
    names = ["bool", "double", "float", "float16", "string"]
    names += [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
    given = ", ".join(f"{name}[N] in_{name}" for name in names)
    back = ", ".join(f"{name}[N] out_{name}" for name in names)
    body = " ".join(f"out_{name} = Identity(in_{name})" for name in names)
    return tiny(f"g ({given}) => ({back}) {{ {body} }}")


@pytest.fixture
def give(tmp_path):
    """Give a file to the page, and wait until it is read and drawn."""

    def give(page, model, name="model.onnx", until=IDLE):
        content = model if isinstance(model, bytes) else model.SerializeToString()
        path = tmp_path / name
        path.write_bytes(content)
        page.set_input_files(".inspect-file", path)
        page.wait_for_function(until)

    return give


def run(page, until=IDLE):
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function(until)


def rows_of(page, part):
    return page.eval_on_selector_all(
        f".inspect-{part} tbody tr",
        "rows => rows.map(row => [...row.cells].map(c => c.innerText))",
    )


def error_of(page, panel):
    return page.locator(f'[data-panel="{panel}"] .inspect-error').inner_text()


def findings_of(page):
    return page.eval_on_selector_all(
        "[data-finding]", "all => all.map(one => one.dataset.finding)"
    )


def assert_facts(page, model, size):
    """Compare what the page shows with what `describe` says."""
    wanted, facts = describe(model), dict(rows_of(page, "facts"))
    assert facts["IR version"] == str(wanted.ir_version)
    assert facts["Opsets"] == ", ".join(f"{name} {n}" for name, n in wanted.opsets.items())
    assert facts["Producer"] == wanted.producer
    assert facts["File size"] == f"{size:,} bytes"
    arrays = [onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    stored = sum(array.nbytes for array in arrays)
    in_words = f"{len(arrays)} arrays, {stored:,} bytes in the file" if arrays else "none"
    assert facts["Initializers"] == in_words
    shapes = [value.shape for value in (*wanted.inputs, *wanted.outputs)]
    found = rows_of(page, "values")
    assert [row[:3] for row in found] == [
        [kind, value.name, value.type]
        for kind, values in (("input", wanted.inputs), ("output", wanted.outputs))
        for value in values
    ]
    assert [row[3] for row in found] == [shape_text(shape) for shape in shapes]
    assert {row[0] if row[1] == "ai.onnx" else f"{row[1]}.{row[0]}": int(row[2])
            for row in rows_of(page, "operators")} == wanted.operators  # fmt: skip


def values_of(row):
    return np.array([float(value) for value in row[-1].removesuffix(", …").split(", ")])


def test_keras_and_scikit_learn_models_are_described_and_give_the_same_numbers(
    open_page, give, node
):
    page = open_page("inspect.html")
    requests = []
    page.on("request", lambda request: requests.append(request.url.rpartition("/")[2]))

    # The book's model, by keyboard alone.
    page.locator(".inspect-choose").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".inspect-picture")
    assert {"digits.onnx", "inspect-worker.js"} <= set(requests)
    assert not any(name.startswith(("ort", "runtime")) for name in requests), "before Run"
    assert_facts(page, onnx.load(DIGITS_MODEL), DIGITS_MODEL.stat().st_size)
    assert findings_of(page) == []
    assert "No warning. Checked:" in page.locator(".inspect-findings").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "digits.onnx"
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.type") != "number":
        page.keyboard.press("Tab")
    session = ort.InferenceSession(DIGITS_MODEL)
    for batch in (1, 2):
        page.keyboard.press("Control+A")
        page.keyboard.type(str(batch))
        page.keyboard.press("Enter")
        page.wait_for_function(f"document.querySelector('.inspect-answer')?.textContent"
                               f".includes('({batch}, 10)')")  # fmt: skip
        [row] = rows_of(page, "answer")
        [wanted] = session.run(None, {"image": np.zeros((batch, 28, 28), np.float32)})
        assert row[:3] == ["probabilities", "float32", f"({batch}, 10)"]
        np.testing.assert_allclose(values_of(row), wanted[0], atol=1e-5)
    said = page.locator('[data-panel="run"] .inspect-status').inner_text()
    assert re.search(r"One run took .* ms; the first one, with its warm-up, .* ms", said)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Random").is_checked()
    page.keyboard.press("Enter")
    page.wait_for_function(IDLE)
    assert abs(values_of(rows_of(page, "answer")[0]).sum() - 1) < 1e-5
    assert_picture_zooms(page)

    # A scikit-learn pipeline with its probabilities as an array, and as dictionaries.
    page.get_by_label("Zeros").check()
    model = classifier(options={"zipmap": False})
    give(page, model)
    assert_facts(page, model, len(model.SerializeToString()))
    assert findings_of(page) == []
    run(page)
    rows = rows_of(page, "answer")
    session = ort.InferenceSession(model.SerializeToString())
    label, probabilities = session.run(None, {"X": np.zeros((1, 4), np.float32)})
    assert rows[0] == ["label", "int64", "(1,)", str(int(label[0]))]
    np.testing.assert_allclose(values_of(rows[1]), probabilities[0], atol=1e-5)
    model = classifier()
    give(page, model)
    assert_facts(page, model, len(model.SerializeToString()))
    assert findings_of(page) == ["zipmap"]
    run(page)
    assert rows_of(page, "answer") == [["output_label", *rows[0][1:]]]
    said = page.locator(".inspect-answer").inner_text()
    assert "Not returned: output_probability." in said
    assert 'options={"zipmap": False}' in said

    give(page, of_every_type())
    run(page)
    assert len(rows_of(page, "answer")) == 13

    # The newest versions that the page names run, and the next ones do not.
    web = node("inspect_files.mjs", {})["runtimes"][0]
    versions = [("ir_version", web["irVersion"], "older than the file")]
    versions += [("opset", web["opsets"]["ai.onnx"], "older than the opset")]
    versions += [("ml", web["opsets"]["ai.onnx.ml"], "older than the opset")]
    for kind, newest, text in versions:
        for version in (newest, newest + 1):
            stamp = {"more": f', "ai.onnx.ml": {version}'} if kind == "ml" else {kind: version}
            give(page, tiny(RELU, **stamp))
            run(page)
            is_refused = version > newest
            assert bool(findings_of(page)) == is_refused
            assert (text in error_of(page, "run")) == is_refused
            assert bool(rows_of(page, "answer")) != is_refused
    assert requests.count("ort-wasm-simd-threaded.wasm.gz") == 1


def test_a_file_that_is_chosen_while_the_digit_model_loads_stays(open_page, give):
    page = open_page("inspect.html")
    waiting = []
    page.route("**/digits.onnx", lambda route: waiting.append(route))
    page.locator(".inspect-book").click()
    page.wait_for_function("document.querySelector('.inspect-status').textContent != ''")
    give(page, tiny(RELU), "own.onnx")
    with page.expect_response("**/digits.onnx"):
        waiting.pop().continue_()
    # Whatever follows the answer has been done when a later request has come back.
    page.evaluate("fetch('live/digits.json').then((response) => response.blob())")
    assert page.locator(".inspect-name").inner_text() == "own.onnx"
    assert page.locator('[data-panel="read"] .inspect-status').inner_text().startswith("Read own")
    page.unroute("**/digits.onnx")
    page.locator(".inspect-book").click()
    page.wait_for_function("document.querySelector('.inspect-name').textContent != 'own.onnx'")


def assert_picture_zooms(page):
    page.locator(".inspect-picture").focus()
    width = "document.querySelector('.inspect-picture svg').clientWidth"
    widths = []
    for key in ("0", "+", "0", "-"):
        page.keyboard.press(key)
        widths.append(page.evaluate(width))
    assert widths[3] < widths[0] == widths[2] < widths[1]
    page.keyboard.press("0")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelector('.inspect-picture').scrollTop > 0")


def test_no_file_hangs_the_page_or_changes_it(open_page, give, tmp_path):
    page = open_page("inspect.html")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    assert_refusals(page, give, tmp_path)
    assert_hostile_models_do_no_harm(page, give)
    assert_failing_runs_are_explained(page, give)
    assert not any("passwd" in address for address in requests)


def assert_refusals(page, give, tmp_path):
    content = DIGITS_MODEL.read_bytes()
    refused = {
        "empty.onnx": (b"", "empty (0 bytes)"),
        "cut.onnx": (content[:-1000], "it was cut off"),
        "picture.png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG picture"),
        "letter.txt": (b"Dear reader,\n", "begins like a text"),
        "model.keras": (b"PK\x03\x04" + bytes(99), "zip archive, as .keras models"),
        "model.pkl": (b"\x80\x04" + bytes(99), "begins like a pickle"),
        "model.tflite": (b"\x1c\x00\x00\x00TFL3" + bytes(99), "TensorFlow Lite"),
        "deep.onnx": (nested(5000), "100 levels"),
        "bomb.onnx": (whole(b"\x0a\x00" * 3_000_000), "500,000 records"),
    }
    for name, (model, text) in refused.items():
        give(page, model, name)
        assert text in error_of(page, "read"), name
        assert page.locator(".inspect-result").is_hidden()
    huge = tmp_path / "huge.onnx"
    with huge.open("wb") as file:
        file.truncate(256_000_001)
    page.set_input_files(".inspect-file", huge)
    assert "files up to 256 MB" in error_of(page, "read")
    assert "helpers.describe(path)" in error_of(page, "read")
    give(page, content)
    assert error_of(page, "read") == ""
    assert page.locator(".inspect-box").count() == 17


def assert_hostile_models_do_no_harm(page, give):
    title = page.title()
    shown = {
        "name-of-1-MB": (with_names("n" * 1_000_000), []),
        "markup": (with_names(MARKUP), []),
        "turned": (with_names("a\u202etxt.exe\u0007"), []),
        "cycle": (circular(), ["cycle"]),
        "array": (with_wrong_array(), ["array"]),
        "passwd": (with_external("../../etc/passwd"), ["outside", "external"]),
        "deepest": (nested(32), None),
    }
    for name, (model, findings) in shown.items():
        give(page, model, f"{name}{MARKUP[:9]}.onnx".replace("/", ""))
        assert error_of(page, "read") == ""
        assert page.locator(".inspect-picture svg").count() == 1
        if findings is not None:
            assert findings_of(page) == findings, name
        if name == "turned":
            assert rows_of(page, "values")[0][1] == "a\\u202etxt.exe\\u0007"
        if name == "markup":
            assert rows_of(page, "values")[0][1] == MARKUP
    assert page.locator(".inspect img, .inspect script").count() == 0
    assert page.title() == title


def assert_failing_runs_are_explained(page, give):
    inside = "g (float[N, 6] x) => (float[M, 6] y) <int64[2] s = {1, 6}> { y = Reshape(x, s) }"
    give(page, tiny(inside))
    run(page)
    assert rows_of(page, "answer")[0][2] == "(1, 6)"
    page.get_by_label("N", exact=True).fill("2")
    run(page)
    assert "Shapes do not fit" in error_of(page, "run")
    failing = [
        (with_shape([1_000_000_000_000]), "takes 4 TB. This page makes inputs of 64 MB"),
        (with_shape([-1, 3]), "sizes below zero"),
        (without_shape(), "does not say the shape"),
        (tiny("g (seq(float[N]) x) => (int64 y) { y = SequenceLength(x) }"), "seq(tensor(float))"),
        (with_external("../../etc/passwd"), "Weights are in another file"),
        (circular(), "It says:"),
        (with_wrong_array(), "An array does not fit its shape"),
        (tiny("g (float[N] x) => (float[N] y) { y = my.ops.Blur(x) }", more=', "my.ops": 1'),
         "lacks an operator"),
        (tiny("g () => (float[N] y) <int64[1] n = {1100000000}> { y = ConstantOfShape(n) }"),
         "more memory than a page gets"),
        (tiny('g (float[N, 2] p) => (seq(map(string, float)) y) { y = ai.onnx.ml.ZipMap'
              '<classlabels_strings=["a", "b"]>(p) }', more=', "ai.onnx.ml": 3'),
         'convert with options={"zipmap": False}'),
    ]  # fmt: skip
    for model, text in failing:
        give(page, model)
        run(page)
        assert text in error_of(page, "run"), text
        assert rows_of(page, "answer") == []
    give(page, tiny(RELU))
    run(page)
    assert rows_of(page, "answer")[0][0] == "y"


def test_what_takes_too_long_is_ended(open_page, give):
    page = open_page("inspect.html", own_tab=True)  # no other test wants this clock
    page.clock.install()
    status = "document.querySelector('[data-panel=%s] .inspect-status').textContent == '%s'"
    is_running = status % ("run", "Running the model.")
    is_reading = status % ("read", "Reading a.")
    # Ten million times the same text: 30 MB that take seconds to decode.
    slow = b"\x12\x01a" * 10_000_000 + tiny(RELU).SerializeToString()

    give(page, endless())
    run(page, is_running)
    page.clock.fast_forward(15_000)
    assert page.evaluate(is_running)
    page.clock.fast_forward(5_000)
    assert "Stopped after 20 seconds" in error_of(page, "run")

    run(page, is_running)
    give(page, slow, "a", is_reading)  # which ends the run
    page.clock.fast_forward(5_000)
    assert page.evaluate(is_reading)
    page.clock.fast_forward(5_000)
    assert "Stopped after 10 seconds" in error_of(page, "read")

    give(page, slow, "a", is_reading)
    page.get_by_role("button", name="Cancel").click()
    assert page.evaluate(status % ("read", "Canceled."))
    give(page, tiny(RELU))
    assert findings_of(page) == []


DROP = """name => {
  const files = new DataTransfer();
  files.items.add(new File(["weights"], "weights.bin"));
  files.items.add(new File([new Uint8Array(%s)], name));
  const zone = document.querySelector(".inspect-drop");
  for (const type of ["dragover", "drop"]) {
    const options = { dataTransfer: files, bubbles: true, cancelable: true };
    zone.dispatchEvent(new DragEvent(type, options));
  }
}"""


def test_every_state_is_accessible_and_fits_the_screen(open_page, give, expect_errors):
    page = open_page("inspect.html", width=390)
    expect_errors.append("net::ERR_FAILED")
    page.route("**/inspect-worker.js", lambda route: route.abort())
    give(page, tiny(RELU))
    assert "Reload the page" in error_of(page, "read")
    page.unroute("**/inspect-worker.js")
    page.add_script_tag(path=scripts.AXE)
    assert_accessible(page)
    give(page, b"GIF8")
    assert_accessible(page)
    long = "/".join(["functional"] * 9) + ":0"
    model = with_names(long)
    model.opset_import.add(domain="my.ops", version=1)
    model.graph.node.append(helper.make_node("Blur", [long], ["z"], domain="my.ops"))
    page.evaluate(DROP % list(model.SerializeToString()), "dropped.onnx")
    page.wait_for_selector(".inspect-picture")
    assert page.locator(".inspect-name").inner_text() == "dropped.onnx"
    assert findings_of(page) == ["domain", "captured"]
    run(page)
    page.get_by_text("The nodes as a table").click()
    assert [row[1] for row in rows_of(page, "node-list")] == ["Relu", "my.ops.Blur"]
    assert_accessible(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_accessible(page)


def assert_accessible(page):
    found = page.evaluate("""async () => {
        const { violations } = await axe.run(".inspect");
        return violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join());
    }""")
    assert found == []
    page.evaluate("scrollTo(1000, 0)")
    assert page.evaluate("scrollX") == 0


def test_without_javascript_the_page_names_the_python_way(open_page):
    page = open_page("inspect.html", java_script_enabled=False)
    assert "take the\n Python way" in re.sub(" +", " ", page.content())
    assert page.get_by_role("button", name="Choose a file").is_disabled()
    assert "check_before_shipping" in page.locator("main").inner_text()


def test_links_of_messages_land_on_sections_of_the_built_pages(site):
    for link in read_links(read_book()).values():
        path, anchor = link["address"].split("#")
        assert f'id="{anchor}"' in (site / path).read_text(encoding="utf-8"), link


def test_the_page_says_how_much_the_runtime_weighs(site):
    page = (site / "inspect.html").read_text(encoding="utf-8")
    [runtime] = (site / "live").glob("*.wasm.gz")
    assert f"about {runtime.stat().st_size / 1e6:.0f} MB" in page
