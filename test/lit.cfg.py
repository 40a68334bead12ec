"""The suites below test/: .mlir, .test and .toml files with RUN lines.

Substitutions: mdc, mdc-opt, FileCheck, not, %abi_model and %cuda_model (the binaries behind the
hand-written model), %emulator (runs GPU kernels on the CPU), %bitcode (main loops of GPU kernels),
%python (the private environment), %shared (MDC_SHARED, for tests with `REQUIRES: shared`).
"""

import os
import sys

import lit.formats

config.name = "mdc"
config.suffixes = [".mlir", ".test", ".toml"]
config.excludes = ["inputs", "conformance", "models", "bench", "tree"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.mdc_build, "test")
config.test_format = lit.formats.ShTest(execute_external=False)

lit_config.maxIndividualTestTime = 300  # seconds; a test that hangs is a failure

tools = os.path.join(config.mdc_build, "bin")
for name, path in [
    ("mdc-opt", f"{tools}/mdc-opt"),
    ("mdc", f"{tools}/mdc"),
    ("FileCheck", f"{config.llvm_tools}/FileCheck"),
    ("not", f"{config.llvm_tools}/not"),
]:
    # a whole word in command position: not a part of a path, a flag or a file name
    config.substitutions.append((rf"(?<![-\w./%{{]){name}(?![-\w./:=}}])", path))
config.substitutions += [
    ("%abi_model", config.mdc_abi_model),
    ("%cuda_model", config.mdc_cuda_model),
    ("%emulator", f"{config.mdc_build}/lib/libmdc-emulator.so"),
    ("%bitcode", f"{config.mdc_build}/lib/mdc/cuda"),
    ("%python", config.python),
    ("%inputs", os.path.join(config.test_source_root, "inputs")),
    ("%examples", os.path.join(config.mdc_source, "examples")),
]

# The tests of a binary's commands must not depend on the caller's settings.
config.environment["NO_COLOR"] = "1"
config.environment["PATH"] = os.pathsep.join([tools, os.environ["PATH"]])
for variable in ("MDC_SHARED", "HOME", "CCACHE_DIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                 "CUDA_HOME"):
    if variable in os.environ:
        config.environment[variable] = os.environ[variable]

if os.environ.get("MDC_SHARED"):
    config.available_features.add("shared")
    config.substitutions.append(("%shared", os.environ["MDC_SHARED"]))
if os.path.exists(config.mdc_abi_model):
    config.available_features.add("abi-model")
if os.path.exists(config.mdc_cuda_model):
    config.available_features.add("cuda-model")
if "-fsanitize=" not in config.mdc_flags:
    config.available_features.add("static-binaries")  # sanitizers need the dynamic loader
if os.path.exists(f"{tools}/mdc"):
    config.available_features.add("mdc")
if os.path.exists("/proc/net/if_inet6") and open("/proc/net/if_inet6").read().strip():
    config.available_features.add("ipv6")  # a container may have no such address, not even ::1
sys.path.insert(0, os.path.join(config.test_source_root, "cuda"))
import compiled  # noqa: E402

if os.environ.get("VIRTUAL_ENV"):
    config.environment["VIRTUAL_ENV"] = os.environ["VIRTUAL_ENV"]  # whose ptxas mdc may take
if compiled.ptxas():
    config.available_features.add("ptxas")  # of the CUDA Toolkit, which a machine may lack
else:
    lit_config.note("ptxas is not in PATH, CUDA_HOME/bin, .venv or /usr/local/cuda/bin: tests that "
                    "require it are skipped")
if os.environ.get("MDC_SLOW"):
    config.available_features.add("slow")
