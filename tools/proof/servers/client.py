"""Ask a server of the Open Inference Protocol for the digits, rightly and wrongly, in both forms.

``python client.py PORT`` prints what each question gets, one line of JSON. It runs in the
environment of a server, which has NumPy, and needs ``tritonclient[http]`` there.
"""

import json
import sys
import time

import numpy as np
import tritonclient.http as triton


def result(client, array, datatype, binary):
    """What one question gets: an answer, a status, or a closed connection."""
    tensor = triton.InferInput("image", list(array.shape), datatype)
    tensor.set_data_from_numpy(array, binary_data=binary)
    wanted = [triton.InferRequestedOutput("probabilities", binary_data=binary)]
    try:
        answer = client.infer("digits", [tensor], outputs=wanted).as_numpy("probabilities")
    except Exception as error:  # the client raises types of its own
        status = getattr(error, "status", lambda: None)()
        return f"{status}" if status else type(error).__name__
    return "answered" if answer.shape == (5, 10) else str(answer.shape)


def main(port):
    """Wait for the server, then ask everything."""
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
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
