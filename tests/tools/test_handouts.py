"""The workshop's notebooks: students get no solution, teachers get all, and both run."""

import re

import nbformat
import pytest

from tools.chapters import ROOT, read_book
from tools.notebook import code_cells, current, derive, is_solution, read_notebook, tags_of, write
from tools.workshop.handouts import (
    run_students,
    student_version,
    teacher_version,
    write_handouts,
)

EACH_CHAPTER = pytest.mark.parametrize(
    "chapter",
    [*read_book(), *read_book(ROOT, "vi")],
    ids=lambda chapter: f"{chapter.edition.prefix}{chapter.name}",
)
CHAPTER = """\
    # Count

    Read [what a graph is](appendix/glossary.md#graph), [the next](02-next.ipynb),
    [a paper](https://example.org/paper.md) and [above](#count).
    <!-- teacher: Ask who has
    counted before. -->

    ```{code-cell} ipython3
    total = 1 + 1
    print(total)
    ```

    +++

    <!-- here: live model -->

    +++ {"tags": ["exercises"]}

    ## Try it

    +++ {"tags": ["exercise-1", "recall"]}

    **1. Recall.** How many?

    ```{code-cell} ipython3
    :tags: [answer-1]

    answer_1 = ...
    ```

    ```{code-cell} ipython3
    :tags: [solution-1]

    # Count them.
    solved_1 = 2
    ```

    ```{code-cell} ipython3
    :tags: [solution-1]

    print(solved_1)
    ```

    +++ {"tags": ["solution-1"]}

    There are two, as [the glossary](appendix/glossary.md) says.

    +++ {"tags": ["exercise-2", "extend"]}

    **2. Extend.** How many more?

    ```{code-cell} ipython3
    :tags: [solution-2]

    solved_2 = 0
    ```

    +++ {"tags": ["solution-2"]}

    None at all.

    +++ {"tags": ["exercise-3"]}

    **3.** How many in the room?

    +++

    ## What stays

    Counting works.
    """


@pytest.fixture
def chapter(book_of):
    """A short chapter whose first cell has an output."""
    chapter = book_of(CHAPTER)
    notebook = current(chapter)
    code_cells(notebook)[1].outputs = [nbformat.v4.new_output("stream", text="2\n")]
    write(notebook, chapter.notebook)
    return chapter


@pytest.fixture
def student(chapter):
    return student_version(current(chapter), chapter)


@pytest.fixture
def teacher(chapter):
    return teacher_version(current(chapter), chapter)


@pytest.fixture
def vietnamese(chapter, in_vietnamese):
    """The chapter in Vietnamese, but for what is not translated yet."""
    read = chapter.cells[0].source.partition("\n\n")[2]
    return in_vietnamese(
        chapter,
        {
            "# Count": "# Đếm",
            read: read.replace("Ask who has\ncounted before.", "Hỏi ai đã đếm rồi."),
            "**1. Recall.** How many?": "**1. Nhớ lại.** Có mấy?",
            "There are two, as [the glossary](appendix/glossary.md) says.": "Có hai.",
            "None at all.": "Không có gì cả.",
        },
    )


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def test_students_get_empty_cells_instead_of_solutions_and_explanations(student):
    assert [cell.source for cell in student.cells if "your code here" in cell.source] == [
        "# Exercise 1: your code here\n",
        "# Exercise 2: your code here\n",
    ]
    text = text_of(student)
    for secret in ("solved", "Count them", "There are two", "None at all"):
        assert secret not in text
    for kept in ("answer_1 = ...", "**2. Extend.**", "**3.**", "## What stays", "Counting works."):
        assert kept in text


def test_the_empty_cell_stands_before_the_answer_that_refers_to_it(student):
    code = [cell.source for cell in code_cells(student)]
    assert code[2:4] == ["# Exercise 1: your code here\n", "answer_1 = ..."]


def test_an_exercise_without_an_answer_has_its_empty_cell_where_the_solution_is(student):
    index = next(i for i, cell in enumerate(student.cells) if cell.id == "exercise-2")
    assert student.cells[index - 1].source.startswith("**2. Extend.**")


def test_students_get_no_outputs_and_no_notes(student):
    assert not any(cell.outputs for cell in code_cells(student))
    assert "executed" not in student.metadata
    assert "teacher" not in text_of(student)
    assert "counted before" not in text_of(student)


def test_teachers_get_all_unfolded_with_outputs_and_visible_notes(teacher, chapter):
    notebook = current(chapter)
    assert [cell.source for cell in code_cells(teacher)] == [
        cell.source for cell in code_cells(notebook)
    ]
    assert code_cells(teacher)[1].outputs == code_cells(notebook)[1].outputs != []
    assert "\n\n> **For the teacher.** Ask who has\n> counted before." in teacher.cells[0].source
    solutions = [cell for cell in teacher.cells if is_solution(tags_of(cell))]
    assert len(solutions) == 5
    assert not any({"cellView", "jupyter"} & set(cell.metadata) for cell in solutions)
    assert "None at all." in text_of(teacher)


def test_what_only_the_site_can_show_is_in_no_handout(student, teacher):
    assert "<!-- here:" not in text_of(student) + text_of(teacher)


def test_links_lead_to_the_site_beside_the_notebooks(student, teacher):
    for version in (student, teacher):
        text = version.cells[0].source
        assert "(../site/chapters/appendix/glossary.html#graph)" in text
        for link in ("(https://example.org/paper.md)", "(#count)"):
            assert link in text


def test_links_to_chapters_lead_to_notebooks_that_are_there_and_else_to_the_site(chapter):
    notebook = current(chapter)
    kept = student_version(notebook, chapter, ["chapters/02-next"])
    assert "[the next](02-next.ipynb)" in kept.cells[0].source
    alone = student_version(notebook, chapter)
    assert "[the next](../site/chapters/02-next.html)" in alone.cells[0].source


def test_links_of_a_chapter_in_a_folder_of_its_own_lead_to_the_same_site(book_of):
    text = "# Deep\n\n[up](../01-first.ipynb), [graph](../appendix/glossary.md#graph)\n\n"
    chapter = book_of(text + "```{code-cell} ipython3\n1\n```\n", "reference/deep")
    student = student_version(current(chapter), chapter)
    assert "(../../site/chapters/01-first.html)" in student.cells[0].source
    assert "(../../site/chapters/appendix/glossary.html#graph)" in student.cells[0].source


def test_the_chapter_itself_stays_as_it_is(chapter):
    notebook = current(chapter)
    student_version(notebook, chapter)
    teacher_version(notebook, chapter)
    assert notebook == current(chapter)


def test_both_notebooks_are_written(chapter, tmp_path):
    written = write_handouts(chapter, [], tmp_path)
    assert written == [tmp_path / "student" / "count.ipynb", tmp_path / "teacher" / "count.ipynb"]
    for path in written:
        nbformat.validate(read_notebook(path))


def test_a_student_who_reads_vietnamese_gets_no_solution_either(vietnamese):
    student = student_version(current(vietnamese), vietnamese)
    assert [cell.source for cell in student.cells if cell.id.startswith("exercise-")] == [
        "# Bài tập 1: viết code của bạn ở đây\n",
        "# Bài tập 2: viết code của bạn ở đây\n",
    ]
    text = text_of(student)
    assert "**1. Nhớ lại.** Có mấy?" in text
    assert 'os.environ["LANGUAGE"] = "vi"' in code_cells(student)[0].source
    for secret in ("solved", "Count them", "Có hai", "There are two", "Không có gì", "Hỏi ai"):
        assert secret not in text


def test_a_teacher_who_reads_vietnamese_gets_all_of_it(vietnamese):
    teacher = teacher_version(current(vietnamese), vietnamese)
    assert "> **Cho người dạy.** Hỏi ai đã đếm rồi." in teacher.cells[0].source
    for kept in ("Có hai.", "solved_1 = 2", "Không có gì cả."):
        assert kept in text_of(teacher)


def test_vietnamese_notebooks_have_folders_of_their_own_and_lead_to_the_vietnamese_site(
    vietnamese, tmp_path
):
    student, teacher = write_handouts(vietnamese, [], tmp_path)
    assert student == tmp_path / "student-vi" / "count.ipynb"
    assert teacher == tmp_path / "teacher-vi" / "count.ipynb"
    text = text_of(read_notebook(student))
    assert "(../site/vi/chapters/appendix/glossary.html#graph)" in text
    assert "(../site/vi/chapters/02-next.html)" in text
    assert "(#count)" in text


@pytest.mark.slow
def test_a_run_finds_a_cell_that_needs_a_solution(book_of, chapter, tmp_path, capsys):
    assert run_students([chapter], tmp_path / "well")
    needy = book_of(f"{CHAPTER}\n    ```{{code-cell}} ipython3\n    print(solved_2)\n    ```\n")
    assert not run_students([needy], tmp_path / "not well")
    said = capsys.readouterr().out
    assert "the student's count runs from top to bottom" in said
    assert "the student's count fails" in said
    assert "name 'solved_2' is not defined" in said


@EACH_CHAPTER
def test_students_run_the_cells_of_the_chapter_and_empty_ones(chapter):
    notebook = derive(chapter)
    student = student_version(notebook, chapter)
    nbformat.validate(student)
    code = code_cells(student)
    empty = [cell.id for cell in code if cell.id.startswith("exercise-")]
    worked_on = [
        f"exercise-{number}"
        for number in chapter.exercises
        if any(
            {f"answer-{number}", f"solution-{number}"} & set(cell.tags) for cell in chapter.cells
        )
    ]
    assert empty == worked_on
    assert [(cell.id, cell.source) for cell in code if cell.id not in empty] == [
        (cell.id, cell.source) for cell in code_cells(notebook) if not is_solution(tags_of(cell))
    ]


@EACH_CHAPTER
def test_teachers_have_every_cell_of_a_chapter(chapter):
    notebook = derive(chapter)
    teacher = teacher_version(notebook, chapter)
    nbformat.validate(teacher)
    assert [cell.id for cell in teacher.cells] == [cell.id for cell in notebook.cells]
    assert "<!-- teacher:" not in text_of(teacher)


@EACH_CHAPTER
def test_every_relative_link_leads_to_a_chapter_or_a_page(chapter):
    pages = [each.page for each in read_book()]
    for version in (student_version, teacher_version):
        prose = [
            cell.source
            for cell in version(derive(chapter), chapter, pages).cells
            if cell.cell_type == "markdown"
        ]
        links = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)(?:#[\w-]+)?\)", "\n".join(prose))
        for link in links:
            place = chapter.source.parent / link
            if place.suffix == ".html":
                _, _, page = link.partition("/site/")
                place = (chapter.root / page).with_suffix(".md")
            assert place.exists(), link


@pytest.mark.heavy
def test_every_students_notebook_runs_as_it_is_handed_out(tmp_path, capsys):
    assert run_students(list(read_book()), tmp_path), capsys.readouterr().out
