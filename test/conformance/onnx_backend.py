"""Runs onnx's backend cases through `mdc build` and the binary's `infer`, as a user's model goes,
on this CPU or on the emulated GPU.

Required is every case all of whose ops `mdc check --list-ops` names and whose types are numbers or
bool. expectations.tsv lists the required cases that may fail, each with its reason; it is checked
both ways. Inputs that set shapes or axes become initializers; such cases are counted apart.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import onnx  # noqa: E402
from conformance import cases, merge  # noqa: E402
from harness import binary, targets, tensors  # noqa: E402
from harness.counts import Counts  # noqa: E402
from harness.shared import missing, shared_folder  # noqa: E402

ARCHIVE = "suites/onnx-backend.tar.xz"
EXPECTATIONS = HERE / "expectations.tsv"
REQUIRED_SHARE = 0.95


def read_expectations():
    """case -> reason; a case ending in * stands for every case that begins so."""
    rows = {}
    for number, line in enumerate(EXPECTATIONS.read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            name, tab, reason = line.partition("\t")
            if not tab or not reason:
                sys.exit(f"{EXPECTATIONS}:{number}: error: expected 'case<TAB>reason'")
            rows[name] = reason
    return rows


def implemented_ops(mdc):
    done = subprocess.run([mdc, "check", "--list-ops"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: mdc check --list-ops: {done.stderr.strip()}")
    return set(done.stdout.split())


class Runner:
    """Builds and runs groups; a group that fails is split along the cases that its errors name."""

    def __init__(self, mdc, folder, target="cpu"):
        self.mdc, self.folder = mdc, folder
        self.isa = [binary.machine_isa()]
        self.cuda = targets.Cuda(mdc) if target == "cuda" else None
        self.builds = 0

    def run(self, numbered):
        """{number: None or what was wrong} of a group of (number, case, arrays, golden)."""
        merged = merge.Merged(numbered)
        try:
            outputs = self.outputs_of(merged)
        except (binary.BuildError, binary.RunError) as error:
            return self.split(numbered, merged, str(error))
        found = {}
        for number, (case, golden) in merged.parts.items():
            problems = [tensors.elementwise_problem(outputs.get(f"c{number}_{name}"), expected)
                        for name, expected in zip(case.outputs, golden) if name]
            found[number] = next((problem for problem in problems if problem), None)
        return found

    def outputs_of(self, merged):
        self.builds += 1
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            onnx.save(merged.model, pathlib.Path(folder, "cases.onnx"))
            if self.cuda:
                built = self.cuda.build(self.mdc, folder, "cases", "cases.onnx", merged.dims)
                (_, flags, prefix), = self.cuda.runs(built)
                return binary.infer(built, merged.inputs, flags, prefix=prefix, seconds=300)
            built = binary.build(self.mdc, folder, "cases", "cases.onnx", merged.dims, self.isa,
                                 jobs=1, seconds=300)
            return binary.infer(built, merged.inputs, ["--threads", "1"], seconds=60)

    def split(self, numbered, merged, text):
        if len(numbered) == 1:
            return {numbered[0][0]: first_error(text)}
        blamed = set(merged.blamed(text))
        if not blamed or len(blamed) == len(numbered):
            middle = len(numbered) // 2
            return {**self.run(numbered[:middle]), **self.run(numbered[middle:])}
        found = self.run([part for part in numbered if part[0] not in blamed])
        for part in numbered:
            if part[0] in blamed:
                line = next(x for x in text.splitlines() if f"c{part[0]}_" in x)
                found[part[0]] = first_error(line)
        return found


def first_error(text):
    lines = text.strip().splitlines() or ["no message"]
    line = next((line for line in lines if "error" in line), lines[-1])
    return line.strip()[-240:]


def groups_of(required, expected, size):
    """Groups of (number, case, arrays, golden) that may share a graph; cases that are expected to
    fail
    share none with the others, which they would break."""
    buckets = collections.defaultdict(list)
    number = 0
    for case in required:
        for arrays, golden in cases.data_sets(case):
            key = (merge.group_key(case), case.name in expected)
            buckets[key].append((number, case, arrays, golden))
            number += 1
    return [bucket[i:i + size] for bucket in buckets.values() for i in range(0, len(bucket), size)]


def expectation_of(case, rows):
    for name, reason in rows.items():
        if case.name == name or name.endswith("*") and case.name.startswith(name[:-1]):
            return name, reason
    return None, None


def judge(required, problems, rows, counts):
    """Compares what happened with expectations.tsv; returns the shares to print."""
    tally, used = collections.Counter(), set()
    for case in required:
        name, reason = expectation_of(case, rows)
        used.add(name)
        problem = problems[case.name]
        if problem is None and reason is None:
            kind = "with shape inputs as constants" if case.constants else "as given"
            tally[kind] += case.copies
            counts.passed += case.copies
        elif problem is not None and reason is not None:
            tally["refused or failing with a reason"] += case.copies
            counts.passed += case.copies
        elif problem is None:
            counts.fail(case.name, f"passes, but expectations.tsv says '{reason}'")
        else:
            tally["failed"] += case.copies
            counts.fail(case.name, problem)
    for name in rows.keys() - used:
        counts.fail(name, "is in expectations.tsv, but no required case has that name")
    return tally


def print_shares(tally, left_out):
    total = sum(tally.values())
    right = tally["as given"] + tally["with shape inputs as constants"]
    print(f"numeric and bool cases of implemented ops: {total}")
    for kind, count in tally.most_common():
        print(f"  {count:5} {kind}")
    print(f"not required: {sum(left_out.values())}")
    for why, count in left_out.most_common(40):
        print(f"  {count:5} {why}")
    share = right / total if total else 0
    print(f"share that passes: {100 * share:.1f} %")
    return share


def select(root, mdc, pattern):
    implemented = implemented_ops(mdc)
    required, left_out = [], collections.Counter()
    for case in cases.find_cases(root):
        if pattern and pattern not in case.name:
            continue
        why = cases.outside(case, implemented)
        if why is None:
            required.append(case)
        else:
            left_out[why] += case.copies
    return required, left_out


def run_groups(groups, runner, jobs):
    problems = {}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for group, found in zip(groups, pool.map(runner.run, groups)):
            for number, case, _, _ in group:
                problems[case.name] = problems.get(case.name) or found[number]
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mdc", required=True, type=pathlib.Path)
    parser.add_argument("--target", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--match", default="", help="only cases whose name contains this")
    parser.add_argument("--group", type=int, default=40, help="cases that share a build")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--cache", type=pathlib.Path, default=HERE.parent.parent / ".cache")
    arguments = parser.parse_args()
    counts = Counts(verbose=False)
    shared = shared_folder()
    if shared is None:
        counts.skip("onnx backend cases", "MDC_SHARED is not set")
        counts.finish()
    if missing(shared, ARCHIVE):
        counts.fail(ARCHIVE, missing(shared, ARCHIVE))
        counts.finish()
    root = cases.unpack(shared / ARCHIVE, arguments.cache)
    required, left_out = select(root, arguments.mdc.resolve(), arguments.match)
    rows = read_expectations()
    expected = {case.name for case in required if expectation_of(case, rows)[0]}
    groups = groups_of(required, expected, arguments.group)
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(arguments.mdc.resolve(), folder, arguments.target)
        problems = run_groups(groups, runner, arguments.jobs)
    if arguments.match:
        rows = {name: rows[name] for name in
                {expectation_of(case, rows)[0] for case in required} - {None}}
    tally = judge(required, problems, rows, counts)
    share = print_shares(tally, left_out)
    print(f"{len(required)} distinct cases in {runner.builds} builds")
    if share < REQUIRED_SHARE and not arguments.match:
        counts.fail("share that passes", f"{share:.3f}, expected at least {REQUIRED_SHARE}")
    counts.skipped += sum(left_out.values())
    counts.finish()


if __name__ == "__main__":
    main()
