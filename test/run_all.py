"""./dev test: every phase of the tests, a time for each, and one line that adds them up."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time
from concurrent import futures

from harness.counts import LINE, Counts

# the folders of lit tests that need nothing but the runtime
RUNTIME_TESTS = ":: (abi/|cuda/runtime/|end-to-end/serve-)"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def counting(arguments, options):
    """A script whose last line counts."""
    command = [sys.executable, *arguments]
    last, counts = "", None
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    for text in process.stdout:
        last = text.rstrip("\n")
        counts = LINE.match(last)
        if not counts:
            print(last, flush=True)
    code = process.wait()
    if counts is None:
        print(f"FAIL  {arguments[0]}: exit code {code}, its last line was '{last}'")
        return 0, 1, 0
    return tuple(map(int, counts.groups()))


def formatting(options):
    sources = ["*.cpp", "*.h", "*.c", "*.cu"]
    listed = subprocess.run(["git", "ls-files", "-z", "--", *sources], cwd=ROOT,
                            capture_output=True).stdout.split(b"\0")
    paths = [os.fsdecode(path) for path in listed if path and (ROOT / os.fsdecode(path)).exists()]
    done = subprocess.run(["clang-format-22", "--dry-run", "-Werror", *paths], cwd=ROOT,
                          text=True, capture_output=True)
    badly = sorted(set(re.findall(r"^([^:\n]+):\d+:\d+: error:", done.stderr, re.M)))
    for path in badly:
        print(f"FAIL  {path}: not formatted, run ./dev format")
    return len(paths) - len(badly), len(badly), 0


def run_unit_tests(build, options):
    done = subprocess.run(["ctest", "--test-dir", build, "-j", str(options.jobs),
                           "--output-on-failure", "--no-tests=error", "--timeout", "300"],
                          cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    passed = len(re.findall(r"^ *\d+/\d+ Test .* Passed ", done.stdout, re.M))
    found = re.search(r"(\d+) tests? failed out of (\d+)", done.stdout)
    if done.returncode == 0 and found:
        return passed, 0, 0
    print(done.stdout)
    return passed, max(1, int(found.group(1)) if found else 1), 0


def run_lit(build, options, *filters):
    results = ROOT / build / "lit.json"
    results.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-c", "from lit.main import main; main()", "-s", "-v", "-j",
                    str(options.jobs), "-o", results,
                    *filters, ROOT / build / "test"], cwd=ROOT)
    if not results.exists():
        return 0, 1, 0
    codes = [test["code"] for test in json.loads(results.read_text())["tests"]]
    passed = sum(code in ("PASS", "XFAIL", "FLAKYPASS") for code in codes)
    skipped = sum(code in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for code in codes)
    return passed, len(codes) - passed - skipped, skipped


def unit_tests(options):
    return run_unit_tests(options.build, options)


def lit_tests(options):
    return run_lit(options.build, options)


def sanitizers(options):
    """The runtime's own tests under AddressSanitizer and UndefinedBehaviorSanitizer."""
    build = "build/asan"
    steps = [["cmake", "--preset", "asan", f"-DMDC_PYTHON={sys.executable}"],
             ["ninja", "-C", build, "-j", str(options.jobs)]]
    for step in steps:
        done = subprocess.run(step, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            print(done.stdout[-4000:])
            return 0, 1, 0
    units = run_unit_tests(build, options)
    texts = run_lit(build, options, "--filter", RUNTIME_TESTS)
    return tuple(map(sum, zip(units, texts)))


def python_phase(script, *extra):
    def phase(options):
        mdc = str(ROOT / options.build / "bin" / "mdc")
        return counting([script, "--mdc", mdc, *extra], options)
    return phase


def cuda(options):
    """Values and models on GPU kernels, in the emulator, which runs one thread of a machine's."""
    values = ["test/values/run.py", "--target", "cuda"]
    phases = [python_phase(*values), python_phase("test/cuda/run.py"),
              *(python_phase(*values, "--precision", precision, "matmul", "window")
                for precision in ("tf32", "bf16", "f16"))]
    with futures.ThreadPoolExecutor(options.jobs) as pool:
        return tuple(map(sum, zip(*pool.map(lambda phase: phase(options), phases))))


def conformance(options):
    """On the CPU, then the same on the emulated GPU."""
    script = "test/conformance/onnx_backend.py"
    phases = python_phase(script), python_phase(script, "--target", "cuda")
    return tuple(map(sum, zip(*(phase(options) for phase in phases))))


def tree(options):
    return counting(["test/tree/check.py"], options)


PHASES = {
    "tree": tree,
    "format": formatting,
    "units": unit_tests,
    "lit": lit_tests,
    "sanitizers": sanitizers,
    "values": python_phase("test/values/run.py"),
    "cuda": cuda,
    "examples": python_phase("test/examples/run.py"),
    "models": python_phase("test/models/run.py"),
    "conformance": conformance,
}
# slow; run only where named
OPTIONAL = {"large": python_phase("test/models/large.py")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("phases", nargs="*", help="phases to run, all by default")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--build-seconds", type=int, default=0,
                        help="to print with the other times")
    parser.add_argument("--list", action="store_true", help="print the phases")
    options = parser.parse_args()
    if options.list:
        print("\n".join(PHASES), "\n".join(f"{name} (only where named)" for name in OPTIONAL),
              sep="\n")
        return
    known = {**PHASES, **OPTIONAL}
    unknown = [name for name in options.phases if name not in known]
    if unknown:
        parser.error(f"unknown phase '{unknown[0]}', expected one of {', '.join(known)}")
    total, rows = Counts(), [("build", options.build_seconds, "")]
    for name in options.phases or PHASES:
        print(f"== {name}", flush=True)
        begin = time.monotonic()
        counts = known[name](options)
        total.add(*counts)
        rows.append((name, time.monotonic() - begin, "%d passed, %d failed, %d skipped" % counts))
    print("== times")
    for name, seconds, text in rows:
        print(f"{name:12} {seconds:7.1f} s  {text}".rstrip())
    print(f"{'all':12} {sum(row[1] for row in rows):7.1f} s")
    total.finish()


if __name__ == "__main__":
    main()
