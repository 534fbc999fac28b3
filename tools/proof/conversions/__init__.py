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
    The four together are unique.
``verdict``
    One of `tools.proof.conversions.measure.VERDICTS`, the worst first:
    "crashes" (a process ends, or takes too long), "differs" (runs and answers otherwise),
    "no run" (loads, and an ordinary or a fragile row raises), "no load", "refused" (by the
    converter), "not built" (the original itself cannot be made), "edge" (differs only on rows
    at one step of float32 from a threshold, or far from all rows), "same".
``text``
    What was raised, on one line, at most 300 letters.
``differ``, ``of``
    Ordinary rows that differ, of how many.
``kinds``
    Fragile rows that differ, ``{"missing": [20, 25]}``: kind, how many, of how many.
``tried``
    Fragile rows that were compared, by kind: ``{"missing": 25, "jump": 240}``.
``fails``
    Kinds of rows that the file does not take, though the original does.
``largest``
    Largest difference between two numbers; missing if no two numbers can be subtracted (one of
    them is missing or infinite, or they are labels).
``what``
    What differs: "labels", "values", "missing values" (one has a number, and the other none),
    or several, with "and".
``form``
    How the file's outputs are shaped otherwise, where they hold the same: list of texts.
``opset``
    Smallest opset of ONNX for which the converter makes a file that loads and answers the same.
``operators``
    Operators of the file; with "domain:" before those that are not of ONNX.
``newest``
    What the newest versions give, with the same keys from ``verdict`` on, where the verdict or
    the text is another one; missing otherwise.

``notes.yml``, beside them, is written by hand: causes, ways out, and threads.
"""
