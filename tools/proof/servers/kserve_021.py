# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["kserve==0.21.0", "onnxruntime==1.32.0", "tritonclient[http]==2.73.0"]
# ///
"""KServe with a class for ONNX Runtime: binary is answered, NaN too; JSON wants its type named."""

import sys
import tempfile
from pathlib import Path

from client import DIGITS, check

PORT = 18121
WANTED = {
    "right, JSON": "400",
    "right, JSON with its type": "answered",
    "right, binary": "answered",
    "wrong dtype, binary": "500",
    "wrong shape, binary": "500",
    "NaN, binary": "answered",
}
SERVER = f"""
import onnxruntime as ort
from kserve import InferOutput, InferResponse, Model, ModelServer


class Digits(Model):
    def __init__(self):
        super().__init__("digits")
        self.session = ort.InferenceSession({str(DIGITS)!r})
        self.ready = True

    def predict(self, payload, headers=None, response_headers=None):
        feed = {{tensor.name: tensor.as_numpy() for tensor in payload.inputs}}
        outputs = []
        for output, value in zip(self.session.get_outputs(), self.session.run(None, feed)):
            made = InferOutput(output.name, list(value.shape), "FP32")
            made.set_data_from_numpy(value, binary_data=False)
            outputs.append(made)
        return InferResponse(payload.id or "0", "digits", outputs)


ModelServer(http_port={PORT}, enable_grpc=False, workers=1).start([Digits()])
"""

with tempfile.TemporaryDirectory() as folder:
    place = Path(folder)
    (place / "server.py").write_text(SERVER)
    check([sys.executable, "server.py"], place, PORT, WANTED)
