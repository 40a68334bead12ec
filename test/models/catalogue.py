"""The models that must work: how each is bound, and on which inputs it is compared."""

import dataclasses
import gzip
from typing import Callable

import numpy as np
from models.faces import faces


@dataclasses.dataclass
class Model:
    name: str
    inputs: Callable                 # (random, extents) -> arrays by name
    dims: dict = dataclasses.field(default_factory=dict)      # [model.dims]
    extents: list = dataclasses.field(default_factory=lambda: [{}])  # one comparison each
    emulated: bool = False           # small enough to run under qemu as well


def normal(name, *shape):
    def inputs(random, extents):
        full = [extents.get(extent, extent) for extent in shape]
        return {name: random.standard_normal(full, dtype=np.float32)}
    return inputs


def picture(name, *shape, high=255):
    def inputs(random, extents):
        full = [extents.get(extent, extent) for extent in shape]
        return {name: random.uniform(0, high, full).astype(np.float32)}
    return inputs


def ramp(name, *shape):
    """What onnx's runner feeds the light models whose golden outputs the suite keeps."""
    def inputs(random, extents):
        count = np.prod(shape)
        return {name: (np.arange(count).reshape(shape) / count).astype(np.float32)}
    return inputs


def tokens(vocabulary, batch="batch_size", sequence="sequence_length"):
    def inputs(random, extents):
        shape = (extents[batch], extents[sequence])
        mask = np.ones(shape, np.int64)
        for row in range(1, shape[0]):  # every row but the first ends in padding
            mask[row, random.integers(1, shape[1] + 1):] = 0
        segments = (np.arange(shape[1]) > shape[1] // 2).astype(np.int64)
        return {"input_ids": random.integers(0, vocabulary, shape), "attention_mask": mask,
                "token_type_ids": np.broadcast_to(segments, shape).copy()}
    return inputs


def triton_inputs(random, extents):
    shape = (extents["batch"], 16)
    return {name: random.integers(-1000, 1000, shape).astype(np.int32)
            for name in ("INPUT0", "INPUT1")}


def magika_inputs(random, extents):
    shape = (extents["unk__132"], 1024)
    return {"bytes": random.integers(0, 257, shape).astype(np.int32)}  # 256 is padding


SHARED = [
    Model("triton-simple", triton_inputs, {"INPUT0.0": [1, 8], "INPUT1.0": [1, 8]},
          [{"batch": 1}, {"batch": 3}, {"batch": 8}], emulated=True),
    Model("fraud-mlp", normal("dense_input", "unk__6", 5), {"unk__6": [1, 32]},
          [{"unk__6": 1}, {"unk__6": 17}], emulated=True),
    Model("policy-g1", normal("obs", 1, 103), emulated=True),
    Model("mnist-8-cntk", picture("Input3", 1, 1, 28, 28), emulated=True),
    Model("super-resolution-10", picture("input", "batch_size", 1, 224, 224, high=1),
          {"batch_size": [1, 2]}, [{"batch_size": 1}, {"batch_size": 2}]),
    Model("ultraface-rfb-320", normal("input", 1, 3, 240, 320), emulated=True),
    Model("yunet-s-320", faces("input", 320)),
    Model("yolox-nano", picture("images", 1, 3, 416, 416)),
    Model("bert-seqcls-encoderfile", tokens(1000),
          {"batch_size": [1, 4], "sequence_length": {"max": 128}},
          [{"batch_size": b, "sequence_length": s}
           for b, s in ((1, 1), (1, 128), (2, 9), (3, 77), (4, 128))], emulated=True),
    Model("magika-fast-v2-1", magika_inputs, {"unk__132": [1, 4]},
          [{"unk__132": 1}, {"unk__132": 3}]),
    Model("light-resnet50", ramp("gpu_0/data_0", 1, 3, 224, 224)),
    Model("light-squeezenet", ramp("data_0", 1, 3, 224, 224)),
    Model("light-densenet121", ramp("data_0", 1, 3, 224, 224)),
]

# Written by scripts of this tree, compared at every ISA level. The light models' constant weights
# hide a
# layout fault; random weights, a batch that needs padding and odd extents do not.
ODD = {"batch": [1, 3], "height": 97, "width": 131}
ODD_EXTENTS = [{"batch": batch, "height": 97, "width": 131} for batch in (1, 3)]
SEEDED = {
    "mobilenetv2": ("test/models/mobilenetv2.py", Model(
        "mobilenetv2", normal("image", "batch", 3, "height", "width"), ODD, ODD_EXTENTS)),
    "unet": ("test/models/unet.py", Model(
        "unet", normal("image", "batch", 3, "height", "width"),
        {"batch": [1, 3], "height": 36, "width": 52},
        [{"batch": batch, "height": 36, "width": 52} for batch in (1, 3)])),
    "resnet50": ("examples/resnet50/make.py", Model(
        "resnet50", normal("image", "batch", 3, "height", "width"), ODD, ODD_EXTENTS)),
    "bert-base": ("examples/bert-base/make.py", Model(
        "bert-base", tokens(30522, "batch", "sequence"),
        {"batch": [1, 3], "sequence": {"max": 131}},
        [{"batch": b, "sequence": s} for b, s in ((1, 1), (1, 37), (3, 131))])),
}

# Graphs that other tools quantized, and one that mdc quantizes but for its middle. All but the last
# are written by scripts of test/models.
QUANTIZED_BLOCKS = Model("quantized-blocks", normal("image", 1, 3, 45, 61))
QUANTIZED_OPERATORS = Model("quantized-operators", normal("image", 1, 3, 32, 32))
FLOAT_ISLAND = Model("float-island", normal("image", 1, 3, 45, 61))
QUANTIZED = Model("mobilenetv2-12-qdq", normal("input", "batch_size", 3, 224, 224),
                  {"batch_size": 1}, [{"batch_size": 1}])


def read_idx(path):
    """An array of unsigned bytes in MNIST's idx format."""
    data = gzip.decompress(path.read_bytes())
    rank = data[3]
    shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)
