"""Checks of the exercises on models that come back from a file."""

import numpy as np

from classroom.given import Given, StopError
from classroom.messages import _, later
from classroom.parts import Part, compare, items

READ: tuple[Part, ...] = items(
    later("True or False for a, b, c, d and e"),
    (
        later("a"),
        True,
        later(
            "How many rows did `W` have, and what did the text read from that?"
        ),
    ),
    (
        later("b"),
        False,
        later(
            'Which node would hold it? See the list in "What no file gives back".'
        ),
    ),
    (
        later("c"),
        False,
        later(
            'Does an answer need it? See the list in "What no file gives back".'
        ),
    ),
    (
        later("d"),
        False,
        later(
            "How many numbers per channel has the file, and how many had the layer? "
            'See the list in "What no file gives back".'
        ),
    ),
    (
        later("e"),
        True,
        later("The first cell with arrays lists an `Add`. What was in it?"),
    ),
)


def _is_estimator(given: Given) -> None:
    if not callable(getattr(given.answer, "predict_proba", None)):
        raise StopError(
            _(
                "The answer is to be a pipeline of scikit-learn with `predict_proba`."
            )
        )
    steps = [step for name, step in getattr(given.answer, "steps", ())]
    if not steps or any(
        not type(step).__module__.startswith("sklearn.") for step in steps
    ):
        raise StopError(
            _(
                "The answer is to be a pipeline, and its steps those of scikit-learn."
            )
        )


def _probabilities(given: Given) -> None:
    try:
        found = given.answer.predict_proba(given.table)
    except (
        Exception
    ) as error:  # an unfinished estimator raises what it likes
        raise StopError(
            _(
                "`predict_proba` of the pipeline stops with {error}. Does each step have its "
                "attributes that end in an underscore?"
            ).format(error=type(error).__name__)
        ) from error
    compare(
        given.truth,
        np.asarray(found),
        later(
            "The probabilities aren't those of the file. Which function makes probabilities of the "
            "scores there, and which one in the last step of your pipeline?"
        ),
    )


WINES: tuple[Part, ...] = (
    (later("pipeline"), _is_estimator),
    (later("probabilities"), _probabilities),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: READ, 2: WINES}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
