"""No cell that students get needs a name that only a solution sets."""

import textwrap

import pytest

from tools.chapters import ChapterError, read_book
from tools.workshop.names import check_names

CHAPTER = """\
# Names

```{code-cell} ipython3
rows = [1, 2]
```

+++ {"tags": ["exercise-1"]}

One exercise.

```{code-cell} ipython3
:tags: [solution-1]

SOLUTION
```

```{code-cell} ipython3
REST
```
"""


def chapter_with(book_of, solution, rest):
    text = CHAPTER.replace("SOLUTION", textwrap.dedent(solution).strip())
    return book_of(text.replace("REST", textwrap.dedent(rest).strip()))


@pytest.mark.parametrize("chapter", list(read_book()), ids=lambda chapter: chapter.name)
def test_no_cell_of_a_chapter_needs_a_solution(chapter):
    check_names(chapter)


@pytest.mark.parametrize(
    ("solution", "rest"),
    [
        ("total = 3", "print(total)"),
        ("total = 3", "total += 1"),
        ("total = 3", "total = total + 1"),
        ("total = 3", "for total in range(total): pass"),
        ("total = 3", "def show():\n    return total\n\nshow()"),
        ("total = 3", "class Sum:\n    start = total"),
        ("total = 3", "[row + total for row in rows]"),
        ("total = 3", "if rows:\n    print(total)"),
        ("total: int = 3", "print(total)"),
        ("def total():\n    return 3", "total()"),
        ("class total: pass", "total()"),
        ("import math as total", "total.pi"),
        ("from math import pi as total", "print(total)"),
        ("for total in rows: pass", "print(total)"),
        ("with open('a') as total: pass", "total.read()"),
        ("(total := 3)", "print(total)"),
        ("[first, *total] = rows", "print(total)"),
    ],
)
def test_a_cell_that_needs_a_solution_is_found(book_of, solution, rest):
    chapter = chapter_with(book_of, solution, rest)
    line = chapter.cells[-1].line
    with pytest.raises(ChapterError, match=rf"count\.md:{line}: .* needs 'total' .* exercise 1 "):
        check_names(chapter)


def test_a_name_that_a_solution_sets_anew_is_found(book_of):
    chapter = chapter_with(book_of, "rows = []", "print(rows)")
    with pytest.raises(ChapterError, match="needs 'rows' as the solution of exercise 1 sets it"):
        check_names(chapter)


@pytest.mark.parametrize(
    ("solution", "rest"),
    [
        ("total = 3", "total = 4\nprint(total)"),
        ("total = 3", "for total in rows: print(total)"),
        ("total = 3", "with open('a') as total:\n    print(total)"),
        ("total = 3", "def total():\n    return total"),
        ("total = 3", "def show(total):\n    return total"),
        ("total = 3", "found = [total for total in rows]"),
        ("total = 3", "print(rows.total, dict(total=1))"),
        ("total = 3", "class Sum:\n    total = 1\n    double = total * 2"),
        ("[total for total in rows]", "total = 1"),
        ("def show():\n    total = 3", "print('total')"),
        ("%time total = 3", "%time len(rows)\n!echo total"),
    ],
)
def test_the_same_name_for_another_thing_is_no_need(book_of, solution, rest):
    check_names(chapter_with(book_of, solution, rest))


def test_a_function_may_read_a_name_that_a_later_cell_sets(book_of):
    check_names(chapter_with(book_of, "total = 3", "def show():\n    return total\n\ntotal = 4"))


def test_code_that_is_no_python_is_named(book_of):
    chapter = chapter_with(book_of, "total = 3", "print(")
    with pytest.raises(ChapterError, match=rf"count\.md:{chapter.cells[-1].line}: .*no Python"):
        check_names(chapter)
