"""The search page: errors as they stand and as they are pasted, words, keys and addresses."""

import gzip
import re
from urllib.parse import quote

import pytest

from tests.site.editions import in_english_and_with_translations
from tools.chapters import read_book
from tools.pages.error_index import explained, read_rows
from tools.site.extensions.search import TARGET

BOOK = read_book()
ERRORS = explained(BOOK)
SYMPTOMS = {row["symptom"] for _, row in read_rows(BOOK, "symptoms")}

# What readers paste has other names, numbers and surroundings than the text of the book, of
# which a part stands before it.
PASTED = {
    "Invalid rank for input": (
        "InvalidArgument: [ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Invalid rank for input: "
        "serving_default_input_1:0 Got: 3 Expected: 4 Please fix either the inputs/outputs or "
        "the model."
    ),
    "Unexpected input data type": (
        "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Unexpected input data type. Actual: "
        "(tensor(int64)) , expected: (tensor(float16))"
    ),
    "Required inputs (": (
        "ValueError: Required inputs (['float_input', 'mask']) are missing from input feed "
        "(['input_ids'])."
    ),
    "Got invalid dimensions for input": (
        "Got invalid dimensions for input: pixel_values for the following indices\n index: 0 "
        "Got: 8 Expected: 1\n Please fix either the inputs/outputs or the model."
    ),
    "Unsupported model IR version": (
        "Fail: [ONNXRuntimeError] : 1 : FAIL : Load model from net.onnx failed:/build/core/graph"
        "/model.cc:149 onnxruntime::Model::Model(onnx::ModelProto&&, const PathString&, const "
        "logging::Logger&) Unsupported model IR version: 13, max supported IR version: 11"
    ),
    "No Op registered for": (
        'This is an invalid model. In Node, ("/norm/G", GroupNormalization, "", -1) : No Op '
        "registered for GroupNormalization with domain_version of 21"
    ),
    "Could not find an implementation for": (
        "NOT_IMPLEMENTED : Could not find an implementation for ConvTranspose(11) node with "
        "name 'decoder/up_1'"
    ),
    "features as input": (
        "ValueError: X has 13 features, but RandomForestClassifier is expecting 12 features as "
        "input."
    ),
    "KeyError: 'keras_tensor": "KeyError: 'keras_tensor_57'",
    "is not supported yet. Please use a lower opset": (
        "RuntimeError: Opset 24 is not supported yet. Please use a lower opset"
    ),
    "Unsupported ops: Counter": "Unsupported ops: Counter({'RandomUniform': 3, 'Bucketize': 1})",
    "Option 'zipmap": (
        "NameError: Option 'zipmapp' not in ['nocl', 'output_class_labels', 'raw_scores', "
        "'zipmap'] for class 'DecisionTreeClassifier'."
    ),
    "Unable to find column name": (
        "RuntimeError: Unable to find column name 'fare' among names ['input', 'sex']."
    ),
    "Since ORT 1.9": (
        'Traceback (most recent call last):\n  File "/srv/app/serve.py", line 88, in <module>\n'
        '    session = ort.InferenceSession("m.onnx")\n  File "/usr/lib/python3/onnxruntime/capi/'
        'onnxruntime_inference_collection.py", line 465, in __init__\n    self._create_inference'
        "_session(providers, provider_options, disabled_optimizers)\nValueError: This ORT build "
        "has ['CUDAExecutionProvider', 'CPUExecutionProvider'] enabled. Since ORT 1.9, you are "
        "required to explicitly set the providers parameter when instantiating InferenceSession."
    ),
}
# What Python says of any object is an error of the book under the book's names only.
NOT_OF_THE_BOOK = [
    "AttributeError: 'NoneType' object has no attribute 'shape'",
    "KeyError: 'price'",
    "TypeError: cannot pickle '_thread.lock' object",
    "TypeError: fit() got an unexpected keyword argument 'epoch'",
]
FIRST_RESULTS = """queries => queries.map((query) => {
  const box = document.querySelector(".search-page input");
  box.value = query.replace(/\\s+/g, " ");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const first = document.querySelector(".search-result");
  return {
    address: first?.querySelector("a").getAttribute("href").split(":~:")[0],
    cause: first?.querySelector(".search-cause")?.textContent,
    marked: first?.querySelector(".search-excerpt mark")?.textContent,
  };
})"""


def explaining(part):
    """Addresses of the sections that explain an error with this part in its text."""
    return {error.address for error in ERRORS if part in error.text}


@pytest.fixture
def search(open_page):
    """Open the search page for a query; it is ready when it says what it found."""

    def search(query="", **options):
        page = open_page(f"search.html?q={quote(query)}", **options)
        page.wait_for_function(
            "!document.querySelector('.search-status').textContent.includes('loading')"
        )
        return page

    return search


def results(page):
    return page.locator(".search-result")


def status(page):
    return page.locator(".search-status").text_content()


def test_each_text_of_the_error_index_lists_its_section_first(search):
    found = search().evaluate(FIRST_RESULTS, [error.text for error in ERRORS])
    assert [first["address"] for first in found] == [error.address for error in ERRORS]
    for error, first in zip(ERRORS, found, strict=True):
        assert first["cause"] == error.cause.replace("`", "")
        if error.text not in SYMPTOMS:
            assert first["marked"].lower() == error.text.lower()


def test_a_pasted_error_is_known_under_other_names_and_numbers(search):
    page = search()
    found = page.evaluate(FIRST_RESULTS, list(PASTED.values()))
    for part, first in zip(PASTED, found, strict=True):
        assert first["address"] in explaining(part), part
    assert all(first["cause"] for first in found)
    found = page.evaluate(FIRST_RESULTS, NOT_OF_THE_BOOK)
    assert not any(first["cause"] for first in found)


def test_a_traceback_in_the_address_keeps_its_words_apart(search):
    part, pasted = list(PASTED.items())[-1]
    page = search(pasted)
    assert page.input_value(".search-page input") == " ".join(pasted.split())
    assert (
        results(page).first.locator("a").get_attribute("href").startswith(tuple(explaining(part)))
    )


def test_a_query_with_html_is_text(search):
    query = '<img src="x" onerror="document.title = 1"><class \'float\'>'
    page = search(query)
    assert page.input_value(".search-page input") == query
    page.fill(".search-page input", "Unable to handle object of type <class 'float'>")
    assert page.locator("mark").first.text_content().endswith("<class 'float'>")
    assert page.locator(".search-page :is(img, float)").count() == 0
    assert page.title() != "1"


def test_an_empty_query_lists_nothing_and_complains_of_nothing(search):
    page = search("  ")
    assert results(page).count() == 0
    assert status(page) == ""
    assert not page.locator(".search-advice").is_visible()


def test_nothing_found_says_what_to_try(search, address):
    page = search("zzzzqqqq")
    assert status(page) == "No section contains these words."
    assert results(page).count() == 0
    page.locator(".search-advice a").click()
    assert page.url == f"{address}chapters/appendix/error-index.html"


def test_typing_changes_list_count_and_address_without_a_reload(search):
    page = search("opset")
    assert re.match(r"\d+ sections contain this text\. The first 30", status(page))
    assert results(page).count() == 30
    page.evaluate("window.stayed = true")
    page.fill(".search-page input", "MatMul dimension mismatch")
    page.wait_for_url("**/search.html?q=MatMul+dimension+mismatch")
    explained_and_more = r"1 section explains this kind of error, (\d+) more contain this text\."
    [more] = re.fullmatch(explained_and_more, status(page)).groups()
    assert results(page).count() == 1 + int(more)
    assert page.evaluate("window.stayed")
    assert page.locator(".search-status").get_attribute("role") == "status"


def test_keys_lead_from_any_page_to_the_error_itself_and_back(open_page):
    page = open_page(f"{BOOK.chapters[0].page}.html")
    wanted = "The model provided has never called."
    page.keyboard.press("Control+k")
    page.keyboard.type(wanted)
    page.keyboard.press("Enter")
    results(page).first.wait_for()
    focused = "document.activeElement.matches('.search-page {}')"
    assert page.evaluate(focused.format("input"))
    page.keyboard.press("Enter")
    assert page.evaluate(focused.format(".search-result:first-child a"))
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(focused.format(".search-result:first-child a"))
    page.keyboard.press("Enter")
    [address] = explaining(wanted)
    page.wait_for_url(f"**/{address}**")
    # The error stands far below the heading of its section.
    anchor = address.partition("#")[2]
    error = page.locator(f"[id='{anchor}'] pre", has_text="has never called.")
    page.wait_for_function(
        "(pre) => { const { top, bottom } = pre.getBoundingClientRect();"
        " return top > 0 && bottom < innerHeight; }",
        arg=error.element_handle(),
    )
    page.go_back()
    results(page).first.wait_for()
    assert page.input_value(".search-page input") == wanted


def test_the_list_fits_on_a_phone(search):
    page = search("onnxruntime.capi.onnxruntime_pybind11_state", width=390)
    assert results(page).count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_javascript_the_page_says_so(open_page, address):
    page = open_page("search.html", java_script_enabled=False)
    assert "needs JavaScript" in page.locator(".search-page noscript").inner_text()
    assert not page.locator(".search-page form").is_visible()
    page.locator(".search-page noscript a").click()
    assert page.url == f"{address}chapters/appendix/error-index.html"


def test_texts_that_do_not_load_are_reported(search):
    refused = "new Response('', { status: 503, statusText: 'Service Unavailable' })"
    page = search("opset", script=f"window.fetch = async () => {refused};")
    assert "did not load: 503 Service Unavailable" in status(page)
    assert page.locator(".search-advice").is_visible()


def test_opened_from_disk_the_page_says_what_to_do(chromium, site):
    page = chromium.new_page()
    page.goto((site / "search.html").as_uri())
    assert "python -m http.server" in status(page)
    page.close()


def test_a_long_log_is_searched_at_once(search):
    line = "2026-11-23 12:00:00 (worker 1) 'GET /predict' took 0.3 s; "
    page = search()
    [first] = page.evaluate(FIRST_RESULTS, [line * 20_000 + "KeyError: 'keras_tensor'"])
    assert first["address"] in explaining("KeyError: 'keras_tensor'")
    page.wait_for_url("**keras_tensor%27")
    assert len(page.url) < 5_000


@in_english_and_with_translations
def test_only_the_search_page_loads_the_texts_and_no_page_sphinx_search(site):
    for path in site.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert ("live/sections.json" in page) == (path.name == "search.html"), path
        assert not re.search("searchtools.js|searchindex.js|language_data.js", page), path


def test_notes_for_teachers_are_not_among_the_texts(site):
    assert "teacher:" not in (site / TARGET).read_text(encoding="utf-8")


def test_the_texts_are_small(site):
    packed = gzip.compress((site / TARGET).read_bytes())
    assert len(packed) < 500_000  # a tenth of it is the conversion table
