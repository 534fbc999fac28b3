"""Checks of the exercises on where two models part."""

from classroom.given import Given, NotYetError
from classroom.messages import _, later
from classroom.parts import Part, items

PIPELINE: tuple[Part, ...] = items(
    later("the name of the step and the number of rows"),
    (
        later("step"),
        lambda name: str(name).lower().strip() == "normalizer",
        later(
            "The step is the first whose output the file doesn't have. Print what the walk found, or "
            "compare the steps one after the other, in the order of the pipeline."
        ),
    ),
    (
        later("rows"),
        259,
        later(
            "Count the rows in which the output of that step differs, not those whose answer does. "
            "What the walk returns counts them."
        ),
    ),
)


def _first_wrong(given: Given) -> None:
    if str(given.answer).strip() != "power":
        raise NotYetError(
            _(
                "As it ships, the file computes all tensors before this one right, or this one too. "
                "Ask for one tensor at a time, and compare with the optimizer off. See the section on "
                "the optimizer."
            )
        )


OPTIMIZED: tuple[Part, ...] = ((later("tensor"), _first_wrong),)

EXERCISES: dict[int, tuple[Part, ...]] = {1: PIPELINE, 2: OPTIMIZED}
