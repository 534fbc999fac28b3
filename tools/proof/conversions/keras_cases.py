"""Every public layer of Keras with its options, functions of keras.ops, and whole architectures.

Each row is a line of code, as a reader writes it, so that the table shows what was measured.
"""

import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import onnx
from keras import layers, ops

from tools.proof.conversions.case import Case, Subject

ASKED = 2000
#: Shape of one row of each kind.
SHAPES: dict[str, tuple[int | None, ...]] = {
    "numbers": (6,),
    "sequences": (5, 4),
    "sequences of any length": (None, 4),
    "padded sequences": (5, 4),
    "images": (8, 8, 3),
    "channels first": (3, 8, 8),
    "volumes": (4, 4, 4, 2),
    "sequences, channels first": (4, 5),
    "sound": (48,),
    "sound in channels": (48, 1),
    "maps in time": (3, 4, 4, 2),
    "sequences of maps": (3, 4, 2),
    "videos": (2, 3, 3, 3, 2),
    "ids": (5,),
    "single ids": (1,),
    "texts": (1,),
}
ACTIVATIONS = [
    "celu",
    "elu",
    "exponential",
    "gelu",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "tanh",
    "tanh_shrink",
]

ONE_INPUT: dict[str, list[str]] = {
    "numbers": [
        "Dense(4)",
        "Dense(4, use_bias=False)",
        "Dense(4, dtype='mixed_float16')",
        "Dense(4, dtype='mixed_bfloat16')",
        "Dense(4, dtype='float16')",
        *[f"Activation({name!r})" for name in ACTIVATIONS],
        "ActivityRegularization(l1=0.1)",
        "AlphaDropout(0.5)",
        "Dropout(0.5)",
        "GaussianDropout(0.5)",
        "GaussianNoise(1.0)",
        "BatchNormalization()",
        "BatchNormalization(center=False)",
        "BatchNormalization(scale=False)",
        "BatchNormalization(epsilon=0.1)",
        "Discretization(num_bins=4)",
        "Discretization(bin_boundaries=[-1.0, 0.0, 1.0])",
        "Discretization(bin_boundaries=[-1.0, 0.0, 1.0], output_mode='one_hot')",
        "ELU()",
        "ELU(alpha=0.5)",
        "EinsumDense('ab,bc->ac', output_shape=4)",
        "Flatten()",
        "GroupNormalization(groups=2)",
        "Identity()",
        "Lambda(lambda x: x * 2)",
        "LayerNormalization()",
        "LayerNormalization(center=False)",
        "LayerNormalization(scale=False)",
        "LeakyReLU()",
        "LeakyReLU(negative_slope=0.1)",
        "Masking()",
        "Normalization()",
        "Normalization(mean=1.0, variance=4.0)",
        "Normalization(mean=1.0, variance=4.0, invert=True)",
        "PReLU()",
        "RMSNormalization()",
        "ReLU()",
        "ReLU(max_value=1.0)",
        "ReLU(negative_slope=0.1)",
        "ReLU(threshold=0.5)",
        "RepeatVector(3)",
        "Rescaling(0.5, offset=1.0)",
        "Reshape((3, 2))",
        "Reshape((-1, 2))",
        "Softmax()",
        "SpectralNormalization(layers.Dense(4))",
        "UnitNormalization()",
    ],
    "sequences": [
        *[
            f"{cell}(3{options})"
            for cell in ("LSTM", "GRU", "SimpleRNN")
            for options in (
                "",
                ", return_sequences=True",
                ", go_backwards=True",
                ", go_backwards=True, return_sequences=True",
                ", unroll=True",
                ", use_bias=False",
                ", activation='relu'",
                ", dropout=0.2",
                ", return_state=True",
                ", stateful=True",
                ", dtype='mixed_float16'",
            )
        ],
        "LSTM(3, recurrent_activation='hard_sigmoid')",
        "LSTM(3, unit_forget_bias=False)",
        "GRU(3, reset_after=False)",
        "GRU(3, recurrent_activation='hard_sigmoid')",
        "RNN(layers.LSTMCell(3))",
        "RNN(layers.GRUCell(3))",
        "RNN(layers.SimpleRNNCell(3))",
        "RNN(layers.StackedRNNCells([layers.LSTMCell(3), layers.LSTMCell(2)]))",
        *[
            f"Bidirectional(layers.{cell}(3), merge_mode={mode!r})"
            for cell in ("LSTM", "GRU")
            for mode in ("concat", "sum", "mul", "ave", None)
        ],
        "Bidirectional(layers.LSTM(3, return_sequences=True))",
        "Bidirectional(layers.GRU(3, return_sequences=True))",
        "Bidirectional(layers.SimpleRNN(3))",
        "LSTM(3, return_sequences=True, return_state=True)",
        "LayerNormalization(dtype='mixed_float16')",
        "BatchNormalization()",
        "LayerNormalization()",
        "Softmax(axis=1)",
        "Dense(2)",
        "EinsumDense('abc,cd->abd', output_shape=(None, 2))",
        "TimeDistributed(layers.Dense(2))",
        "Conv1D(2, 3)",
        *[f"Conv1D(2, 3, padding={padding!r})" for padding in ("same", "causal")],
        "Conv1D(2, 3, dilation_rate=2)",
        "Conv1D(2, 2, strides=2)",
        "Conv1D(4, 3, groups=2)",
        "Conv1DTranspose(2, 3)",
        "Conv1DTranspose(2, 3, strides=2, padding='same')",
        "DepthwiseConv1D(3)",
        "SeparableConv1D(2, 3)",
        "MaxPooling1D(2)",
        "MaxPooling1D(2, padding='same')",
        "AveragePooling1D(2)",
        "AveragePooling1D(2, padding='same')",
        "AdaptiveAveragePooling1D(2)",
        "AdaptiveMaxPooling1D(2)",
        "GlobalAveragePooling1D()",
        "GlobalAveragePooling1D(keepdims=True)",
        "GlobalMaxPooling1D()",
        "Cropping1D(1)",
        "ZeroPadding1D(1)",
        "UpSampling1D(2)",
        "Permute((2, 1))",
        "SpatialDropout1D(0.5)",
    ],
    "images": [
        "Conv2D(2, 3)",
        "Conv2D(2, 3, dtype='mixed_float16')",
        "Conv2D(2, 3, padding='same')",
        "Conv2D(2, 3, strides=2)",
        "Conv2D(2, 3, strides=2, padding='same')",
        "Conv2D(2, 3, dilation_rate=2)",
        "Conv2D(3, 3, groups=3)",
        "Conv2D(2, 3, use_bias=False, activation='relu')",
        "Conv2DTranspose(2, 3)",
        "Conv2DTranspose(2, 3, padding='same')",
        "Conv2DTranspose(2, 3, strides=2)",
        "Conv2DTranspose(2, 3, strides=2, padding='same')",
        "Conv2DTranspose(2, 3, strides=2, output_padding=1)",
        "DepthwiseConv2D(3)",
        "DepthwiseConv2D(3, depth_multiplier=2)",
        "DepthwiseConv2D(3, dilation_rate=2)",
        "DepthwiseConv2D(3, strides=2, padding='same')",
        "SeparableConv2D(2, 3)",
        "SeparableConv2D(2, 3, strides=2, padding='same')",
        *[
            f"{kind}Pooling2D({options})"
            for kind in ("Max", "Average")
            for options in ("2", "3, strides=2, padding='same'", "3", "(2, 3)")
        ],
        "GlobalAveragePooling2D()",
        "GlobalMaxPooling2D()",
        "AdaptiveAveragePooling2D(3)",
        "AdaptiveMaxPooling2D(3)",
        *[
            f"UpSampling2D(2, interpolation={how!r})"
            for how in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        ],
        *[
            f"Resizing({size}, {size}, interpolation={how!r})"
            for size in (4, 13)
            for how in ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5")
        ],
        "Resizing(4, 6, crop_to_aspect_ratio=True)",
        "Resizing(4, 6, pad_to_aspect_ratio=True)",
        "CenterCrop(4, 4)",
        "Cropping2D(1)",
        "ZeroPadding2D(1)",
        "Rescaling(1 / 255)",
        "SpatialDropout2D(0.5)",
        "BatchNormalization()",
        "BatchNormalization(axis=1)",
        "GroupNormalization(groups=3)",
        "GroupNormalization(groups=-1)",
        "LayerNormalization(axis=[1, 2, 3])",
        "UnitNormalization()",
        "Permute((3, 1, 2))",
        "Flatten()",
        "Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])",
        "RandomFlip()",
        "RandomRotation(0.2)",
        "RandomZoom(0.2)",
        "RandomTranslation(0.1, 0.1)",
        "RandomContrast(0.2)",
        "RandomBrightness(0.2)",
        "RandomGrayscale()",
        "RandomErasing()",
        "RandomColorDegeneration(0.5)",
        "ContrastLimitedAdaptiveHistogramEqualization()",
        "RandomHue(0.1)",
        "RandomSaturation(0.1)",
        "RandomSharpness(0.1)",
        "RandomColorJitter()",
        "RandomPosterization(4)",
        "RandomInvert()",
        "RandomShear(0.1)",
        "RandomPerspective()",
        "RandomGaussianBlur()",
        "RandomElasticTransform()",
        "RandAugment()",
        "AugMix()",
        "AutoContrast()",
        "Equalization()",
        "Solarization()",
    ],
    "channels first": [
        "Conv2D(2, 3, data_format='channels_first')",
        "DepthwiseConv2D(3, data_format='channels_first')",
        "SeparableConv2D(2, 3, data_format='channels_first')",
        "Conv2DTranspose(2, 3, data_format='channels_first')",
        "MaxPooling2D(2, data_format='channels_first')",
        "AveragePooling2D(2, data_format='channels_first')",
        "GlobalAveragePooling2D(data_format='channels_first')",
        "UpSampling2D(2, data_format='channels_first')",
        "Flatten(data_format='channels_first')",
    ],
    "sequences, channels first": [
        "Conv1D(2, 3, data_format='channels_first')",
        "MaxPooling1D(2, data_format='channels_first')",
        "AveragePooling1D(2, data_format='channels_first')",
        "GlobalAveragePooling1D(data_format='channels_first')",
        "GlobalMaxPooling1D(data_format='channels_first')",
    ],
    "sound in channels": ["STFTSpectrogram(frame_length=16, frame_step=8, fft_length=16)"],
    "sound": [
        "MelSpectrogram(fft_length=16, sequence_stride=8, num_mel_bins=4, sampling_rate=100)",
    ],
    "volumes": [
        "Conv3D(2, 3)",
        "Conv3D(2, 2, data_format='channels_first')",
        "MaxPooling3D(2, data_format='channels_first')",
        "Conv3D(2, 3, padding='same')",
        "Conv3D(2, 2, strides=2)",
        "Conv3DTranspose(2, 3)",
        "Conv3DTranspose(2, 2, strides=2)",
        "MaxPooling3D(2)",
        "AveragePooling3D(2)",
        "AveragePooling3D(3, strides=2, padding='same')",
        "AdaptiveAveragePooling3D(2)",
        "AdaptiveMaxPooling3D(2)",
        "GlobalAveragePooling3D()",
        "GlobalMaxPooling3D()",
        "UpSampling3D(2)",
        "ZeroPadding3D(1)",
        "Cropping3D(1)",
        "SpatialDropout3D(0.5)",
    ],
    "maps in time": [
        "ConvLSTM2D(2, 3)",
        "ConvLSTM2D(2, 3, padding='same', return_sequences=True)",
        "TimeDistributed(layers.Conv2D(2, 3))",
    ],
    "sequences of maps": ["ConvLSTM1D(2, 2)"],
    "videos": ["ConvLSTM3D(2, 2)"],
    "ids": [
        "Embedding(10, 3)",
        "Embedding(10, 3, mask_zero=True)",
        "Embedding(10, 3, dtype='mixed_float16')",
        "ReversibleEmbedding(10, 3)",
        "CategoryEncoding(10, output_mode='one_hot')",
        "CategoryEncoding(10, output_mode='multi_hot')",
        "CategoryEncoding(10, output_mode='count')",
        "IntegerLookup()",
        "IntegerLookup(vocabulary=[1, 2, 3])",
        "IntegerLookup(vocabulary=[1, 2, 3], output_mode='multi_hot')",
        "Hashing(7)",
    ],
    "texts": [
        "TextVectorization()",
        "TextVectorization(output_mode='tf_idf')",
        "TextVectorization(split='character', vocabulary=['a', 'b'])",
        "StringLookup()",
        "StringLookup(vocabulary=['good', 'film'], output_mode='one_hot')",
        "TextVectorization(vocabulary=['good', 'film'])",
        "TextVectorization(vocabulary=['good', 'film'], output_mode='multi_hot')",
        "StringLookup(vocabulary=['good', 'film'])",
        "Hashing(7)",
    ],
    "padded sequences": [
        *[
            f"{layer}"
            for layer in (
                "LSTM(3)",
                "GRU(3)",
                "SimpleRNN(3)",
                "LSTM(3, return_sequences=True)",
                "LSTM(3, go_backwards=True)",
                "Bidirectional(layers.LSTM(3))",
                "GRU(3, return_sequences=True)",
                "GRU(3, reset_after=False)",
                "LSTM(3, return_state=True)",
                "LSTM(3, zero_output_for_mask=True, return_sequences=True)",
                "Bidirectional(layers.LSTM(3, return_sequences=True))",
                "Bidirectional(layers.GRU(3))",
                "GlobalAveragePooling1D()",
                "TimeDistributed(layers.Dense(2))",
            )
        ],
    ],
    "sequences of any length": [
        "LSTM(3)",
        "GRU(3, return_sequences=True)",
        "Conv1D(2, 3, padding='same')",
        "GlobalMaxPooling1D()",
        "Bidirectional(layers.LSTM(3))",
        "TimeDistributed(layers.Dense(2))",
    ],
}
#: Layers that take two inputs of the same kind; the code names both.
TWO_INPUTS: dict[str, list[str]] = {
    "single ids": ["HashedCrossing(7)((x, y))"],
    "numbers": [
        *[
            f"{name}()([x, y])"
            for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
        ],
        "Concatenate()([x, y])",
        "Dot(axes=1)([x, y])",
        "Dot(axes=1, normalize=True)([x, y])",
    ],
    "sequences": [
        "Concatenate(axis=1)([x, y])",
        "Dot(axes=(2, 2))([x, y])",
        "Attention()([x, y])",
        "Attention(use_scale=True)([x, y])",
        "Attention(score_mode='concat')([x, y])",
        "AdditiveAttention()([x, y])",
        "MultiHeadAttention(2, 3)(x, y)",
        "MultiHeadAttention(2, 3)(x, y, use_causal_mask=True)",
        "MultiHeadAttention(2, 3, use_bias=False, output_shape=2)(x, y)",
        "MultiHeadAttention(2, 3, dtype='mixed_float16')(x, y)",
        "GroupQueryAttention(3, 2, 1)(x, y)",
    ],
}
#: Layers that learn from rows when they are not given what they need.
ADAPTED = (
    "Normalization()",
    "Discretization(num_bins=4)",
    "StringLookup()",
    "IntegerLookup()",
    "TextVectorization()",
    "TextVectorization(output_mode='tf_idf')",
)
OPS = [
    *[
        "absolute",
        "angle",
        "arccos",
        "arccosh",
        "arcsin",
        "arcsinh",
        "arctan",
        "arctanh",
        "cbrt",
        "ceil",
        "conj",
        "cos",
        "cosh",
        "deg2rad",
        "erf",
        "erfc",
        "erfinv",
        "exp",
        "exp2",
        "expm1",
        "floor",
        "i0",
        "log",
        "log10",
        "log1p",
        "log2",
        "nan_to_num",
        "negative",
        "rad2deg",
        "real",
        "reciprocal",
        "round",
        "rsqrt",
        "sign",
        "signbit",
        "sin",
        "sinc",
        "sinh",
        "sqrt",
        "square",
        "tan",
        "tanh",
        "trunc",
    ],
    *(
        f"{name}(x, axis=-1)"
        for name in [
            "argmax",
            "argmin",
            "argsort",
            "average",
            "cumprod",
            "cumsum",
            "diff",
            "flip",
            "logsumexp",
            "max",
            "mean",
            "median",
            "min",
            "nanmax",
            "nanmean",
            "nansum",
            "norm",
            "normalize",
            "prod",
            "ptp",
            "sort",
            "std",
            "sum",
            "var",
        ]
    ),
    *(
        f"{name}(x, y)"
        for name in [
            "add",
            "arctan2",
            "floor_divide",
            "fmax",
            "fmod",
            "greater",
            "hypot",
            "less_equal",
            "logaddexp",
            "maximum",
            "mod",
            "subtract",
            "true_divide",
        ]
    ),
    "heaviside(x, y)",
    "all(floor(x), axis=-1)",
    "any(floor(abs(x / 2)), axis=-1)",
    "count_nonzero(floor(x), axis=-1)",
    "equal(floor(x), floor(y))",
    "not_equal(floor(x), floor(y))",
    "logical_and(floor(x), floor(y))",
    "logical_not(floor(x))",
    "isfinite(log(x))",
    "isnan(log(x))",
    "isinf(1 / floor(x))",
    "isneginf(log(floor(abs(x))))",
    "isposinf(1 / floor(abs(x)))",
    "clip(x, -0.5, 0.5)",
    "concatenate([x, y], axis=-1)",
    "cross(x[:, :3], x[:, 3:])",
    "dot_product_attention(*[reshape(x, (-1, 3, 1, 2))] * 3)",
    "einsum('ij,ij->i', x, y)",
    "expand_dims(x, 1)",
    "fliplr(x)",
    "floor_divide(x, 0.7)",
    "matmul(expand_dims(x, 1), expand_dims(y, 2))",
    "mod(x, 0.7)",
    "one_hot(cast(abs(x), 'int32'), 4)",
    "pad(x, [[0, 0], [1, 2]], mode='constant')",
    "pad(x, [[0, 0], [1, 2]], mode='reflect')",
    "pad(x, [[0, 0], [1, 2]], mode='symmetric')",
    "percentile(x, 30, axis=-1)",
    "power(abs(x), 1.5)",
    "quantile(x, 0.3, axis=-1)",
    "repeat(x, 2, axis=-1)",
    "roll(x, 1, axis=-1)",
    "searchsorted(convert_to_tensor([-1.0, 0.0, 1.0]), x[:, 0])",
    "split(x, 3, axis=-1)[1]",
    "stack([x, y], axis=-1)",
    "swapaxes(reshape(x, (-1, 2, 3)), 1, 2)",
    "take(x, [2, 0], axis=-1)",
    "take_along_axis(x, argsort(y, axis=-1), axis=-1)",
    "tile(x, [1, 2])",
    "top_k(x, 2)[0]",
    "top_k(x, 2)[1]",
    "tril(reshape(x, (-1, 2, 3)))",
    "triu(reshape(x, (-1, 2, 3)))",
    "unstack(x, axis=-1)[0]",
    "where(x > 0, x, y)",
    "where(x > 0, log(x), 0.0)",
    "image.rgb_to_grayscale(reshape(x, (-1, 1, 2, 3)))",
    "image.resize(reshape(x, (-1, 2, 3, 1)), (4, 6))",
    "image.crop_images(reshape(x, (-1, 2, 3, 1)), 0, 1, 0, 1)",
    "nn.conv(reshape(x, (-1, 6, 1)), convert_to_tensor([[[0.5]], [[-1.0]]]))",
    "nn.max_pool(reshape(x, (-1, 6, 1)), 2)",
    "linalg.det(reshape(x[:, :4], (-1, 2, 2)))",
    "linalg.inv(reshape(x[:, :4], (-1, 2, 2)))",
]


def cases() -> Iterator[Case]:
    """All rows of the table for Keras."""
    for kind, lines in ONE_INPUT.items():
        for line in lines:
            name, _, options = line.removesuffix(")").partition("(")
            yield Case("Keras", name, options, kind, partial(one, line, kind))
    for kind, lines in TWO_INPUTS.items():
        for line in lines:
            yield Case("Keras", *two_parts(line), f"two {kind}", partial(two, line, kind))
    for line in OPS:
        call = line if "(" in line else f"{line}(x)"
        name, _, options = call.removesuffix(")").partition("(")
        options = "" if options == "x" else options
        yield Case("Keras", f"ops.{name}", options, "numbers", partial(function, call))
    for name, (kind, make) in ARCHITECTURES.items():
        yield Case("Keras", name, "", kind, partial(whole, make, kind))


def two_parts(line: str) -> tuple[str, str]:
    """Name and options of a line such as ``Dot(axes=1)([x, y])``."""
    parts = re.fullmatch(r"(\w+)\((.*)\)\((.*)\)", line)
    assert parts, line
    name, options, call = parts.groups()
    more = re.sub(r"^[\[(]?x, y[\])]?(, )?", "", call)
    return name, ", ".join(part for part in (options, more) if part)


def one(line: str, kind: str) -> Subject:
    """A model of one layer."""
    shape = SHAPES[kind]
    start = keras.Input(shape, dtype=dtype_of(kind), name="x")
    inner = layers.Masking()(start) if kind == "padded sequences" else start
    stateful = "stateful" in line
    if stateful:
        start = inner = keras.Input(batch_shape=(ASKED, *shape), name="x")
    layer = eval(f"layers.{line}", {"layers": layers})
    if line in ADAPTED:
        layer.adapt(rows_of(kind, 7))
    found = subject(keras.Model(start, layer(inner)), [kind], stateful=stateful)
    found.tolerance = tolerance_of(line)
    if dtype_of(kind) == keras.config.floatx() == "float32" and "dtype=" not in line:
        found.double = double(lambda: one(line, kind))
    return found


def two(line: str, kind: str) -> Subject:
    """A model of a layer with two inputs."""
    x, y = (keras.Input(SHAPES[kind], dtype=dtype_of(kind), name=name) for name in "xy")
    end = eval(f"layers.{line}", {"layers": layers, "x": x, "y": y})
    found = subject(keras.Model([x, y], end), [kind, kind])
    found.tolerance = tolerance_of(line)
    if dtype_of(kind) == keras.config.floatx() == "float32" and "dtype=" not in line:
        found.double = double(lambda: two(line, kind))
    return found


def function(call: str) -> Subject:
    """A model that calls one function of keras.ops."""
    x, y = (keras.Input(SHAPES["numbers"], name=name) for name in "xy")
    names = {name: getattr(ops, name) for name in dir(ops) if not name.startswith("_")}
    end = eval(call, {**names, "x": x, "y": y})
    both = "y" in re.findall(r"\b\w+\b", call)
    found = subject(keras.Model([x, y] if both else x, end), ["numbers"] * (1 + both))
    if keras.config.floatx() == "float32":
        found.double = double(lambda: function(call))
    return found


def double(build: Callable[[], Subject]) -> Callable[[], Subject]:
    """Build with float64 throughout; in the process of one case, so nothing has to be set back."""

    def built() -> Subject:
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        return build()

    return built


def tolerance_of(line: str) -> float:
    """Relative tolerance: that of helpers.check_parity, or eight steps of a smaller type."""
    steps = {"bfloat16": 2**-4, "float16": 2**-7}
    return next((size for name, size in steps.items() if name in line), 1e-3)


def whole(make: Callable[[], keras.Model], kind: str) -> Subject:
    """A whole architecture."""
    found = subject(make(), [kind])
    if make is mixed_precision:
        found.tolerance = tolerance_of("float16")
    elif dtype_of(kind) == keras.config.floatx() == "float32":
        found.double = double(lambda: whole(make, kind))
    return found


def dtype_of(kind: str) -> str:
    """Element type of a kind of rows, as Keras names it."""
    other = {"ids": "int32", "single ids": "int32", "texts": "string"}
    return other.get(kind, keras.config.floatx())


def rows_of(kind: str, seed: int, count: int = ASKED) -> np.ndarray:
    """Ordinary rows of a kind."""
    random = np.random.default_rng(seed)
    shape = [5 if size is None else size for size in SHAPES[kind]]
    if kind.endswith("ids"):
        return random.integers(0, 10, (count, *shape)).astype(np.int32)
    if kind == "texts":
        words = np.array(["good", "film", "bad film", "Good, film!", ""], object)
        return words[random.integers(0, len(words), (count, *shape))]
    rows = random.normal(size=(count, *shape)).astype(keras.config.floatx())
    if kind in {"images", "channels first"}:
        rows = (rows * 60 + 128).clip(0, 255)
    if kind == "padded sequences":
        for row, length in zip(rows, random.integers(0, 6, count), strict=True):
            row[length:] = 0
    return rows


def odd_rows(kind: str) -> dict[str, np.ndarray]:
    """Rows on which layers are fragile, by the kind of fragility."""
    few = rows_of(kind, 1, 5)
    if kind.endswith("ids"):
        return {"unseen": np.full_like(few, 11), "negative": np.full_like(few, -1)}
    if kind == "texts":
        return {"unseen": np.full_like(few, "ÄRGER über 2 films")}
    odd = {
        "zero": np.zeros_like(few),
        "constant": np.ones_like(few),
        "halves": np.round(few) + 0.5,
    }
    if kind == "sequences of any length":
        odd |= {f"length {size}": few[:, :size] for size in (1, 2)}
    if kind not in {"images", "channels first"}:
        odd |= {"large": few * 1e4, "missing": np.full_like(few, np.nan)}
    return odd


def subject(model: keras.Model, kinds: list[str], *, stateful: bool = False) -> Subject:
    """Subject of a model: weights that are all different, rows, and its export."""
    random = np.random.default_rng(0)
    for weights in model.weights:
        value = random.normal(0, 0.5, weights.shape)
        if "float" in weights.dtype and "seed" not in weights.path and "state" not in weights.path:
            positive = any(part in weights.path for part in ("variance", "vector_u"))
            weights.assign(np.abs(value) + 0.1 if positive else value)
    names = [tensor.name for tensor in model.inputs]
    pairs = list(zip(names, kinds, strict=True))
    rows = {name: rows_of(kind, seed) for seed, (name, kind) in enumerate(pairs)}
    again = {name: values.copy() for name, values in rows.items()}

    def answer(asked: dict[str, np.ndarray]) -> list[np.ndarray]:
        if stateful:
            model.layers[-1].reset_states()
            if asked is again:
                answers(model, asked)
        return answers(model, asked)

    def odd() -> dict[str, Any]:
        if stateful:
            return {"second call": again}
        found = {}
        for what in odd_rows(kinds[0]):
            found[what] = {name: odd_rows(kind)[what] for name, kind in pairs}
            try:  # rows that the original itself refuses compare nothing
                answers(model, found[what])
            except Exception:  # of TensorFlow, in many kinds
                del found[what]
        return found

    def convert(opset: int | None) -> onnx.ModelProto:
        if stateful:  # the state of the moment is written into the file
            model.layers[-1].reset_states()
        return export(model, opset)

    answer(rows)  # a model that was never called cannot be exported
    return Subject(
        answer=answer,
        convert=convert,
        feed=lambda rows: rows,
        rows=rows,
        fragile=odd,
        opsets=(9, 11, 13, 15, 17, 18),
        alone=not stateful,
    )


def answers(model: keras.Model, rows: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Outputs of the model, without training."""
    fed = [keras.ops.convert_to_tensor(rows[tensor.name]) for tensor in model.inputs]
    result = model(fed if len(fed) > 1 else fed[0], training=False)
    return [np.asarray(part) for part in keras.tree.flatten(result)]


class RefusedError(Exception):
    """What tf2onnx logged as an error while it went on."""


class Errors(logging.Handler):
    """The errors that are logged, as texts."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a text."""
        self.texts.append(record.getMessage())


def export(model: keras.Model, opset: int | None) -> onnx.ModelProto:
    """File that Keras exports; what tf2onnx logs as an error is an error here."""
    errors = Errors()
    logging.getLogger("tf2onnx").addHandler(errors)
    options: dict[str, Any] = {} if opset is None else {"opset_version": opset}
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            model.export(path, format="onnx", verbose=False, **options)
            proto = onnx.load(path)
    finally:
        logging.getLogger("tf2onnx").removeHandler(errors)
    if errors.texts:
        raise RefusedError(errors.texts[0])
    return proto


def mlp() -> keras.Model:
    """Three dense layers with batch normalization."""
    return keras.Sequential(
        [
            keras.Input(SHAPES["numbers"], name="x"),
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, activation="softmax"),
        ]
    )


def cnn() -> keras.Model:
    """Two convolutions with pooling."""
    return keras.Sequential(
        [
            keras.Input(SHAPES["images"], name="x"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Conv2D(8, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def residual() -> keras.Model:
    """A block of a residual network."""
    x = keras.Input(SHAPES["images"], name="x")
    inner = layers.Conv2D(3, 3, padding="same", use_bias=False)(x / 255)
    inner = layers.ReLU()(layers.BatchNormalization()(inner))
    inner = layers.BatchNormalization()(layers.Conv2D(3, 3, padding="same")(inner))
    return keras.Model(x, layers.ReLU()(layers.Add()([x / 255, inner])))


def inverted_residual() -> keras.Model:
    """A block of MobileNet with squeeze and excitation."""
    x = keras.Input(SHAPES["images"], name="x")
    wide = layers.Conv2D(12, 1, activation="hard_silu")(x / 255)
    wide = layers.DepthwiseConv2D(3, padding="same")(wide)
    scale = layers.GlobalAveragePooling2D(keepdims=True)(wide)
    scale = layers.Conv2D(12, 1, activation="hard_sigmoid")(scale)
    return keras.Model(x, layers.Conv2D(3, 1)(wide * scale) + x / 255)


def unet() -> keras.Model:
    """Down, up, and across."""
    x = keras.Input(SHAPES["images"], name="x")
    left = layers.Conv2D(4, 3, padding="same", activation="relu")(x / 255)
    low = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D()(left))
    up = layers.Conv2DTranspose(4, 2, strides=2)(low)
    return keras.Model(
        x, layers.Conv2D(1, 1, activation="sigmoid")(layers.Concatenate()([left, up]))
    )


def autoencoder() -> keras.Model:
    """Narrow in the middle."""
    x = keras.Input(SHAPES["numbers"], name="x")
    return keras.Model(x, layers.Dense(6)(layers.Dense(2, activation="selu")(x)))


def classifier_of_sequences() -> keras.Model:
    """Two bidirectional layers."""
    x = keras.Input(SHAPES["sequences"], name="x")
    inner = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(x)
    return keras.Model(x, layers.Dense(2)(layers.Bidirectional(layers.GRU(3))(inner)))


def encoder() -> keras.Model:
    """A block of a Transformer."""
    x = keras.Input(SHAPES["sequences"], name="x")
    seen = layers.MultiHeadAttention(2, 3)(x, x)
    inner = layers.LayerNormalization()(x + seen)
    wide = layers.Dense(4)(layers.Dense(8, activation="gelu")(inner))
    return keras.Model(x, layers.LayerNormalization()(inner + wide))


def decoder() -> keras.Model:
    """Embedded ids with a causal mask."""
    x = keras.Input(SHAPES["ids"], dtype="int32", name="x")
    inner = layers.Embedding(10, 4)(x)
    seen = layers.MultiHeadAttention(2, 3)(inner, inner, use_causal_mask=True)
    return keras.Model(x, layers.Dense(10)(layers.LayerNormalization()(inner + seen)))


def wavenet() -> keras.Model:
    """Dilated causal convolutions with gates."""
    x = inner = keras.Input(SHAPES["sequences"], name="x")
    for rate in (1, 2, 4):
        gate = layers.Conv1D(4, 2, dilation_rate=rate, padding="causal", activation="sigmoid")
        value = layers.Conv1D(4, 2, dilation_rate=rate, padding="causal", activation="tanh")
        inner = inner + gate(inner) * value(inner)
    return keras.Model(x, inner)


def bag_of_words() -> keras.Model:
    """Embedded ids with a mask, averaged."""
    x = keras.Input(SHAPES["ids"], dtype="int32", name="x")
    inner = layers.Embedding(10, 4, mask_zero=True)(x)
    return keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling1D()(inner)))


def mixed_precision() -> keras.Model:
    """Dense layers that compute in float16."""
    x = keras.Input(SHAPES["numbers"], name="x")
    inner = layers.Dense(8, activation="relu", dtype="mixed_float16")(x)
    return keras.Model(x, layers.Dense(3, dtype="float32")(inner))


def nested() -> keras.Model:
    """A model used twice as a layer of another."""
    tower = autoencoder()
    x = keras.Input(SHAPES["numbers"], name="x")
    return keras.Model(x, layers.Concatenate()([tower(x), tower(x * 2)]))


def mobilenet() -> keras.Model:
    """MobileNetV2 of keras.applications, narrow, with random weights."""
    return keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=3)


ARCHITECTURES: dict[str, tuple[str, Callable[[], keras.Model]]] = {
    "multilayer perceptron": ("numbers", mlp),
    "autoencoder": ("numbers", autoencoder),
    "nested model, used twice": ("numbers", nested),
    "mixed precision": ("numbers", mixed_precision),
    "convolutional network": ("images", cnn),
    "residual block": ("images", residual),
    "inverted residual block": ("images", inverted_residual),
    "U-Net": ("images", unet),
    "bidirectional classifier": ("sequences", classifier_of_sequences),
    "Transformer encoder": ("sequences", encoder),
    "WaveNet": ("sequences", wavenet),
    "Transformer decoder": ("ids", decoder),
    "masked bag of words": ("ids", bag_of_words),
}
