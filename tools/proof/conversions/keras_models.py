"""Whole architectures of Keras, small, for the conversion table."""

from collections.abc import Callable

import keras
from keras import layers

from tools.proof.conversions.keras_lines import SHAPES


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
