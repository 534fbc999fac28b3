"""What the page of dead ends says of the installed packages."""

import importlib

import onnx.utils
import onnxruntime
import pytest


@pytest.mark.parametrize("module", ["onnx.optimizer", "onnxruntime.training"])
def test_a_module_of_former_days_is_gone(module):
    with pytest.raises(ModuleNotFoundError, match=module):
        importlib.import_module(module)


def test_a_function_of_former_days_is_gone():
    assert not hasattr(onnx.utils, "polish_model")


def test_sessions_can_share_their_threads():
    assert callable(onnxruntime.set_global_thread_pool_sizes)


@pytest.mark.slow
def test_onnxmltools_stops_at_a_sequential_model_of_keras_3():
    import keras
    import onnxmltools

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(KeyError, match="keras_tensor"):
        onnxmltools.convert_keras(model)
