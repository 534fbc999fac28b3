"""The code of the cheat sheet runs from top to bottom, and its tables say what the book says."""

import contextlib
import inspect
import re

import error_index
import keras
import notebooks
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers import check_parity, describe

PAGE = (notebooks.CHAPTERS / "appendix" / "cheat-sheet.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[((?:[^\]`]|`[^`]*`)+)\]\(\.\./([\w-]+)\.ipynb#([\w-]+)\)")
WIDEST_LINE = 55  # characters, in a column on paper


def code_of(page):
    """Snippets of the page, in order."""
    return re.findall(r"^```python\n(.+?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def given():
    """The three names that the page calls yours."""
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


def section(title):
    """Text of a section of the page."""
    return re.search(rf"^## {title}\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def rows_of(title):
    """Cells of the table in a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def taught(chapter, heading):
    """Source of a chapter's section, with the sections in it."""
    source = (notebooks.CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8")
    below = r"^(##+) (.+)\n(?=((?:(?!\1 |## ).*\n)*))"
    sections = re.findall(below, source, flags=re.MULTILINE)
    [text] = [text for _, title, text in sections if notebooks.anchor(title) == heading]
    return text


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Names that the code of the page leaves, with the folder of its files as ``folder``."""
    folder = tmp_path_factory.mktemp("sheet")
    return {**run(PAGE, folder), "folder": folder}


def test_the_page_has_the_six_sections():
    titles = re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    assert titles == ["Convert", "Inspect", "Run", "Compare", "Options", "Error to mend"]


def test_all_code_on_the_page_is_run():
    assert PAGE.count("```") == 2 * len(code_of(PAGE))
    assert all("```python" in section(title) for title in ("Convert", "Inspect", "Run", "Compare"))


def test_the_names_that_are_given_are_those_that_the_page_states():
    stated = PAGE.partition("Three names are yours:")[2].partition("\n")[0]
    assert [f"`{name}`" in stated for name in given()] == [True] * 3


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
    tolerances = dict(re.findall(r"(rtol|atol)=([\d.e-]+)", section("Compare")))
    assert {name: float(value) for name, value in tolerances.items()} == {
        name: defaults[name].default for name in ("rtol", "atol")
    }


@pytest.mark.parametrize("row", rows_of("Options"), ids=lambda row: row[0])
def test_an_option_and_its_numbers_stand_in_the_section_that_it_leads_to(row):
    option, meaning = row
    [(_, chapter, heading)] = LINK.findall(meaning)
    text = taught(chapter, heading)
    words = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", option)))
    numbers = re.findall(r"\b\d+\b", LINK.sub("", meaning))
    for word in (*words, *numbers):
        assert re.search(rf"\b{word}\b", text), f"{word} is not in {chapter}#{heading}"


def test_the_errors_are_ten_rows_of_the_error_index_in_its_order():
    known = {row["text"]: row for row in error_index.read_data()["errors"]}
    texts = []
    for text, mend in rows_of("Error to mend"):
        row = known[text.strip("`")]
        [(cause, chapter, heading)] = LINK.findall(mend)
        assert (cause, chapter, heading) == (
            row["cause"].removesuffix("."),
            row["chapter"],
            row["heading"],
        )
        texts.append(row["text"])
    assert len(texts) == 10
    assert texts == [text for text in known if text in texts]
