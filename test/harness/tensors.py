"""Golden tensors: reading them from ONNX's .pb files, and comparing results with them."""

import ml_dtypes
import numpy as np
import onnx
from onnx import numpy_helper

# rtol of onnx's own backend runner is 1e-3; a narrower type may be off by two units of its last
# place
RELATIVE = {np.dtype(np.float16): 2e-3, np.dtype(ml_dtypes.bfloat16): 1.6e-2}
FLOATS = {np.dtype(t) for t in (np.float16, np.float32, np.float64, ml_dtypes.bfloat16)}


def read_tensor(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def read_set(folder, kind):
    """The arrays `input_0.pb`, `input_1.pb`, ... (or `output_...`) of a test_data_set folder."""
    paths = sorted(folder.glob(f"{kind}_*.pb"), key=lambda p: int(p.stem.split("_")[1]))
    return [read_tensor(path) for path in paths]


def shape_problem(actual, golden):
    if actual is None:
        return "the output is missing"
    if actual.shape != golden.shape:
        return f"shape {list(actual.shape)}, expected {list(golden.shape)}"
    return None


def elementwise_problem(actual, golden):
    """As onnx's backend runner compares: rtol 1e-3, atol 1e-7, NaN equals NaN. A float sum whose
    order
    differs may be off near zero, so atol grows with the largest magnitude: 1e-6 of it."""
    problem = shape_problem(actual, golden)
    if problem or golden.size == 0:
        return problem
    if golden.dtype not in FLOATS:
        wrong = int((actual != golden).sum())
        return f"{wrong} of {golden.size} elements differ" if wrong else None
    a, g = actual.astype(np.float64), golden.astype(np.float64)
    finite = g[np.isfinite(g)]
    absolute = 1e-7 + 1e-6 * (np.abs(finite).max() if finite.size else 0)
    if np.allclose(a, g, rtol=RELATIVE.get(golden.dtype, 1e-3), atol=absolute, equal_nan=True):
        return None
    strange = int((np.isfinite(a) != np.isfinite(g)).sum())
    if strange:
        return f"{strange} of {g.size} elements are finite in only one of the two"
    with np.errstate(invalid="ignore"):
        worst = np.nanmax(np.abs(a - g))
    return f"largest difference {worst:.3g} at a largest magnitude of {np.nanmax(np.abs(g)):.3g}"


def relative_error(actual, golden):
    """Largest difference over the output's largest magnitude."""
    a, g = np.asarray(actual, np.float64), np.asarray(golden, np.float64)
    if g.size == 0:
        return 0.0
    if not np.array_equal(np.isfinite(a), np.isfinite(g)):
        return float("inf")
    return float(np.abs(a - g).max() / max(np.abs(g).max(), 1e-30))


def outputs_problem(actual, golden, bound):
    """`golden` and `actual` are dictionaries; `bound` is relative to each output's largest
    magnitude.
    Integer and bool outputs must be equal."""
    for name, expected in golden.items():
        problem = shape_problem(actual.get(name), expected)
        if problem:
            return f"{name}: {problem}"
        exact = expected.dtype.kind in "iub"
        error = relative_error(actual[name], expected)
        if (exact and error != 0) or not error <= bound:
            most = 0 if exact else bound
            return f"{name}: relative error {error:.3g}, expected at most {most:.0e}"
    return None
