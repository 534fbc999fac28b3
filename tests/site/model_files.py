"""Small models for the tests of the inspector: ordinary, broken and hostile ones."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RELU = "g (float[N, 3] x) => (float[N, 3] y) { y = Relu(x) }"


def tiny(text, opset=18, ir_version=10, more=""):
    """Make a model from ONNX's text form."""
    head = f'<ir_version: {ir_version}, opset_import: ["": {opset}{more}]>'
    return onnx.parser.parse_model(head + text)


def field(number, content):
    """Encode a length-delimited field of a protocol buffer."""
    length, size = b"", len(content)
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def whole(graph):
    """Wrap the bytes of a graph in a model of IR version 10 and opset 18."""
    return b"\x08\x0a" + field(7, graph) + field(8, b"\x10\x12")


def nested(levels, output=b""):
    """Nest graphs in graphs, this many below the outermost; say more of the innermost output."""
    graph = field(12, field(1, b"y") + output)
    for _ in range(levels):
        if_node = field(4, b"If") + field(2, b"y") + field(5, field(1, b"body") + field(6, graph))
        graph = field(1, if_node) + field(12, field(1, b"y"))
    return whole(graph)


def classifier(dtype=np.float32, **options):
    """Convert a scikit-learn pipeline; without options, it ends in a ZipMap."""
    # Imported here: it takes two seconds, and most tests do without.
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = np.random.default_rng(0).normal(size=(60, 4)).astype(dtype)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    return to_onnx(model.fit(rows, rows[:, 0] > 0), rows[:1], target_opset=18, **options)


def circular():
    """Two nodes that wait for each other."""
    return tiny("""g (float[N] x) => (float[N] y) {
        a = Relu(x) b = Add(a, c) c = Relu(b) y = Relu(c)
    }""")


def endless():
    """Make a Loop whose condition stays true."""
    return tiny("""
    g (float[N] x) => (float[N] y) <bool go = {1}> {
        y = Loop ("", go, x) <body = step (int64 i, bool a, float[N] before)
            => (bool b, float[N] after) { b = Identity(a) after = Relu(before) }>
    }""")


def with_external(location):
    """Keep the weights in another file."""
    model = tiny("g () => (float[8] y) <float[8] w = {}> { y = Identity(w) }")
    [tensor] = model.graph.initializer
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return model


def with_wrong_array():
    """Declare a million elements for an array of three."""
    model = tiny("g (float[N] x) => (float[M] y) <float[3] w = {1, 2, 3}> { y = Add(x, w) }")
    tensor = numpy_helper.from_array(np.ones(3, np.float32), "w")
    tensor.dims[0] = 1_000_000
    model.graph.initializer[0].CopyFrom(tensor)
    return model


def with_names(name_in, name_out="y"):
    """Name the input and the output."""
    model = tiny(RELU)
    model.graph.input[0].name = model.graph.node[0].input[0] = name_in
    model.graph.output[0].name = model.graph.node[0].output[0] = name_out
    return model


def with_shape(shape):
    """Declare a shape of the input."""
    model = tiny(RELU)
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    model.graph.input[0].CopyFrom(value)
    return model


def with_type(number):
    """Declare an element type by its number."""
    model = tiny(RELU)
    model.graph.input[0].type.tensor_type.elem_type = number
    return model


def without_shape():
    """Leave even the rank of the input open."""
    model = tiny(RELU)
    model.graph.input[0].type.tensor_type.ClearField("shape")
    return model
