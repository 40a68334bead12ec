"""Runs a matmul main loop in the emulator: run_matmul.py EMULATOR BITCODE FOLDER LOOP
[--drop-call NAME[:N]] [--edit OLD NEW]. Prints how many products are right, or what is wrong with
the first that is not.
"""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import compiled  # noqa: E402
from emulated import Kernels, complaint_of, retarget  # noqa: E402
from loops import ELEMENT_BYTES, LOOPS, SUM_SPLITS, sum_splits_grid, sums_of  # noqa: E402
from products import Product  # noqa: E402

SEEDS = (1, 2)  # of values, of the order of warps, and of when asynchronous copies land


def products(loop):
    """Around the edges of the loop's tile, each layout and each kind of batch once or more."""
    rows, columns, depth = loop.rows, loop.columns, loop.depth
    few = rows <= 8
    yield Product(rows, columns, 7 * depth)
    yield Product(1, 1, 1)
    yield Product(rows, columns + 3, depth + 1, transposed=(True, True))
    yield Product(rows + 1, 7, 3 * depth + 4, transposed=(False, True), gaps=(0, 1))
    yield Product(max(rows - 1, 1), 6, 5, transposed=(True, False), gaps=(3, 4))
    yield Product(3, columns - 4, depth - 3, gaps=(1, 2))
    yield Product(rows + 4, columns + 4, depth + 4, gaps=(4, 4), transposed=(False, True))
    yield Product(2, 9, 12, batches=(2, 3))
    yield Product(1 if few else 5, 8, 9, batches=(3, 2), shared=(False, True),
                  transposed=(False, True))
    yield Product(4, 4, 8, batches=(2, 2), shared=(True, False))
    yield Product(1, 5, 4 * depth + 2, splits=3)
    yield Product(rows, 10, 2 * depth, splits=3, batches=(1, 2), transposed=(False, True))


def mapped_products(loop):
    """The same where TMA reads the operands: rows are multiples of 16 bytes."""
    rows, columns, depth = loop.rows, loop.columns, loop.depth
    across = ELEMENT_BYTES[loop.element] == 2  # bytes lie along the depth
    yield Product(rows, columns, 7 * depth)
    yield Product(1, 1, 16)
    yield Product(rows, columns + 16, depth + 16, transposed=(False, across))
    yield Product(rows + 1, 7, 3 * depth + 4, transposed=(False, across),
                  gaps=(12, 9 if across else 12))
    yield Product(rows - 1, 6, 5, transposed=(across, False), gaps=(9 if across else 11, 11))
    yield Product(rows + 16, columns + 80, 2 * depth + 16, transposed=(across, across))
    yield Product(3, columns - 4, depth - 3, gaps=(3, 19))
    yield Product(2, 9, 16, batches=(2, 3))
    yield Product(5, 16, 48, batches=(3, 2), shared=(False, True), transposed=(False, across))
    yield Product(16, 16, 16, batches=(2, 2), shared=(True, False), transposed=(across, across))
    yield Product(1, 5, 4 * depth + 16, splits=3)
    yield Product(rows, 16, 6 * depth, splits=3, batches=(1, 2), transposed=(False, across))


def kernels_of(name, options):
    loop = LOOPS[name]
    module = compiled.module(HERE / "Matmul.cu", options.folder / "module.ll", MAIN_LOOP=name,
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


def problem_at(product, loop, kernels, seed):
    product.make(seed, loop.element)
    words = product.words(loop)
    kernels.configure(seed, eager=seed % 2 == 0)
    size = product.rows, product.columns, product.batch_count
    kernels.launch("kernel", words, loop.grid(*size, product.splits), loop.threads,
                   loop.shared_bytes)
    if product.splits > 1:
        kernels.launch("sumSplits", words, sum_splits_grid(*size), SUM_SPLITS.threads)
    return product.problem()


def problem_of(product, *launched):
    for seed in SEEDS:
        problem = problem_at(product, *launched, seed)
        if problem:
            return f"seed {seed}: {problem}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("emulator")
    parser.add_argument("bitcode", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("loop", choices=LOOPS)
    parser.add_argument("--drop-call", action="append", default=[])
    parser.add_argument("--edit", nargs=2, metavar=("OLD", "NEW"), help="text of the LLVM IR")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    loop = LOOPS[options.loop]
    kernels = kernels_of(options.loop, options)
    chosen = list(mapped_products(loop) if loop.maps else products(loop))
    for product in chosen:
        problem = complaint_of(lambda: problem_of(product, loop, kernels))
        if problem:
            print(f"wrong: {product}: {problem}")
            return
    print(f"right: {len(chosen)} products")


if __name__ == "__main__":
    main()
