import subprocess
import sys

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
import pytest
from onnx import TensorProto, helper

from classroom import MissingValueError, feed_from_frame
from helpers import (
    DtypeMismatchError,
    FeedError,
    MissingInputError,
    ShapeMismatchError,
    UnknownInputError,
)


@pytest.fixture
def customers() -> onnx.ModelProto:
    """Hand every column back: one of each kind that a frame can fill."""
    model = onnx.parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 18]>
        customers (float[N, 1] age, double[N, 1] fee, int64[N, 1] calls, string[N, 1] city,
                   bool[N, 1] member)
            => (float[N, 1] a, double[N, 1] f, int64[N, 1] c, string[N, 1] t, bool[N, 1] m)
        {
            a = Identity(age)
            f = Identity(fee)
            c = Identity(calls)
            t = Identity(city)
            m = Identity(member)
        }""")
    onnx.checker.check_model(model)
    return model


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": [20.5, 30, None],
            "fee": [9.99, 19.99, 29.99],
            "calls": [0, 1, 2],
            "city": ["Rome", "Oslo", "Lyon"],
            "member": [True, False, True],
        }
    )


def model_of(kind: str, *names: str, shape=("N", 1)) -> onnx.ModelProto:
    """Make a model with inputs of one kind, of which it returns the first."""
    element = TensorProto.DataType.Value(kind.upper())
    inputs = [helper.make_tensor_value_info(name, element, shape) for name in names]
    output = helper.make_tensor_value_info("out", element, shape)
    node = helper.make_node("Identity", [names[0]], ["out"])
    return helper.make_model(helper.make_graph([node], "columns", inputs, [output]))


def feed_of(kind: str, values, *, shape=("N", 1), **options) -> np.ndarray:
    """Feed one column to an input of a kind; return its array."""
    frame = pd.DataFrame({"x": pd.Series(values, **options)})
    return feed_from_frame(model_of(kind, "x", shape=shape), frame)["x"]


def test_every_input_gets_the_column_of_its_name_with_its_own_type(customers, frame):
    feed = feed_from_frame(customers, frame)
    assert list(feed) == ["age", "fee", "calls", "city", "member"]
    assert {name: array.dtype.name for name, array in feed.items()} == {
        "age": "float32",
        "fee": "float64",
        "calls": "int64",
        "city": "object",
        "member": "bool",
    }
    assert {array.shape for array in feed.values()} == {(3, 1)}


def test_onnx_runtime_takes_the_feed_and_sees_the_values(customers, frame):
    session = ort.InferenceSession(customers.SerializeToString())
    age, fee, calls, city, member = session.run(None, feed_from_frame(customers, frame))
    np.testing.assert_array_equal(age[:, 0], np.float32([20.5, 30, np.nan]))
    np.testing.assert_array_equal(fee[:, 0], frame["fee"])
    np.testing.assert_array_equal(calls[:, 0], frame["calls"])
    assert city[:, 0].tolist() == ["Rome", "Oslo", "Lyon"]
    assert member[:, 0].tolist() == [True, False, True]


def test_the_order_of_the_columns_does_not_matter(customers, frame):
    feed = feed_from_frame(customers, frame[frame.columns[::-1]])
    assert list(feed) == ["age", "fee", "calls", "city", "member"]
    assert feed["calls"].tolist() == [[0], [1], [2]]


def test_the_frame_is_left_as_it_was(customers, frame):
    before = frame.copy(deep=True)
    feed_from_frame(customers, frame)["city"][0] = "changed"
    feed_from_frame(customers, frame)["fee"][0] = -1
    pd.testing.assert_frame_equal(frame, before)


def test_a_path_bytes_and_a_proto_give_the_same(customers, frame, tmp_path):
    onnx.save(customers, tmp_path / "customers.onnx")
    for model in (tmp_path / "customers.onnx", customers.SerializeToString()):
        assert feed_from_frame(model, frame)["calls"].tolist() == [[0], [1], [2]]


def test_one_row_and_no_rows_keep_two_dimensions(customers, frame):
    assert feed_from_frame(customers, frame[:1])["age"].shape == (1, 1)
    assert feed_from_frame(customers, frame[:0])["city"].shape == (0, 1)


def test_an_input_with_one_dimension_gets_one():
    assert feed_of("string", ["a", "b"], shape=("N",)).shape == (2,)
    assert feed_of("string", ["a", "b"]).shape == (2, 1)


def test_an_index_with_gaps_does_not_matter():
    frame = pd.DataFrame({"x": [1.0, 2.0]}, index=[7, 3])
    assert feed_from_frame(model_of("float", "x"), frame)["x"].tolist() == [[1.0], [2.0]]


def test_a_missing_column_is_named_with_what_was_left_over(customers, frame):
    with pytest.raises(MissingInputError, match=r"no column 'city'\. .*not take: none"):
        feed_from_frame(customers, frame.drop(columns="city"))


def test_all_missing_columns_are_named_at_once(customers, frame):
    with pytest.raises(MissingInputError, match="no column 'age', 'member'"):
        feed_from_frame(customers, frame.drop(columns=["age", "member"]))


@pytest.mark.parametrize("name", ["Age", "age ", "ages", "AGE"])
def test_a_renamed_column_is_suggested_with_the_line_that_mends_it(customers, frame, name):
    renamed = frame.rename(columns={"age": name})
    with pytest.raises(MissingInputError) as error:
        feed_from_frame(customers, renamed)
    mend = str(error.value).partition("Renamed? ")[2]
    assert mend == f"frame.rename(columns={{{name!r}: 'age'}})"
    assert feed_from_frame(customers, eval(mend, {"frame": renamed}))["age"].shape == (3, 1)


def test_names_that_the_converter_cleaned_are_recognized():
    model = model_of("float", "monthly_fee__EUR_")
    with pytest.raises(MissingInputError, match=r"{'monthly fee \(EUR\)': 'monthly_fee__EUR_'}"):
        feed_from_frame(model, pd.DataFrame({"monthly fee (EUR)": [9.99]}))


def test_one_column_is_not_suggested_for_two_inputs():
    model = model_of("float", "height", "heights")
    with pytest.raises(MissingInputError) as error:
        feed_from_frame(model, pd.DataFrame({"Height": [1.0]}))
    assert str(error.value).count("'Height':") == 1


def test_nothing_is_suggested_when_no_name_is_near(customers, frame):
    with pytest.raises(MissingInputError) as error:
        feed_from_frame(customers, frame.rename(columns={"age": "zip"}))
    assert "Renamed" not in str(error.value)
    assert "not take: 'zip'" in str(error.value)


def test_columns_that_are_not_called_by_text_are_named_too(customers, frame):
    with pytest.raises(MissingInputError, match="not take: 3"):
        feed_from_frame(customers, frame.rename(columns={"age": 3}))


def test_an_extra_column_is_named_with_the_line_that_drops_it(customers, frame):
    with pytest.raises(UnknownInputError, match=r"no input 'id'.*drop\(columns=\['id'\]\)"):
        feed_from_frame(customers, frame.assign(id=1))


def test_two_columns_of_one_name_are_refused(customers, frame):
    twice = pd.concat([frame, frame[["age"]]], axis=1)
    with pytest.raises(FeedError, match="more than one column 'age'"):
        feed_from_frame(customers, twice)


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([1, 2, 3], {}),
        ([1.0, 2.0, 3.0], {}),
        ([1, 2, 3], {"dtype": "Int64"}),
        ([1, 2, 3], {"dtype": "object"}),
        ([1, 2, 3], {"dtype": "category"}),
    ],
)
def test_numbers_fit_a_floating_point_or_an_integer_input(values, options):
    for kind in ("float", "double", "float16", "int64", "int32", "uint8"):
        assert feed_of(kind, values, **options).tolist() == [[1], [2], [3]]


def test_truth_values_count_as_numbers_but_numbers_not_as_truth_values():
    assert feed_of("float", [True, False]).tolist() == [[1.0], [0.0]]
    assert feed_of("int64", [True, False]).tolist() == [[1], [0]]
    with pytest.raises(DtypeMismatchError, match=r"row 0 of the column holds 1 \(int\)"):
        feed_of("bool", [1, 0])


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([1.0, np.nan], {}),
        ([1.0, None], {"dtype": "object"}),
        ([1, pd.NA], {"dtype": "Int64"}),
        ([1.0, pd.NA], {"dtype": "Float64"}),
        ([True, pd.NA], {"dtype": "boolean"}),
    ],
)
def test_a_missing_number_is_nan_in_a_floating_point_input(values, options):
    array = feed_of("float", values, **options)
    assert array.dtype == np.float32
    assert array[0] == 1
    assert np.isnan(array[1])


@pytest.mark.parametrize(
    ("values", "options"), [([1, np.nan, np.nan], {}), ([1, pd.NA, None], {"dtype": "Int64"})]
)
def test_a_missing_number_does_not_fit_an_integer_input(values, options):
    with pytest.raises(MissingValueError, match=r"'x' has 2 missing of 3 values.*row 1.*int64"):
        feed_of("int64", values, **options)


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_text_is_refused_and_never_becomes_the_text_nan(dtype, missing):
    with pytest.raises(MissingValueError, match=r"1 missing of 2 values.*row 1.*fillna"):
        feed_of("string", ["a", missing], dtype=dtype)


def test_a_missing_truth_value_is_refused():
    with pytest.raises(MissingValueError, match="decide what they stand for"):
        feed_of("bool", [True, pd.NA], dtype="boolean")


@pytest.mark.parametrize("dtype", ["object", "string", "category", None])
def test_text_of_every_pandas_type_arrives_as_text(dtype):
    array = feed_of("string", ["a", "b"], dtype=dtype)
    assert array.dtype == object
    assert array.tolist() == [["a"], ["b"]]


def test_numbers_do_not_fit_a_text_input():
    with pytest.raises(DtypeMismatchError, match=r"holds 75001 \(int\).*\['x'\]\.astype\(str\)"):
        feed_of("string", [75001, 69001])


def test_the_row_that_is_no_text_is_named():
    with pytest.raises(DtypeMismatchError, match="row 2 of the column holds 3"):
        feed_of("string", ["a", "b", 3], dtype="object")


@pytest.mark.parametrize("kind", ["float", "int64"])
def test_text_does_not_fit_a_numeric_input(kind):
    with pytest.raises(DtypeMismatchError, match=r"row 1 .* holds '12' \(str\).*to_numeric"):
        feed_of(kind, [11, "12"], dtype="object")


@pytest.mark.parametrize("kind", ["float", "int64", "string", "bool"])
def test_dates_fit_nothing(kind):
    with pytest.raises(DtypeMismatchError, match="Timestamp"):
        feed_of(kind, pd.to_datetime(["2026-01-01"]))


def test_complex_numbers_do_not_fit():
    with pytest.raises(DtypeMismatchError, match="complex"):
        feed_of("float", [1j])


def test_a_fraction_does_not_fit_an_integer_input():
    with pytest.raises(DtypeMismatchError, match=r"row 1 .* holds 1\.5\. Round"):
        feed_of("int64", [1.0, 1.5])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int32", [0, 2**31]),
        ("uint8", [0, -1]),
        ("int64", [0, np.inf]),
        ("float", [0.0, 1e39]),
        ("float16", [0.0, -1e5]),
    ],
)
def test_a_number_that_is_too_large_is_refused_instead_of_wrapped(kind, values):
    with pytest.raises(DtypeMismatchError, match=r"row 1 of the column holds .* too large"):
        feed_of(kind, values)


def test_infinity_fits_a_floating_point_input():
    assert feed_of("float", [np.inf, -np.inf]).tolist() == [[np.inf], [-np.inf]]


def test_large_integers_stay_exact():
    assert feed_of("int64", [2**53 + 1]).tolist() == [[2**53 + 1]]


def test_an_input_that_takes_several_columns_says_what_to_feed():
    with pytest.raises(ShapeMismatchError, match=r"wants shape \(N, 4\).*frame\[\[\.\.\.\]\]"):
        feed_of("float", [1.0], shape=("N", 4))


@pytest.mark.parametrize("columns", [1, "M", None])
def test_a_second_dimension_of_any_size_takes_a_column_whatever_its_name(columns):
    assert feed_of("float", [1.0, 2.0], shape=("N", columns)).shape == (2, 1)


def test_a_fixed_batch_says_how_to_convert_anew():
    with pytest.raises(ShapeMismatchError, match=r"fixed number of rows, 1, .* has 2\..*None"):
        feed_of("float", [1.0, 2.0], shape=(1, 1))


def test_an_input_that_is_no_tensor_is_refused():
    model = model_of("float", "x")
    tensor = helper.make_tensor_type_proto(TensorProto.FLOAT, [1])
    model.graph.input[0].type.CopyFrom(helper.make_sequence_type_proto(tensor))
    with pytest.raises(DtypeMismatchError, match=r"wants seq\(tensor\(float\)\)"):
        feed_from_frame(model, pd.DataFrame({"x": [1.0]}))


@pytest.mark.parametrize("frame", [{"x": [1.0]}, np.zeros((2, 1)), pd.Series([1.0]), None])
def test_what_is_not_a_frame_is_refused_by_its_type(frame):
    with pytest.raises(TypeError, match=f"pandas DataFrame, got {type(frame).__name__}"):
        feed_from_frame(model_of("float", "x"), frame)


def test_pandas_is_not_imported_with_the_packages():
    code = "import sys, helpers, classroom.frames; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
