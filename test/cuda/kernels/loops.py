"""The main loops and what a launch of each needs, as runtime/cuda/kernels/README.md lists them."""

from typing import NamedTuple


class Loop(NamedTuple):
    file: str  # of lib/mdc/cuda
    element: str  # of the operands
    rows: int  # of a tile
    columns: int
    depth: int  # splits are of whole multiples
    threads: int
    shared_bytes: int
    maps: bool = False  # operands come by tensor maps, on sm_90a alone

    def grid(self, rows, columns, batches, splits):
        return -(-columns // self.columns), -(-rows // self.rows), batches * splits


def f32_tile(rows, columns, depth, threads):
    pitches = rows + 4 + columns + 4
    return Loop("MatmulF32", "f32", rows, columns, depth, threads, 2 * 4 * depth * pitches)


ELEMENT_BYTES = {"f32": 4, "f16": 2, "bf16": 2, "tf32": 4, "u8s8": 1, "s8u8": 1}


def few_rows(element, rows):
    """A step of the depth is 16 bytes for each lane; a thread has 8 bytes of columns, the others
    of them are slices of the depth."""
    size = ELEMENT_BYTES[element]
    slices = 128 * 8 // (32 * size)
    return Loop("MatmulRows", element, rows, 32, 512 // size, 128, slices * 4 * rows * 32)


MMA_ELEMENTS = ("f16", "bf16", "tf32", "u8s8", "s8u8")


def mma_tile(element, rows, columns):
    """A line of a tile has 64 bytes, of which four stages are held."""
    depth = 64 // ELEMENT_BYTES[element]
    threads = 256 if element == "tf32" and rows == 128 else 128
    return Loop("MatmulTensor", element, rows, columns, depth, threads, 4 * 64 * (rows + columns))


SM90A_STAGES = {(64, 64): 4, (64, 128): 4, (128, 128): 3, (128, 256): 4}


def sm90a_shared_bytes(rows, columns, stages):
    """A stage has 128 bytes of depth and two mbarriers."""
    return stages * (128 * (rows + columns) + 16)


def sm90a_tile(element, rows, columns):
    """A warpgroup for 64 rows, a warp that fetches."""
    shared_bytes = sm90a_shared_bytes(rows, columns, SM90A_STAGES[rows, columns])
    return Loop("MatmulSm90a", element, rows, columns, 128 // ELEMENT_BYTES[element], 2 * rows + 32,
                shared_bytes, maps=True)


LOOPS = {
    "mdc_matmul_f32_128x128": f32_tile(128, 128, 8, 256),
    "mdc_matmul_f32_64x64": f32_tile(64, 64, 16, 256),
    "mdc_matmul_f32_32x32": f32_tile(32, 32, 16, 64),
    **{f"mdc_matmul_{element}_{rows}x32": few_rows(element, rows)
       for element in ELEMENT_BYTES for rows in (1, 2, 4)},
    "mdc_matmul_f32_8x32": few_rows("f32", 8),
    **{f"mdc_matmul_{element}_{rows}x{columns}": mma_tile(element, rows, columns)
       for element in MMA_ELEMENTS for rows, columns in ((128, 128), (64, 64), (16, 64))},
    **{f"mdc_matmul_sm90a_{element}_{rows}x{columns}": sm90a_tile(element, rows, columns)
       for element in ("f16", "bf16", "u8s8", "s8u8") for rows, columns in SM90A_STAGES},
}


def conv_loop(loop):
    """On sm_90a two warps fetch windows, where one thread asks TMA for tiles; four stages."""
    loop = loop._replace(file=loop.file.replace("Matmul", "Conv"))
    if not loop.maps:
        return loop
    return loop._replace(threads=loop.threads + 32,
                         shared_bytes=sm90a_shared_bytes(loop.rows, loop.columns, 4))


CONV_LOOPS = {name.replace("matmul", "conv"): conv_loop(loop)
              for name, loop in LOOPS.items() if loop.file != "MatmulRows"}
# Columns are the pixels of a row that a thread has.
CONV_LOOPS |= {f"mdc_depthwise_{element}":
               Loop("Depthwise", element, 1, 4 if element == "f32" else 2, 1, 64, 0)
               for element in ("f32", "f16", "bf16", "u8s8", "s8u8")}


def attention_loop(element, width, tile_columns):
    """Columns are the elements of a head, the depth is a tile of the softmax's columns. Keys and
    values are held twice on tensor cores."""
    elements = width * (64 + (2 if element == "f32" else 4) * tile_columns)
    return Loop("AttentionF32" if element == "f32" else "AttentionTensor", element, 64, width,
                tile_columns, 128, ELEMENT_BYTES[element] * elements)


ATTENTION_TILES = {  # columns of a tile, by the elements of a head
    "f32": {32: 64, 64: 64, 128: 32, 256: 16},
    "tf32": {32: 64, 64: 32, 128: 16},
    "f16": {32: 64, 64: 64, 128: 32, 256: 32},
    "bf16": {32: 64, 64: 64, 128: 32, 256: 32},
}
ATTENTION_LOOPS = {f"mdc_attention_{element}_{width}": attention_loop(element, width, columns)
                   for element, tiles in ATTENTION_TILES.items()
                   for width, columns in tiles.items()}
# Queries, two stages of 64 keys and values, mbarriers; operands come by tensor maps.
ATTENTION_LOOPS |= {f"mdc_attention_sm90a_{element}_{width}":
                    Loop("AttentionSm90a", element, 64, width, 64, 160, 5 * 128 * width + 40,
                         maps=True)
                    for element in ("f16", "bf16") for width in (64, 128)}
SUM_SPLITS = Loop("MatmulSplits", "f32", 1, 1, 1, 256, 0)  # its grid is sum_splits_grid


def sums_of(element):
    """The kernels' type of sums."""
    return "i32" if element in ("u8s8", "s8u8") else "f32"


def sum_splits_grid(rows, columns, batches):
    return -(-rows * -(-columns // 2) // SUM_SPLITS.threads), 1, batches
