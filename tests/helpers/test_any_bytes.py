"""Whatever the bytes of a file are, the helpers end in a result or in their own error."""

from functools import cache
from xml.etree import ElementTree

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers import (
    DIGITS_MODEL,
    InvalidModelError,
    check_before_shipping,
    describe,
    draw_graph,
    read_model,
)

CASES = np.random.default_rng(0).random((30, 4), np.float32)
CLASSES = np.arange(30) % 3


@cache
def files():
    """Bytes of models, with rows for each."""
    from skl2onnx import to_onnx  # takes seconds
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def trained(*steps):
        fitted = make_pipeline(*steps).fit(CASES, CLASSES)
        return to_onnx(fitted, CASES[:1], options={"zipmap": False}).SerializeToString()

    forest = RandomForestClassifier(n_estimators=2, max_depth=2, random_state=0)
    return [
        (DIGITS_MODEL.read_bytes(), np.zeros((3, 28, 28), np.float32)),
        (trained(StandardScaler(), LogisticRegression()), CASES[:3]),
        (trained(forest), CASES[:3]),
    ]


@cache
def places(which):
    """Bytes that say what a model is; a flipped weight is another weight."""
    content, _ = files()[which]
    graph = onnx.load_model_from_string(content).graph
    weights = [tensor.raw_data for tensor in graph.initializer if len(tensor.raw_data) > 64]
    inside = {
        place
        for data in weights
        for place in range(content.index(data), content.index(data) + len(data))
    }
    return [place for place in range(len(content)) if place not in inside]


@st.composite
def mutants(draw):
    """A model with a few bytes flipped, written over, cut off, taken out or put in."""
    which = draw(st.integers(0, len(files()) - 1))
    content, rows = files()[which]
    place = st.sampled_from(places(which))
    changed = bytearray(content)
    match draw(st.sampled_from(["flip", "flip", "write", "cut", "insert", "drop"])):
        case "flip":
            for at in draw(st.lists(place, min_size=1, max_size=8)):
                changed[at] ^= 1 << draw(st.integers(0, 7))
        case "write":
            changed[draw(place)] = draw(st.sampled_from([0, 1, 127, 128, 255]))
        case "cut":
            del changed[draw(place) :]
        case "insert":
            at = draw(place)
            changed[at:at] = draw(st.binary(min_size=1, max_size=4))
        case "drop":
            at = draw(place)
            del changed[at : at + draw(st.integers(1, 8))]
    return bytes(changed), rows


def survive(content, rows):
    """Ask all that there is to ask about a model."""
    try:
        read_model(content)
    except InvalidModelError:
        for ask in (describe, draw_graph):
            with pytest.raises(InvalidModelError):
                ask(content)
    else:
        interface = describe(content)
        str(interface).encode()
        assert "\x00" not in str(interface) + interface._repr_html_()
        ElementTree.fromstring(draw_graph(content).svg)
    report = check_before_shipping(content, rows, np.zeros((3, 3), np.float32))
    assert not report


# `make test` has to take the same time every time: the mutants are the same in each run. Over
# 10,000 others, and one process for each, the same questions found nothing more.
@settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(mutants())
def test_mutated_models_end_in_a_result_or_in_an_error_of_the_package(mutant):
    survive(*mutant)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"probabilities", b"prob\xff\xfeilities"),  # a name that is not UTF-8
        (b"probabilities", b"prob\x00\x01ilities"),  # a name that no picture may hold
        (b"\x08\x01\x12", b"\x08\x63\x12"),  # a type that nobody knows
        (b"\xa0\x01\x07", b"\xa0\x01\x63"),  # an attribute of an unknown kind
        (b"\xa0\x01\x06", b"\xa0\x01\x0b"),  # an attribute of another kind
    ],
)
def test_what_was_a_raw_error_once_is_none(old, new):
    content, rows = files()[1]
    assert old in content
    survive(content.replace(old, new), rows)
