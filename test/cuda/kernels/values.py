"""Runs cases of a main loop in the emulator and compares their results."""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import compiled  # noqa: E402
from emulated import Kernels, complaint_of, retarget  # noqa: E402
from loops import SUM_SPLITS, sum_splits_grid, sums_of  # noqa: E402

SEEDS = (1, 2)  # of values, of the order of warps, and of when asynchronous copies land


def kernels_of(name, loop, source, options):
    module = compiled.module(HERE / source, options.folder / "module.ll", MAIN_LOOP=name,
                             SUM_SPLITS=f"mdc_matmul_sum_splits_{sums_of(loop.element)}",
                             THREADS=loop.threads, **({"MAPS": 1} if loop.maps else {}))
    bitcode = [options.bitcode / f"{file}.bc" for file in (loop.file, SUM_SPLITS.file)]
    linked = compiled.linked(module, bitcode, options.folder / "linked.ll")
    if options.edit:
        old, new = options.edit
        text = linked.read_text()
        assert old in text, f"'{old}' is not in the module"
        linked.write_text(text.replace(old, new))
    library = retarget([linked], options.folder / "kernels.so", options.drop_call)
    return Kernels(options.emulator, library)


def problem_at(case, loop, kernels, seed):
    case.make(seed, loop.element)
    words = case.words(loop)
    kernels.configure(seed, eager=seed % 2 == 0)
    kernels.launch("kernel", words, case.grid(loop), loop.threads, loop.shared_bytes)
    if case.splits > 1:
        grid = sum_splits_grid(case.rows, case.columns, case.batch_count)
        kernels.launch("sumSplits", words, grid, SUM_SPLITS.threads)
    return case.problem()


def problem_of(case, *launched):
    for seed in SEEDS:
        problem = problem_at(case, *launched, seed)
        if problem:
            return f"seed {seed}: {problem}"
    return None


def check_values(usage, loops, source, cases, noun):
    """The program: `cases` of the loop that is named, called `noun`, in the kernels of `source`."""
    parser = argparse.ArgumentParser(description=usage)
    parser.add_argument("emulator")
    parser.add_argument("bitcode", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("loop", choices=loops)
    parser.add_argument("--drop-call", action="append", default=[])
    parser.add_argument("--edit", nargs=2, metavar=("OLD", "NEW"), help="text of the LLVM IR")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    loop = loops[options.loop]
    kernels = kernels_of(options.loop, loop, source, options)
    chosen = list(cases(loop))
    for case in chosen:
        problem = complaint_of(lambda: problem_of(case, loop, kernels))
        if problem:
            print(f"wrong: {case}: {problem}")
            return
    print(f"right: {len(chosen)} {noun}")
