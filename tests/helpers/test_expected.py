import pytest

from helpers import expected_error


def test_type_and_message_are_printed_like_in_a_traceback(capsys):
    with expected_error(KeyError):
        raise KeyError("keras_tensor_2")
    assert capsys.readouterr().out == "KeyError: 'keras_tensor_2'\n"


def test_any_exception_is_expected_when_none_is_named(capsys):
    with expected_error():
        raise RuntimeError("broken")
    assert capsys.readouterr().out == "RuntimeError: broken\n"


def test_another_error_is_passed_on():
    with pytest.raises(TypeError, match="other"), expected_error(KeyError, ValueError):
        raise TypeError("other")


def test_no_error_is_an_error():
    with (
        pytest.raises(AssertionError, match="expected KeyError or ValueError, but the block ran"),
        expected_error(KeyError, ValueError),
    ):
        pass


def test_an_interrupt_is_never_swallowed():
    with pytest.raises(KeyboardInterrupt), expected_error():
        raise KeyboardInterrupt
