"""Ask a few questions about a chapter, in plain HTML that needs no script.

The library for this would be `jupyterquiz <https://github.com/jmshea/jupyterquiz>`_, and it
is kept well. It was tried (version 2.9.6.4) and not taken: it builds the questions by
script, so that nothing is left of a quiz where scripts do not run; each quiz brings 38 kB of
script and has other random ids at each run, which a test that compares outputs refuses; and
it names no group of answers to a screen reader. What a quiz needs, HTML has: a group of radio
buttons or checkboxes, and a style that shows the text behind the chosen one.
"""

import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from classroom.lessons import find_file
from classroom.messages import _, later

# Colors are those of the text around it, so that one style fits light and dark pages; the last
# rule takes off the light ground that the site's dark theme puts behind HTML.
STYLE = (Path(__file__).parent / "data" / "quiz.css").read_text(encoding="utf-8")
CHOOSE_ALL = later("Choose all that apply.")
ALL_FOUND = later("These are all of them.")
VERDICTS = {True: later("Right."), False: later("Not quite.")}

# JupyterLab takes the style out of a notebook that was not run yet. There, the explanations stay
# hidden if the attribute has a value, and a break keeps each answer on a line of its own.
_HIDDEN = 'hidden="hidden"'
# Without this, JupyterLab takes the arrow keys to go to another cell, and letters as commands.
_KEEP_KEYS = 'data-lm-suppress-shortcuts="true"'

_QUIZ_KEYS = {"questions": list}
_QUESTION_KEYS = {"text": str, "answers": list}
_QUESTION_EXTRAS = {"code": str, "multiple": bool}
_ANSWER_KEYS = {"text": str, "right": bool, "why": str}
_TYPE_NAMES = {str: "a text", bool: "true or false", list: "a list of tables"}


class QuizError(ValueError):
    """A file is no quiz; the message says where it is not."""


@dataclass(frozen=True)
class Answer:
    """One answer to choose: its text, whether it is right, and why."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """One question, with one right answer or, when ``multiple``, several.

    In all texts, what stands between backticks is code.
    """

    text: str
    answers: tuple[Answer, ...]
    code: str = ""
    multiple: bool = False


@dataclass(frozen=True, repr=False)
class Quiz:
    """The questions of a chapter; prints as text, shows as a form.

    Attributes
    ----------
    name : str
        Name of the chapter. The ids in the form start with it.
    questions : tuple of Question
        In the order in which they are asked.
    """

    name: str
    questions: tuple[Question, ...]

    def __str__(self) -> str:
        asked = [_question_text(*item) for item in enumerate(self.questions, 1)]
        solved = [_solution_text(*item) for item in enumerate(self.questions, 1)]
        return "\n\n".join([*asked, _("Answers"), *solved])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        forms = [
            _question_html(f"quiz-{self.name}-{number}", number, question)
            for number, question in enumerate(self.questions, 1)
        ]
        return "\n".join(['<div class="quiz">', f"<style>\n{STYLE}</style>", *forms, "</div>"])


def show_quiz(name: str) -> Quiz:
    """Return the questions about a chapter; at the end of a cell, they are shown.

    Choose an answer, and its explanation appears below it.

    Parameters
    ----------
    name : str
        Name of the chapter, such as ``"02-keras-to-onnx"``.

    Returns
    -------
    Quiz

    Raises
    ------
    LessonError
        When there is no chapter of this name with a quiz; the message lists those with one.

    Examples
    --------
    >>> quiz = show_quiz("02-keras-to-onnx")
    >>> 3 <= len(quiz.questions) <= 5
    True
    """
    return read_quiz(find_file(name, "quiz.toml"))


def read_quiz(path: Path) -> Quiz:
    """Read a quiz from a TOML file; the name of its folder is the quiz's.

    Parameters
    ----------
    path : pathlib.Path
        A file with a list of ``questions``, each with a ``text`` and a list of ``answers``,
        each with a ``text``, whether it is ``right``, and ``why``. A question can have
        ``code``, and ``multiple = true`` when more than one answer is right.

    Returns
    -------
    Quiz

    Raises
    ------
    QuizError
        When the file is not TOML, or a key is missing, unknown or of another type, or the
        number of right answers does not fit.
    FileNotFoundError
        When there is no such file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... [[questions]]
    ... text = "Which `type` is a number?"
    ... answers = [
    ...     {text = "`str`", right = false, why = "It holds text."},
    ...     {text = "`int`", right = true, why = "It holds whole numbers."},
    ... ]'''
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "quiz.toml"
    ...     _ = path.write_text(text)
    ...     print(read_quiz(path))
    1. Which `type` is a number?
      a) `str`
      b) `int`
    <BLANKLINE>
    Answers
    <BLANKLINE>
    1a) Not quite. It holds text.
    1b) Right. It holds whole numbers.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise QuizError(f"{where} is not TOML: {error}") from error
    _check_keys(where, content, _QUIZ_KEYS)
    questions = tuple(
        _read_question(f"{where}, question {number}", table)
        for number, table in enumerate(content["questions"], 1)
    )
    return Quiz(path.parent.name, questions)


def _read_question(where: str, table: Any) -> Question:
    _check_keys(where, table, _QUESTION_KEYS, _QUESTION_EXTRAS)
    answers = tuple(
        _read_answer(f"{where}, answer {number}", answer)
        for number, answer in enumerate(table["answers"], 1)
    )
    question = Question(**{**table, "answers": answers})
    right = sum(answer.right for answer in answers)
    if right == len(answers):
        raise QuizError(f"{where}: expected a wrong answer among {right}, all are right")
    if question.multiple and right < 2:
        raise QuizError(
            f"{where}: expected two right answers or more, got {right}. Where one is right, "
            "leave out: multiple = true"
        )
    if not question.multiple and right != 1:
        raise QuizError(
            f"{where}: expected one right answer, got {right}. Where several are right, "
            "write: multiple = true"
        )
    return question


def _read_answer(where: str, table: Any) -> Answer:
    _check_keys(where, table, _ANSWER_KEYS)
    return Answer(**table)


def _check_keys(
    where: str,
    table: Any,
    wanted: Mapping[str, type],
    extras: Mapping[str, type] | None = None,
) -> None:
    if not isinstance(table, dict):
        raise QuizError(f"{where}: expected a table, got {table!r}")
    allowed = {**wanted, **(extras or {})}
    for key in wanted:
        if key not in table:
            raise QuizError(f"{where}: expected the key {key!r}, got {', '.join(table) or 'none'}")
    for key, value in table.items():
        if key not in allowed:
            raise QuizError(f"{where}: unknown key {key!r}. Known are: {', '.join(allowed)}")
        if not isinstance(value, allowed[key]):
            raise QuizError(f"{where}: expected {_TYPE_NAMES[allowed[key]]} as {key!r}")
        if isinstance(value, (str, list)) and not value:
            raise QuizError(f"{where}: {key!r} is empty")
        if isinstance(value, str) and key != "code" and value.count("`") % 2:
            raise QuizError(f"{where}: a backtick has no partner in {value!r}")


def _lettered(answers: tuple[Answer, ...]) -> Iterator[tuple[str, Answer]]:
    return zip(ascii_lowercase, answers, strict=False)


def _question_text(number: int, question: Question) -> str:
    hint = f" {_(CHOOSE_ALL)}" if question.multiple else ""
    lines = [_wrapped(f"{number}. ", _(question.text) + hint)]
    if question.code:
        lines += ["", textwrap.indent(question.code.rstrip(), "    "), ""]
    lines += [
        _wrapped(f"  {letter}) ", _(item.text)) for letter, item in _lettered(question.answers)
    ]
    return "\n".join(lines)


def _solution_text(number: int, question: Question) -> str:
    return "\n".join(
        _wrapped(f"{number}{letter}) ", f"{_(VERDICTS[answer.right])} {_(answer.why)}")
        for letter, answer in _lettered(question.answers)
    )


def _wrapped(mark: str, text: str) -> str:
    return textwrap.fill(
        text,
        width=79,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _question_html(name: str, number: int, question: Question) -> str:
    hint = f" <span>{_(CHOOSE_ALL)}</span>" if question.multiple else ""
    lines = ["<fieldset>", f"<legend>{number}. {_inline(_(question.text))}{hint}</legend>"]
    if question.code:
        lines.append(f"<pre><code>{escape(question.code.rstrip())}</code></pre>")
    lines.append('<div class="quiz-answers" aria-live="polite">')
    kind = "checkbox" if question.multiple else "radio"
    for letter, answer in _lettered(question.answers):
        lines.append(_answer_html(kind, name, f"{name}-{letter}", answer))
    if question.multiple:
        lines.append(f'<p class="quiz-all" {_HIDDEN}>{_(ALL_FOUND)}</p>')
    return "\n".join([*lines, "</div>", "</fieldset>"])


def _answer_html(kind: str, name: str, own_id: str, answer: Answer) -> str:
    mark = "right" if answer.right else "wrong"
    return (
        f'<input type="{kind}" name="{name}" id="{own_id}" class="quiz-{mark}" {_KEEP_KEYS}>'
        f'<label for="{own_id}">{_inline(_(answer.text))}</label>'
        f'<p class="quiz-why" {_HIDDEN}><strong>{_(VERDICTS[answer.right])}</strong> '
        f"{_inline(_(answer.why))}</p><br>"
    )


def _inline(text: str) -> str:
    """Escape a text; what stands between backticks becomes code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
