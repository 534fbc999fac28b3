import re
import xml.etree.ElementTree as ElementTree

import onnx
import pytest
from onnx import TensorProto, helper

from helpers import draw_graph
from helpers.drawing import MAX_NODES

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing):
    root = ElementTree.fromstring(drawing.svg)
    return [element.text for element in root.iter(f"{SVG}text")]


def boxes(drawing):
    root = ElementTree.fromstring(drawing.svg)
    rects = [rect for rect in root.findall(f"{SVG}rect") if rect.get("x")]
    return [tuple(float(rect.get(key)) for key in ("x", "y", "width", "height")) for rect in rects]


def chain(length):
    nodes = [helper.make_node("Relu", [f"v{i}"], [f"v{i + 1}"]) for i in range(length)]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])
        for name in ("v0", f"v{length}")
    ]
    graph = helper.make_graph(nodes, "chain", values[:1], values[1:])
    return helper.make_model(graph)


def test_operators_inputs_outputs_and_weights_are_named(linear):
    found = texts(draw_graph(linear))
    assert found == [
        "features",
        "tensor(float) (batch, 3)",
        "MatMul",
        "weights (3, 2)",
        "Add",
        "weights (2,)",
        "scores",
        "tensor(float) (batch, 2)",
    ]


def test_a_size_whose_name_was_made_up_has_none():
    model = onnx.parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 18]>
        same (float[unk__37, chunk__2, 3] x) => (float[unk__1204, unk__x, 3] y) {
            y = Identity(x)
        }""")
    found = texts(draw_graph(model))
    assert found[1] == "tensor(float) (?, chunk__2, 3)"
    assert found[-1] == "tensor(float) (?, unk__x, 3)"


def test_attributes_and_small_constants_show_their_values():
    model = onnx.parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 18]>
        shaper (float[2, 3] x) => (float[6] y) <int64[1] shape = {-1}> {
            t = Transpose <perm = [1, 0]> (x)
            y = Reshape(t, shape)
        }""")
    found = texts(draw_graph(model))
    assert "perm = [1, 0]" in found
    assert "constants [-1]" in found


def test_boxes_never_overlap_and_stay_in_the_picture():
    # One input read by many, results joined far below: the case in which layouts collide.
    branches = "\n".join(f"b{i} = Relu(x)" for i in range(7))
    model = onnx.parser.parse_model(f"""
        <ir_version: 10, opset_import: ["" : 18]>
        wide (float[2] x) => (float[14] y) {{
            {branches}
            c = Sigmoid(b0)
            d = Sigmoid(c)
            y = Concat <axis = 0> (d, b1, b2, b3, b4, b5, b6)
        }}""")
    drawing = draw_graph(model)
    width, height = map(float, re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing.svg).groups())
    placed = boxes(drawing)
    for number, (x, y, w, h) in enumerate(placed):
        assert x >= 0 and y >= 0 and x + w <= width and y + h <= height  # noqa: PT018
        for other_x, other_y, other_w, other_h in placed[number + 1 :]:
            apart = (
                x + w <= other_x
                or other_x + other_w <= x
                or y + h <= other_y
                or other_y + other_h <= y
            )
            assert apart


def test_each_operator_is_below_what_it_reads(linear):
    tops = [y for _, y, _, _ in boxes(draw_graph(linear))]
    assert tops == sorted(tops)


def test_the_same_model_gives_the_same_picture(linear):
    assert draw_graph(linear).svg == draw_graph(linear.SerializeToString()).svg


def test_a_graph_that_reads_from_outside_of_its_loop_is_connected():
    model = onnx.parser.parse_model("""
        <ir_version: 10, opset_import: ["" : 18]>
        chooser (bool condition, float[2] x) => (float[2] y) {
            y = If (condition) <
                then_branch = doubled () => (float[2] a) { a = Add(x, x) },
                else_branch = same () => (float[2] b) { b = Identity(x) }
            >
        }""")
    drawing = draw_graph(model)
    assert drawing.svg.count("<path d=") - 1 == 3  # condition, x, y; and the arrow tip
    assert "then_branch = graph of 1 operators" in texts(drawing)


def test_names_are_escaped(linear):
    linear.graph.input[0].name = linear.graph.node[0].input[0] = '<a href="x">'
    ElementTree.fromstring(draw_graph(linear).svg)
    assert '<a href="x">' in texts(draw_graph(linear))


def test_external_weights_are_drawn_without_their_file(linear, tmp_path):
    path = tmp_path / "external.onnx"
    onnx.save(linear, path, save_as_external_data=True, size_threshold=0, location="weights.bin")
    (tmp_path / "weights.bin").unlink()
    assert "weights (3, 2)" in texts(draw_graph(path))


def test_the_largest_graph_is_drawn_and_a_larger_one_refused():
    assert repr(draw_graph(chain(MAX_NODES))) == f"<GraphDrawing: chain, {MAX_NODES} operators>"
    with pytest.raises(ValueError, match=r"201 operators.*extract_model"):
        draw_graph(chain(MAX_NODES + 1))


def attributes_of(*attributes):
    """Draw a model whose only node has these attributes; return their lines."""
    node = helper.make_node("Any", ["x"], ["y"], domain="com.example")
    node.attribute.extend(attributes)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    model = helper.make_model(helper.make_graph([node], "one", values[:1], values[1:]))
    return texts(draw_graph(model))[3:-2]


def test_attributes_that_no_text_is_short_enough_for_are_left_open():
    values = helper.make_tensor("values", TensorProto.FLOAT, [1], [2.0])
    places = helper.make_tensor("places", TensorProto.INT64, [1], [0])
    element = helper.make_tensor_type_proto(TensorProto.FLOAT, [2])
    assert attributes_of(
        helper.make_attribute("sparse_value", helper.make_sparse_tensor(values, places, [3])),
        helper.make_attribute("type", element),
        helper.make_attribute("tensors", [values, values]),
    ) == ["sparse_value = …", "type = …", "tensors = …"]


def test_a_type_that_nobody_knows_is_called_by_its_number():
    assert attributes_of(helper.make_attribute("to", 99)) == ["to = type 99"]
    assert attributes_of(helper.make_attribute("to", TensorProto.FLOAT)) == ["to = float32"]


def test_constants_that_are_damaged_or_unknown_show_their_shape(linear):
    bias = linear.graph.initializer[1]
    bias.data_type = TensorProto.INT64  # eight bytes for two numbers of eight
    assert "constants (2,)" in texts(draw_graph(linear))
    bias.data_type = 99
    assert "constants (2,)" in texts(draw_graph(linear))


def test_what_no_picture_may_hold_is_written_as_its_number(linear):
    linear.graph.node[0].op_type = "Mat\x00Mul\u202e"
    assert "Mat\\u0000Mul\\u202e" in texts(draw_graph(linear))
