"""Convert every layer and every estimator, and see what the file answers.

Nothing in this package imports the rest of the tools, so that it also runs in an environment that
holds just the libraries that are measured. ``make conversions`` measures everything and writes the
data; ``make conversions NAME=KNeighborsClassifier`` measures the rows of one name again.

The data
--------
``chapters/reference/what-converts/{scikit-learn,keras,boosters}.jsonl``, JSON, a line each. Where
nothing changed, the file stays as it is, byte by byte: seeds, one thread, no times.

The first line says what was measured::

    {"date": "2026-11-26", "locked": {"scikit-learn": "1.9.1", ...}, "newest": {...}}

``locked`` and ``newest`` are versions by package; ``newest`` is missing as long as nobody has
measured it. Each other line is one row of the table, in the order of the table:

``library``, ``name``, ``options``, ``rows``
    What was measured: "scikit-learn", "KNeighborsClassifier", "weights='distance'" (what is not
    the default, as one writes it in a call; may be empty), "2 classes" (what it was given).
    The four together are unique. A class that skl2onnx does not know has no rows with options:
    it is refused whatever they are.
``verdict``
    One of `tools.proof.conversions.measure.VERDICTS`, the worst first:
    "crashes" (a process ends, or takes too long), "differs" (runs and answers otherwise),
    "no run" (loads, and an ordinary or a fragile row raises), "no load", "refused" (by the
    converter), "not built" (the original itself cannot be made), "edge" (differs only where
    rounding decides, see ``edges``), "same".
``text``
    What was raised, on one line, at most 300 letters.
``differ``, ``of``
    Ordinary rows that differ, of how many.
``kinds``
    Fragile rows that differ, ``{"missing": [20, 25]}``: kind, how many, of how many.
    "one row" is asked for alone, and compared with its answer among many.
``edges``
    Rows that differ only by rounding, in the same form, with "ordinary" among the kinds: the
    original itself answers otherwise as soon as the row changes by 0.00001 of itself, as next
    to a threshold, or the row is "far" out, a million times as far as the others.
    Of ordinary rows at most one in a hundred; more of them count as rows that differ.
``tried``
    Fragile rows that were compared, by kind: ``{"missing": 25, "jump": 240}``.
``fails``
    Kinds of rows that the file does not take, though the original does.
``largest``
    Largest difference between two numbers in the rows that differ (or are at an edge).
``what``
    What differs: "labels", "values", "missing values" (a number on one side, and none, or an
    infinite one, on the other), or several, with "and".
``form``
    How the file's outputs are shaped otherwise, where they hold the same: list of texts.
    Labels are compared as they are. Scores of two classes may stand in two columns, (-d, d);
    ``SVC`` and ``NuSVC`` give (d, -d), the other way round, which is their convention and is
    named here, not counted as a difference.
``tolerance``
    Relative tolerance, where it is not 0.001: float16 and bfloat16 get eight of their steps.
``opset``
    Smallest opset of ONNX for which the converter makes a file that loads and answers the same;
    7 and up are tried, for Keras and boosters 9 and up. CatBoost's own export takes none.
``operators``
    Operators of the file; with "domain:" before those that are not of ONNX.
``float64``
    Outcome for float64 in, where the input can be one: ``{"verdict": ..., ...}`` with ``text``,
    ``differ``, ``of``, ``kinds``, ``edges``, ``fails`` as above.
``newest``
    Outcome for the newest versions (of float32), in the same form as ``float64``, where the
    verdict or the text is another one; missing otherwise.

Files of text models hold the name of a locale, which some machines lack: the locale of a measured
file is set to "C", and capitals with accents are not asked for ("texts with accents, lowered").

``notes.yml``, beside them, is written by hand: causes, ways out, and threads.
"""

import os

#: One thread: more would only wait for each other, and could add up in another order.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
