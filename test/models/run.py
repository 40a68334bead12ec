"""Builds every model of the catalogue and compares the binary with golden files and ONNX Runtime.

The bound is 1e-4 of each output's largest magnitude in f32: sums of up to a few thousand products
in
another order differ by less, a fault of layout or of an index by much more. Integers must be equal.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from harness import binary, reference, tensors  # noqa: E402
from harness.counts import Counts  # noqa: E402
from harness.shared import missing, shared_folder  # noqa: E402
from models import (catalogue, compressed, float_island, gated, properties,  # noqa: E402
                    quantized, quantized_blocks)

BOUND = 1e-4
HASWELL = ("qemu-x86_64", "-cpu", "Haswell")


def golden_sets(folder, model, names):
    """(label, inputs, outputs) of each test_data_set of a shared model."""
    for data in sorted(folder.glob("test_data_set_*")):
        arrays = tensors.read_set(data, "input")
        random = np.random.default_rng(0)
        inputs = dict(zip(names[0], arrays)) if arrays else model.inputs(random, {})
        yield data.name, inputs, dict(zip(names[1], tensors.read_set(data, "output")))


def graph_names(graph):
    model = onnx.load(graph, load_external_data=False)
    weights = {tensor.name for tensor in model.graph.initializer}
    return ([v.name for v in model.graph.input if v.name not in weights],
            [v.name for v in model.graph.output])


def comparisons(model, graph, golden):
    """(label, inputs, outputs expected) of everything that `model` is compared on."""
    yield from golden
    run = reference.answers(graph)
    for index, extents in enumerate(model.extents):
        inputs = model.inputs(np.random.default_rng(index), extents)
        label = ",".join(f"{key}={value}" for key, value in extents.items()) or "seeded"
        yield label, inputs, run(inputs)


class Session:
    """One run of this script: where mdc is, where it builds, what has been counted."""

    def __init__(self, mdc, folder, counts):
        self.mdc, self.folder, self.counts = mdc, pathlib.Path(folder), counts

    def build(self, model, graph, isa=None):
        folder = self.folder / model.name
        folder.mkdir(exist_ok=True)
        begin = time.monotonic()
        built = binary.build(self.mdc, folder, model.name, str(graph), model.dims, isa)
        print(f"built {model.name} in {time.monotonic() - begin:.1f} s, "
              f"{built.stat().st_size / 1e6:.1f} MB", flush=True)
        return built

    def compare(self, what, built, inputs, expected, arguments=(), prefix=()):
        try:
            outputs = binary.infer(built, inputs, arguments, prefix)
            problem = tensors.outputs_problem(outputs, expected, BOUND)
        except binary.RunError as error:
            problem = str(error)
        self.counts.check(what, problem)

    def check(self, model, graph, golden, levels):
        """Builds `model` and compares it at every level of `levels` (None: the one it chooses)."""
        try:
            known = [level for level in levels if level in ("v3", "v4")]
            built = self.build(model, graph, known or None)
        except binary.BuildError as error:
            self.counts.fail(f"{model.name} builds", str(error)[-1500:])
            return
        pairs = list(comparisons(model, str(graph), golden))
        for level in levels:
            flags = ["--isa", level] if level else []
            for label, inputs, expected in pairs:
                what = f"{model.name} {label} {level or ''}".rstrip()
                self.compare(what, built, inputs, expected, flags)
        if model.emulated:
            label, inputs, expected = pairs[-1]
            self.compare(f"{model.name} {label} on an emulated Haswell", built, inputs, expected,
                         (), HASWELL)
        properties.check(self.counts, model.name, built, weight_bytes(graph))


def weight_bytes(graph):
    """Bytes of every constant tensor: what the binary has to carry. The light models make theirs by
    ConstantOfShape, in f32."""
    model = onnx.load(graph)
    shapes = {tensor.name: tensor for tensor in model.graph.initializer}
    made = [onnx.numpy_helper.to_array(shapes[node.input[0]]) for node in model.graph.node
            if node.op_type == "ConstantOfShape" and node.input[0] in shapes]
    return sum(int(np.prod(shape)) * 4 for shape in made) + sum(
        int(np.prod(tensor.dims)) * onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        for tensor in model.graph.initializer)


def check_shared(session, shared, chosen):
    for model in catalogue.SHARED:
        if not chosen(model.name):
            continue
        path = f"models/{model.name}/model.onnx"
        if shared is None:
            session.counts.skip(model.name, "MDC_SHARED is not set")
        elif missing(shared, path):
            session.counts.fail(model.name, missing(shared, path))
        else:
            graph = shared / path
            golden = golden_sets(graph.parent, model, graph_names(graph))
            session.check(model, graph, golden, [None])


def check_seeded(session, chosen):
    for name, (script, model) in catalogue.SEEDED.items():
        if chosen(name):
            graph = session.folder / f"{name}.onnx"
            subprocess.run([sys.executable, ROOT / script, "--output", graph], check=True)
            session.check(model, graph, [], binary.machine_isas())
            graph.unlink()


def check_mnist(session, shared):
    """The trained network's known accuracy on all test images, through a real client over HTTP."""
    what = "mnist-8-cntk is right on 98.91 % of the MNIST test set over HTTP"
    if shared is None:
        session.counts.skip(what, "MDC_SHARED is not set")
        return
    files = [f"data/mnist-t10k/t10k-{part}-ubyte.gz" for part in ("images-idx3", "labels-idx1")]
    for path in files:
        if missing(shared, path):
            session.counts.fail(what, missing(shared, path))
            return
    images, labels = (catalogue.read_idx(shared / path) for path in files)
    built = session.folder / "mnist-8-cntk" / "dist" / "cpu" / "mnist-8-cntk"
    if not built.exists():
        session.counts.fail(what, "mnist-8-cntk was not built")
        return
    try:
        right = properties.accuracy_over_http(built, images, labels)
        problem = None if right == 9891 else f"{right} of 10000 are right, expected 9891"
    except Exception as error:  # the client's own exceptions: what they say is the finding
        problem = f"{type(error).__name__}: {error}"
    session.counts.check(what, problem)
    gated.check(session, shared / "models" / "mnist-8-cntk" / "model.onnx", images, labels)


# of a quantized network's largest output: a rounding that falls the other way moves an integer by
# one, and a few do where sums are taken in another order than the peer's
QUANTIZED_BOUND = 0.02


def check_quantized(session, model, write, emulated):
    """Each kind of integer kernel in the graph that `write` writes: right, and the same on every
    level."""
    counts, graph = session.counts, session.folder / f"{model.name}.onnx"
    write(graph)
    try:
        built = session.build(model, str(graph))
        inputs = model.inputs(np.random.default_rng(0), {})
        counts.check(f"{model.name} multiplies bytes", quantized.kernels_problem(
            session.mdc, session.folder / model.name, ("conv", "matmul"), ("middle.matmul",)))
        counts.check(f"{model.name} is right", tensors.outputs_problem(
            binary.infer(built, inputs), reference.answers(str(graph))(inputs), QUANTIZED_BOUND))
        quantized.check_same_bits(counts, model.name, built, inputs, emulated)
    except (binary.BuildError, binary.RunError) as error:
        counts.fail(model.name, str(error)[-1500:])


def check_quantized_blocks(session):
    """The small networks, between QuantizeLinear and DequantizeLinear and of operators of bytes."""
    from models import quantized_operators  # here alone: the quantizer takes a second to import
    check_quantized(session, catalogue.QUANTIZED_BLOCKS, quantized_blocks.write, emulated=True)
    session.counts.check("quantized-blocks resizes bytes", quantized.stored_problem(
        session.mdc, session.folder / "quantized-blocks", ("nearest", "linear")))
    check_quantized(session, catalogue.QUANTIZED_OPERATORS, quantized_operators.write,
                    emulated=False)


def check_quantized_network(session, shared):
    """A real network that another tool quantized names ten of ten pictures over HTTP."""
    model, counts = catalogue.QUANTIZED, session.counts
    path = f"models/{model.name}/model.onnx"
    if shared is None:
        counts.skip(model.name, "MDC_SHARED is not set")
        return
    for needed in (path, "data/ovms-images/labels.csv"):
        if missing(shared, needed):
            counts.fail(model.name, missing(shared, needed))
            return
    try:
        built = session.build(model, str(shared / path))
        counts.check(f"{model.name} multiplies bytes in each convolution",
                     quantized.kernels_problem(session.mdc, session.folder / model.name, ("conv",)))
        samples = list(quantized.labelled_pictures(shared / "data/ovms-images"))
        counts.check(f"{model.name} names {len(samples)} of {len(samples)} pictures over HTTP",
                     quantized.pictures_problem(built, model.name, samples))
        quantized.check_same_bits(counts, model.name, built, {"input": samples[0][0]},
                                  emulated=True)
    except (binary.BuildError, binary.RunError) as error:
        counts.fail(model.name, str(error)[-1500:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", help="names of models, all by default")
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path, help="where to build and keep the binaries")
    arguments = parser.parse_args()
    counts, shared = Counts(), shared_folder()

    def chosen(name):
        return not arguments.models or name in arguments.models

    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or temporary
        pathlib.Path(folder).mkdir(exist_ok=True)
        session = Session(arguments.mdc.resolve(), pathlib.Path(folder).resolve(), counts)
        check_shared(session, shared, chosen)
        if chosen("mnist-8-cntk"):
            check_mnist(session, shared)
        check_seeded(session, chosen)
        if chosen(catalogue.QUANTIZED_BLOCKS.name):
            check_quantized_blocks(session)
        if chosen(catalogue.FLOAT_ISLAND.name):
            float_island.check(session, reference.answers)
        if chosen(catalogue.QUANTIZED.name):
            check_quantized_network(session, shared)
        compressed.check(session, shared, reference.answers, chosen)
    counts.finish()


if __name__ == "__main__":
    main()
