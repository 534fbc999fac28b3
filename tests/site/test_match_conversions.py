"""What the box above the conversion table finds: names, calls, error texts, and nothing."""

import pytest


def entry(name, text="", *errors):
    return {"name": name, "text": text, "errors": list(errors)}


NO_CONVERTER = (
    "MissingShapeCalculator: Unable to find a shape calculator for type '<class 'a.{}'>'."
)
METRIC = "NotImplementedError: metric='{}' is not implemented."
ENTRIES = [
    entry("SVC", "kernel='poly' on 2 classes"),
    entry("NuSVC"),
    entry("LinearSVC"),
    entry("KNeighborsClassifier", "weights='distance' on 2 classes", METRIC.format("dice")),
    entry("KNeighborsRegressor", "", METRIC.format("dice"), METRIC.format("yule")),
    entry("KernelDensity", "", NO_CONVERTER.format("KernelDensity")),
    entry("Birch", "", NO_CONVERTER.format("Birch")),
    entry("MaxPooling1D"),
    entry("ops.where", "x > 0, x, y on numbers"),
    entry("ReLU", "threshold=0.5 on numbers"),
]
FOUND = {
    "SVC": ["SVC"],  # the name itself, and no other that contains it
    "svc": ["SVC"],
    "sklearn.svm.SVC": ["SVC"],
    "KNeighbors": ["KNeighborsClassifier", "KNeighborsRegressor"],
    "k neighbors": ["KNeighborsClassifier", "KNeighborsRegressor"],
    "max_pooling": ["MaxPooling1D"],
    "keras.layers.ReLU": ["ReLU"],
    "ops.where": ["ops.where"],
    "KNeighborsClassifier(weights='distance')": ["KNeighborsClassifier"],
    METRIC.format("yule"): ["KNeighborsRegressor"],
    METRIC.format("dice"): ["KNeighborsClassifier", "KNeighborsRegressor"],
    # as it is pasted, with what stands around it, and for a class of one's own
    f"Traceback ... {NO_CONVERTER.format('Birch')} It usually means": ["Birch"],
    "Unable to find a shape calculator for type '<class 'me.Mine'>'.": ["KernelDensity", "Birch"],
    "threshold=0.5": ["ReLU"],
    "classes distance": ["KNeighborsClassifier", "SVC"],  # the first has both words
    "": [],
}
NEAREST = {
    "KNeighborsClasifier": "KNeighborsClassifier",
    "KNeigborsRegressor(weights='distance')": "KNeighborsRegressor",
    "Brich": "Birch",
    "MaxPool1D": "MaxPooling1D",
}


@pytest.fixture(scope="module")
def found(node):
    """Answers by query."""
    queries = [*FOUND, *NEAREST]
    question = {"entries": ENTRIES, "queries": queries}
    return dict(zip(queries, node("match_conversions.mjs", question), strict=True))


@pytest.mark.parametrize("query", FOUND)
def test_a_query_finds(found, query):
    assert found[query]["names"] == FOUND[query]


@pytest.mark.parametrize("query", NEAREST)
def test_an_unknown_name_gets_the_nearest_ones(found, query):
    assert found[query]["names"] == []
    assert found[query]["nearest"][0] == NEAREST[query]
    assert len(found[query]["nearest"]) == 3


def test_a_call_brings_its_options_along(found):
    assert found["KNeighborsClassifier(weights='distance')"]["options"] == "weights='distance'"
