"""Ask a server of the Open Inference Protocol for the digits, rightly and wrongly, in both forms.

It runs in the environment of the server, and needs ONNX Runtime and ``tritonclient[http]`` there.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
import tritonclient.http as triton

DIGITS = Path(__file__).parents[3] / "helpers" / "data" / "digits.onnx"
SESSION = ort.InferenceSession(DIGITS)


def result(client, array, datatype, binary, headers=None):
    """What one question gets: an answer, a status, or a closed connection."""
    tensor = triton.InferInput("image", list(array.shape), datatype)
    tensor.set_data_from_numpy(array, binary_data=binary)
    wanted = [triton.InferRequestedOutput("probabilities", binary_data=binary)]
    try:
        answer = client.infer("digits", [tensor], outputs=wanted, headers=headers)
        answer = answer.as_numpy("probabilities")
    except Exception as error:  # the client raises types of its own
        status = getattr(error, "status", lambda: None)()
        return f"{status}" if status else type(error).__name__
    [expected] = SESSION.run(None, {"image": array})
    same = answer.shape == expected.shape and np.allclose(answer, expected, 1e-5, 1e-6, True)
    return "answered" if same else "something else"


def ask(port):
    """Wait for the server, then ask everything; return what each question gets."""
    client = triton.InferenceServerClient(f"127.0.0.1:{port}")
    for _ in range(300):
        try:
            if client.is_model_ready("digits"):
                break
        except OSError:
            pass
        time.sleep(0.2)
    images = np.random.default_rng(0).random((5, 28, 28), np.float32)
    cases = {
        "right": (images, "FP32"),
        "wrong dtype": (images.astype(float), "FP64"),
        "wrong shape": (images[:, :27], "FP32"),
        "NaN": (np.full_like(images, np.nan), "FP32"),
    }
    found = {}
    for name, (array, datatype) in cases.items():
        for form, binary in (("JSON", False), ("binary", True)):
            found[f"{name}, {form}"] = result(client, array, datatype, binary)
    named = {"Content-Type": "application/json"}  # which this client doesn't send by itself
    found["right, JSON with its type"] = result(client, images, "FP32", False, named)
    return found


def check(command, folder, port, wanted):
    """Start a server in a folder, ask it, stop it, and end this process: with 0 if as wanted."""
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            found = ask(port)
        finally:
            server.terminate()
            server.wait(30)
    print(json.dumps(found, indent=1))
    sys.exit(0 if found.items() >= wanted.items() else 1)
