"""Value tests per op: every case is compiled, run at every ISA level or on the emulated GPU, and
compared with ONNX Runtime.

The bound is 1e-4 of the output's largest magnitude, as for models; integers and bools must be
equal, and infinities and NaN must lie in the same places.
"""

import argparse
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from conformance import merge  # noqa: E402
from harness import binary, reference, targets, tensors  # noqa: E402
from harness.counts import Counts  # noqa: E402
from ml_dtypes import bfloat16  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented  # noqa: E402, A004
from values import (  # noqa: E402
    constants, elementwise, extents, fused, matmul, rows, shape, sparse, window)

FAMILIES = {"constants": constants, "elementwise": elementwise, "fused": fused, "matmul": matmul,
            "rows": rows, "shape": shape, "sparse": sparse, "window": window}
EXTENTS = "extents"


def typed(case):
    """The case's model with the types of its outputs, which onnx infers."""
    model = onnx.shape_inference.infer_shapes(case.model, strict_mode=True)
    case.model.CopyFrom(model)
    return case


def has_bfloat16(case):
    graph = case.model.graph
    return any(value.type.tensor_type.elem_type == onnx.TensorProto.BFLOAT16
               for value in [*graph.input, *graph.output])


def golden(case, arrays):
    if has_bfloat16(case):  # ONNX Runtime's Python has no arrays of it
        return ReferenceEvaluator(case.model).run(None, arrays)
    try:
        return reference.session(case.model.SerializeToString()).run(None, arrays)
    except NotImplemented:  # some functions of f64
        return ReferenceEvaluator(case.model).run(None, arrays)


BOUND_F64 = 1e-11  # of an output's largest magnitude


def problem_of(actual, expected, bound):
    if expected.dtype == np.float64:
        bound = min(bound, BOUND_F64)
    if expected.dtype == bfloat16 and actual is not None and actual.dtype == bfloat16:
        actual, expected = actual.astype(np.float32), expected.astype(np.float32)
    if actual is not None and actual.dtype.kind == "f":
        same = np.array_equal(np.isnan(actual), np.isnan(expected)) if \
            actual.shape == expected.shape else True
        if not same:
            return "NaN in other places"
        infinite = ~np.isfinite(expected)
        if actual.shape == expected.shape and infinite.any():
            if not np.array_equal(actual[infinite], expected[infinite], equal_nan=True):
                return "infinities in other places"
            actual, expected = (np.where(infinite, 0, a) for a in (actual, expected))
    return tensors.outputs_problem({"y": actual}, {"y": expected}, bound)


class Runner:
    def __init__(self, mdc, target, folder, counts):
        self.mdc, self.target, self.folder, self.counts = mdc, target, folder, counts

    def run(self, numbered):
        """Builds the cases as one graph and runs it at every level; halves what fails to build."""
        merged = merge.Merged(numbered)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            onnx.save(merged.model, pathlib.Path(folder, "cases.onnx"))
            try:
                built = self.target.build(self.mdc, folder, "cases", "cases.onnx")
            except binary.BuildError as error:
                self.halve(numbered, str(error))
                return
            for label, arguments, prefix in self.target.runs(built):
                self.compare(built, merged, label, arguments, prefix)

    def halve(self, numbered, text):
        if len(numbered) == 1:
            self.counts.fail(numbered[0][1].name, text.strip()[-300:])
            return
        middle = len(numbered) // 2
        self.run(numbered[:middle])
        self.run(numbered[middle:])

    def compare(self, built, merged, label, arguments, prefix):
        try:
            outputs = binary.infer(built, merged.inputs, arguments, prefix)
        except binary.RunError as error:
            self.counts.fail(f"{len(merged.parts)} cases {label}", str(error))
            return
        for number, (case, expected) in merged.parts.items():
            problems = [problem_of(outputs.get(f"c{number}_{name}"), value, self.target.bound)
                        for name, value in zip(case.outputs, expected)]
            self.counts.check(f"{case.name} {label}", next(filter(None, problems), None))


def run_open(runner, name):
    """Builds a model with open dimensions once; runs it at each of its extents and levels."""
    target, counts = runner.target, runner.counts
    model = extents.model_of(name)
    _, dims, tried = extents.MODELS[name]
    session = reference.session(model.SerializeToString())
    outputs = [value.name for value in model.graph.output]
    with tempfile.TemporaryDirectory(dir=runner.folder) as place:
        onnx.save(model, pathlib.Path(place, "open.onnx"))
        try:
            built = target.build(runner.mdc, place, "open", "open.onnx", dims)
        except binary.BuildError as error:
            counts.fail(name, str(error).strip()[-300:])
            return
        for number, bound in enumerate(tried):
            arrays = extents.inputs_of(model, dict(zip(dims, bound)), number)
            expected = dict(zip(outputs, session.run(None, arrays)))
            for label, flags, prefix in target.runs(built):
                try:
                    actual = binary.infer(built, arrays, flags, prefix)
                    problem = tensors.outputs_problem(actual, expected, target.bound)
                except binary.RunError as error:
                    problem = str(error)
                counts.check(f"{name} of {bound} {label}", problem)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--target", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["f32", "tf32", "bf16", "f16"], default="f32",
                        help="of products on a GPU")
    parser.add_argument("--match", default="", help="only cases whose name contains this")
    parser.add_argument("families", nargs="*", help=", ".join([*FAMILIES, EXTENTS]))
    arguments = parser.parse_args()
    counts = Counts(verbose=False)
    with tempfile.TemporaryDirectory() as folder:
        mdc = arguments.mdc.resolve()
        runner = Runner(mdc, targets.target_of(arguments.target, mdc, arguments.precision),
                        folder, counts)
        for family in arguments.families or [*FAMILIES, EXTENTS]:
            if family == EXTENTS:
                for name in extents.MODELS:
                    if arguments.match in name:
                        run_open(runner, name)
                print(f"{EXTENTS}: {len(extents.MODELS)} models", flush=True)
                continue
            cases = [(typed(case), arrays) for case, arrays in FAMILIES[family].CASES
                     if arguments.match in case.name]
            numbered = [(number, case, arrays, golden(case, arrays))
                        for number, (case, arrays) in enumerate(cases)]
            for group in merge.groups(numbered):
                runner.run(group)
            print(f"{family}: {len(numbered)} cases", flush=True)
    counts.finish()


if __name__ == "__main__":
    main()
