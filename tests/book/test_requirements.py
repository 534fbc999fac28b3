"""A lesson asks for the versions that the book is tested on, from the lowest one up."""

import ast
import tomllib

import pytest
from packaging.requirements import Requirement

from tools.chapters import ROOT, read_book

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def bounds_of(chapter):
    """Bounds of the book, and of the groups that a lesson needs besides."""
    groups = ("chapters", *chapter.needs)
    bounds = [bound for group in groups for bound in PROJECT["dependency-groups"][group]]
    return {bound.name: bound.specifier for bound in map(Requirement, bounds)}


def required(chapter):
    """Requirements that the cells of a chapter hand to `require`."""
    texts = []
    for cell in chapter.cells:
        if cell.kind == "code" and "require(" in cell.source:
            calls = [node for node in ast.walk(ast.parse(cell.source)) if type(node) is ast.Call]
            texts += [
                ast.literal_eval(argument)
                for call in calls
                if getattr(call.func, "id", "") == "require"
                for argument in call.args
            ]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("chapter", read_book().chapters, ids=lambda chapter: chapter.name)
def test_a_bound_of_a_lesson_is_a_bound_of_the_book(chapter):
    bounds = bounds_of(chapter)
    for requirement in required(chapter):
        if requirement.specifier:
            assert set(requirement.specifier) <= set(bounds[requirement.name]), str(requirement)
            lowest = [each for each in bounds[requirement.name] if each.operator == ">="]
            assert set(lowest) <= set(requirement.specifier), str(requirement)
