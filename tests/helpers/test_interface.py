import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from helpers import (
    DtypeMismatchError,
    MissingInputError,
    ShapeMismatchError,
    UnknownInputError,
    describe,
)
from helpers.interface import Value

ROWS = np.zeros((4, 3), np.float32)


def test_inputs_and_outputs_have_names_types_and_shapes(linear):
    interface = describe(linear)
    assert interface.inputs == (Value("features", "tensor(float)", ("batch", 3)),)
    assert interface.outputs == (Value("scores", "tensor(float)", ("batch", 2)),)


def test_versions_producer_and_operators_are_read(linear):
    interface = describe(linear)
    assert interface.opsets == {"ai.onnx": 18}
    assert interface.ir_version == 10
    assert interface.producer == "tests 1"
    assert interface.operators == {"MatMul": 1, "Add": 1}


def test_path_bytes_and_proto_give_the_same(linear, tmp_path):
    onnx.save(linear, tmp_path / "linear.onnx")
    assert describe(tmp_path / "linear.onnx") == describe(linear)
    assert describe(str(tmp_path / "linear.onnx")) == describe(linear)
    assert describe(linear.SerializeToString()) == describe(linear)


def test_weights_that_old_files_list_as_inputs_are_left_out(linear):
    weights = helper.make_tensor_value_info("weights", TensorProto.FLOAT, [3, 2])
    linear.graph.input.append(weights)
    assert [value.name for value in describe(linear).inputs] == ["features"]


def test_operators_inside_of_loops_are_counted():
    model = onnx.parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 18, "com.example" : 1]>
        chooser (bool condition, float[2] x) => (float[2] y) {
            y = If (condition) <
                then_branch = doubled () => (float[2] a) { a = Add(x, x) },
                else_branch = same () => (float[2] b) { b = com.example.Keep(x) }
            >
        }""")
    assert describe(model).operators == {"If": 1, "Add": 1, "com.example.Keep": 1}


@pytest.mark.parametrize(
    ("proto", "text"),
    [
        (helper.make_tensor_type_proto(TensorProto.STRING, []), "tensor(string)"),
        (helper.make_tensor_type_proto(TensorProto.BFLOAT16, []), "tensor(bfloat16)"),
        (helper.make_sparse_tensor_type_proto(TensorProto.DOUBLE, [2]), "sparse_tensor(double)"),
        (
            helper.make_sequence_type_proto(
                helper.make_map_type_proto(
                    TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
                )
            ),
            "seq(map(int64,tensor(float)))",
        ),
        (
            helper.make_optional_type_proto(helper.make_tensor_type_proto(TensorProto.BOOL, [])),
            "optional(tensor(bool))",
        ),
        (onnx.TypeProto(), "unknown"),
    ],
)
def test_types_are_spelled_as_onnx_runtime_spells_them(linear, proto, text):
    linear.graph.output[0].type.CopyFrom(proto)
    assert describe(linear).outputs[0].type == text


def test_a_type_that_nobody_knows_is_called_by_its_number(linear):
    linear.graph.input[0].type.tensor_type.elem_type = 99
    assert describe(linear).inputs[0].type == "tensor(type 99)"
    with pytest.raises(DtypeMismatchError, match=r"wants tensor\(type 99\), got tensor\(float\)"):
        describe(linear).check_feed({"features": ROWS})


def test_a_size_below_zero_is_no_batch(linear):
    linear.graph.input[0].type.tensor_type.shape.dim[0].dim_value = -1
    with pytest.raises(ShapeMismatchError, match="no size below 0") as caught:
        describe(linear).check_feed({"features": ROWS})
    assert "fixed batch" not in str(caught.value)


def test_unknown_shapes_and_nameless_dimensions(linear):
    linear.graph.input[0].type.tensor_type.ClearField("shape")
    del linear.graph.output[0].type.tensor_type.shape.dim[:]
    linear.graph.output[0].type.tensor_type.shape.dim.add()
    assert describe(linear).inputs[0].shape is None
    assert describe(linear).outputs[0].shape == ("?",)


def test_text_lines_up_and_names_everything(linear):
    assert str(describe(linear)) == "\n".join(
        [
            "        name      type           shape",
            "input   features  tensor(float)  (batch, 3)",
            "output  scores    tensor(float)  (batch, 2)",
            "opset: ai.onnx 18",
            "IR version: 10",
            "producer: tests 1",
            "operators: MatMul, Add",
        ]
    )


def test_table_escapes_what_a_hostile_file_holds(linear):
    linear.graph.input[0].name = "<script>alert(1)</script>"
    html = describe(linear)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_lines_and_directions_of_names_are_written_as_numbers(linear):
    linear.graph.input[0].name = linear.graph.node[0].input[0] = "a\nb\u202e"
    assert "input   a\\u000ab\\u202e  tensor(float)" in str(describe(linear))
    assert describe(linear).inputs[0].name == "a\nb\u202e"


def test_a_fitting_feed_passes(linear):
    describe(linear).check_feed({"features": ROWS})


def test_a_missing_input_is_named(linear):
    with pytest.raises(MissingInputError, match=r"'features' tensor\(float\) \(batch, 3\)"):
        describe(linear).check_feed({})


def test_an_unknown_input_is_named_with_what_there_is(linear):
    with pytest.raises(UnknownInputError, match=r"no input 'x'\. Its inputs are: 'features'"):
        describe(linear).check_feed({"x": ROWS})


def test_a_wrong_dtype_says_how_to_convert(linear):
    with pytest.raises(DtypeMismatchError, match=r"tensor\(double\).*\.astype\('float32'\)"):
        describe(linear).check_feed({"features": ROWS.astype(np.float64)})


@pytest.mark.parametrize(
    ("column", "fits"),
    [
        (np.array([1.0, 2.0, 3.0]), True),
        (np.array([1.5, 2.0, 3.0]), False),
        (np.array([np.nan, 2.0, 3.0]), False),
        (np.array([np.inf, 2.0, 3.0]), False),
        (np.array([2**63, 2, 3], dtype=np.uint64), False),
        (np.array([1, 2, 3], dtype=object), True),
        (np.array([1.5, 2, 3], dtype=object), False),
    ],
)
def test_the_advice_for_whole_numbers_finds_what_a_cast_would_change(linear, column, fits):
    linear.graph.input[0].type.tensor_type.elem_type = TensorProto.INT64
    array = column[np.newaxis]
    advice = r"new = array\.astype\('int64'\), and check \(new == array\)\.all\(\)"
    with pytest.raises(DtypeMismatchError, match=advice):
        describe(linear).check_feed({"features": array})
    with np.errstate(invalid="ignore"):
        new = array.astype("int64")
    assert (new == array).all() == fits
    describe(linear).check_feed({"features": new})


def test_a_row_without_batch_dimension_says_how_to_add_it(linear):
    with pytest.raises(ShapeMismatchError, match="add the batch dimension"):
        describe(linear).check_feed({"features": ROWS[0]})


def test_a_wrong_number_of_features_says_both_shapes(linear):
    with pytest.raises(ShapeMismatchError, match=r"wants shape \(batch, 3\), got \(4, 2\)"):
        describe(linear).check_feed({"features": ROWS[:, :2]})


def test_a_fixed_batch_is_called_one(linear):
    linear.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    with pytest.raises(ShapeMismatchError, match="fixed batch of 1"):
        describe(linear).check_feed({"features": ROWS})


def test_strings_fit_a_string_input(linear):
    linear.graph.input[0].type.tensor_type.elem_type = TensorProto.STRING
    describe(linear).check_feed({"features": np.full((2, 3), "a")})
    describe(linear).check_feed({"features": np.full((2, 3), "a", dtype=object)})
    with pytest.raises(DtypeMismatchError, match=r"wants tensor\(string\).*astype\('object'\)"):
        describe(linear).check_feed({"features": ROWS})


@pytest.mark.parametrize("feed", [[ROWS], {"features": [[1.0, 2.0, 3.0]]}])
def test_lists_are_refused_with_the_type_that_came(linear, feed):
    with pytest.raises(TypeError, match="got list"):
        describe(linear).check_feed(feed)
