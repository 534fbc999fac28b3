"""What converts: verdicts, limits of a case, broken files, and the stored rows against reality."""

import faulthandler
import os
import signal
import time

import numpy as np
import onnx
import pytest
from sklearn.tree import DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from tools.chapters import ChapterError
from tools.proof import conversion_data as data
from tools.proof import conversion_tables as tables
from tools.proof.conversions import breaking, sklearn_subjects, sweep
from tools.proof.conversions.case import Case, Subject
from tools.proof.conversions.compare import OtherShapeError, compare
from tools.proof.conversions.measure import VERDICTS, measure, outcome

HEAVY = pytest.mark.heavy
SLOWER = ("Keras", "boosters")
ROWS = np.float32([[0], [1], [2], [3]])
DOUBLED = onnx.parser.parse_model(
    '<ir_version: 8, opset_import: ["": 18]> g (float[N, 1] X) => (float[N, 1] Y)'
    "{ Y = Add (X, X) }"
)


def subject(answer=lambda rows: [rows * 2], **more):
    """What is compared with a file that doubles its rows."""
    settings = {"rows": ROWS, "feed": lambda rows: {"X": rows}, "opsets": (18,), **more}
    return Subject(answer=answer, convert=lambda opset: DOUBLED, **settings)


def case(build, name="Double"):
    """A row that builds its subject in this way."""
    return Case("scikit-learn", name, "", "numbers", build)


def measured(build, **limits):
    """Row of a case that runs in a process of its own."""
    [row] = sweep.measure_all([case(build)], 1, **limits)
    return row


# ---- verdicts


def test_a_file_that_answers_the_same_is_the_same():
    row = outcome(subject)
    assert (row["verdict"], row["differ"], row["of"]) == ("same", 0, 4)
    assert (row["opset"], row["operators"]) == (18, ["Add"])
    assert row["tried"] == {"one row": 4}


def test_one_row_that_differs_is_enough():
    row = outcome(lambda: subject(lambda rows: [np.where(rows == 3, 7, rows * 2)]))
    assert (row["verdict"], row["differ"], row["largest"]) == ("differs", 1, 1)


def test_a_fragile_row_that_differs_is_enough_and_named():
    odd = np.float32([[np.nan], [5]])
    row = outcome(
        lambda: subject(lambda rows: [np.nan_to_num(rows * 2)], fragile=lambda: {"missing": odd})
    )
    assert (row["verdict"], row["differ"], row["kinds"]) == ("differs", 0, {"missing": [1, 2]})
    assert row["what"] == "missing values"


def test_each_step_that_fails_has_its_verdict():
    def fail(*_):
        raise ValueError("no,  at 0x7f00aa11bb22")

    unloaded, broken = subject(), onnx.ModelProto()
    broken.CopyFrom(DOUBLED)
    broken.graph.node[0].op_type = "Nothing"
    unloaded.convert = lambda opset: broken
    refused = subject()
    refused.convert = fail
    found = [outcome(build) for build in (fail, lambda: refused, lambda: unloaded)]
    found.append(outcome(lambda: subject(feed=lambda rows: {"Z": rows})))
    assert [row["verdict"] for row in found] == ["not built", "refused", "no load", "no run"]
    assert found[0]["text"] == "ValueError: no, at 0x..."
    assert "Nothing" in found[2]["text"]


def test_an_original_that_answers_the_same_for_all_rows_proves_nothing():
    row = outcome(lambda: subject(lambda rows: [rows * 0]))
    assert row["verdict"] == "not built"
    assert "nothing" in row["text"] or "same for all rows" in row["text"]


def test_a_fragile_row_that_only_the_file_refuses_is_named():
    row = outcome(lambda: subject(fragile=lambda: {"texts": np.float32([[1, 2]])}))
    assert (row["verdict"], row["fails"]) == ("no run", ["texts"])


def test_a_file_that_takes_single_rows_only_and_answers_them_otherwise_differs():
    for_one = onnx.ModelProto()
    for_one.CopyFrom(DOUBLED)
    [given] = for_one.graph.input
    given.type.tensor_type.shape.dim[0].dim_value = 1
    built = subject(lambda rows: [rows * 3])
    built.convert = lambda opset: for_one
    row = outcome(lambda: built)
    assert row["verdict"] == "differs"
    assert row["text"].startswith("3 of 4 rows, asked for one by one, have another answer")
    built.answer = lambda rows: [rows * 2]
    assert outcome(lambda: built)["verdict"] == "no run"


def test_a_row_beside_a_threshold_is_an_edge_and_another_rule_is_not():
    fit = np.linspace(0, 1, 400, dtype=np.float32)[:, None]
    tree = DecisionTreeRegressor().fit(fit, np.arange(400))
    limit = tree.tree_.threshold[0]
    beside = np.nextafter(np.float32([[limit]]), np.float32(2))

    def step(rows):
        return [tree.predict(rows).reshape(-1, 1)]

    at_edge = subject(lambda rows: [np.sign(rows - 2)], rows=np.float32([[1], [3]] * 200))
    at_edge.fragile = lambda: {"jump": np.float32([[2]])}
    assert outcome(lambda: at_edge)["verdict"] == "differs"  # the file doubles
    built = sklearn_subjects.of_numbers(tree, np.concatenate([fit, fit, beside]))
    built.answer = step
    assert outcome(lambda: built)["verdict"] in {"same", "edge"}
    built.answer = lambda rows: [np.asarray(step(rows)[0]) * np.where(rows > limit, 1.1, 1)]
    assert outcome(lambda: built)["verdict"] == "differs"


def test_an_imputer_is_asked_for_rows_with_several_gaps():
    from sklearn.impute import SimpleImputer

    rows = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    found = sklearn_subjects.fragile(SimpleImputer().fit(rows), rows)
    assert 0 < np.isnan(found["half missing"]).mean() < 1
    assert np.isnan(found["all missing"]).all()
    assert not np.isnan(found["half missing"]).all(axis=1).any()


# ---- the comparison of two outputs


def test_the_absolute_tolerance_grows_with_the_size_of_a_column():
    wanted = np.array([[100.0, 1], [0, 0], [-100, 1]])
    assert not compare([wanted], [wanted + np.array([5e-4, 0])]).differ.any()
    assert compare([wanted], [wanted + np.array([0, 5e-4])]).differ.tolist() == [
        False,
        True,
        False,
    ]
    small = wanted[:, :1] * 1e-6
    assert compare([small], [small * 1.1]).differ.any()


def test_scores_of_two_classes_may_stand_in_two_columns_of_either_sign():
    labels, score = np.array([0, 1]), np.array([-2.0, 3])
    right = compare([labels, score], [labels, np.stack([-score, score], 1)], labels)
    other = compare([labels, score], [labels, np.stack([score, -score], 1)], labels)
    wrong = compare([labels, score], [labels, np.stack([score, score + 2], 1) * 2], labels)
    assert not right.differ.any()
    assert not other.differ.any()
    assert "(-d, d)" in right.form[0]
    assert "(d, -d)" in other.form[0]
    assert wrong.differ.all()


def test_a_label_may_differ_where_rounding_decides_and_not_where_a_rule_does():
    labels, classes = np.array([1, 1]), np.array([0, 1])
    near = np.array([[0.4999999, 0.5000001], [0.2, 0.8]])
    tied = np.array([[0.5, 0.5], [0.2, 0.8]])
    assert not compare([labels, near], [np.array([0, 1]), near], classes).differ.any()
    assert compare([labels, tied], [np.array([0, 1]), tied], classes).differ.tolist() == [
        True,
        False,
    ]
    assert compare([labels, near], [np.array([0, 0]), near], classes).differ.tolist() == [
        False,
        True,
    ]


def test_shapes_that_hold_the_same_are_named_and_others_are_an_error():
    labels = np.array(["a", "b", "a"])
    found = compare([labels], [labels.reshape(1, 3)])
    assert (found.differ.any(), found.form) == (False, ["shape (1, rows)"])
    with pytest.raises(OtherShapeError, match="expected"):
        compare([labels], [labels[:2]])
    with pytest.raises(OtherShapeError, match="2 outputs"):
        compare([labels, labels], [labels])


def test_nothing_and_infinity_are_no_numbers():
    wanted = np.array([[1.0], [np.nan], [np.inf]])
    assert not compare([wanted], [wanted.copy()]).differ.any()
    found = compare([wanted], [np.array([[np.nan], [np.nan], [1e9]])])
    assert (found.differ.tolist(), found.what) == ([True, False, True], {"missing values"})


# ---- limits of a case


def crash():
    """End this process as a fault in C does, without pytest's long farewell."""
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)


def test_a_crash_is_a_verdict_and_not_the_end():
    rows = list(
        sweep.measure_all(
            [
                case(crash, "Crash"),
                case(lambda: os._exit(3), "Exit"),
                case(subject, "Fine"),
            ],
            2,
        )
    )
    found = {row["name"]: (row["verdict"], row.get("text")) for row in rows}
    assert found["Crash"] == ("crashes", "the process ends with SIGSEGV")
    assert found["Exit"] == ("crashes", "the process ends with status 3")
    assert found["Fine"] == ("same", None)


@pytest.mark.slow
def test_a_case_that_hangs_is_ended(monkeypatch):
    def spin():
        while True:
            pass

    row = measured(lambda: time.sleep(60), patience=0.5)
    assert (row["verdict"], row["text"]) == ("crashes", "no answer within 0.5 s")
    monkeypatch.setattr(sweep, "SECONDS", 1)
    row = measured(spin)
    assert (row["verdict"], row["text"]) == ("crashes", "more than 1 s of a processor")


def test_a_case_that_eats_memory_is_ended(monkeypatch):
    monkeypatch.setattr(sweep, "GIGABYTES", 3)
    row = measured(lambda: np.ones(8 << 30, np.uint8))
    assert row["verdict"] == "not built"
    assert "MemoryError" in row["text"]


def test_what_was_known_before_a_crash_is_kept():
    row = measured(lambda: subject(double=lambda: os._exit(1)))
    assert row["verdict"] == "same"
    assert row["float64"] == {"verdict": "crashes", "text": "the process ends with status 1"}


def test_a_case_that_prints_does_not_disturb(capfd):
    def loud():  # as C code prints, past Python
        os.write(1, b"1 of 2\n")
        os.write(2, b"warning\n")
        return subject()

    assert measured(loud)["verdict"] == "same"
    assert capfd.readouterr() == ("", "")


# ---- names, and two measurements of the same


def test_an_unknown_name_gets_the_nearest_ones_and_the_call_that_lists_all():
    assert tables.find(["KNeighborsClassifier"]) == {"scikit-learn": ["KNeighborsClassifier"]}
    with pytest.raises(ChapterError, match=r"KNeighborsClassifier.*conversions --list"):
        tables.find(["KNeighbourClasifier"])
    with pytest.raises(ChapterError, match=r"'zzz'\. All names: .*--list"):
        tables.find(["zzz"])


def test_the_call_lists_all_names(capsys):
    tables.main(["--list"])
    printed = capsys.readouterr().out
    assert {"SVC", "LSTM", "LGBMClassifier"} <= set(printed.split())


def stored(verdict, **more):
    """A stored row."""
    row = {"library": "Keras", "name": "A", "options": "", "rows": "numbers", "verdict": verdict}
    return row | {"of": 2000, "differ": 0} | more


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (stored("same"), stored("same"), True),
        (stored("same"), stored("differs", differ=900), False),
        (stored("edge"), stored("differs", differ=3), True),
        (stored("same"), stored("differs", kinds={"missing": [20, 25]}), False),
        (stored("differs", differ=900), stored("differs", differ=920), True),
        (stored("differs", differ=900), stored("differs", differ=1200), False),
        (stored("differs", kinds={"zero": [3, 25]}), stored("differs", kinds={}), False),
        (stored("differs", kinds={"zero": [2, 25]}), stored("differs", kinds={}), True),
        (stored("same", opset=9), stored("same", opset=11), False),
        (stored("same", operators=["Add"]), stored("same", operators=["Add", "Mul"]), False),
        (stored("refused", text="a 12"), stored("refused", text="a 13"), True),
        (stored("refused", text="a"), stored("refused", text="b"), False),
        (stored("same"), stored("refused", text="b"), False),
        (
            stored("same", float64={"verdict": "same"}),
            stored("same", float64={"verdict": "no load", "text": "x"}),
            False,
        ),
    ],
)
def test_rounding_may_change_a_row_and_nothing_else(one, other, same):
    assert data.agree(one, other) is same
    assert data.agree(other, one) is same
    assert bool(data.differences([one], [other])) is not same


def test_a_row_that_is_new_and_one_that_is_gone_are_told():
    one, other = stored("same"), stored("same", options="b=1")
    assert data.differences([one], [other]) == [
        "A(b=1), numbers: new, same",
        "A(), numbers: no longer measured",
    ]


def test_the_newest_versions_are_stored_where_they_differ():
    row, newer = stored("refused", text="no"), stored("same")
    [kept] = data.with_newest([row], [newer])
    assert kept["newest"] == {"verdict": "same", "of": 2000, "differ": 0}
    assert data.with_newest([kept], [row]) == [row]
    assert data.keep_newest([row], [kept]) == [kept]


def test_rows_that_are_measured_again_keep_their_places():
    a, b, c = (stored("same", name=name) for name in "ABC")
    more = stored("same", name="A", options="x=1")
    again = [stored("edge", name="A"), more, stored("edge", name="C")]
    assert data.replaced([a, b, c], again) == [again[0], more, b, again[2]]
    assert data.replaced([a, more, b], [a]) == [a, b]


def test_the_sample_has_a_row_for_each_verdict_that_any_processor_tells():
    gap = stored("differs", name="B", kinds={"one missing": [5, 5]})
    rows = [stored("same"), stored("same", name="C"), gap, stored("differs", differ=3)]
    assert data.sample(rows) == [rows[0], rows[3]]
    assert data.sample([stored("crashes"), *rows[1:]]) == [rows[1], rows[3]]


# ---- broken files

# A linear file, a tree, a scaler, categories and texts; the rest takes long.
BROKEN = [
    "LogisticRegression(), 3 classes",
    "GradientBoostingRegressor(), numbers",
    "StandardScaler(), missing values",
    "OneHotEncoder(), categories as text",
    "TfidfVectorizer(), texts",
]
MORE_BROKEN = [
    "SVC(kernel='poly'), 2 classes",
    "GaussianNB(), 2 classes",
    "HistGradientBoostingRegressor(), missing values",
    "MLPRegressor(), numbers",
    "PCA(n_components=3), numbers",
    "SimpleImputer(), missing values",
    "OrdinalEncoder(), categories as integers",
    "LabelEncoder(), labels",
    "GaussianMixture(), numbers",
    "ColumnTransformer and LogisticRegression(), DataFrame",
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "key", [*BROKEN, *(pytest.param(each, marks=HEAVY) for each in MORE_BROKEN)]
)
def test_a_broken_file_is_told_from_the_right_one(key):
    [chosen] = sweep.choose(sweep.read_cases("scikit-learn"), [key])
    with threadpool_limits(1):  # many short calls, which threads only slow down
        verdict = next(iter(measure(chosen)))["verdict"]
        found = breaking.try_case(chosen, 3, 0)
    assert verdict in {"same", "edge"}
    assert found
    assert {verdict for _, verdict in found} <= breaking.CAUGHT, found


# ---- the stored rows


@pytest.mark.parametrize("library", sweep.LIBRARIES)
def test_the_stored_rows_have_the_form_that_is_told(library):
    head, rows = data.read(library)
    assert {"date", "locked"} <= set(head) <= {"date", "locked", "newest"}
    keys = [(row["library"], sweep.key_of(row)) for row in rows]
    assert len(set(keys)) == len(rows) > 100
    for row in rows:
        assert row["verdict"] in VERDICTS
        told = row.get("text") or row.get("differ") or row.get("kinds") or row.get("edges")
        assert told or row["verdict"] == "same", row
        if row["verdict"] in {"same", "edge"}:
            assert row["of"] >= 2000, row
            assert row["operators"], row


@pytest.mark.parametrize("library", sweep.LIBRARIES)
def test_the_stored_versions_are_the_locked_ones(library):
    assert data.read(library)[0]["locked"] == sweep.versions(library), "run: make conversions"


@pytest.mark.slow
@pytest.mark.parametrize(
    "library", ["scikit-learn", *(pytest.param(each, marks=HEAVY) for each in SLOWER)]
)
def test_a_sample_of_the_rows_is_as_it_was(library):
    """One row for each verdict; those that differ are all measured in a test that takes long."""
    rows = data.sample(data.read(library)[1])
    now = tables.measure({library: [sweep.key_of(row) for row in rows]})[library][1]
    keys = {(row["library"], sweep.key_of(row)) for row in rows}
    now = [row for row in now if (row["library"], sweep.key_of(row)) in keys]
    assert data.differences(rows, now) == []


@pytest.mark.heavy
@pytest.mark.parametrize("library", sweep.LIBRARIES)
def test_every_row_that_differs_is_as_it_was(library):
    differing = [row for row in data.read(library)[1] if row["verdict"] == "differs"]
    rows = [row for row in differing if not data.up_to_the_processor(row)]
    now = tables.measure({library: [sweep.key_of(row) for row in rows]})[library][1]
    assert data.differences(rows, now) == []
