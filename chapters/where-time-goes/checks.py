"""Checks of the exercises on where the time goes."""

from numbers import Real

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import Part, items


def _is_half(share: object) -> bool:
    """Whether a number is the share of the products, 418 of 800."""
    return isinstance(share, Real) and abs(float(share) - 418 / 800) < 0.01


PROFILE: tuple[Part, ...] = items(
    later("an operator and a fraction"),
    (
        later("operator"),
        "MatMul",
        later(
            "One node of it is long, or all its nodes together are. Add them up by `op_name`."
        ),
    ),
    (
        later("fraction"),
        _is_half,
        later(
            "Divide the sum of both runs by what both runs took, from their events of the session."
        ),
    ),
)


def _are_options(given: Given) -> None:
    if not hasattr(given.answer, "intra_op_num_threads"):
        raise StopError(
            _(
                "The answer is to be an `ort.SessionOptions`; this is a {type}."
            ).format(type=type(given.answer).__name__)
        )


def _fit(given: Given) -> None:
    threads = given.answer.intra_op_num_threads
    if threads == 0:
        raise NotYetError(
            _(
                "With 0, the session takes a thread for each core of the host. Set the number."
            )
        )
    if threads != 3:
        raise NotYetError(
            _(
                "With {threads} per session, cores are left over, or threads wait for one. Which "
                "of the three numbers of cores is the smallest, and who shares it?"
            ).format(threads=threads)
        )


def _are_quiet(given: Given) -> None:
    try:
        value = given.answer.get_session_config_entry(
            "session.intra_op.allow_spinning"
        )
    except (AttributeError, RuntimeError):
        value = None
    if value != "0":
        raise NotYetError(
            _(
                "Threads that have nothing to do still wait busily. See the last of the four steps; "
                "the key is easily misspelled."
            )
        )


THREADS: tuple[Part, ...] = (
    (later("options"), _are_options),
    (later("threads"), _fit),
    (later("quiet"), _are_quiet),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: PROFILE, 2: THREADS}
