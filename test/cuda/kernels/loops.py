"""The main loops and what a launch of each needs, as runtime/cuda/kernels/README.md lists them."""

from typing import NamedTuple


class Loop(NamedTuple):
    file: str  # of lib/mdc/cuda
    rows: int  # of a tile
    columns: int
    depth: int  # splits are of whole multiples
    threads: int
    shared_bytes: int

    def grid(self, rows, columns, batches, splits):
        return -(-columns // self.columns), -(-rows // self.rows), batches * splits


def f32_tile(rows, columns, depth, threads):
    pitches = rows + 4 + columns + 4
    return Loop("MatmulF32", rows, columns, depth, threads, 2 * 4 * depth * pitches)


def f32_rows(rows):
    return Loop("MatmulF32Rows", rows, 32, 128, 128, 8 * 4 * rows * 32)


LOOPS = {
    "mdc_matmul_f32_128x128": f32_tile(128, 128, 8, 256),
    "mdc_matmul_f32_64x64": f32_tile(64, 64, 16, 256),
    "mdc_matmul_f32_32x32": f32_tile(32, 32, 16, 64),
    **{f"mdc_matmul_f32_{rows}x32": f32_rows(rows) for rows in (1, 2, 4, 8)},
}
SUM_SPLITS = Loop("MatmulSplits", 1, 1, 1, 256, 0)  # its grid is sum_splits_grid
SUM_SPLITS_NAME = "mdc_matmul_sum_splits_f32"


def sum_splits_grid(rows, columns, batches):
    return -(-rows * -(-columns // 2) // SUM_SPLITS.threads), 1, batches
