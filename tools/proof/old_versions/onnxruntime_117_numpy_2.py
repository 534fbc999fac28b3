# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["onnxruntime==1.17.3", "numpy==2.0.2"]
# ///
"""An onnxruntime from before NumPy 2 cannot be imported next to NumPy 2."""

import subprocess
import sys

WANTED = "A module that was compiled using NumPy 1.x cannot be run in"

done = subprocess.run([sys.executable, "-c", "import onnxruntime"], capture_output=True, text=True)
found = [line for line in done.stderr.splitlines() if WANTED in line]
print(found[0] if found else "not reproduced")
sys.exit(0 if found else 1)
