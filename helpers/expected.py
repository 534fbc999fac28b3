"""Show an error that is the lesson, without stopping "Run all"."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def expected_error(*types: type[Exception]) -> Iterator[None]:
    """Print the type and the message of the error that the block raises.

    Parameters
    ----------
    *types : exception classes
        The error that is expected; any `Exception` if none is named. Another one is
        passed on.

    Raises
    ------
    AssertionError
        When the block raises nothing: then the lesson no longer holds.

    Examples
    --------
    >>> with expected_error(ZeroDivisionError):
    ...     1 / 0
    ZeroDivisionError: division by zero
    """
    expected = types or (Exception,)
    try:
        yield
    except expected as error:
        print(f"{type(error).__name__}: {error}")
    else:
        names = " or ".join(cls.__name__ for cls in expected)
        raise AssertionError(
            f"expected {names}, but the block ran without an error. "
            "The installed versions behave differently from those the text was written for."
        )
