"""The code of the cheat sheet runs from top to bottom, and its tables say what the book says."""

import contextlib
import inspect
import re

import numpy as np
import pytest

from helpers import check_parity, describe
from tools.chapters import ROOT, read_book

PAGE = (ROOT / "chapters" / "appendix" / "cheat-sheet.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[((?:[^\]`]|`[^`]*`)+)\]\(\.\./([\w/-]+)\.ipynb#([\w-]+)\)")
WIDEST_LINE = 55  # characters, in a column on paper
# What the sections are about, in their order.
PARTS = ("convert", "inspect", "run", "compare", "options", "errors")


def code_of(page):
    """Snippets of the page, in order."""
    return re.findall(r"^```python\n(.+?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def given():
    """The three names that the page calls yours."""
    # Each takes seconds.
    import keras
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    iris = load_iris()
    rows = iris.data.astype(np.float32)
    dense = keras.layers.Dense(3, activation="softmax")
    model = keras.Sequential([keras.Input((4,), name="features"), dense])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, iris.target)
    return {"model": model, "pipeline": pipeline, "rows": rows}


def run(page, folder):
    """Run the snippets one after the other in a folder; return the names that they leave."""
    names = given()
    with contextlib.chdir(folder):
        for number, snippet in enumerate(code_of(page), start=1):
            exec(compile(snippet, f"snippet {number}", "exec"), names)
    return names


def section(part):
    """Text of a section of the page."""
    texts = re.findall(r"^## [^\n]+\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return dict(zip(PARTS, texts, strict=True))[part]


def rows_of(part):
    """Cells of the table in a section, without its head."""
    lines = [line for line in section(part).splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def taught(page, anchor):
    """Source of a chapter's section, with the sections in it."""
    [chapter] = read_book().choose([page])
    places = [section.anchor for section in chapter.sections]
    first = places.index(anchor)
    level = chapter.sections[first].level
    ends = [section for section in chapter.sections[first + 1 :] if section.level <= level]
    prose = chapter.text
    start = prose.index(f"{'#' * level} {chapter.sections[first].title}\n")
    end = prose.index(f"{'#' * ends[0].level} {ends[0].title}\n", start + 1) if ends else None
    return prose[start:end]


# TensorFlow takes seconds to start.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Names that the code of the page leaves, with the folder of its files as ``folder``."""
    folder = tmp_path_factory.mktemp("sheet")
    return {**run(PAGE, folder), "folder": folder}


def test_all_code_on_the_page_is_run():
    assert PAGE.count("```") == 2 * len(code_of(PAGE))
    assert all("```python" in section(title) for title in PARTS[:4])


def test_the_names_that_are_given_are_those_that_the_page_states():
    introduction = PAGE.partition("\n## ")[0]
    assert [name for name in given() if f"`{name}`" not in introduction] == []


def test_the_code_runs_and_both_files_have_good_names_and_take_any_number_of_rows(left):
    for name, outputs in (
        ("keras.onnx", ["probabilities"]),
        ("sklearn.onnx", ["label", "probabilities"]),
    ):
        file = describe(left["folder"] / name)
        assert [value.name for value in file.inputs] == ["features"]
        assert [value.name for value in file.outputs] == outputs
        for value in (*file.inputs, *file.outputs):
            assert isinstance(value.shape[0], str)


def test_the_files_have_the_opsets_that_the_code_asks_for(left):
    assert describe(left["folder"] / "keras.onnx").opsets["ai.onnx"] == 17
    opsets = describe(left["folder"] / "sklearn.onnx").opsets
    assert opsets["ai.onnx"] <= 18
    assert opsets["ai.onnx.ml"] <= 3


def test_the_code_asks_for_all_outputs_for_one_and_for_one_row(left):
    assert left["label"].shape == (150,)
    assert left["probabilities"].shape == (150, 3)
    assert left["one"].shape == (1,)
    assert left["settings"].intra_op_num_threads == 1


@pytest.mark.parametrize(
    ("right", "wrong", "error"),
    [
        ("[None, rows", "[1, rows", "Got invalid dimensions"),
        ('"zipmap": False', '"zipmap": True', "Invalid output name"),
        ('"features": rows[:count]', '"features": rows[0]', "Invalid rank"),
    ],
)
def test_a_mistake_in_the_code_is_noticed(right, wrong, error, tmp_path):
    assert right in PAGE
    with pytest.raises(Exception, match=error):
        run(PAGE.replace(right, wrong), tmp_path)


def test_a_line_of_code_fits_in_a_column_on_paper():
    wide = [line for code in code_of(PAGE) for line in code.splitlines()]
    assert [line for line in wide if len(line) > WIDEST_LINE] == []


def test_the_tolerances_are_those_of_check_parity():
    defaults = inspect.signature(check_parity).parameters
    tolerances = dict(re.findall(r"(rtol|atol)=([\d.e-]+)", section("compare")))
    assert {name: float(value) for name, value in tolerances.items()} == {
        name: defaults[name].default for name in ("rtol", "atol")
    }


@pytest.mark.parametrize("row", rows_of("options"), ids=lambda row: row[0])
def test_an_option_and_its_numbers_stand_in_the_section_that_it_leads_to(row):
    option, meaning = row
    [(_, chapter, heading)] = LINK.findall(meaning)
    text = taught(chapter, heading)
    words = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", option)))
    numbers = re.findall(r"\b\d+\b", LINK.sub("", meaning))
    for word in (*words, *numbers):
        assert re.search(rf"\b{word}\b", text), f"{word} is not in {chapter}#{heading}"


def test_the_errors_are_ten_rows_of_the_error_index():
    known = {
        row["text"]: (row["cause"].removesuffix("."), chapter.name, row["section"])
        for chapter in read_book()
        for row in (chapter.read_data("errors.yml") or {}).get("errors", [])
    }
    texts = []
    for text, fix in rows_of("errors"):
        [link] = LINK.findall(fix)
        assert link == known[text.strip("`")]
        texts.append(text.strip("`"))
    assert len(texts) == 10
