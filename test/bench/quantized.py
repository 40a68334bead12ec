"""Graphs as int8 against the same graphs as floats, and against ONNX Runtime's int8, in one run.

ONNX Runtime's quantizer writes the int8 graph (static, QDQ, weights by channel), except where a
model comes quantized: there the float graph is the same without its quantization.
"""

import collections
import dataclasses
import json
import logging
import pathlib
import statistics

import numpy as np
import onnx
import onnxruntime
from harness import binary
from onnx import numpy_helper, version_converter
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process

CALIBRATION_SAMPLES = 4
OLDEST_OPSET, IR_VERSION = 13, 8
PRODUCTS = ("Conv", "MatMul", "Gemm")
# name -> how many times as fast as the float graph on a CPU with VNNI
BOUNDS = {"resnet50-int8": 2.8, "mobilenetv2-12-qdq": 2.0}


class Samples(quantization.CalibrationDataReader):
    """The seeded inputs of a workload, one after the other."""

    def __init__(self, workload):
        self.rest = iter([workload.inputs(np.random.default_rng(seed))
                          for seed in range(CALIBRATION_SAMPLES)])

    def get_next(self):
        return next(self.rest, None)


def prepared(model, extents):
    """`model` as the quantizer takes it: the open dimensions of its inputs bound, no weights among
    the inputs, an opset that knows scales by channel."""
    if model.opset_import[0].version < OLDEST_OPSET:
        model = version_converter.convert_version(model, OLDEST_OPSET)
    model.ir_version = max(model.ir_version, IR_VERSION)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    for value in model.graph.input:
        for axis in value.type.tensor_type.shape.dim:
            if axis.dim_param in extents:
                axis.dim_value = extents[axis.dim_param]
    return model


def quantize_by(workload, plain, int8, by_channel):
    quantization.quantize_static(
        str(plain), str(int8), Samples(workload), per_channel=by_channel,
        quant_format=quantization.QuantFormat.QDQ, activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8)


def quantize(workload, folder):
    """(float graph, int8 graph) of a float workload. Normalizations are folded in both, so that
    nodes keep one name."""
    source, plain, int8 = (folder / f"{workload.name}{end}.onnx"
                           for end in (".fixed", ".plain", ".int8"))
    extents = {name: extent for name, extent in workload.dims.items() if isinstance(extent, int)}
    onnx.save(prepared(onnx.load(workload.graph), extents), source)
    logging.disable(logging.WARNING)
    onnxruntime.set_default_logger_severity(3)  # errors
    quant_pre_process(str(source), str(plain), skip_symbolic_shape=True)
    try:
        quantize_by(workload, plain, int8, by_channel=True)
    except ValueError:  # the quantizer cannot do that where a bias has two axes
        quantize_by(workload, plain, int8, by_channel=False)
    logging.disable(logging.NOTSET)
    source.unlink()
    return plain, int8


def dequantized(node, constants):
    """The numbers of a DequantizeLinear of constants."""
    integers, scale, *zero = (constants[name] for name in node.input)
    axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 1)
    shape = [1] * integers.ndim
    if scale.size > 1:
        shape[axis] = -1
    offset = zero[0].astype(np.float32).reshape(shape) if zero and integers.ndim else 0
    return ((integers.astype(np.float32) - offset) * scale.reshape(shape)).astype(np.float32)


def without_quantization(source, target):
    """The graph of floats behind a graph of QuantizeLinear and DequantizeLinear. A zero point of 0
    cuts off what is negative: there the float graph clips."""
    model = onnx.load(source)
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    renamed, kept = {}, []
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in constants:
            graph.initializer.append(
                numpy_helper.from_array(dequantized(node, constants), node.output[0]))
        elif node.op_type == "QuantizeLinear" and not constants[node.input[2]].any():
            bounds = [f"{node.name}.low", f"{node.name}.high"]
            scale = constants[node.input[1]].astype(np.float32)
            for name, bound in zip(bounds, (np.float32(0), 255 * scale)):
                graph.initializer.append(numpy_helper.from_array(np.asarray(bound), name))
            source_name = renamed.get(node.input[0], node.input[0])
            kept.append(onnx.helper.make_node("Clip", [source_name, *bounds], node.output))
        elif node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            renamed[node.output[0]] = renamed.get(node.input[0], node.input[0])
        else:
            node.input[:] = [renamed.get(name, name) for name in node.input]
            kept.append(node)
    for value in graph.output:
        if value.name in renamed:
            kept.append(onnx.helper.make_node("Identity", [renamed[value.name]], [value.name]))
    del graph.node[:]
    graph.node.extend(kept)
    onnx.save(model, target)


@dataclasses.dataclass
class Built:
    """A binary, the folder of its spec, and the names of the graph's products."""
    folder: pathlib.Path
    path: pathlib.Path
    layers: set


def layer_names(graph):
    model = onnx.load(graph, load_external_data=False)
    return {node.name or node.output[0] for node in model.graph.node if node.op_type in PRODUCTS}


def build(mdc, folder, name, graph, dims):
    folder.mkdir()
    return Built(folder, binary.build(mdc, folder, name, str(graph), dims), layer_names(graph))


def layer_times(mdc, built, inputs):
    """ms by layer: a region's time belongs in equal parts to the products that it computes."""
    _, text = binary.run_mdc(mdc, built.folder, ["explain", "--json"], 60)
    nodes = {region["name"]: region["nodes"] for region in json.loads(text)}
    flags = ["--threads", "1", "--seconds", "0.5", "--inputs", inputs]
    times = collections.Counter()
    for name, took in binary.region_times(built.path, flags).items():
        layers = [node for node in nodes.get(name, []) if node in built.layers]
        for layer in layers or ["what lies between the layers"]:
            times[layer] += took / max(1, len(layers))
    return times


def blame(mdc, plain, small, inputs, what="as int8"):
    """The layer that loses most in `small`, which is `what`."""
    before, after = (layer_times(mdc, built, inputs) for built in (plain, small))
    layer = max(after, key=lambda name: after[name] - before[name])
    return f"{layer} takes {after[layer]:.4g} ms {what}, {before[layer]:.4g} ms as float"


def measured(plain, int8, peer, inputs, options):
    """Median ms of the three, rounds taking turns."""
    flags = ["--threads", "1", "--seconds", str(options.seconds), "--inputs", str(inputs)]
    with np.load(inputs) as archive:
        arrays = {name: archive[name] for name in archive.files}
    times = [], [], []
    for _ in range(options.rounds):
        for built, list_of in zip((plain, int8), times):
            list_of.append(binary.bench(built.path, flags)["p50_ms"])
        times[2].append(peer.p50_ms(arrays, options.seconds))
    return [statistics.median(list_of) for list_of in times]


def print_row(mdc, folder, workload, peer_of, options):
    """One row; returns the sentence that blames a layer where int8 is slower, else None."""
    dims = {}
    if workload.quantized:
        plain_graph, int8_graph = folder / f"{workload.name}.plain.onnx", workload.graph
        without_quantization(int8_graph, plain_graph)
        dims = workload.dims
    else:
        plain_graph, int8_graph = quantize(workload, folder)
    plain = build(mdc, folder / f"{workload.name}.plain", workload.name, plain_graph, dims)
    int8 = build(mdc, folder / f"{workload.name}.int8", workload.name, int8_graph, dims)
    inputs = folder / f"{workload.name}.npz"
    np.savez(inputs, **workload.inputs(np.random.default_rng(0)))
    ours, bytes_ms, theirs = measured(plain, int8, peer_of(int8_graph, 1), inputs, options)
    level = binary.bench(int8.path, ["--seconds", "0.01"])["isa"]
    bound = BOUNDS.get(workload.name, 1.0) if level == "vnni" else 1.0
    print(f"| {workload.name} | {ours:.4g} | {bytes_ms:.4g} | {ours / bytes_ms:.2f}"
          f"{' under' if ours / bytes_ms < bound else ''} | {theirs:.4g} | "
          f"{bytes_ms / theirs:.2f}{' over' if bytes_ms > theirs else ''} |", flush=True)
    if bytes_ms <= ours:
        return None
    return f"{workload.name} is slower as int8: {blame(mdc, plain, int8, inputs)}"


def print_table(mdc, folder, chosen, peer_of, options):
    """int8 against float on one thread. Each line below 1.0 names the layer to blame."""
    print("\n| int8, one thread | float ms | int8 ms | float / int8 | ONNX Runtime int8 ms | "
          "mdc / ONNX Runtime |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    slower = []
    for workload in chosen:
        try:
            slower.append(print_row(mdc, folder, workload, peer_of, options))
        except (binary.BuildError, binary.RunError) as error:
            print(f"| {workload.name} | failed | - | - | - | - |", flush=True)
            slower.append(f"{workload.name}: {error}")
    lines = [line for line in slower if line]
    print("\n" + "\n".join(lines or ["no line is below 1.0"]))
