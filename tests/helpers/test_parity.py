import numpy as np
import pytest

from helpers import check_parity

PROBABILITIES = np.array([[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]], np.float32)


def test_equal_outputs_pass():
    parity = check_parity(PROBABILITIES, PROBABILITIES)
    assert parity
    assert (parity.equal_labels, parity.rows) == (3, 3)
    assert parity.max_abs_error == 0


def test_small_differences_pass_and_are_kept_as_numbers():
    parity = check_parity(PROBABILITIES, PROBABILITIES + np.float32(1e-6))
    assert parity.passed
    assert 0 < parity.max_abs_error < 1e-5


def test_text_of_a_pass_does_not_depend_on_the_last_digits():
    texts = {
        str(check_parity(PROBABILITIES, PROBABILITIES + np.float32(noise)))
        for noise in (0, 1e-7, 3e-6)
    }
    assert len(texts) == 1


def test_one_wrong_value_fails_and_is_found():
    wrong = PROBABILITIES.copy()
    wrong[1, 1] = 0.25
    parity = check_parity(PROBABILITIES, wrong)
    assert not parity
    assert parity.worst == (1, 1)
    assert parity.max_abs_error == pytest.approx(0.05, rel=1e-3)
    assert parity.max_rel_error == pytest.approx(0.25, rel=1e-3)
    assert "FAIL" in str(parity)
    assert "index (1, 1)" in str(parity)


def test_a_changed_label_fails_although_the_values_are_close():
    parity = check_parity([[0.5000001, 0.5]], [[0.5, 0.5000001]])
    assert not parity
    assert parity.equal_labels == 0


def test_if_only_labels_differ_the_report_says_that_the_values_are_fine():
    text = str(check_parity([[0.5000001, 0.5]], [[0.5, 0.5000001]]))
    assert text.splitlines() == [
        "parity: FAIL, shape (1, 2)",
        "  labels: 0 of 1 equal",
        "  values: every difference is within 1e-05 + 0.001 * |expected|",
        "  worst:  at index (0,)",
    ]


def test_labels_can_be_left_out():
    assert check_parity([[0.5000001, 0.5]], [[0.5, 0.5000001]], labels=False)


def test_a_column_of_numbers_has_no_labels():
    parity = check_parity([[1.0], [2.0]], [[1.0], [2.0]])
    assert parity.equal_labels is None
    assert "labels" not in str(parity)


def test_tolerances_follow_numpy_allclose():
    rng = np.random.default_rng(0)
    expected = rng.normal(size=(50, 1))
    for scale in (1e-6, 1e-5, 1e-4, 1e-3, 1e-2):
        actual = expected + rng.normal(scale=scale, size=expected.shape)
        parity = check_parity(expected, actual, rtol=1e-3, atol=1e-5)
        assert parity.passed == np.allclose(actual, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_fails(bad):
    wrong = PROBABILITIES.copy()
    wrong[2, 0] = bad
    parity = check_parity(PROBABILITIES, wrong)
    assert not parity
    assert parity.max_abs_error == np.inf
    assert parity.worst == (2, 0)


def test_the_same_nan_or_infinity_on_both_sides_passes():
    values = np.array([[np.nan], [np.inf], [1.0]])
    assert check_parity(values, values)


def test_text_labels_are_compared():
    parity = check_parity(np.array(["cat", "dog"], dtype=object), np.array(["cat", "cat"]))
    assert not parity
    assert parity.equal_labels == 1
    assert parity.worst == (1,)
    assert parity.max_abs_error is None


def test_integer_labels_are_compared():
    assert check_parity(np.arange(5, dtype=np.int64), np.arange(5, dtype=np.int32))


def test_zipmap_output_says_how_to_get_an_array():
    with pytest.raises(TypeError, match=r"options=\{'zipmap': False\}"):
        check_parity(PROBABILITIES, [{0: 0.1, 1: 0.9}] * 3)


def test_different_shapes_are_refused_with_both():
    with pytest.raises(ValueError, match=r"expected \(3, 2\), actual \(2, 2\)"):
        check_parity(PROBABILITIES, PROBABILITIES[:2])


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="nothing to compare"):
        check_parity(PROBABILITIES[:0], PROBABILITIES[:0])


def test_text_and_numbers_are_refused():
    with pytest.raises(TypeError, match="labels as text"):
        check_parity(np.array(["1"]), np.array([1]))


@pytest.mark.parametrize("tolerance", [-1, float("nan")])
def test_impossible_tolerances_are_refused(tolerance):
    with pytest.raises(ValueError, match="tolerances of 0 or more"):
        check_parity(PROBABILITIES, PROBABILITIES, rtol=tolerance)


def test_other_objects_are_refused():
    with pytest.raises(TypeError, match="expected an array of numbers or strings"):
        check_parity(PROBABILITIES, {"probabilities": PROBABILITIES})
