"""The minutes of a lesson follow from what is on its page, and a lesson fits in one sitting."""

import nbformat
import pytest

from tests.books import write_book
from tools.chapters import read_book
from tools.minutes import LONGEST, SHORTEST, fill, is_bounded, measure
from tools.notebook import current, derive, read_minutes, read_notebook

LESSONS = [chapter for chapter in read_book() if is_bounded(chapter)]
MARKED = [chapter for chapter in read_book() if "<!-- here: minutes -->" in chapter.text]


@pytest.mark.parametrize("chapter", LESSONS, ids=lambda chapter: chapter.name)
def test_a_lesson_takes_25_to_50_minutes(chapter):
    minutes = read_minutes(chapter)
    assert SHORTEST <= minutes.all <= LONGEST, f"{minutes} ({minutes.counts})"


@pytest.mark.parametrize("chapter", MARKED, ids=lambda chapter: chapter.name)
def test_a_page_states_the_minutes_of_the_formula(chapter):
    stored = read_notebook(chapter.notebook)
    assert any(str(read_minutes(chapter)) in cell.source for cell in stored.cells)


def cell(kind, source, *tags, outputs=()):
    """A cell of a notebook, with outputs as plain dicts."""
    made = getattr(nbformat.v4, f"new_{kind}_cell")(source, metadata={"tags": list(tags)})
    if kind == "code":
        made.outputs = [nbformat.from_dict(output) for output in outputs]
    return made


def prints(lines):
    return {"output_type": "stream", "name": "stdout", "text": "line\n" * lines}


def shows(**data):
    found = {key.replace("_", "/"): text for key, text in data.items()}
    return {"output_type": "display_data", "data": found, "metadata": {}}


def measured(*cells):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = list(cells)
    return measure(notebook)


def test_reading_is_words_code_output_and_pictures_rounded_up_to_five_minutes():
    assert measured(cell("markdown", "word " * 200)).teach == 5
    assert measured(cell("markdown", "word " * 1000)).teach == 5
    assert measured(cell("markdown", "word " * 1001)).teach == 10
    assert measured(cell("code", "x\n\n" * 75)).teach == 5
    assert measured(cell("code", "x\n" * 76)).teach == 10
    assert measured(cell("code", "", outputs=[prints(200)])).teach == 5
    assert measured(cell("code", "", outputs=[prints(201)])).teach == 10
    picture = shows(image_png="...", text_plain="<Figure>")
    assert measured(*[cell("code", "", outputs=[picture])] * 10).teach == 5
    assert measured(*[cell("code", "", outputs=[picture])] * 11).teach == 10


def test_a_table_counts_its_rows_and_a_picture_no_lines():
    table = shows(text_html="<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", text_plain="")
    counts = measured(cell("code", "show()", outputs=[table, shows(image_png="...")]))
    assert (counts.output_lines, counts.pictures) == (2, 1)


def test_what_a_reader_does_not_read_is_not_counted():
    prose = "Two words <!-- teacher: not these -->\n\n```sh\nnor this\n```\n\n[link](to/there.md)"
    counts = measured(
        cell("markdown", prose),
        cell("markdown", "A solution.", "solution-1"),
        cell("code", "solved = True", "solution-1", "hide-cell", outputs=[prints(9)]),
        cell("code", "install()", "setup", outputs=[prints(9)]),
    )
    assert (counts.words, counts.code_lines, counts.output_lines, counts.pictures) == (3, 0, 0, 0)


def test_exercises_count_by_their_grade_and_a_page_without_one_states_none():
    graded = [
        cell("markdown", "", f"exercise-{n}", grade)
        for n, grade in enumerate(("recall", "apply", "debug", "extend"), 1)
    ]
    assert measured(*graded).practice == 3 + 8 + 8 + 12
    ungraded = measured(*graded, cell("markdown", "", "exercise-5"))
    assert ungraded.practice == 37
    assert str(ungraded) == "0 minutes to read, 37 minutes for the exercises"
    assert str(measured(cell("markdown", "word"))) == "5 minutes to read"


SOURCE = """\
# Count

It takes <!-- here: minutes -->.

```{code-cell} ipython3
print(1)
```
"""


def test_the_ids_of_cells_do_not_depend_on_the_minutes(tmp_path):
    [chapter] = write_book(tmp_path, {"count": SOURCE})
    assert read_minutes(chapter) is None
    notebook = derive(chapter)
    notebook.metadata["executed"] = {}
    notebook.cells[-1].outputs = [nbformat.from_dict(prints(401))]
    ids = [each.id for each in notebook.cells]
    nbformat.write(fill(notebook), chapter.notebook)
    now = current(chapter)
    assert [each.id for each in now.cells] == ids
    assert "It takes 15 minutes to read." in now.cells[0].source
    assert read_minutes(chapter).teach == 15
