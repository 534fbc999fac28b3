"""Checks of the exercises on speed as a trade."""

from classroom.given import Given, NotYetError
from classroom.messages import _, later
from classroom.parts import DYNAMIC_BATCH, MODEL, VALID, Part, items

BATCH: tuple[Part, ...] = items(
    later("the size for a, for b and for c"),
    (
        later("a"),
        64,
        later(
            "Nobody waits at night, so only the work per row counts. From which size on is the "
            "curve flat?"
        ),
    ),
    (
        later("b"),
        1,
        later(
            "At 20 requests a second, they come 50 ms apart. How long does the first of a batch wait?"
        ),
    ),
    (
        later("c"),
        64,
        later(
            "In how many milliseconds do 50,000 requests a second fill a batch of this size, and "
            "which size does the text ask for?"
        ),
    ),
)


def _is_quantized(given: Given) -> None:
    wanted = {"QuantizeLinear", "DynamicQuantizeLinear", "QLinearMatMul"}
    if not wanted & set(given.interface.operators):
        raise NotYetError(
            _(
                "No operator in the file computes with 8 bits: it isn't quantized. The exercise "
                "asks for a file like hers, with better rows."
            )
        )


def _has_few_changes(given: Given) -> None:
    answer = given.run(given.fed)[0]
    if answer.shape != given.truth.shape:
        raise NotYetError(
            _("The answers have shape {shape}, not {wanted}.").format(
                shape=answer.shape, wanted=given.truth.shape
            )
        )
    changed = (answer.argmax(axis=1) != given.truth.argmax(axis=1)).mean()
    if not changed < 0.01:
        raise NotYetError(
            _(
                "The labels of {changed:.0%} of the rows change. Print the first step of your "
                "file, and compare the range of your rows with that of the model's users."
            ).format(changed=changed)
        )


SAMPLE: tuple[Part, ...] = (
    MODEL,
    VALID,
    DYNAMIC_BATCH,
    (later("quantized"), _is_quantized),
    (later("answers"), _has_few_changes),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: BATCH, 2: SAMPLE}
ALSO_NEEDED: dict[int, tuple[str, ...]] = {2: ("rows", "expected")}
