"""Make rows on which a scikit-learn model and its file are most likely to disagree."""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from classroom.jumps import Table, join, jump_rows, number, place, take

METHODS = ("predict_proba", "decision_function", "transform", "predict")
CENTERS = ("cluster_centers_", "means_", "_fit_X", "X_train_", "support_vectors_")
FEW, MOST = 5, 50  # rows with an odd value, centers
FAR = 1e6  # times the largest number of a column
TEXTS = {"empty": "", "blank": "  ", "unseen": "never seen"}


class FragileRows(NamedTuple):
    """Rows that the model answers, in the form that was given, and why each is fragile.

    ``refused`` names the kinds of rows for which the model raises an error; they are left out.
    """

    rows: Any
    kinds: np.ndarray
    refused: tuple[str, ...]


def fragile_rows(model: Any, rows: Any, *, limit: int = 300) -> FragileRows:
    """Change real rows until they are ones on which the model is fragile.

    The kinds: ``jump``, the numbers on both sides of a place where the answer jumps (a
    threshold, the edge of a bin, two neighbors that are equally near) and one step further;
    ``center``, at a center or training row that the last step keeps, and one step beside it;
    ``missing``, ``zero``, ``far`` and ``constant`` for numbers; ``unseen`` for integers and
    texts; ``empty`` and ``blank`` for texts. A model of whole texts also gets them with
    ``short words``, ``repeated`` and in ``capitals``.

    Parameters
    ----------
    model : fitted scikit-learn estimator or pipeline
        It is asked, not looked into, so any step may be in front of a threshold.
    rows : array of shape (rows, columns), DataFrame, or array or list of texts
        At least two real rows, of the types that the file takes, such as float32: a step is
        the next number of the type.
    limit : int, default 300
        How many jumps to look for at most.

    Raises
    ------
    TypeError
        When the model has no method that answers, or the rows are none of the accepted types.
    ValueError
        When there are fewer than two rows, or the model refuses the rows themselves.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> rows = np.float32([[1], [2]])
    >>> odd = fragile_rows(DecisionTreeRegressor().fit(rows, [10, 20]), rows)
    >>> np.unique(odd.rows[odd.kinds == "jump"])
    array([1.4999999, 1.5      , 1.5000001, 1.5000002], dtype=float32)
    """
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    model = getattr(model, "best_estimator_", model)
    rows = rows if _is_frame(rows) else np.asarray(rows)
    table = _columns(rows)
    _check(model, rows)
    found: list[Table] = [take(table, np.arange(0))]
    kinds: list[str] = []
    refused: list[str] = []
    with threadpool_limits(1):  # many short calls, which threads only slow down
        for kind, block in _blocks(model, rows, table, limit):
            size = len(next(iter(block.values())))
            try:
                if size:
                    _ask(model, _form(rows, block))
            except Exception:  # each estimator has errors of its own
                refused.append(kind)
                continue
            found.append(block)
            kinds += [kind.partition(" in ")[0]] * size
    return FragileRows(
        _form(rows, join(found)), np.array(kinds, str), tuple(dict.fromkeys(refused))
    )


def _check(model: Any, rows: Any) -> None:
    if len(rows) < 2:
        raise ValueError(f"expected at least 2 real rows to start from, got {len(rows)}")
    if not any(hasattr(model, name) for name in METHODS):
        raise TypeError(
            f"expected a fitted scikit-learn model, got {type(model).__name__}, which has none "
            f"of the methods {', '.join(METHODS)}"
        )
    try:
        _ask(model, rows)
    except Exception as error:
        raise ValueError(
            "the model refuses the rows that were given. Fit it first, and give rows that its "
            f"own methods take: {error}"
        ) from error


def _is_frame(rows: Any) -> bool:
    return hasattr(rows, "iloc") and hasattr(rows, "columns")


def _columns(rows: Any) -> Table:
    if _is_frame(rows):
        return {name: rows[name].to_numpy() for name in rows.columns}
    if rows.ndim == 1 and rows.dtype.kind in "OUT":
        return {0: rows.astype(object)}
    if rows.ndim == 2:
        return {index: np.array(column) for index, column in enumerate(rows.T)}
    raise TypeError(
        "expected an array of shape (rows, columns), a DataFrame, or a list of texts, got shape "
        f"{rows.shape}. For a single row, add a dimension: array[numpy.newaxis]"
    )


def _form(rows: Any, table: Table) -> Any:
    """Columns in the form of the rows that were given."""
    if _is_frame(rows):
        return type(rows)(table).astype(rows.dtypes)
    return table[0] if rows.ndim == 1 else np.stack(list(table.values()), 1).astype(rows.dtype)


def _ask(model: Any, rows: Any) -> np.ndarray:
    """Answers of the model as numbers, one line per row."""
    method = next(getattr(model, name) for name in METHODS if hasattr(model, name))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        answer = method(rows)
    answer = np.hstack(answer) if isinstance(answer, list) else answer  # one per target
    answer = np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer)
    if answer.dtype.kind in "OUT":
        answer = np.searchsorted(model.classes_, answer)
    return answer.reshape(len(answer), -1).astype(float)


def _blocks(model: Any, rows: Any, table: Table, limit: int) -> Iterator[tuple[str, Table]]:
    few = take(table, np.linspace(0, len(rows) - 1, FEW).astype(int))
    if len(rows.shape) == 1:
        for kind, texts in _odd_texts(few[0]).items():
            yield kind, {0: np.array(texts, dtype=object)}
        return
    floats = [name for name, values in table.items() if values.dtype.kind == "f"]
    if floats:
        with suppress(Exception):  # some models refuse numbers between those they know
            yield "jump", jump_rows(lambda block: _ask(model, _form(rows, block)), table, limit)
    if len(floats) == len(table):
        yield from (("center", block) for block in _centers(model, table))
        yield "zero", {name: np.zeros_like(values) for name, values in few.items()}
        yield "constant", {name: np.ones_like(values) for name, values in few.items()}
    for name, values in table.items():
        for kind, value in _odd_values(values):
            yield f"{kind} in {name!r}", {**few, name: np.full(FEW, value, values.dtype)}


def _odd_values(values: np.ndarray) -> list[tuple[str, Any]]:
    if values.dtype.kind == "f":
        far = FAR * max(1, np.nanmax(np.abs(values)))
        return [("missing", np.nan), ("zero", 0), ("far", far), ("far", -far)]
    if values.dtype.kind in "iu":
        return [("zero", 0), ("unseen", int(values.max()) + 1)]
    return list(TEXTS.items()) if all(isinstance(value, str) for value in values) else []


def _odd_texts(texts: np.ndarray) -> dict[str, list[str]]:
    return {
        **{kind: [text] for kind, text in TEXTS.items()},
        "short words": [f" {word} ".join(text.split()) for text in texts for word in ("a", "the")],
        "repeated": [f"{text} {text}" for text in texts],
        "capitals": [text.upper() for text in texts],
    }


def _centers(model: Any, table: Table) -> Iterator[Table]:
    last = model[-1] if hasattr(model, "steps") else model
    names = [name for name in CENTERS if hasattr(last, name)]
    with suppress(AttributeError, IndexError, TypeError, ValueError):  # none, or nothing undoes
        centers = getattr(last, names[0])  # the steps before it
        centers = centers if last is model else model[:-1].inverse_transform(centers)
        some = centers[np.unique(np.linspace(0, len(centers) - 1, MOST).astype(int))]
        pairs = list(zip(table.items(), some.T, strict=True))
        for step in (0, 1, -1):
            yield {
                name: number(place(column.astype(values.dtype)) + step, values.dtype)
                for (name, values), column in pairs
            }
