import numpy as np
import onnx
import pandas as pd
import pytest
from skl2onnx import to_onnx
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingRegressor, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC

from classroom import find_parting
from helpers import FeedError

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(60, 4)).astype(np.float32)
GROUP = (ROWS[:, 0] > 0).astype(int)


def file(nodes, inputs="float[N, 4] x", outputs="float[N, M] y", opset=18):
    head = f'<ir_version: 10, opset_import: ["": {opset}, "ai.onnx.ml": 3]>'
    return onnx.parser.parse_model(f"{head} g ({inputs}) => ({outputs}) {{ {nodes} }}")


def states(parting):
    return {step.name: step.state for step in parting.steps}


def test_a_file_does_not_part_from_itself():
    model = file("h = Exp(x) y = Neg(h)")
    parting = find_parting(model, model, ROWS)
    assert parting.first is None
    assert str(parting) == "same:     2 of 2, last y\npart:     nowhere, on 60 rows"


def test_two_files_part_at_the_first_tensor_of_the_same_name_that_differs():
    right = file("a = Abs(x) b = Exp(a) y = Neg(b)")
    wrong = file("a = Abs(x) b = Sqrt(a) y = Neg(b)")
    parting = find_parting(right, wrong, ROWS)
    assert states(parting) == {"a": "same", "b": "differs", "y": "differs"}
    assert parting.first.name == "b"
    assert parting.first.operator == "Sqrt"
    assert parting.first.wrong == 60
    assert "part:     at b\ntensor:   b (Sqrt)" in str(parting)


def test_tensors_of_other_names_are_found_by_their_values():
    right = file("a = Exp(x) b = Neg(a) y = Abs(b)")
    wrong = file("c = Exp(x) d = Neg(c) e = Abs(d) y = Sqrt(e)")
    parting = find_parting(right, wrong, ROWS)
    assert [step.tensor for step in parting.steps] == ["c", "d", "y"]
    assert parting.first.name == "y"


def test_what_a_file_lacks_is_named_and_no_parting():
    right, wrong = file("a = Exp(x) y = Neg(a)"), file("b = Sqrt(x) y = Neg(b)")
    parting = find_parting(right, wrong, ROWS)
    assert states(parting) == {"a": "no match", "y": "differs"}
    assert "no match: a\n" in str(parting)


def test_axes_may_be_in_any_order():
    right = file("y = Exp(x)", "float[N, 2, 3, 4] x", "float[A, B, C, D] y")
    turned = file(
        "t = Transpose<perm = [0, 3, 1, 2]>(x) e = Exp(t) y = Transpose<perm = [0, 2, 3, 1]>(e)",
        "float[N, 2, 3, 4] x",
        "float[A, B, C, D] y",
    )
    images = RNG.normal(size=(5, 2, 3, 4)).astype(np.float32)
    [step] = find_parting(right, turned, images).steps
    assert step.state == "same"


def test_a_column_is_judged_by_its_own_size():
    large = np.float32([[1e6, 1], [2e6, 2], [3e6, 3]])
    right = file("y = Identity(x)", "float[N, 2] x")
    off = file("o = Constant<value = float[2] {0., 0.1}>() y = Add(x, o)", "float[N, 2] x")
    first = find_parting(right, off, large).first
    assert first.worst[1] == 1
    assert first.gap == pytest.approx(0.1 / 3.01, rel=1e-3)


def test_a_number_that_is_missing_on_both_sides_is_equal_and_on_one_side_is_not():
    rows = ROWS.copy()
    rows[3, 1] = np.nan
    right, wrong = file("y = Identity(x)"), file("z = Sub(x, x) y = Add(x, z)")
    assert find_parting(right, wrong, rows).first is None
    wrong = file("k = Constant<value = float {0.}>() n = IsNaN(x) y = Where(n, k, x)")
    first = find_parting(right, wrong, rows).first
    assert (first.gap, first.wrong, first.worst) == (np.inf, 1, (3, 1))


def test_labels_that_differ_are_a_gap_of_1():
    right = file("y = ArgMax<axis = 1, keepdims = 0>(x)", outputs="int64[N] y")
    wrong = file("n = Neg(x) y = ArgMax<axis = 1, keepdims = 0>(n)", outputs="int64[N] y")
    first = find_parting(right, wrong, ROWS).first
    assert first.gap == 1
    assert 0 < first.wrong <= 60


def test_what_only_the_optimizer_changes_is_found_although_outputs_stop_it():
    scaled = file(
        """s = Constant<value = float {1e-19}>() a = Mul(x, s)
        t = Transpose<perm = [0, 2, 1]>(a) p = MatMul(a, t) q = Exp(p) y = Neg(q)""",
        "float[N, 4, 2] x",
        "float[N, 4, 4] y",
    )
    rows = (RNG.random((5, 4, 2)) * 1e20).astype(np.float32)
    parting = find_parting(scaled, scaled, rows)
    assert parting.by_optimizer
    assert parting.first.name == "p"
    assert "at p, when it is optimized" in str(parting)


def test_the_models_are_not_changed(linear):
    rows = ROWS[:, :3]
    before = linear.SerializeToString()
    find_parting(linear, linear, rows)
    assert linear.SerializeToString() == before


def test_weights_in_a_file_of_their_own_are_read(linear, tmp_path):
    path = tmp_path / "model.onnx"
    onnx.save(linear, path, save_as_external_data=True, location="weights", size_threshold=0)
    assert find_parting(onnx.load(path), path, ROWS[:, :3]).first is None


def test_the_steps_of_a_pipeline_are_named():
    model = make_pipeline(StandardScaler(), MinMaxScaler(), LogisticRegression()).fit(ROWS, GROUP)
    proto = to_onnx(model, ROWS[:1], options={"zipmap": False})
    parting = find_parting(model, proto, ROWS)
    assert list(states(parting)) == [
        "standardscaler",
        "minmaxscaler",
        "logisticregression.predict",
        "logisticregression.predict_proba",
    ]
    assert parting.first is None
    model[1].min_ = model[1].min_ + 0.5
    assert find_parting(model, proto, ROWS).first.name == "minmaxscaler"


def test_steps_in_steps_a_search_and_a_single_estimator_are_walked():
    inner = make_pipeline(make_pipeline(StandardScaler()), LinearRegression())
    search = GridSearchCV(inner, {"linearregression__fit_intercept": [True]}).fit(ROWS, ROWS[:, 0])
    proto = to_onnx(search.best_estimator_, ROWS[:1])
    search.best_estimator_.steps.insert(0, ("nothing", "passthrough"))
    parting = find_parting(search, proto, ROWS)
    assert list(states(parting)) == ["standardscaler", "linearregression.predict"]
    assert parting.first is None
    scaler = StandardScaler().fit(ROWS)
    assert list(states(find_parting(scaler, to_onnx(scaler, ROWS[:1]), ROWS))) == [
        "StandardScaler"
    ]


def test_a_frame_is_fed_by_its_columns_and_sparse_steps_are_compared():
    frame = pd.DataFrame({"city": ["Oslo", "Rome", "Bern"] * 20, "age": ROWS[:, 0]})
    columns = make_column_transformer((OneHotEncoder(), ["city"]), (StandardScaler(), ["age"]))
    model = make_pipeline(columns, LogisticRegression()).fit(frame, GROUP)
    proto = to_onnx(model, frame[:1], options={"zipmap": False})
    assert find_parting(model, proto, frame).first is None


def test_the_mapping_of_the_first_column_is_found_in_the_others():
    codes = RNG.geometric(0.4, (300, 2)).clip(1, 6).astype(np.float32)
    codes[:, 1] = 7 - codes[:, 1]
    model = make_pipeline(OrdinalEncoder(max_categories=3), StandardScaler()).fit(codes)
    first = find_parting(model, to_onnx(model, codes[:1]), codes).first
    assert first.name == "ordinalencoder"
    assert first.operator == "Cast"  # not what is cast, which has the same numbers as integers
    assert first.worst[1] == 1


def test_scores_that_the_file_has_in_another_form_are_named_and_no_parting():
    model = SVC().fit(ROWS, GROUP)
    parting = find_parting(model, to_onnx(model, ROWS[:1]), ROWS)
    assert states(parting) == {"SVC.predict": "same", "SVC.decision_function": "no match"}
    assert parting.first is None


@pytest.mark.parametrize(
    "model",
    [
        KMeans(3, n_init=1, random_state=0),
        VotingClassifier([("a", LogisticRegression())], voting="soft", flatten_transform=False),
        StackingRegressor([("a", LinearRegression())]),
    ],
)
def test_what_a_last_step_transforms_to_is_no_answer_unless_the_file_has_it(model):
    proto = to_onnx(model.fit(ROWS, GROUP), ROWS[:1])
    parting = find_parting(model, proto, ROWS)
    assert {step.state for step in parting.steps} == {"same"}
    assert len(parting.steps) == len(proto.graph.output)


@pytest.mark.parametrize("operator", ["Sqrt", "Softmax"])
def test_an_answer_is_compared_with_the_output_and_not_with_what_comes_before(operator):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, GROUP)
    proto = to_onnx(model, ROWS[:1], options={"zipmap": False})
    [*_, last] = proto.graph.node
    last.output[1] = "inner"
    proto.graph.node.add(op_type=operator, input=["inner"], output=["probabilities"])
    first = find_parting(model, proto, ROWS).first
    assert (first.name, first.operator) == ("logisticregression.predict_proba", operator)


def test_an_answer_whose_axes_are_turned_differs():
    right = file("h = Exp(x) y = Neg(h)", "float[N, 4, 4] x", "float[A, B, C] y")
    wrong = file(
        "h = Exp(x) n = Neg(h) y = Transpose<perm = [0, 2, 1]>(n)",
        "float[N, 4, 4] x",
        "float[A, B, C] y",
    )
    rows = RNG.normal(size=(5, 4, 4)).astype(np.float32)
    assert find_parting(right, wrong, rows).first.name == "y"


def test_outputs_that_changed_places_differ():
    ends = "float[N, 4] a, float[N, 4] b"
    right = file("a = Exp(x) b = Neg(x)", outputs=ends)
    wrong = file("b = Exp(x) a = Neg(x)", outputs=ends)
    assert find_parting(right, wrong, ROWS).first.name == "a"


def test_outputs_of_two_files_are_compared_by_name_in_any_order():
    nodes = "a = Exp(x) b = Neg(x)"
    right = file(nodes, outputs="float[N, 4] a, float[N, 4] b")
    turned = file(nodes, outputs="float[N, 4] b, float[N, 4] a")
    assert find_parting(right, turned, ROWS).first is None


def test_a_step_that_is_not_in_a_right_file_is_no_parting():
    model = make_pipeline(StandardScaler(), MinMaxScaler(), LogisticRegression()).fit(ROWS, GROUP)
    short = make_pipeline(MinMaxScaler(), LogisticRegression()).fit(ROWS, GROUP)
    proto = to_onnx(short, ROWS[:1], options={"zipmap": False})
    parting = find_parting(model, proto, ROWS)
    assert states(parting)["standardscaler"] == "no match"
    assert parting.first is None


def test_rows_that_do_not_fit_are_refused(linear):
    with pytest.raises(FeedError, match="wants tensor"):
        find_parting(linear, linear, ROWS[:, :3].astype(float))


def test_an_object_that_is_no_model_is_refused(linear):
    with pytest.raises(TypeError, match=r"expected a Keras model.* got list"):
        find_parting([1], linear, ROWS[:, :3])


def test_a_tolerance_of_zero_is_refused(linear):
    with pytest.raises(ValueError, match="above 0"):
        find_parting(linear, linear, ROWS[:, :3], allowed=0)


def test_answers_that_the_file_does_not_have_are_an_error():
    model = LinearRegression().fit(ROWS, ROWS)
    with pytest.raises(ValueError, match=r"cannot match 'LinearRegression.predict', of shape"):
        find_parting(model, file("y = ReduceMax(x)", outputs="float[A, B] y"), ROWS)


def test_the_picture_has_a_bar_for_each_step_that_was_compared():
    import matplotlib.pyplot as plt

    right = file("a = Abs(x) b = Exp(a) y = Neg(b)")
    find_parting(right, file("a = Abs(x) b = Sqrt(a) y = Neg(b)"), ROWS).draw()
    [axes] = plt.gcf().axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "y"]
    assert [bar.get_width() > 1e-3 for bar in axes.patches] == [False, True, True]
    plt.close()


@pytest.fixture(scope="module")
def keras():
    from helpers import quiet_tensorflow

    quiet_tensorflow()
    import keras

    keras.utils.set_random_seed(0)
    return keras


@pytest.mark.slow
class TestKeras:
    """TensorFlow takes seconds to start, and each model is exported."""

    @staticmethod
    def export(model, rows, folder):
        model(rows)
        path = folder / "model.onnx"
        model.export(path, format="onnx", opset_version=17, verbose=False)
        return path

    def test_layers_are_found_with_channels_first_and_merged_ones(self, keras, tmp_path):
        layers = keras.layers
        images = RNG.random((20, 9, 9, 2), np.float32)
        model = keras.Sequential(
            [
                keras.Input((9, 9, 2)),
                layers.Conv2D(4, 3, name="edges"),
                layers.BatchNormalization(name="even"),
                layers.Resizing(4, 4, interpolation="area", name="halve"),
                layers.Flatten(),
                layers.Dense(3, activation="softmax", name="scores"),
            ]
        )
        even = model.get_layer("even")
        even.set_weights([weight * 3 + 0.1 for weight in even.get_weights()])
        parting = find_parting(model, self.export(model, images, tmp_path), images)
        assert states(parting)["even"] == "same"
        assert parting.first.name == "halve"
        assert parting.first.operator == "Resize"

    def test_a_wrong_branch_is_named_while_the_other_is_right(self, keras, tmp_path):
        source = keras.Input((4,), name="x")
        one = keras.layers.Dense(5, activation="relu", name="one")(source)
        two = keras.layers.Dense(6, activation="tanh", name="two")(source)
        answers = [keras.layers.Dense(2)(one), keras.layers.Dense(3)(two)]
        model = keras.Model(source, answers)
        path = self.export(model, ROWS, tmp_path)
        weights = model.get_layer("one").get_weights()
        model.get_layer("one").set_weights([weight + 0.1 for weight in weights])
        parting = find_parting(model, path, ROWS)
        assert parting.first.name == "one"
        assert states(parting)["two"] == "same"

    def test_shared_layers_sub_models_and_own_classes_are_walked(self, keras, tmp_path):
        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.part = keras.Sequential([keras.layers.Dense(4, name="inner")])

            def call(self, x):
                return keras.ops.tanh(self.part(self.part(x)))

        model = Own()
        model(ROWS)
        path = tmp_path / "own.onnx"
        spec = [keras.InputSpec(shape=(None, 4), dtype="float32", name="x")]
        options = {"opset_version": 17, "verbose": False, "input_signature": spec}
        model.export(path, format="onnx", **options)
        parting = find_parting(model, path, ROWS)
        assert [step.name for step in parting.steps] == ["inner", "inner", "answer"]
        assert parting.first is None

    def test_a_sub_model_that_is_called_twice_is_named(self, keras, tmp_path):
        half = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="inner")])
        left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
        end = keras.layers.Dot(1, name="end")([half(left), half(right)])
        model = keras.Model({"left": left, "right": right}, end)
        rows = {"left": ROWS[:, :2], "right": ROWS[:, 2:]}
        path = self.export(model, rows, tmp_path)
        assert find_parting(model, path, rows).first is None
        half.set_weights([weight + 0.5 for weight in half.get_weights()])
        assert find_parting(model, path, rows).first.name == "inner"

    def test_inference_mode_is_asked_for_and_the_model_stays_as_it_was(self, keras, tmp_path):
        layers = keras.layers
        stack = [keras.Input((4,)), layers.BatchNormalization(), layers.Dropout(0.5)]
        model = keras.Sequential([*stack, layers.Dense(2)])
        path = self.export(model, ROWS, tmp_path)
        before, call = [weight.copy() for weight in model.get_weights()], layers.Layer.__call__
        assert find_parting(model, path, ROWS).first is None
        assert layers.Layer.__call__ is call
        assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))
