"""What the inspector knows of the ONNX format: the module ``onnx-schema`` of the pages.

It is made from the installed ``onnx`` package, as `helpers.describe` reads it, so that the page
and the helpers call a type by the same name, and a newer package brings its new types along.
"""

import json
from base64 import b64encode

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from helpers.feed import RUNTIME_NAMES
from helpers.interface import element_name


def schema_module() -> str:
    """Text of a JavaScript module: the schema, the element types and the standard's domains."""
    schema = onnx.onnx_ml_pb2.DESCRIPTOR.serialized_pb
    facts = {
        "DESCRIPTOR": b64encode(schema).decode(),
        "ELEMENTS": {number: element(number) for number in sorted(TensorProto.DataType.values())},
        "DOMAINS": sorted({each.domain or "ai.onnx" for each in onnx.defs.get_all_schemas()}),
    }
    return "".join(f"export const {name} = {json.dumps(fact)};\n" for name, fact in facts.items())


def element(number: int) -> dict[str, str | int | None]:
    """Describe an element type.

    Returns
    -------
    dict
        Its ``name`` in NumPy, its name in the ``runtime``, and the ``bits`` that an element takes
        in a file; None for texts, which have no fixed size.

    Examples
    --------
    >>> element(onnx.TensorProto.FLOAT)
    {'name': 'float32', 'runtime': 'float', 'bits': 32}
    >>> element(onnx.TensorProto.INT4)
    {'name': 'int4', 'runtime': 'int4', 'bits': 4}
    """
    name = element_name(number)
    runtime = RUNTIME_NAMES.get(name, name)
    shown = "string" if name == "object" else name
    return {"name": shown, "runtime": runtime, "bits": bits_of(number)}


def bits_of(number: int) -> int | None:
    """Bits of an element: the bytes that `onnx` writes for eight of them."""
    if number in (TensorProto.UNDEFINED, TensorProto.STRING):
        return None
    eight = np.zeros(8, helper.tensor_dtype_to_np_dtype(number))
    return len(numpy_helper.from_array(eight).raw_data)
