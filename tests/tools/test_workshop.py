"""The workshop's notebooks: students get no solution, teachers get all, and both run."""

import re
import textwrap

import nbformat
import notebooks
import pytest
import workshop

SOURCES = notebooks.chapter_sources([])
CHAPTER = textwrap.dedent("""\
    # Count

    Read [what a graph is](appendix/glossary.md#graph), [the next](02-next.ipynb),
    [a paper](https://example.org/paper.md) and [above](#count).
    <!-- teacher: Ask who has
    counted before. -->

    ```{code-cell} ipython3
    total = 1 + 1
    print(total)
    ```

    ## Exercises

    **1. Recall.** How many?

    ```{code-cell} ipython3
    answer_1 = ...
    ```

    ```{code-cell} ipython3
    :tags: [hide-cell]

    # Solution 1: count them.
    answer_1 = 2
    ```

    ```{code-cell} ipython3
    :tags: [hide-cell]

    # Solution 1, continued.
    print(answer_1)
    ```

    There are two, as [the glossary](appendix/glossary.md) says.

    **2. Extend.** How many more?

    ```{code-cell} ipython3
    :tags: [hide-cell]

    # Solution 2: none.
    answer_2 = 0
    ```

    None at all.

    +++

    Really none.

    ## Take-away

    Counting works.
    """)


@pytest.fixture
def source(tmp_path):
    """Source of a short chapter, and its stored notebook with an output."""
    path = tmp_path / "count.md"
    path.write_text(CHAPTER)
    notebook = notebooks.read_source(path)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="2\n")]
    notebook.metadata["executed"] = {"date": "2026-01-01"}
    notebooks.write(notebook, path.with_suffix(".ipynb"))
    return path


@pytest.fixture
def chapter(source):
    return workshop.read_chapter(source)


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def lines_of(cells):
    return {line.strip() for cell in cells for line in cell.source.splitlines()} - {""}


def test_students_get_empty_cells_instead_of_solutions_and_explanations(chapter):
    student = workshop.student_version(chapter)
    assert [cell.source for cell in student.cells if "your code here" in cell.source] == [
        "# Exercise 1: your code here\n",
        "# Exercise 2: your code here\n",
    ]
    text = text_of(student)
    for secret in ("Solution", "answer_1 = 2", "print(answer_1)", "There are two", "none", "None"):
        assert secret not in text
    for kept in ("answer_1 = ...", "**2. Extend.**", "## Take-away", "Counting works."):
        assert kept in text


def test_the_empty_cell_stands_before_the_answer_that_refers_to_it(chapter):
    code = [cell.source for cell in notebooks.code_cells(workshop.student_version(chapter))]
    assert code[1:3] == ["# Exercise 1: your code here\n", "answer_1 = ..."]


def test_students_get_no_outputs_and_no_notes(chapter):
    student = workshop.student_version(chapter)
    assert not any(cell.outputs for cell in notebooks.code_cells(student))
    assert "executed" not in student.metadata
    assert "teacher" not in text_of(student)
    assert "counted before" not in text_of(student)


def test_teachers_get_all_unfolded_with_outputs_and_visible_notes(chapter):
    teacher = workshop.teacher_version(chapter)
    assert [cell.source for cell in notebooks.code_cells(teacher)] == [
        cell.source for cell in notebooks.code_cells(chapter)
    ]
    assert teacher.cells[1].outputs == chapter.cells[1].outputs
    assert "\n\n> **For the teacher.** Ask who has\n> counted before." in teacher.cells[0].source
    for cell in filter(workshop.is_solution, teacher.cells):
        assert not {"cellView", "jupyter"} & set(cell.metadata)
    assert "None at all." in text_of(teacher)


def test_links_lead_to_the_site_next_to_the_notebooks(chapter):
    for version in (workshop.student_version, workshop.teacher_version):
        text = version(chapter).cells[0].source
        assert "(../site/chapters/appendix/glossary.html#graph)" in text
        for link in ("(02-next.ipynb)", "(https://example.org/paper.md)", "(#count)"):
            assert link in text


def test_the_chapter_itself_stays_as_it_is(chapter, source):
    workshop.student_version(chapter)
    workshop.teacher_version(chapter)
    assert chapter == notebooks.read_notebook(source.with_suffix(".ipynb"))


def test_a_solution_without_a_number_is_refused(chapter):
    next(filter(workshop.is_solution, chapter.cells)).source = "answer = 2"
    with pytest.raises(notebooks.ChapterError, match="Start it with '# Solution N: '"):
        workshop.student_version(chapter)


def test_a_notebook_that_is_behind_its_source_is_refused(source):
    source.write_text(CHAPTER.replace("1 + 1", "1 + 2"))
    with pytest.raises(notebooks.ChapterError, match=r"'make notebooks CHAPTER=count' first"):
        workshop.read_chapter(source)


def test_both_notebooks_are_written(source, tmp_path):
    written = workshop.write(source, tmp_path)
    assert written == [tmp_path / "student" / "count.ipynb", tmp_path / "teacher" / "count.ipynb"]
    for path in written:
        nbformat.validate(notebooks.read_notebook(path))


def test_a_run_finds_a_cell_that_needs_a_solution(source, tmp_path):
    workshop.run(source, tmp_path / "run")
    source.write_text(
        f"{CHAPTER}\n```{{code-cell}} ipython3\nassert answer_1 * 2\nanswer_2\n```\n"
    )
    with pytest.raises(notebooks.ChapterError, match="answer_2"):
        workshop.run(source, tmp_path / "run")


def test_the_command_reports_what_fails(source, tmp_path, capsys):
    other = source.with_name("other.md")
    other.write_text(CHAPTER.replace("1 + 1", "1 / 0"))
    assert workshop.run_side_by_side([source], tmp_path / "runs")
    assert not workshop.run_side_by_side([source, other], tmp_path / "runs")
    assert "the student's other fails" in capsys.readouterr().out


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_line_of_a_solution_is_left_for_the_student(source):
    chapter = notebooks.read_source(source)
    solutions = [cell for cell in chapter.cells if workshop.is_solution(cell)]
    others = [cell for cell in chapter.cells if not workshop.is_solution(cell)]
    student = workshop.student_version(chapter)
    assert len(solutions) >= 4
    assert not (lines_of(solutions) - lines_of(others)) & lines_of(student.cells)
    assert not re.search(r"\bSolution \d", text_of(student))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_exercise_has_one_empty_cell_and_all_other_code_is_the_same(source):
    chapter = notebooks.read_source(source)
    student = workshop.student_version(chapter)
    nbformat.validate(student)
    section = text_of(chapter).partition("\n## Exercises\n")[2].partition("\n## ")[0]
    exercises = re.findall(r"^\*\*(\d+)\. ", section, re.MULTILINE)
    code = notebooks.code_cells(student)
    empty = [cell for cell in code if cell.id.startswith("exercise-")]
    assert [cell.id for cell in empty] == [f"exercise-{number}" for number in exercises]
    assert [cell.source for cell in code if cell not in empty] == [
        cell.source for cell in notebooks.code_cells(chapter) if not workshop.is_solution(cell)
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_prose_is_cut_only_right_after_a_solution(source):
    chapter = notebooks.read_source(source)
    kept = {cell.id: cell.source for cell in workshop.student_version(chapter).cells}
    after_solution = False
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            whole = workshop.link_to_pages(workshop.NOTE.sub("", cell.source))
            part = kept.get(cell.id, "")
            assert part == whole or after_solution
            assert whole.endswith(part)
            assert re.match(r"\*\*\d+\. |#", part) or not after_solution
        after_solution = workshop.is_solution(cell)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_chapters_teacher_has_every_cell_with_its_outputs(source):
    chapter = workshop.read_chapter(source)
    teacher = workshop.teacher_version(chapter)
    nbformat.validate(teacher)
    assert [cell.id for cell in teacher.cells] == [cell.id for cell in chapter.cells]
    for ours, theirs in zip(
        notebooks.code_cells(teacher), notebooks.code_cells(chapter), strict=True
    ):
        assert (ours.source, ours.outputs) == (theirs.source, theirs.outputs)
    assert "<!-- teacher:" not in text_of(teacher)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_relative_link_leads_to_a_chapter_or_a_page(source):
    for version in (workshop.student_version, workshop.teacher_version):
        prose = [
            cell.source
            for cell in version(notebooks.read_source(source)).cells
            if cell.cell_type == "markdown"
        ]
        links = re.findall(r"\]\(([^)#\s]+)(?:#[\w-]+)?\)", "\n".join(prose))
        for link in [link for link in links if not link.startswith("https://")]:
            page = link.removeprefix(f"{workshop.PAGES}/")
            suffix = ".ipynb" if page == link else ".html"
            assert page.endswith(suffix)
            assert (notebooks.CHAPTERS / page).with_suffix(".md").exists()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_students_notebook_runs_as_it_is_handed_out(source, tmp_path):
    workshop.run(source, tmp_path)
