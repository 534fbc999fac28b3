"""Quizzes: the questions of the book, the form, and files that are none."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from classroom.lessons import LessonError, lessons_with
from classroom.quiz import Answer, Question, Quiz, QuizError, read_quiz, show_quiz
from tools.chapters import read_book

NAMES = list(lessons_with("quiz.toml"))
NOT_IN_THE_BOOK = re.compile(
    r"\b(simply|just|easy|easily|obviously|basically|trivial|please|awesome|powerful|colour|"
    r"behaviour|recognise|optimise|grey-scale)\b|!",
    re.IGNORECASE,
)

RED = Answer("Red, `r < g`", True, "Why red?")
BLUE = Answer("Blue & green", False, "Why blue?")
PINK = Answer("Pink", True, "Why pink?")
ONE = Question("Which <b>?", (BLUE, RED), code="if a < b:\n    pass\n")
SOME = Question("Which ones?", (RED, BLUE, PINK), multiple=True)
QUIZ = Quiz("colors", (ONE, SOME))

FILE = """
[[questions]]
text = "Which?"
answers = [
    {text = "a", right = true, why = "yes"},
    {text = "b", right = false, why = "no"},
    {text = "c", right = false, why = "never"},
]
"""


def asked():
    """Every question of the book, with the name of its chapter."""
    return [(name, question) for name in NAMES for question in show_quiz(name).questions]


def texts(question):
    """What a reader sees of a question, without code."""
    yield question.text
    for answer in question.answers:
        yield answer.text
        yield answer.why


def form(quiz):
    """Parse the HTML of a quiz, strictly."""
    return ElementTree.fromstring(re.sub("<(?:input|br)[^>]*", r"\g<0>/", quiz._repr_html_()))


def content(element):
    """Text of an element and of what it holds."""
    return "".join(element.itertext())


# The questions of the book


def test_every_quiz_is_shown_by_its_chapter_and_no_chapter_shows_another():
    shown = {
        chapter.name: re.findall(r'show_quiz\("(.+)"\)', cell.source)
        for chapter in read_book()
        for cell in chapter.cells
        if cell.kind == "code" and "show_quiz(" in cell.source
    }
    assert shown == {name: [name] for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_quiz_asks_up_to_five_questions_with_three_to_five_answers(name):
    quiz = show_quiz(name)
    assert 1 <= len(quiz.questions) <= 5
    assert all(3 <= len(question.answers) <= 5 for question in quiz.questions)


@pytest.mark.parametrize("name", NAMES)
def test_one_answer_is_right_or_several_are_asked_for(name):
    for question in show_quiz(name).questions:
        right = sum(answer.right for answer in question.answers)
        assert right >= 2 if question.multiple else right == 1, question.text
        assert right < len(question.answers), question.text


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_explained_in_one_to_three_sentences(name):
    for question in show_quiz(name).questions:
        for answer in question.answers:
            assert 40 <= len(answer.why) <= 200, answer.why
            assert 1 <= len(re.findall(r"[.](?= |$)", answer.why)) <= 3, answer.why


def test_no_text_occurs_twice():
    counts = Counter(text for _, question in asked() for text in texts(question))
    assert [text for text, count in counts.items() if count > 1] == []


def test_texts_fit_the_house_style():
    for name, question in asked():
        assert question.text.endswith("?"), (name, question.text)
        for text in texts(question):
            assert not NOT_IN_THE_BOOK.search(text), (name, text)
            assert text == " ".join(text.split()), (name, text)
            assert text[0].isupper() or re.match(
                "`|float32|scikit-learn|skl2onnx|tf2onnx", text
            ), (name, text)
        for answer in question.answers:
            assert answer.text.endswith("."), (name, answer.text)
            assert answer.why.endswith("."), (name, answer.why)


def test_the_length_of_an_answer_does_not_give_it_away():
    """A right answer is neither much longer nor much shorter than the wrong ones."""
    for _, question in asked():
        wrong = [len(answer.text) for answer in question.answers if not answer.right]
        for answer in question.answers:
            if answer.right:
                assert min(wrong) / 1.35 <= len(answer.text) <= 1.35 * max(wrong), question.text
    single = [question for _, question in asked() if not question.multiple]
    for pick in (max, min):
        extreme = [pick(q.answers, key=lambda answer: len(answer.text)).right for q in single]
        assert sum(extreme) <= 0.4 * len(single)


def test_the_place_of_an_answer_does_not_give_it_away():
    places = {
        name: [
            place
            for question in show_quiz(name).questions
            for place, answer in enumerate(question.answers)
            if answer.right and not question.multiple
        ]
        for name in NAMES
    }
    for found in places.values():
        assert len(set(found)) >= min(3, len(found))
    counts = Counter(place for found in places.values() for place in found)
    assert set(counts) >= set(range(4))
    assert max(counts.values()) <= sum(counts.values()) / 2


@pytest.mark.parametrize("name", NAMES)
def test_code_in_a_question_is_python_with_short_lines(name):
    for question in show_quiz(name).questions:
        compile(question.code, name, "exec")
        assert all(len(line) <= 75 for line in question.code.splitlines())


def test_what_stands_in_backticks_occurs_in_the_chapter_or_its_outputs():
    for name, question in asked():
        [chapter] = read_book().choose([name])
        page = chapter.notebook.read_text(encoding="utf-8")
        for code in re.findall("`([^`]+)`", " ".join(texts(question))):
            words = re.findall("[A-Za-z_]{2,}", code)
            assert all(word in page for word in words), (name, code)


# The form


@pytest.mark.parametrize("name", NAMES)
def test_the_form_and_the_text_are_the_same_at_each_call(name):
    assert show_quiz(name)._repr_html_() == show_quiz(name)._repr_html_()
    assert repr(show_quiz(name)) == repr(show_quiz(name))


def test_the_form_needs_no_script_and_no_network():
    for name in NAMES:
        html = show_quiz(name)._repr_html_()
        assert not re.search(r"<script|\son\w+=|https?:|url\(|@import", html)
        assert form(show_quiz(name)).get("class") == "quiz"


def test_a_question_with_one_right_answer_has_radio_buttons_of_one_group():
    first, _ = form(QUIZ).iter("fieldset")
    inputs = list(first.iter("input"))
    assert [field.get("type") for field in inputs] == ["radio", "radio"]
    assert {field.get("name") for field in inputs} == {"quiz-colors-1"}
    assert content(first.find("legend")) == "1. Which <b>?"


def test_a_question_with_several_right_answers_has_checkboxes_and_says_so():
    _, second = form(QUIZ).iter("fieldset")
    assert [field.get("type") for field in second.iter("input")] == ["checkbox"] * 3
    assert content(second.find("legend")) == "2. Which ones? Choose all that apply."
    assert content(second.find("div/p[last()]")) == "These are all of them."


def test_each_answer_is_a_field_its_label_and_its_hidden_explanation_in_a_row():
    for fieldset, question in zip(form(QUIZ).iter("fieldset"), QUIZ.questions, strict=True):
        parts = list(fieldset.find("div"))
        for answer in question.answers:
            field, label, why, _ = parts[:4]
            del parts[:4]
            assert label.get("for") == field.get("id")
            assert content(label) == answer.text.replace("`", "")
            assert why.get("hidden") == "hidden"
            assert field.get("data-lm-suppress-shortcuts") == "true"
            verdict = "Right." if answer.right else "Not quite."
            assert content(why.find("strong")) == verdict
            assert content(why) == f"{verdict} {answer.why}"
            assert field.get("class") == ("quiz-right" if answer.right else "quiz-wrong")


def test_nothing_is_chosen_at_the_start():
    for name in NAMES:
        assert not [field for field in form(show_quiz(name)).iter("input") if field.get("checked")]


def test_ids_and_groups_of_all_quizzes_on_one_page_differ():
    fields = [field for name in NAMES for field in form(show_quiz(name)).iter("input")]
    ids = [field.get("id") for field in fields]
    assert len(set(ids)) == len(ids)
    assert len({field.get("name") for field in fields}) == len(asked())


def test_texts_are_escaped_and_backticks_become_code():
    html = QUIZ._repr_html_()
    assert "Which &lt;b&gt;?" in html
    assert "Red, <code>r &lt; g</code>" in html
    assert "Blue &amp; green" in html
    assert "<pre><code>if a &lt; b:\n    pass</code></pre>" in html


def test_every_rule_of_the_style_is_about_the_quiz():
    style = form(QUIZ).find("style").text
    selectors = re.findall(r"(?:^|})\s*([^{}]+){", style)
    assert len(selectors) > 10
    assert all(".quiz" in part for rule in selectors for part in rule.split(","))


def test_the_text_lists_the_questions_first_and_then_the_answers():
    assert (
        str(QUIZ)
        == repr(QUIZ)
        == """\
1. Which <b>?

    if a < b:
        pass

  a) Blue & green
  b) Red, `r < g`

2. Which ones? Choose all that apply.
  a) Red, `r < g`
  b) Blue & green
  c) Pink

Answers

1a) Not quite. Why blue?
1b) Right. Why red?

2a) Right. Why red?
2b) Not quite. Why blue?
2c) Right. Why pink?"""
    )


def test_lines_of_the_text_fit_into_a_terminal():
    for name in NAMES:
        assert max(map(len, str(show_quiz(name)).splitlines())) <= 80


# Files that are none


def read(text, tmp_path):
    path = tmp_path / "colors" / "quiz.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return read_quiz(path)


def test_a_file_becomes_a_quiz_with_the_name_of_its_folder(tmp_path):
    quiz = read(FILE, tmp_path)
    assert quiz.name == "colors"
    assert [answer.right for answer in quiz.questions[0].answers] == [True, False, False]
    assert quiz.questions[0].code == ""
    assert not quiz.questions[0].multiple


def test_an_unknown_name_is_answered_with_the_names():
    with pytest.raises(LessonError, match=r"lesson '\.\./tests'\. Lessons with one: 01-what-is"):
        show_quiz("../tests")


def test_a_quiz_is_found_by_the_number_of_its_chapter_too():
    assert show_quiz("02") == show_quiz("02-keras-to-onnx")


def test_a_quiz_may_hold_letters_of_every_alphabet(tmp_path):
    quiz = read(FILE.replace("Which?", "Đổi mô hình nào?"), tmp_path)
    assert quiz.questions[0].text == "Đổi mô hình nào?"
    assert content(form(quiz).find(".//legend")) == "1. Đổi mô hình nào?"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.toml"):
        read_quiz(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Which?"', "Which?", r"colors/quiz\.toml is not TOML: .*line 3"),
        ("questions]]", "question]]", "expected the key 'questions', got question"),
        (FILE, "", "expected the key 'questions', got none"),
        (FILE, "questions = []", "'questions' is empty"),
        (FILE, "questions = 3", "expected a list of tables as 'questions'"),
        (FILE, "questions = [3]", "question 1: expected a table, got 3"),
        ('text = "Which?"', "", "question 1: expected the key 'text', got answers"),
        ('"Which?"', '""', "question 1: 'text' is empty"),
        ('"Which?"', '"Which `one?"', "question 1: a backtick has no partner"),
        ('text = "Which?"', 'text = "Which?"\nhint = "a"', "unknown key 'hint'. Known are: text"),
        ('why = "no"', 'reason = "no"', "answer 2: expected the key 'why', got text, right"),
        ('why = "no"', 'why = ""', "question 1, answer 2: 'why' is empty"),
        ('{text = "c"', '{text = "c", id = 3', "question 1, answer 3: unknown key 'id'"),
        ("right = true", 'right = "yes"', "answer 1: expected true or false as 'right'"),
        ("right = true", "right = false", "question 1: expected one right answer, got 0"),
        ("false, why", "true, why", "expected a wrong answer among 3, all are right"),
        (
            'false, why = "no"',
            'true, why = "no"',
            "expected one right answer, got 2. Where several are right, write: multiple = true",
        ),
        (
            'text = "Which?"',
            'text = "Which?"\nmultiple = true',
            "expected two right answers or more, got 1",
        ),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_the_place(tmp_path, old, new, message):
    assert old in FILE
    with pytest.raises(QuizError, match=message):
        read(FILE.replace(old, new), tmp_path)
