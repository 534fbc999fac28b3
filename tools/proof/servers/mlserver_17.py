# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["mlserver==1.7.1", "onnxruntime==1.32.0", "tritonclient[http]==2.73.0"]
# ///
"""MLServer with a class for ONNX Runtime: JSON is answered, binary and bad input are not."""

import json
import sys
import tempfile
from pathlib import Path

from client import DIGITS, check

PORT = 18111
WANTED = {
    "right, JSON": "answered",
    "right, binary": "422",
    "wrong dtype, JSON": "500",
    "wrong shape, JSON": "500",
    "NaN, JSON": "422",
}
RUNTIME = """
import onnxruntime as ort
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse


class OnnxModel(MLModel):
    async def load(self):
        self.session = ort.InferenceSession(self.settings.parameters.uri)
        return True

    async def predict(self, payload):
        feed = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
        values = zip(self.session.get_outputs(), self.session.run(None, feed))
        outputs = [NumpyCodec.encode_output(output.name, value) for output, value in values]
        return InferenceResponse(
            model_name=self.name, model_version=self.version, outputs=outputs
        )
"""
MODEL = {"name": "digits", "implementation": "onnx_model.OnnxModel"}
SETTINGS = {"host": "127.0.0.1", "http_port": PORT, "grpc_port": PORT + 1}
SETTINGS |= {"metrics_port": PORT + 2, "parallel_workers": 0}

with tempfile.TemporaryDirectory() as folder:
    place = Path(folder)
    (place / "onnx_model.py").write_text(RUNTIME)
    model = MODEL | {"parameters": {"uri": str(DIGITS)}}
    (place / "model-settings.json").write_text(json.dumps(model))
    (place / "settings.json").write_text(json.dumps(SETTINGS))
    command = [str(Path(sys.executable).with_name("mlserver")), "start", "."]
    check(command, place, PORT, WANTED)
