"""Compiles the text of one region and calls its kernel with arrays, without a model around it."""

import ctypes
import pathlib
import subprocess
import tempfile

import numpy as np

ALIGNMENT, SLACK = 64, 128  # mdc/abi.h

# the runtime's part of the ABI: every round of a parallel loop in this thread
RUNTIME = """
#include "mdc/abi.h"
void mdc_parallel_for(MdcContext *context, MdcBody body, void *captures, int64_t count) {
  for (int64_t round = 0; round < count; ++round)
    body(captures, round, round + 1);
}
void mdc_index_error(MdcContext *context, int64_t index, int64_t extent) { __builtin_trap(); }
"""


class Aligned:
    """Memory as the runtime hands it out: aligned, with slack behind it that holds noise."""

    def __init__(self, byte_count):
        self.raw = np.random.default_rng(1).integers(0, 256, byte_count + ALIGNMENT + SLACK,
                                                     np.uint8)
        begin = -self.raw.ctypes.data % ALIGNMENT
        self.data = self.raw[begin:begin + byte_count]
        self.behind = self.raw[begin + byte_count:]
        self.address = self.data.ctypes.data


class Region:
    def __init__(self, mdc, text, levels, include):
        self.folder = tempfile.TemporaryDirectory()
        place = pathlib.Path(self.folder.name)
        (place / "region.mlir").write_text(text)
        (place / "runtime.c").write_text(RUNTIME)
        objects = [word for level in levels for word in (level, place / f"{level}.o")]
        subprocess.run([mdc, "compile-region", place / "region.mlir", *objects], check=True)
        library = place / "region.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-Wno-unused-parameter", f"-I{include}",
                        place / "runtime.c", *objects[1::2], "-o", library], check=True)
        self.library = ctypes.CDLL(str(library))

    def call(self, level, arrays, results, extents=()):
        """`results`: pairs of shape and dtype; returns the arrays."""
        memory = []
        for array in arrays:
            memory.append(Aligned(array.nbytes))
            memory[-1].data[:] = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
        outputs = [Aligned(int(np.prod(shape)) * np.dtype(dtype).itemsize)
                   for shape, dtype in results]
        behind = [output.behind.copy() for output in outputs]
        pointers = (ctypes.c_void_p * 16)(*[m.address for m in memory + outputs])
        numbers = (ctypes.c_int64 * max(1, len(extents)))(*extents)
        getattr(self.library, f"region_{level}")(pointers, numbers, None)
        for output, before in zip(outputs, behind):
            assert np.array_equal(output.behind, before), "a kernel wrote behind its result"
        return [output.data.view(dtype).reshape(shape)
                for output, (shape, dtype) in zip(outputs, results)]
