"""Put a service under load, and compare every answer: python load.py URL ROWS.npz CALLERS COUNT.

ROWS.npz holds the input's rows (float32) under its name, and what a session answers for each
under the name of the output. Prints one line of JSON.
"""

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np

url, file, callers, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
place = urlsplit(url)
with np.load(file) as arrays:
    [(name, rows), (output, expected)] = arrays.items()
head = {"name": name, "datatype": "FP32", "shape": [1, *rows.shape[1:]]}
head["parameters"] = {"binary_data_size": rows[0].nbytes}
wanted = {"name": output, "parameters": {"binary_data": True}}
text = json.dumps({"inputs": [head], "outputs": [wanted]}).encode()
LENGTH = "Inference-Header-Content-Length"


def call(caller: int) -> list[tuple[float, int, float]]:
    """Ask one question after the other: milliseconds, status, and how far off the answer is."""
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    results = []
    for number in range(caller, count, callers):
        row = number % len(rows)
        began = time.perf_counter()
        connection.request(
            "POST", place.path, text + rows[row].tobytes(), {LENGTH: str(len(text))}
        )
        response = connection.getresponse()
        body = response.read()
        spent = (time.perf_counter() - began) * 1000
        off = float("inf")
        if response.status == 200:
            answer = np.frombuffer(body[int(response.headers[LENGTH]) :], expected.dtype)
            off = float(np.abs(answer - expected[row].ravel()).max())
        results.append((spent, response.status, off))
    connection.close()
    return results


began = time.perf_counter()
with ThreadPoolExecutor(callers) as pool:
    results = [result for part in pool.map(call, range(callers)) for result in part]
seconds = time.perf_counter() - began
times, statuses, offs = zip(*results, strict=True)
print(
    json.dumps(
        {
            "per second": round(count / seconds),
            "p50": round(float(np.percentile(times, 50)), 2),
            "p99": round(float(np.percentile(times, 99)), 2),
            "answered": statuses.count(200),
            "largest difference": max(offs),
        }
    )
)
