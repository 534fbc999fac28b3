"""Each text of the error index occurs in the output of the notebook that it links to."""

import ast
import re
from pathlib import Path

import error_index
import notebooks
import pytest

DATA = error_index.read_data()
REPRODUCED = DATA["errors"] + DATA["symptoms"]
OLD_VERSIONS = Path(__file__).parent / "old_versions"


def name_of(row):
    return row.get("text") or row["symptom"]


def output_text(chapter):
    """Everything that the cells of a stored notebook print or show as text."""
    notebook = notebooks.read_notebook(notebooks.CHAPTERS / f"{chapter}.ipynb")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(
        [output.get("text", "") for output in outputs]
        + [output.get("data", {}).get("text/plain", "") for output in outputs]
    )


def headings(chapter):
    """Anchors of a chapter's headings, as GitHub and the site make them."""
    source = (notebooks.CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8")
    without_code = re.sub(r"^```.*?^```", "", source, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#{1,3} (.+)$", without_code, flags=re.MULTILINE)
    return {notebooks.anchor(title) for title in titles}


OUTPUTS = {chapter: output_text(chapter) for chapter in {row["chapter"] for row in REPRODUCED}}
HEADINGS = {chapter: headings(chapter) for chapter in OUTPUTS}


@pytest.mark.parametrize("row", REPRODUCED, ids=name_of)
def test_the_text_occurs_in_an_output_of_its_chapter(row):
    assert row.get("text", row.get("shown")) in OUTPUTS[row["chapter"]]


@pytest.mark.parametrize("row", REPRODUCED, ids=name_of)
def test_the_link_lands_on_a_heading(row):
    assert row["heading"] in HEADINGS[row["chapter"]]


def test_each_thread_stands_once_and_is_an_issue_or_a_pull_request():
    threads = [row["thread"] for rows in tables() for row in rows if "thread" in row]
    assert len(threads) == len(set(threads))
    for thread in threads:
        assert re.fullmatch(r"https://github\.com/[\w-]+/[\w-]+/(issues|pull)/\d+", thread)


def test_each_text_stands_once():
    names = [name_of(row) for rows in tables() for row in rows]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", ["errors", "symptoms", "elsewhere"])
def test_rows_are_in_alphabetical_order(table):
    keys = [error_index.sort_key(name_of(row)) for row in DATA[table]]
    assert keys == sorted(keys)


def test_rows_have_all_they_need_and_nothing_else():
    for row in DATA["errors"]:
        assert set(row) - {"thread"} == {"text", "package", "cause", "chapter", "heading"}
    for row in DATA["symptoms"]:
        assert set(row) - {"thread"} == {"symptom", "shown", "cause", "chapter", "heading"}
    for row in DATA["elsewhere"]:
        assert set(row) - {"thread", "script"} == {"text", "package", "cause", "versions"}
        assert {"thread", "script"} & set(row)


def test_causes_are_short_sentences():
    for rows in tables():
        for row in rows:
            assert row["cause"].endswith((".", ".`", "`"))
            assert len(row["cause"]) <= 90, row["cause"]


def test_texts_of_other_versions_are_those_that_the_scripts_look_for():
    named = {row["script"]: row["text"] for row in DATA["elsewhere"] if "script" in row}
    assert set(named) == {path.stem for path in OLD_VERSIONS.glob("*.py")}
    for script, text in named.items():
        source = (OLD_VERSIONS / f"{script}.py").read_text(encoding="utf-8")
        [wanted] = re.findall(r"^WANTED = (.+)$", source, flags=re.MULTILINE)
        assert text == ast.literal_eval(wanted)


def test_texts_of_other_versions_do_not_occur_in_the_book():
    for row in DATA["elsewhere"]:
        assert all(row["text"] not in text for text in OUTPUTS.values())


def test_the_page_is_in_step_with_the_data():
    stored = error_index.PAGE.read_text(encoding="utf-8")
    assert stored == error_index.page(DATA), "run: .venv/bin/python tools/error_index.py"


def test_a_text_with_backticks_or_bars_survives_the_table():
    lines = error_index.table(("a",), [(error_index.code("use `x` | y"),)])
    assert lines[-1] == "| `` use `x` \\| y `` |"


def tables():
    return DATA["errors"], DATA["symptoms"], DATA["elsewhere"]
