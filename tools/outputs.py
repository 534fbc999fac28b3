"""Say in another language what our own messages are in stored outputs: quizzes and verdicts.

All other outputs are the same in each language. What a run in that language would print is put
here without one: a quiz is shown again, and a verdict is a line of a known form.
"""

import copy
import re

from nbformat import NotebookNode

from classroom.answers import MISSING, RIGHT, SOLVED
from classroom.messages import _
from classroom.quiz import read_quiz
from tools.chapters import Chapter

QUIZ, CHECK = "show_quiz(", "check_answer("


def said(outputs: list[NotebookNode], source: str, chapter: Chapter) -> list[NotebookNode]:
    """Outputs of some code of a chapter, our messages in the language of ``LANGUAGE``."""
    said = copy.deepcopy(outputs)
    for output in said:
        if source.startswith(QUIZ):
            quiz = read_quiz(chapter.folder / "quiz.toml")
            output.data = {"text/html": quiz._repr_html_(), "text/plain": str(quiz)}
        elif CHECK in source and "text" in output:
            output.text = verdict(output.text)
        elif CHECK in source and "text/plain" in output.get("data", {}):
            output.data["text/plain"] = verdict(output.data["text/plain"])
    return said


def verdict(text: str) -> str:
    r"""Text with the lines of a verdict in the language of ``LANGUAGE``.

    Examples
    --------
    >>> verdict("17\nexercise 01-1: solved\n  opset: right\n")
    '17\nexercise 01-1: solved\n  opset: right\n'
    """
    return "".join(map(verdict_line, text.splitlines(keepends=True)))


def verdict_line(line: str) -> str:
    """Return a line as it is said, or as it is where it's none of a verdict."""
    for form in (SOLVED, RIGHT, MISSING):
        before, after = map(re.escape, form.split("{name}"))
        found = re.fullmatch(f"{before}(.+?){after}(\n?)", line)
        if found:
            return _(form).format(name=_(found[1])) + found[2]
    return line
