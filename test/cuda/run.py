"""Models built with --target=cuda, run on the stand-in driver and in the emulator, against ONNX
Runtime: every launch of a variant happens once a request, and the answers are right."""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "end-to-end")]

import compiled  # noqa: E402
import numpy as np  # noqa: E402
import serving  # noqa: E402
from harness import binary, reference, targets, tensors  # noqa: E402
from harness.counts import Counts  # noqa: E402
from harness.shared import missing, shared_folder  # noqa: E402
from models import catalogue  # noqa: E402

ROOT = HERE.parent.parent
# small enough for an emulator
SHARED = ("mnist-8-cntk", "triton-simple", "fraud-mlp", "policy-g1", "bert-seqcls-encoderfile")
TENSOR_CORES = "bert-seqcls-encoderfile"  # products alone
TENSOR_LOOPS = re.compile("(conv_)?(bf16|f16|tf32|u8s8|s8u8)_")
DIGITS = catalogue.Model("digits", catalogue.normal("image", "batch", 1, 8, 8),
                         {"batch": [1, 16]}, [{"batch": 1}, {"batch": 3}, {"batch": 16}])


def replay_problem(log):
    if log["graph_launches"] != 1 or log["left"] != 0:
        return f"{log['graph_launches']} graph launches, {log['left']} handles left"
    return None


def table_problem(requests, regions):
    """`requests`: launches by kernel, one for each variant that ran; `regions`: of all variants,
    each with its steps and kernels REGION_0, ... Every step's kernels are launched once."""
    launched = collections.defaultdict(collections.Counter)
    for launches in requests:
        for kernel, count in launches.items():
            launched[kernel.rsplit("_", 1)[0]][kernel] += count
    steps = {region["name"]: region["steps"] for region in regions}
    wrong = [f"{name} in {steps.get(name, 0)} steps, launched {dict(launched[name])}"
             for name in {*steps, *launched}
             if set(launched[name].values()) != {steps.get(name)}]
    return "; ".join(sorted(wrong)) or None


def explained(mdc, home):
    """The launch table's regions."""
    command = [mdc, "explain", "--target=cuda", "--json"]
    return json.loads(subprocess.run(command, cwd=home, check=True, capture_output=True).stdout)


def tensor_core_problem(mdc, home, attention=False, sm90a=False):
    """At least 98 % of the multiply-adds of products are in loops of mma.sync; whether attention is
    to be one of them, and whether sm_90a has wgmma for as many."""
    products = [region for region in explained(mdc, home) if region["kernel"] in ("matmul", "conv")]
    narrow = sum(region["macs"] for region in products
                 if TENSOR_LOOPS.match(region["tile"] or ""))
    share = narrow / sum(region["macs"] for region in products)
    if attention and not any("_attention_" in (region["tile"] or "") for region in products):
        return "attention is not one kernel"
    own = sum(region["macs"] for region in products
              if "sm90a_" in (region["tile"] or ""))
    if sm90a and own < 0.98 * sum(region["macs"] for region in products):
        return "sm_90a multiplies too much by mma.sync"
    return None if share >= 0.98 else f"{share:.1%} of the multiply-adds are on tensor cores"


def host_problem(home):
    """Every region is code of the GPU: no object is one of the CPU target's."""
    folder = home / ".mdc/cuda"
    objects = {path.name.removesuffix(".cuda.o") for path in folder.glob("objects/*.o")}
    regions = {path.stem for path in folder.glob("regions/*.mlir")}
    return None if objects == regions else f"on the host: {sorted(objects ^ regions)}"


def check_builds(model, graph, mdc, folder, counts):
    """Too large for the emulator, or of other kinds than the models that run: that all of it is
    compiled for the GPU."""
    home = pathlib.Path(folder, model.name)
    home.mkdir()
    try:
        targets.Cuda(mdc, "bf16").compile(mdc, home, model.name, str(graph), model.dims)
        problem = host_problem(home)
    except binary.BuildError as error:
        problem = str(error)[-600:]
    counts.check(f"{model.name} is on the GPU", problem)


def check_share(name, mdc, folder, counts):
    """Too large for the emulator: that it builds, and where its multiply-adds are."""
    script, model = catalogue.SEEDED[name]
    home = pathlib.Path(folder, name)
    home.mkdir()
    graph = home / "model.onnx"
    subprocess.run([sys.executable, ROOT / script, "--output", graph], check=True,
                   stdout=subprocess.DEVNULL)
    try:
        targets.Cuda(mdc, "bf16").compile(mdc, home, name, str(graph), model.dims)
        problem = host_problem(home) or tensor_core_problem(
            mdc, home, attention=name == "bert-base", sm90a=True)
    except binary.BuildError as error:
        problem = str(error)[-600:]
    counts.check(f"{name} on tensor cores", problem)


def check_bytes(mdc, folder, counts):
    """A network of int8 has the bits that the CPU gives, from products on tensor cores."""
    example = ROOT / "examples/digits"
    with np.load(example / "calibration.npz") as archive:
        inputs = {name: archive[name][:5] for name in archive.files}
    sections = {"compress": {"calibration": str(example / "calibration.npz")},
                "compress.quantize": {"activations": "int8"}}
    home = {name: pathlib.Path(folder, f"digits-int8-{name}") for name in ("cpu", "cuda")}
    for path in home.values():
        path.mkdir()
    on_cuda = targets.Cuda(mdc, sections=sections, sm90a=True)
    graph = str(example / "digits.onnx")
    try:
        built = binary.build(mdc, home["cpu"], "digits", graph, DIGITS.dims, sections=sections)
        expected = binary.infer(built, inputs)
        built = on_cuda.build(mdc, home["cuda"], "digits", graph, DIGITS.dims)
        problem = None
        for arch, flags, prefix in on_cuda.runs(built):
            actual = binary.infer(built, inputs, flags, prefix)
            if not all(np.array_equal(actual[name], expected[name]) for name in expected):
                problem = f"on {arch} the bits differ from the CPU's"
    except (binary.BuildError, binary.RunError) as error:
        problem = str(error)[-600:]
    counts.check("digits in int8", problem)
    counts.check("digits in int8 on tensor cores", tensor_core_problem(mdc, home["cuda"]))


DATATYPES = {"float32": "FP32", "int32": "INT32", "int64": "INT64"}


def serving_problem(built, environment, inputs, expected, bound):
    """The same request over HTTP."""
    tensors_in = [serving.tensor(name, DATATYPES[array.dtype.name], array.shape,
                                 array.ravel().tolist()) for name, array in inputs.items()]
    with mock.patch.dict(os.environ, environment), serving.Server(built) as server:
        connection = server.connect()
        connection.request("POST", server.infer_path, json.dumps({"inputs": tensors_in}))
        response = connection.getresponse()
        answer = json.loads(response.read())
    if response.status != 200:
        return f"status {response.status}: {answer}"
    actual = {output["name"]: np.array(output["data"], expected[output["name"]].dtype)
              .reshape(output["shape"]) for output in answer["outputs"]}
    return tensors.outputs_problem(actual, expected, bound)


def check(model, graph, target, mdc, folder, counts, name=None):
    name = name or model.name
    home = pathlib.Path(folder, name)
    home.mkdir()
    try:
        built = target.build(mdc, home, model.name, str(graph), model.dims)
    except binary.BuildError as error:
        counts.fail(name, str(error)[-600:])
        return
    answers = reference.answers(str(graph))
    log = home / "log.json"
    variants = collections.defaultdict(dict)  # by architecture: launches by what is launched
    for number, extents in enumerate(model.extents):
        inputs = model.inputs(np.random.default_rng(number), extents)
        for arch, flags, prefix in target.runs(built):
            try:
                actual = binary.infer(built, inputs, flags,
                                      [*prefix, f"MDC_FAKE_CUDA_LOG={log}"])
                problem = tensors.outputs_problem(actual, answers(inputs), target.bound)
            except binary.RunError as error:
                problem = str(error)
            counts.check(f"{name} {extents} {arch}", problem)
            found = json.loads(log.read_text())
            counts.check(f"{name} {extents} {arch} is one graph", replay_problem(found))
            variants[arch][frozenset(found["launches"])] = found["launches"]
    counts.check(f"{name} is on the GPU", host_problem(home))
    inputs = model.inputs(np.random.default_rng(0), model.extents[0])
    counts.check(f"{name} is served", serving_problem(
        built, target.environment(built), inputs, answers(inputs), target.bound))
    for arch, requests in variants.items():
        counts.check(f"{name} {arch} launches what its table says",
                     table_problem(requests.values(), explained(mdc, home)))
    launched = {arch: set().union(*requests) for arch, requests in variants.items()}
    if len(launched) > 1 and not compiled.ptxas():
        counts.skip(f"{name} kernels of sm_90a", "without ptxas the binary holds PTX for all alone")
    elif len(launched) > 1:
        same = launched["sm_80"] == launched["sm_90a"]
        counts.check(f"{name} kernels of sm_90a", "none is launched there" if same else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    options = parser.parse_args()
    counts, mdc, shared = Counts(), options.mdc.resolve(), shared_folder()
    target = targets.Cuda(mdc)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("resnet50", "bert-base"):
            check_share(name, mdc, folder, counts)
        check_bytes(mdc, folder, counts)
        check(DIGITS, ROOT / "examples/digits/digits.onnx", target, mdc, folder, counts)
        for model in catalogue.SHARED:
            graph = shared and shared / "models" / model.name / "model.onnx"
            if not shared:
                counts.skip(model.name, "MDC_SHARED is not set")
            elif not graph.exists():
                counts.fail(model.name, missing(graph))
            elif model.name not in SHARED:
                check_builds(model, graph, mdc, folder, counts)
            else:
                check(model, graph, target, mdc, folder, counts)
            if graph and graph.exists() and model.name == TENSOR_CORES:
                name = f"{model.name} in bf16"
                check(model, graph, targets.Cuda(mdc, "bf16"), mdc, folder, counts, name)
                counts.check(f"{name} on tensor cores",
                             tensor_core_problem(mdc, pathlib.Path(folder, name), attention=True))
    counts.finish()


if __name__ == "__main__":
    main()
