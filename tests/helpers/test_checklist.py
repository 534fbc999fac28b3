import numpy as np
import onnx
import pytest

from helpers import DIGITS_MODEL, check_before_shipping, load_mnist

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)
LINEAR = "g (float[N, 3] x) => (float[N, 3] y) <float two = {2.}> { y = Mul(x, two) }"
NAMES = [
    "file",
    "checker",
    "loads",
    "inputs",
    "dtypes",
    "shapes",
    "batch sizes",
    "repeatable",
    "parity",
    "provider",
    "latency",
]


def model(text=LINEAR, opset=18):
    return onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["": {opset}]>' + text)


def failed(report):
    return [finding.check for finding in report.findings if finding.passed is False]


def not_run(report):
    return [finding.check for finding in report.findings if finding.passed is None]


def reason(report, check):
    return next(finding.reason for finding in report.findings if finding.check == check)


def test_a_good_model_passes_every_check(capsys):
    report = check_before_shipping(model(), ROWS, ROWS * 2)
    assert report
    assert report.passed
    assert [finding.check for finding in report.findings] == NAMES
    assert failed(report) == []
    assert not_run(report) == []
    printed = capsys.readouterr().out
    assert printed.startswith("check before shipping: pass\n")
    assert printed.strip() == str(report)


def test_text_of_a_pass_is_the_same_from_run_to_run():
    texts = {str(check_before_shipping(model(), ROWS, ROWS * 2, max_ms=1e6)) for _ in range(2)}
    assert len(texts) == 1


def test_the_shipped_digits_model_passes():
    rows = load_mnist().x_test[:50]
    import onnxruntime as ort

    [expected] = ort.InferenceSession(DIGITS_MODEL).run(None, {"image": rows})
    assert check_before_shipping(DIGITS_MODEL, {"image": rows}, {"probabilities": expected})


def test_a_model_with_external_data_is_read_from_its_folder(tmp_path):
    text = "g (float[N, 3] x) => (float[N, 3] y) { y = Mul(x, w) }"
    outside = model(text)
    weights = np.full(3, 2, np.float32)
    outside.graph.initializer.append(onnx.numpy_helper.from_array(weights, "w"))
    path = tmp_path / "model.onnx"
    onnx.save(outside, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    assert check_before_shipping(path, ROWS, ROWS * 2)
    (tmp_path / "w.bin").unlink()
    assert failed(check_before_shipping(path, ROWS, ROWS * 2)) == ["checker", "loads"]


def test_a_file_that_is_no_model_fails_and_the_rest_is_not_run(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    report = check_before_shipping(path, ROWS, ROWS)
    assert not report
    assert failed(report) == ["file"]
    assert not_run(report) == NAMES[1:]
    assert "git lfs pull" in reason(report, "file")


def test_a_model_that_the_runtime_refuses_fails_to_load():
    report = check_before_shipping(
        model("g (float[N, 3] x) => (float[N, 3] y) { y = Gelu(x) }"), ROWS, ROWS
    )
    assert failed(report) == ["checker", "loads"]
    assert "No Op registered for Gelu" in reason(report, "loads")


def test_the_checker_is_asked_for_shape_inference_too():
    report = check_before_shipping(
        model("g (float[N, 3] x) => (float[N, 4] y) { y = Relu(x) }"), ROWS, ROWS
    )
    assert "checker" in failed(report)


@pytest.mark.parametrize("feed", [{"X": ROWS}, {"x": ROWS, "z": ROWS}, {}])
def test_other_names_fail_with_both_lists(feed):
    report = check_before_shipping(model(), feed or {"y": ROWS}, ROWS * 2)
    assert failed(report) == ["inputs"]
    assert "'x'" in reason(report, "inputs")
    assert "parity" in not_run(report)


def test_a_constant_that_became_an_input_is_named():
    report = check_before_shipping(
        model("g (float[N, 3] x, float[1] mean) => (float[N, 3] y) { y = Sub(x, mean) }"),
        {"x": ROWS},
        ROWS,
    )
    assert "'mean'" in reason(report, "inputs")


def test_a_single_array_is_fed_to_the_only_input():
    two = model("g (float[N, 3] a, float[N, 3] b) => (float[N, 3] y) { y = Sub(a, b) }")
    report = check_before_shipping(two, ROWS, ROWS)
    assert failed(report) == ["inputs"]
    assert check_before_shipping(two, {"a": ROWS, "b": ROWS + 1}, ROWS * 0 - 1)


def test_float64_fails_with_the_remedy():
    report = check_before_shipping(model(), ROWS.astype(np.float64), ROWS * 2)
    assert failed(report) == ["dtypes"]
    assert ".astype('float32')" in reason(report, "dtypes")


def test_wrong_columns_fail_as_shapes_even_when_the_dtype_is_wrong_too():
    report = check_before_shipping(model(), np.ones((4, 5)), ROWS * 2)
    assert failed(report) == ["dtypes", "shapes"]
    assert "(4, 5)" in reason(report, "shapes")


def test_strings_are_checked_as_strings():
    echo = model("g (string[N] s) => (string[N] y) { y = Identity(s) }")
    words = np.array(["Rome", "Oslo", "Lima"])
    assert check_before_shipping(echo, words, words)
    assert failed(check_before_shipping(echo, np.ones(3, np.float32), words)) == ["dtypes"]


def test_a_fixed_batch_in_the_interface_fails():
    fixed = model(LINEAR.replace("N", "1"))
    report = check_before_shipping(fixed, ROWS, ROWS * 2)
    assert "shapes" in failed(report)
    assert "fixed batch of 1" in reason(report, "shapes")


def test_the_dimension_minus_one_is_a_finding_and_no_crash():
    anything = model()
    anything.graph.input[0].type.tensor_type.shape.dim[0].dim_value = -1
    report = check_before_shipping(anything, ROWS, ROWS * 2)
    assert failed(report) == ["shapes"]
    assert "no size below 0" in reason(report, "shapes")


def test_an_unknown_element_type_is_a_finding_and_no_crash():
    unknown = model()
    unknown.graph.input[0].type.tensor_type.elem_type = 99
    report = check_before_shipping(unknown, ROWS, ROWS * 2)
    assert "loads" in failed(report)
    assert "file" not in failed(report)


def test_a_tree_that_leads_back_to_itself_is_not_run():
    trees = onnx.parser.parse_model(
        '<ir_version: 10, opset_import: ["": 18, "ai.onnx.ml": 3]>'
        """g (float[N, 3] x) => (float[N, 1] y) { y = ai.onnx.ml.TreeEnsembleRegressor<
            n_targets = 1, nodes_treeids = [0, 0, 0], nodes_nodeids = [0, 1, 2],
            nodes_featureids = [0, 0, 0], nodes_values = [0.5, 0.0, 0.0],
            nodes_modes = ["BRANCH_LEQ", "LEAF", "LEAF"],
            nodes_truenodeids = [1, 0, 0], nodes_falsenodeids = [2, 0, 0],
            target_treeids = [0, 0], target_nodeids = [1, 2], target_ids = [0, 0],
            target_weights = [1.0, 2.0]>(x) }"""
    )
    expected = np.where(ROWS[:, :1] <= 0.5, np.float32(1), np.float32(2))
    assert check_before_shipping(trees, ROWS, expected)
    [true_nodes] = [a for a in trees.graph.node[0].attribute if a.name == "nodes_truenodeids"]
    true_nodes.ints[0] = 0
    report = check_before_shipping(trees, ROWS, expected)
    assert failed(report) == ["loads"]
    assert "leads back to itself" in reason(report, "loads")


def test_a_fixed_batch_inside_of_the_model_fails():
    inside = model(
        "g (float[N, 3] x) => (float[M, 3] y) <int64[2] s = {1, 3}> { y = Reshape(x, s) }"
    )
    report = check_before_shipping(inside, ROWS, ROWS)
    assert failed(report) == ["batch sizes"]
    assert "2 rows" in reason(report, "batch sizes")
    assert "requested shape:{1,3}" in reason(report, "batch sizes")
    assert "Status Message" not in reason(report, "batch sizes")
    assert not_run(report) == ["repeatable", "parity", "latency"]


def test_an_answer_that_depends_on_the_other_rows_fails():
    centered = model(
        "g (float[N, 3] x) => (float[N, 3] y)"
        " { m = ReduceMean<keepdims = 1>(x, axes) y = Sub(x, m) }"
    )
    centered.graph.initializer.append(onnx.numpy_helper.from_array(np.array([0]), "axes"))
    report = check_before_shipping(centered, ROWS, ROWS - ROWS.mean(axis=0))
    assert failed(report) == ["repeatable"]
    assert "depends on the other rows" in reason(report, "repeatable")


def test_a_random_model_is_not_repeatable():
    noisy = model("g (float[N, 3] x) => (float[N, 3] y) { n = RandomNormalLike(x) y = Add(x, n) }")
    assert "repeatable" in failed(check_before_shipping(noisy, ROWS, ROWS))


def test_wrong_answers_fail_parity_with_the_place():
    wrong = ROWS * 2
    wrong[3, 1] += 1
    report = check_before_shipping(model(), ROWS, wrong)
    assert failed(report) == ["parity"]
    assert "(3, 1)" in reason(report, "parity")


def test_the_tolerance_can_be_widened():
    assert check_before_shipping(model(), ROWS, ROWS * 2 + 0.01, atol=0.02)


def test_an_unknown_output_fails_parity_with_the_names():
    report = check_before_shipping(model(), ROWS, {"probabilities": ROWS})
    assert failed(report) == ["parity"]
    assert "'y'" in reason(report, "parity")


def test_one_array_for_two_outputs_fails_parity_with_advice():
    two = model("g (float[N, 3] x) => (float[N, 3] y, float[N, 3] z) { y = Abs(x) z = Neg(x) }")
    report = check_before_shipping(two, ROWS, ROWS)
    assert failed(report) == ["parity"]
    assert "{'y': ..., 'z': ...}" in reason(report, "parity")
    assert check_before_shipping(two, ROWS, {"z": -ROWS, "y": ROWS})


def test_zipmap_fails_with_the_remedy():
    zipmap = onnx.parser.parse_model(
        '<ir_version: 10, opset_import: ["": 18, "ai.onnx.ml": 3]>'
        "g (float[N, 2] p) => (seq(map(int64, float)) y)"
        "{ y = ai.onnx.ml.ZipMap<classlabels_int64s=[0, 1]>(p) }"
    )
    rows = np.array([[0.2, 0.8], [0.7, 0.3]], np.float32)
    report = check_before_shipping(zipmap, rows, rows)
    assert not report
    assert "zipmap" in reason(report, "parity")


def test_a_provider_that_is_not_in_use_fails():
    report = check_before_shipping(model(), ROWS, ROWS * 2, provider="CUDAExecutionProvider")
    assert failed(report) == ["provider"]
    assert "CPUExecutionProvider" in reason(report, "provider")


def test_an_impossible_latency_bound_fails_with_the_time():
    report = check_before_shipping(model(), ROWS, ROWS * 2, max_ms=1e-9)
    assert failed(report) == ["latency"]
    assert "ms" in reason(report, "latency")


@pytest.mark.parametrize("rows", [ROWS[:1], ROWS[0, 0], {"x": ROWS[:1]}])
def test_fewer_than_two_rows_are_refused(rows):
    with pytest.raises(ValueError, match="at least 2 rows"):
        check_before_shipping(model(), rows, ROWS[:1])


def test_inputs_of_different_length_are_refused():
    with pytest.raises(ValueError, match="same number of rows"):
        check_before_shipping(model(), {"a": ROWS, "b": ROWS[:2]}, ROWS)


def test_an_empty_feed_is_refused():
    with pytest.raises(ValueError, match="at least one array"):
        check_before_shipping(model(), {}, ROWS)


@pytest.mark.parametrize("bound", [0, -1, float("nan")])
def test_a_bound_that_is_no_time_is_refused(bound):
    with pytest.raises(ValueError, match="max_ms"):
        check_before_shipping(model(), ROWS, ROWS, max_ms=bound)


def test_the_report_has_a_short_repr():
    assert repr(check_before_shipping(model(), ROWS, ROWS * 2)) == "<ShippingReport: pass>"
    assert repr(check_before_shipping(model(), ROWS, ROWS)) == "<ShippingReport: FAIL>"


def test_fragile_rows_get_a_line_of_their_own(capsys):
    fragile = np.zeros((2, 3), np.float32)
    assert check_before_shipping(model(), ROWS, ROWS * 2, fragile=(fragile, fragile))
    assert "  pass  fragile      2 rows: 'y' within 1e-05" in capsys.readouterr().out
    report = check_before_shipping(model(), ROWS, ROWS * 2, fragile=(fragile, fragile + 1))
    assert failed(report) == ["fragile"]
    assert "index (0, 0)" in reason(report, "fragile")
    report = check_before_shipping(model(), ROWS, ROWS * 2, fragile=({"z": fragile}, fragile))
    assert failed(report) == ["fragile"]
