"""No cell draws random numbers that nobody seeded: its output would be another one some day."""

import ast
import inspect

import notebooks
import pytest
from sklearn.model_selection import train_test_split
from sklearn.utils import all_estimators

SOURCES = notebooks.chapter_sources([])
# With the arguments that the book gives them, these draw nothing.
DRAW_NOTHING = {
    "GaussianProcessRegressor",  # one start of the optimizer
    "HistGradientBoostingClassifier",  # draws bins from 200,000 rows on
    "LogisticRegression",  # the default solver is lbfgs
    "PCA",  # a few columns: a full decomposition
    "Ridge",
    "SVC",  # without probabilities
}


def takes_seed(function):
    return "random_state" in inspect.signature(function).parameters


NEED_SEED = {name for name, estimator in all_estimators() if takes_seed(estimator)}
NEED_SEED = NEED_SEED - DRAW_NOTHING | {train_test_split.__name__}


def unseeded(code):
    """Calls that draw numbers and name no seed, as they stand in the code."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if not is_seeded(call)]


def is_seeded(call):
    """Whether a call names a seed, or needs none."""
    name = ast.unparse(call.func).rpartition(".")[2]
    named = [argument.arg for argument in call.keywords]
    if name == "default_rng":
        return bool(call.args or named)
    return name not in NEED_SEED or "random_state" in named


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_random_number_of_a_chapter_is_seeded(source):
    cells = notebooks.code_cells(notebooks.read_source(source))
    assert [call for cell in cells for call in unseeded(cell.source)] == []


@pytest.mark.parametrize(
    "code",
    [
        "RandomForestClassifier(20)",
        "sklearn.ensemble.RandomForestClassifier()",
        "fit(make_pipeline(SimpleImputer(), LinearSVC(C=2)))",
        "train_test_split(x, y)",
        "np.random.default_rng()",
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
