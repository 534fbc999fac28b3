"""No cell draws random numbers that nobody seeded: its output would be another one some day.

What of scikit-learn takes a seed gets one, and so do NumPy's generators. (NumPy's old functions
are refused by ruff; what Keras trains is seeded in the cell that builds it.)
"""

import ast
import inspect
from functools import cache

import pytest

from tools.chapters import read_book

# With the arguments that the book gives them, these draw nothing.
DRAW_NOTHING = {
    "GaussianProcessRegressor",  # one start of the optimizer
    "HistGradientBoostingClassifier",  # draws for early stopping from 10,000 rows on
    "LogisticRegression",  # the default solver is lbfgs
    "PCA",  # a few columns: a full decomposition
    "Ridge",
    "SVC",  # without probabilities
}


def takes_seed(function):
    return "random_state" in inspect.signature(function).parameters


@cache
def need_seed():
    """Names of what draws, unless it gets a seed."""
    from sklearn.utils.discovery import all_estimators, all_functions  # takes seconds

    found = [*all_estimators(), *all_functions()]
    return {name for name, callee in found if takes_seed(callee)} - DRAW_NOTHING


def unseeded(code):
    """Calls that draw numbers and name no seed, as they stand in the code."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if not is_seeded(call)]


def is_seeded(call):
    """Whether a call names a seed, or needs none."""
    name = ast.unparse(call.func).rpartition(".")[2]
    named = {argument.arg: ast.unparse(argument.value) for argument in call.keywords}
    if name == "default_rng":
        seeds = [*map(ast.unparse, call.args), *named.values()]
        return bool(seeds) and seeds != ["None"]
    return name not in need_seed() or named.get("random_state", "None") != "None"


@pytest.mark.parametrize("chapter", read_book().chapters, ids=lambda chapter: chapter.name)
def test_every_random_number_of_a_chapter_is_seeded(chapter):
    code = [cell.source for cell in chapter.cells if cell.kind == "code"]
    assert [call for source in code for call in unseeded(source)] == []


@pytest.mark.parametrize(
    "code",
    [
        "RandomForestClassifier(20)",
        "sklearn.ensemble.RandomForestClassifier()",
        "fit(make_pipeline(SimpleImputer(), LinearSVC(C=2)))",
        "train_test_split(x, y)",
        "train_test_split(x, y, random_state=None)",
        "make_classification(100)",
        "np.random.default_rng()",
        "np.random.default_rng(None)",
    ],
)
def test_a_call_without_a_seed_is_found(code):
    assert len(unseeded(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "RandomForestClassifier(20, random_state=0)",
        "np.random.default_rng(0)",
        "LogisticRegression()",
        "print(forest)",
    ],
)
def test_a_call_with_a_seed_or_without_a_need_for_one_is_not(code):
    assert unseeded(code) == []
