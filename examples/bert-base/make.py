"""Writes bert-base.onnx: the real graph at its real size, with seeded random weights."""

import argparse
import pathlib
import sys

import numpy as np
from onnx import TensorProto

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graph_writer import GraphWriter  # noqa: E402

HIDDEN, HEADS, LAYERS, WIDE = 768, 12, 12, 3072
VOCABULARY, POSITIONS, SEGMENTS = 30522, 512, 2
HEAD_SIZE = HIDDEN // HEADS


def layer_norm(writer, name, x):
    scale = writer.uniform(f"{name}.weight", (HIDDEN,), 0.8, 1.2)
    bias = writer.uniform(f"{name}.bias", (HIDDEN,), -0.1, 0.1)
    return writer.node("LayerNormalization", [x, scale, bias], name, axis=-1, epsilon=1e-12)


def embeddings(writer, ids, segments):
    words = writer.normal("embeddings.words", (VOCABULARY, HIDDEN), 1.0)
    places = writer.normal("embeddings.positions", (POSITIONS, HIDDEN), 0.5)
    kinds = writer.normal("embeddings.segments", (SEGMENTS, HIDDEN), 0.5)
    length = writer.node("Shape", [ids], "sequence.shape", start=1, end=2)
    writer.constant("starts", np.array([0], np.int64))
    writer.constant("axis1", np.array([1], np.int64))
    writer.constant("position_ids", np.arange(POSITIONS, dtype=np.int64)[None])
    positions = writer.node("Slice", ["position_ids", "starts", length, "axis1"], "positions")
    x = writer.node("Gather", [words, ids], "embeddings.word")
    x = writer.node("Add", [x, writer.node("Gather", [kinds, segments], "embeddings.segment")])
    x = writer.node("Add", [x, writer.node("Gather", [places, positions], "embeddings.position")])
    return layer_norm(writer, "embeddings.norm", x)


def mask_bias(writer, mask):
    """0 where a token counts, the lowest float where it does not: [batch, 1, 1, sequence]."""
    writer.constant("mask.axes", np.array([1, 2], np.int64))
    writer.constant("one", np.float32(1))
    writer.constant("lowest", np.finfo(np.float32).min)
    wide = writer.node("Unsqueeze", [mask, "mask.axes"], "mask.unsqueeze")
    number = writer.node("Cast", [wide], "mask.cast", to=TensorProto.FLOAT)
    return writer.node("Mul", [writer.node("Sub", ["one", number], "mask.sub"), "lowest"], "mask")


def heads(writer, name, x, permutation):
    x = writer.node("Reshape", [writer.dense(name, x, HIDDEN, HIDDEN), "heads.shape"],
                    f"{name}.reshape")
    return writer.node("Transpose", [x], f"{name}.transpose", perm=permutation)


def attention(writer, name, x, mask):
    query = heads(writer, f"{name}.query", x, [0, 2, 1, 3])
    key = heads(writer, f"{name}.key", x, [0, 2, 3, 1])
    value = heads(writer, f"{name}.value", x, [0, 2, 1, 3])
    scores = writer.node("MatMul", [query, key], f"{name}.scores")
    scores = writer.node("Div", [scores, "head.scale"], f"{name}.scale")
    scores = writer.node("Add", [scores, mask], f"{name}.mask")
    weights = writer.node("Softmax", [scores], f"{name}.softmax", axis=-1)
    y = writer.node("MatMul", [weights, value], f"{name}.context")
    y = writer.node("Transpose", [y], f"{name}.merge", perm=[0, 2, 1, 3])
    return writer.node("Reshape", [y, "merged.shape"], f"{name}.merged")


def gelu(writer, name, x):
    y = writer.node("Erf", [writer.node("Div", [x, "root2"], f"{name}.div")], f"{name}.erf")
    y = writer.node("Mul", [x, writer.node("Add", [y, "one"], f"{name}.add")], f"{name}.mul")
    return writer.node("Mul", [y, "half"], name)


def encoder_layer(writer, name, x, mask):
    y = attention(writer, f"{name}.attention", x, mask)
    y = writer.dense(f"{name}.attention.output", y, HIDDEN, HIDDEN)
    x = layer_norm(writer, f"{name}.attention.norm", writer.node("Add", [y, x]))
    y = gelu(writer, f"{name}.gelu", writer.dense(f"{name}.intermediate", x, HIDDEN, WIDE))
    y = writer.dense(f"{name}.output", y, WIDE, HIDDEN)
    return layer_norm(writer, f"{name}.norm", writer.node("Add", [y, x]))


def bert_base(seed=12, layers=LAYERS, period=None):
    writer = GraphWriter("bert-base", seed, period)
    ids, mask, segments = (writer.input(name, ["batch", "sequence"], TensorProto.INT64)
                           for name in ("input_ids", "attention_mask", "token_type_ids"))
    writer.constant("heads.shape", np.array([0, 0, HEADS, HEAD_SIZE], np.int64))
    writer.constant("merged.shape", np.array([0, 0, HIDDEN], np.int64))
    writer.constant("head.scale", np.float32(HEAD_SIZE**0.5))
    writer.constant("root2", np.float32(2**0.5))
    writer.constant("half", np.float32(0.5))
    bias = mask_bias(writer, mask)
    x = embeddings(writer, ids, segments)
    for layer in range(layers):
        x = encoder_layer(writer, f"layer{layer}", x, bias)
    writer.node("Identity", [x], "hidden", "last_hidden_state")
    writer.output("last_hidden_state", ["batch", "sequence", HIDDEN])
    writer.constant("first", np.array(0, np.int64))
    first = writer.node("Gather", ["last_hidden_state", "first"], "pooler.first", axis=1)
    pooled = writer.dense("pooler", first, HIDDEN, HIDDEN)
    writer.node("Tanh", [pooled], "pooler.tanh", "pooler_output")
    writer.output("pooler_output", ["batch", HIDDEN])
    return writer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", default=HERE / "bert-base.onnx")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--period", type=int, help="elements after which weights repeat")
    arguments = parser.parse_args()
    bert_base(arguments.seed, arguments.layers, arguments.period).save(arguments.output)
