"""Who may include whom: the one-way arrows of the data flow."""

import re

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
# headers that several parts precompile; no part's interface, so no arrow
PRECOMPILED = {"compiler/support/MlirPrecompiled.h"}
SOURCES = {".cpp", ".h", ".c", ".cu", ".inc"}
ABI = "mdc/abi.h"
CUDA_ABI = "mdc/cuda.h"  # what a CUDA binary adds to it
STAGES = ("import", "compress", "lower", "program", "codegen", "link", "package")

# part -> (prefixes of this tree that it may include, upstream families that it must not)
STAGE_FRONTS = ["compiler/import/Import.h", "compiler/package/CheckBinary.h",
                "compiler/package/Image.h", "compiler/link/Ptxas.h", "compiler/link/Toolchain.h",
                "compiler/lower/Lower.h"]
# what lower tells of itself without a pass: machine, layouts, packings and the entry points
LOWER_FRONTS = [f"compiler/lower/{name}.h" for name in (
    "Lower", "Layout", "Machine", "Packing", "gpu/GpuLaunch", "gpu/LowerGpuRegion")]
STAGE_BELOW = ["compiler/support/", "dialects/"]
RUNTIME = [f"runtime/{part}/" for part in ("base", "exec", "serve", "tool")]
# the driver's own header too: its library is found at run time
RUNTIME_FOREIGN = ["mlir", "llvm", "toml", "onnx", "cuda"]
TABLE = {
    "dialects/": (["dialects/"], ["toml"]),
    "compiler/support/": (["compiler/support/"], ["toml", "onnx"]),
    "compiler/spec/": (["compiler/support/", "compiler/spec/"], ["mlir", "onnx"]),
    "compiler/plan/": (["compiler/support/", "compiler/spec/", "compiler/plan/"],
                       ["mlir", "toml", "onnx"]),
    "compiler/import/": ([*STAGE_BELOW, "compiler/import/"], ["toml"]),
    "compiler/compress/": ([*STAGE_BELOW, "compiler/compress/"], ["toml", "onnx"]),
    # lower emits the calls and the alignment that the ABI promises
    "compiler/lower/": ([*STAGE_BELOW, "compiler/lower/", ABI, CUDA_ABI], ["toml", "onnx"]),
    # program cuts the lowered graph into kernels and streams packed weights into the blob
    "compiler/program/": ([*STAGE_BELOW, "compiler/program/", ABI, CUDA_ABI, *LOWER_FRONTS,
                           "compiler/package/WeightBlob.h"], ["toml", "onnx"]),
    "compiler/codegen/": (["compiler/support/", "compiler/codegen/", ABI, CUDA_ABI,
                           "dialects/kernel/", "compiler/program/Program.h",
                           "compiler/lower/Machine.h", "compiler/lower/gpu/GpuLaunch.h"],
                          ["toml", "onnx"]),
    "compiler/link/": (["compiler/support/", "compiler/link/", ABI], ["mlir", "toml", "onnx"]),
    "compiler/package/": (["compiler/support/", "compiler/package/", ABI],
                          ["mlir", "toml", "onnx"]),
    "compiler/pipeline/": (["compiler/support/", "compiler/spec/", "compiler/plan/", "dialects/",
                            "compiler/pipeline/", ABI, *(f"compiler/{s}/" for s in STAGES)],
                           ["toml", "onnx"]),
    # mdc-opt registers every stage's passes, and mdc-import, `inspect`, `package` and `doctor`
    # are each the front of one stage: tools see these headers of stages and nothing else of them
    "compiler/tools/": (["compiler/support/", "compiler/spec/", "compiler/plan/", "dialects/",
                         "compiler/pipeline/", "compiler/tools/", ABI,
                         *(f"compiler/{s}/Passes.h" for s in STAGES), *STAGE_FRONTS],
                        ["toml", "onnx"]),
    # a target is below nothing of the runtime: an archive holds one of them
    "runtime/base/": (["runtime/base/", ABI], RUNTIME_FOREIGN),
    "runtime/exec/": (["runtime/base/", "runtime/exec/", ABI], RUNTIME_FOREIGN),
    "runtime/serve/": ([*RUNTIME, ABI], RUNTIME_FOREIGN),
    "runtime/tool/": ([*RUNTIME, ABI], RUNTIME_FOREIGN),
    "runtime/observe/": ([*RUNTIME, "runtime/observe/", ABI], RUNTIME_FOREIGN),
    "runtime/cpu/": ([*RUNTIME, "runtime/cpu/", ABI], RUNTIME_FOREIGN),
    "runtime/cuda/": ([*RUNTIME, "runtime/cuda/", ABI, CUDA_ABI], RUNTIME_FOREIGN),
    "runtime/include/": ([ABI], RUNTIME_FOREIGN),
    # main loops become part of kernels: nothing but what clang knows of a GPU
    "runtime/cuda/kernels/": (["runtime/cuda/kernels/"], RUNTIME_FOREIGN),
}
FAMILIES = {"mlir": r"^mlir(-c)?/", "llvm": r"^llvm(-c)?/", "toml": r"^toml",
            "onnx": r"^(onnx|google/protobuf)|\.pb\.h$", "cuda": r"^(cuda|nv)\w*\.h$"}
OURS = ("compiler/", "dialects/", "runtime/", "test/", ABI, CUDA_ABI)
# upstream family -> (part, how many of its files may include it)
SINGLE = {"toml": ("compiler/spec/", 1), "onnx": ("compiler/import/", 1),
          "mlir": ("compiler/support/", 1)}


def sources_of(root, files, part):
    for path in files:
        if str(path).startswith(part) and path.suffix in SOURCES and str(path) not in PRECOMPILED:
            yield path, INCLUDE.findall((root / path).read_text(encoding="utf-8"))


def problems(root, files):
    for part, (allowed, forbidden) in TABLE.items():
        for path, included in sources_of(root, files, part):
            for header in included:
                if header.startswith(OURS) and not header.startswith(tuple(allowed)):
                    yield f"{path} includes {header}, which is not below {part}"
                for family in forbidden:
                    if re.search(FAMILIES[family], header):
                        yield f"{path} includes {header}, {part} must not see {family}"


def single_file_problems(root, files):
    for family, (part, most) in SINGLE.items():
        users = [path for path, included in sources_of(root, files, part)
                 if any(re.search(FAMILIES[family], header) for header in included)]
        if len(users) > most:
            yield f"{part}: {', '.join(map(str, users))} include {family}, expected {most} file"
