"""The cases of onnx's backend suite: finding them, what each needs, and which inputs set shapes."""

import dataclasses
import hashlib
import pathlib
import tarfile

import ml_dtypes
import numpy as np
import onnx

from harness import tensors

NUMERIC = {onnx.TensorProto.DataType.Value(name) for name in (
    "FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "INT8", "INT16", "INT32", "INT64",
    "UINT8", "UINT16", "UINT32", "UINT64", "BOOL")}

# Inputs that set shapes, axes or counts, by op: the compiler must know them (see the design's D3).
SHAPE_INPUTS = {
    "Reshape": [1], "Expand": [1], "Tile": [1, 2], "Slice": [1, 2, 3, 4], "Pad": [1, 3],
    "Unsqueeze": [1], "Squeeze": [1], "Split": [1], "Resize": [1, 2, 3], "Upsample": [1],
    "TopK": [1], "OneHot": [1], "Range": [0, 1, 2], "ConstantOfShape": [0], "CumSum": [1],
    "CumProd": [1], "Trilu": [1], "CenterCropPad": [1], "AffineGrid": [1], "Col2Im": [1, 2],
    "DFT": [1, 2], "STFT": [1, 3], "HannWindow": [0], "HammingWindow": [0], "BlackmanWindow": [0],
    "Dropout": [1, 2], "MaxUnpool": [2], "NonMaxSuppression": [2, 3, 4], "Loop": [0],
    "MelWeightMatrix": [0, 1, 2, 3, 4], "TensorScatter": [], "Compress": [1],
}
SHAPE_INPUTS |= {f"Reduce{kind}": [1] for kind in (
    "Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSum", "LogSumExp", "SumSquare")}


@dataclasses.dataclass
class Case:
    name: str                # tag/kind/case, as in the archive
    folder: pathlib.Path
    model: onnx.ModelProto
    ops: set                 # (domain, op) of every node, subgraphs included
    inputs: list             # graph inputs that the golden set feeds, in order
    outputs: list
    constants: list          # of `inputs`, those that set shapes
    copies: int = 1          # cases whose files hold the same bytes, this one included


def unpack(archive, cache):
    """Unpacks the suite once; the folder's name holds the archive's digest."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
    target = cache / f"onnx-backend-{digest}"
    if not (target / "done").exists():
        with tarfile.open(archive) as tar:
            tar.extractall(target)
        (target / "done").touch()
    return target / "suites" / "onnx-backend"


def all_nodes(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from all_nodes(inner)


def shape_inputs(model, names):
    """Which of the graph inputs `names` reach an input that sets a shape, through any nodes but
    Shape and Size, and through integers alone except where they arrive directly."""
    graph = model.graph
    producer = {out: node for node in graph.node for out in node.output if out}
    pending = [(node.input[i], True) for node in all_nodes(graph)
               for i in SHAPE_INPUTS.get(node.op_type, []) if i < len(node.input)]
    types = {v.name: v.type.tensor_type.elem_type for v in graph.input}
    seen, found = set(), set()
    while pending:
        name, direct = pending.pop()
        if not name or (name, direct) in seen:
            continue
        seen.add((name, direct))
        if name in names:
            if direct or types.get(name) in (onnx.TensorProto.INT32, onnx.TensorProto.INT64):
                found.add(name)
        node = producer.get(name)
        if node is not None and node.op_type not in ("Shape", "Size"):
            through = node.op_type in ("Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape")
            pending += [(inner, direct and through) for inner in node.input]
    return [name for name in names if name in found]


def load_case(name, folder):
    model = onnx.load(folder / "model.onnx")
    weights = {i.name for i in model.graph.initializer}
    names = [v.name for v in model.graph.input if v.name not in weights]
    # a golden set feeds the first graph inputs, initializers among them where the file lists them
    fed = len(list((folder / "test_data_set_0").glob("input_*.pb")))
    if fed > len(names):
        names = [v.name for v in model.graph.input][:fed]
    ops = {(node.domain, node.op_type) for node in all_nodes(model.graph)}
    outputs = [v.name for v in model.graph.output]
    return Case(name, folder, model, ops, names[:fed], outputs, shape_inputs(model, names[:fed]))


def find_cases(root):
    """Every distinct case; of those whose files are byte for byte alike, the first by name."""
    found = {}
    for path in sorted(root.glob("*/*/*/model.onnx")):
        folder = path.parent
        parts = [path, *sorted(folder.glob("test_data_set_*/*.pb"))]
        key = tuple(hashlib.sha256(part.read_bytes()).digest() for part in parts)
        if key in found:
            found[key].copies += 1
        else:
            found[key] = load_case(str(folder.relative_to(root)), folder)
    return list(found.values())


def type_name(element):
    names = {number: name for name, number in onnx.TensorProto.DataType.items()}
    return names.get(element, f"number {element}").lower()


def outside(case, implemented):
    """Why the case is not required, or None: an op that mdc does not implement, or a type that is
    neither a number nor bool."""
    known = {op for domain, op in case.ops if domain in ("", "ai.onnx") and op in implemented}
    unknown = sorted(op if domain in ("", "ai.onnx") else f"{domain}.{op}"
                     for domain, op in case.ops if op not in known)
    if unknown:
        return f"op {unknown[0]}"
    for value in [*case.model.graph.input, *case.model.graph.output]:
        if not value.type.HasField("tensor_type"):
            return f"type {value.type.WhichOneof('value')}"
        if value.type.tensor_type.elem_type not in NUMERIC:
            return f"type {type_name(value.type.tensor_type.elem_type)}"
    return None


def as_declared(values, names, arrays):
    """`arrays` with the types that the graph declares: older tags store bfloat16 as its bits."""
    types = {value.name: value.type.tensor_type.elem_type for value in values}
    bfloat16 = onnx.TensorProto.BFLOAT16
    return [array.view(ml_dtypes.bfloat16)
            if types.get(name) == bfloat16 and array.dtype == np.uint16 else array
            for name, array in zip(names, arrays)]


def data_sets(case):
    """(inputs by name, golden outputs in order) of each golden set."""
    for folder in sorted(case.folder.glob("test_data_set_*")):
        inputs = as_declared(case.model.graph.input, case.inputs,
                             tensors.read_set(folder, "input"))
        yield dict(zip(case.inputs, inputs)), as_declared(
            case.model.graph.output, case.outputs, tensors.read_set(folder, "output"))


def open_dimensions(case, arrays):
    """[model.dims] for every open dimension of the inputs in `arrays`, at the extents of the
    data."""
    dims = {}
    for value in case.model.graph.input:
        if value.name not in arrays or not value.type.tensor_type.HasField("shape"):
            continue
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.HasField("dim_value") or axis >= np.ndim(arrays[value.name]):
                continue
            key = dim.dim_param or f"{value.name}.{axis}"
            dims[key] = int(arrays[value.name].shape[axis])
    return dims
