"""The page of questions: its lists, its links, and what is wrong with the data."""

from dataclasses import asdict

import pytest
import yaml

from tests.books import write_book
from tools.chapters import ChapterError
from tools.pages import questions

LESSON = '# How to add\n\n```{code-cell} ipython3\n1 + "1"\n```\n\n## What Python says\n'
ROW = {
    "question": "Why can't I add a text?",
    "thread": "https://github.com/some-school/sums/issues/7",
    "title": "TypeError in +",
    "section": "chapters/sums#what-python-says",
}
OTHER = ROW | {
    "question": "What is a sum?",
    "section": "chapters/appendix/look-up#sum",
    "script": "sums.py",
}


@pytest.fixture
def book(tmp_path):
    """Write a book of a lesson and a page, with these questions; return it."""

    def book(themes=None):
        made = write_book(tmp_path, {"sums": LESSON, "appendix/look-up": "# Look up\n\n## Sum\n"})
        if themes is not None:
            (tmp_path / questions.FILE).write_text(yaml.safe_dump(themes), encoding="utf-8")
        return made

    return book


def test_each_theme_is_a_list_of_questions_with_links_by_title(book):
    asked = {
        "run": [ROW | {"cell": "1 +"}],
        "wrong": [OTHER],
    }
    found = questions.values(book(asked))
    assert {name: text for name, text in found.items() if text} == {
        "asked run": "- Why can't I add a text? [What Python says](../sums.ipynb"
        "#what-python-says) ([asked](https://github.com/some-school/sums/issues/7))",
        "asked wrong": "- What is a sum? [Sum](look-up.md#sum) "
        "([asked](https://github.com/some-school/sums/issues/7), *run on other versions*)",
        "asked in all": "2",
        "asked and run": "2",
    }


def test_what_nothing_runs_is_from_the_thread(book):
    found = questions.values(book({"run": [ROW]}))
    assert found["asked run"].endswith(", *from the thread*)")
    assert found["asked and run"] == "0"


def test_the_search_gets_each_question_with_the_address_that_answers_it(book):
    [found] = questions.asked(book({"run": [ROW | {"words": "concatenate"}]}))
    assert asdict(found) == {
        "question": "Why can't I add a text?",
        "words": "concatenate",
        "address": "chapters/sums.html#what-python-says",
    }


def test_a_book_without_questions_has_none(book):
    assert questions.read_questions(book()) == {}


@pytest.mark.parametrize(
    ("themes", "message"),
    [
        ({"fly": []}, r"questions\.yml: no theme fly; there are: install, "),
        ({"run": [{"question": "Why?"}]}, r"'Why\?' lacks \['section', 'thread', 'title'\]"),
        ({"run": [ROW | {"cel": "x"}]}, r"lacks nothing; .* has \['cel'\]"),
        ({"run": [ROW | {"cell": "x", "script": "y"}]}, r"has \['cell', 'script'\]"),
        (
            {"run": [ROW | {"section": "chapters/sums#no"}]},
            r"no section chapters/sums#no: chapters/sums#how-to",
        ),
        (
            {"run": [ROW | {"section": "chapters/no#no"}]},
            r"no section chapters/no#no: no such page",
        ),
    ],
)
def test_a_mistake_in_the_data_is_named(book, themes, message):
    with pytest.raises(ChapterError, match=message):
        questions.read_questions(book(themes))
