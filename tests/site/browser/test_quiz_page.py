"""What the style of a quiz does: it needs a browser, and neither a script nor the site."""

import pytest

from classroom.quiz import ALL_FOUND, read_quiz

QUIZ = """
[[questions]]
text = "Which `type` is a number?"
answers = [
    {text = "str", right = false, why = "It holds text."},
    {text = "int", right = true, why = "It holds whole numbers."},
    {text = "list", right = false, why = "It holds anything."},
]

[[questions]]
text = "Which can change?"
multiple = true
answers = [
    {text = "A list", right = true, why = "It has append."},
    {text = "A tuple", right = false, why = "It has not."},
    {text = "A dict", right = true, why = "It takes new keys."},
]
"""


@pytest.fixture
def quiz(tmp_path):
    """A question with one right answer, and one with two."""
    path = tmp_path / "quiz.toml"
    path.write_text(QUIZ)
    return read_quiz(path)


@pytest.fixture
def page(quiz, chromium):
    """A page with the questions, in a browser that runs no script."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(quiz._repr_html_())
    yield page
    context.close()


def shown(page):
    """The explanations that are to be seen."""
    return page.locator(".quiz-why:visible").all_inner_texts()


def test_an_explanation_appears_when_its_answer_is_chosen(page, quiz):
    assert shown(page) == []
    for answer in quiz.questions[0].answers:
        page.get_by_label(answer.text, exact=True).check()
        verdict = "Right." if answer.right else "Not quite."
        assert shown(page) == [f"{verdict} {answer.why}"]


def test_arrow_keys_go_from_answer_to_answer(page):
    page.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("input").nth(2).is_checked()
    assert len(shown(page)) == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert len(shown(page)) == 2


def test_all_right_answers_and_no_wrong_one_are_all_of_them(page):
    group = page.locator("fieldset", has=page.locator("[type=checkbox]"))
    done = group.get_by_text(ALL_FOUND)
    right, wrong = group.locator(".quiz-right"), group.locator(".quiz-wrong")
    right.nth(0).check()
    assert not done.is_visible()
    right.nth(1).check()
    assert done.is_visible()
    wrong.nth(0).check()
    assert not done.is_visible()
