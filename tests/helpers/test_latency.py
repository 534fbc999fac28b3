import time

import pytest

from helpers import measure_latency
from helpers.latency import Latency


def test_a_call_that_sleeps_longer_is_slower():
    latency = measure_latency(
        {"short": lambda: time.sleep(0.001), "long": lambda: time.sleep(0.005)}, rounds=3
    )
    assert latency.medians["short"] >= 0.001
    assert latency.ratios["short"] == 1
    assert latency.ratios["long"] < 0.9


def test_the_first_calls_are_not_measured():
    durations = iter([0.2, 0.02])
    calls = {"warms up": lambda: time.sleep(next(durations, 0.001))}
    latency = measure_latency(calls, rounds=3)
    assert latency.medians["warms up"] < 0.02


def test_the_text_has_two_digits():
    latency = Latency({"slow": 1.234, "faster": 0.0000123})
    assert str(latency) == "slow    1,200 ms\nfaster  0.012 ms"


def test_nothing_to_measure_is_refused():
    with pytest.raises(ValueError, match="at least one call"):
        measure_latency({})


def test_zero_rounds_are_refused():
    with pytest.raises(ValueError, match="rounds of 1 or more, got 0"):
        measure_latency({"a": lambda: None}, rounds=0)


def test_a_result_instead_of_a_call_says_how_to_wrap_it():
    with pytest.raises(TypeError, match=r"'a' cannot be called, it is a list.*lambda"):
        measure_latency({"a": [1, 2]})


def test_an_error_in_a_call_is_passed_on():
    with pytest.raises(ZeroDivisionError):
        measure_latency({"a": lambda: 1 / 0})
