"""Runs a matmul main loop in the emulator: run_matmul.py EMULATOR BITCODE FOLDER LOOP
[--drop-call NAME[:N]] [--edit OLD NEW]. Prints how many products are right, or what is wrong with
the first that is not.
"""

from loops import ELEMENT_BYTES, LOOPS
from products import Product
from values import check_values


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
    tall = 9 * rows if rows * columns == 64 * 64 else rows  # groups of tiles, the last one lower
    yield Product(rows, columns, 7 * depth)
    yield Product(1, 1, 16)
    yield Product(rows, columns + 16, depth + 16, transposed=(False, across))
    yield Product(rows + 1, 7, 3 * depth + 4, transposed=(False, across),
                  gaps=(12, 9 if across else 12))
    yield Product(rows - 1, 6, 5, transposed=(across, False), gaps=(9 if across else 11, 11))
    yield Product(tall + 16, columns + 80, 2 * depth + 16, transposed=(across, across))
    yield Product(3, columns - 4, depth - 3, gaps=(3, 19))
    yield Product(2, 9, 16, batches=(2, 3))
    yield Product(5, 16, 48, batches=(3, 2), shared=(False, True), transposed=(False, across))
    yield Product(16, 16, 16, batches=(2, 2), shared=(True, False), transposed=(across, across))
    yield Product(1, 5, 4 * depth + 16, splits=3)
    yield Product(rows, 16, 6 * depth, splits=3, batches=(1, 2), transposed=(False, across))


if __name__ == "__main__":
    check_values(__doc__, LOOPS, "Matmul.cu",
                 lambda loop: mapped_products(loop) if loop.maps else products(loop), "products")
