"""Data movement: permutations, slices, concatenations, gathers and resizes."""

import numpy as np
from values.cases import Constant, case, integers, shape_of, values

FLOATS = Constant(np.array([], np.float32))


def resize(name, factors, dtype=np.float32, image=(9, 7), **attributes):
    return case(f"resize {name}", "Resize",
                [values(1, 3, *image, high=90).astype(dtype), FLOATS,
                 Constant(np.array([1, 1, *factors], np.float32))], **attributes)


def permuted(*shape):
    """Along the last axis each index of it once, in any order."""
    generator = np.random.default_rng(sum(shape))
    return generator.permuted(np.broadcast_to(np.arange(shape[-1]), shape), axis=-1)


CASES = [
    *(case(f"transpose {order}", "Transpose", [values(2, 5, 17, 19)], perm=order)
      for order in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 3, 1, 2], [3, 2, 1, 0], [1, 0, 2, 3])),
    case("transpose of a matrix", "Transpose", [values(33, 65)]),
    # rows from apart, of few elements and of more
    *(case(f"transpose to rows of {count} {np.dtype(dtype).name}", "Transpose",
           [(values(3, count, rows, low=-90, high=90) > 0 if dtype == np.bool_ else
             values(3, count, rows, low=-90, high=90)).astype(dtype)], perm=[0, 2, 1])
      for count, rows, dtype in ((2, 33, np.float32), (2, 16, np.int8), (4, 7, np.float32),
                                 (4, 21, np.float64), (8, 17, np.float16), (8, 40, np.int64),
                                 (2, 35, np.bool_), (3, 35, np.float32), (5, 18, np.uint8),
                                 (6, 20, np.float32), (7, 33, np.int32), (16, 16, np.float32),
                                 (17, 40, np.int8), (40, 17, np.float16), (33, 31, np.float64),
                                 (20, 24, np.int64), (18, 50, np.bool_), (16, 24, np.bool_),
                                 (48, 16, np.uint8), (24, 40, np.float16))),
    case("transpose of the outer axes", "Transpose", [values(19, 3, 21)], perm=[2, 1, 0]),
    case("reshape", "Reshape", [values(4, 6, 5), shape_of(0, -1)]),
    case("flatten", "Flatten", [values(4, 6, 5)], axis=1),
    case("squeeze", "Squeeze", [values(1, 6, 1), shape_of(0, 2)]),
    case("unsqueeze", "Unsqueeze", [values(4, 6), shape_of(0, 3)]),
    case("concat of rows", "Concat", [values(2, 3, 5), values(4, 3, 5, seed=2)], axis=0),
    case("concat of columns", "Concat", [values(7, 3), values(7, 19), values(7, 1)], axis=-1),
    case("concat of channels", "Concat", [values(2, 5, 3, 3), values(2, 16, 3, 3)], axis=1),
    case("concat along an axis of extent 1", "Concat",
         [values(3, 1, 5), values(3, 1, 5, seed=2), values(3, 1, 5, seed=3)], axis=1),
    case("concat of scalars in rows", "Concat", [values(1), values(1, seed=2)], axis=0),
    case("concat of single columns", "Concat", [values(7, 1), values(7, 1, seed=2)], axis=1),
    case("concat of many", "Concat", [values(2, 3, seed=i) for i in range(600)], axis=1),
    case("concat of one", "Concat", [values(4, 1)], axis=1),
    # rows that a GPU moves 16 bytes at a time
    case("transpose of heads", "Transpose", [values(2, 5, 3, 8)], perm=[0, 2, 1, 3]),
    case("reshape of heads", "Reshape", [values(4, 3, 8), shape_of(0, -1)]),
    case("concat of runs", "Concat", [values(7, 8), values(7, 20), values(7, 4)], axis=-1),
    case("split in runs", "Split", [values(3, 24), shape_of(4, 12, 8)], outputs=3, axis=1),
    case("gather of runs", "Gather", [values(50, 32), integers(2, 7, low=-50, high=50)]),
    case("gather by tuples of runs", "GatherND", [values(5, 6, 8), integers(4, 2, high=5)]),
    case("pad between runs", "Pad", [values(3, 8), shape_of(1, 0, 2, 0)]),
    case("split", "Split", [values(3, 20), shape_of(4, 11, 5)], outputs=3, axis=1),
    case("slice with steps", "Slice",
         [values(9, 40), shape_of(1, 2), shape_of(8, 40), shape_of(0, 1), shape_of(2, 3)]),
    case("slice backwards", "Slice",
         [values(9, 40), shape_of(-1), shape_of(-100), shape_of(1), shape_of(-1)]),
    case("pad with a constant", "Pad", [values(2, 3, 5), shape_of(0, 1, 2, 0, 0, 3),
                                        Constant(np.float32(1.5))]),
    case("pad by reflection", "Pad", [values(3, 9), shape_of(0, 3, 0, 2)], mode="reflect"),
    case("pad by the edge", "Pad", [values(3, 9), shape_of(1, 3, 0, 2)], mode="edge"),
    case("gather of rows", "Gather", [values(50, 33), integers(2, 7, low=-50, high=50)]),
    case("gather of columns", "Gather", [values(5, 33), integers(7, high=33)], axis=1),
    case("gather of a constant table", "Gather",
         [Constant(values(100, 24)), integers(3, 5, high=99)]),
    case("gather of elements", "GatherElements", [values(5, 33), integers(5, 7, high=33)], axis=1),
    case("gather by tuples", "GatherND", [values(5, 6, 7), integers(4, 2, high=5)]),
    case("gather by tuples of a prefix", "GatherND", [values(5, 6, 7), integers(4, 1, high=5)]),
    case("gather by tuples in batches", "GatherND", [values(5, 6, 7), integers(5, 1, high=6)],
         batch_dims=1),
    case("gather by tuples in batches of many", "GatherND",
         [values(3, 6, 7, 2), integers(3, 4, 2, low=-6, high=6)], batch_dims=1),
    case("gather by tuples in two batches", "GatherND",
         [values(3, 4, 6, 2), integers(3, 4, 1, high=6)], batch_dims=2),
    case("gather by tuples of elements in two batches", "GatherND",
         [values(3, 4, 6, 2), integers(3, 4, 5, 2, high=2)], batch_dims=2),
    # each index once where updates replace: ONNX leaves their order open
    case("scatter elements along the last axis", "ScatterElements",
         [values(3, 20), np.ascontiguousarray(permuted(3, 20)[:, :7]), values(3, 7)], axis=1),
    case("scatter elements along the first axis", "ScatterElements",
         [values(19, 21), np.ascontiguousarray(permuted(21, 19).T[:14]) - 19, values(14, 21)]),
    case("scatter integers along an inner axis", "ScatterElements",
         [integers(2, 16, 5, high=99),
          np.ascontiguousarray(np.swapaxes(permuted(2, 5, 16), 1, 2)[:, :11]),
          integers(2, 11, 5, high=99)], axis=1),
    *(case(f"scatter elements by {reduction}", "ScatterElements",
           [values(3, 20), integers(3, 33, high=20), values(3, 33)], axis=1,
           reduction=reduction, opset=18) for reduction in ("add", "mul", "max", "min")),
    case("scatter rows", "ScatterND", [values(9, 17), permuted(9)[:4, None], values(4, 17)]),
    case("scatter elements by tuples", "ScatterND",
         [values(5, 7), np.array([[0, 3], [4, -1], [-5, 0], [2, 2]]), values(4)]),
    case("scatter slices by tuples", "ScatterND",
         [values(3, 4, 18), np.array([[[0, 3], [2, 1]], [[1, 1], [-1, 0]]]), values(2, 2, 18)]),
    case("scatter more slices by tuples than a few", "ScatterND",
         [values(4, 5, 18), np.stack(np.divmod(permuted(20)[:12] - 20, 5), axis=-1),
          values(12, 18)]),
    case("scatter one row", "ScatterND", [values(9, 17), integers(1, 1, high=9), values(1, 17)]),
    case("scatter more elements than a few", "ScatterElements",
         [values(3, 40), np.ascontiguousarray(permuted(3, 40)[:, :17]), values(3, 17)], axis=1),
    case("scatter more rows than a few", "ScatterND",
         [values(29, 17), permuted(29)[:14, None], values(14, 17)]),
    case("scatter rows by constant indices", "ScatterND",
         [values(9, 17), Constant(permuted(9)[:4, None]), values(4, 17)]),
    *(case(f"scatter rows by {reduction}", "ScatterND",
           [values(6, 5), integers(40, 1, high=6), values(40, 5)], reduction=reduction, opset=18)
      for reduction in ("add", "mul", "max", "min")),
    case("scatter rows by max where all are of one", "ScatterND",
         [values(3, 5), Constant(np.zeros((9, 1), np.int64)), values(9, 5, low=-2, high=0.5)],
         reduction="max", opset=18),
    case("scatter a few rows by max", "ScatterND",
         [values(3, 5), integers(4, 1, high=3), values(4, 5)], reduction="max", opset=18),
    case("expand", "Expand", [values(5, 1), shape_of(3, 5, 7)]),
    case("tile", "Tile", [values(3, 5), shape_of(2, 3)]),
    case("one hot", "OneHot", [integers(9, high=12), Constant(np.array(12)),
                               Constant(np.array([0, 1], np.float32))]),
    case("depth to space", "DepthToSpace", [values(1, 12, 5, 6)], blocksize=2),
    case("space to depth", "SpaceToDepth", [values(1, 3, 8, 6)], blocksize=2),
    case("upper triangle", "Trilu", [values(5, 7)]),
    resize("to the nearest", [2, 2], mode="nearest", nearest_mode="floor",
           coordinate_transformation_mode="asymmetric"),
    resize("linearly", [2, 3], mode="linear", coordinate_transformation_mode="half_pixel"),
    resize("linearly with corners", [3, 2], mode="linear",
           coordinate_transformation_mode="align_corners"),
    # rows of 16 elements and more
    *(resize(f"rows to {mode}", [8, 5], mode="nearest", nearest_mode=mode)
      for mode in ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil")),
    resize("rows by repeating", [2, 4], mode="nearest", nearest_mode="floor",
           coordinate_transformation_mode="asymmetric"),
    resize("rows of bytes by repeating", [2, 8], dtype=np.uint8, mode="nearest"),
    resize("rows of bytes", [2, 5], dtype=np.uint8, mode="nearest"),
    resize("rows of integers", [2, 5], dtype=np.int32, mode="nearest"),
    resize("rows linearly, many of them", [9, 5], mode="linear"),
    resize("rows linearly to fewer", [0.5, 0.6], image=(12, 45), mode="linear"),
    resize("rows to far fewer", [0.5, 0.3], image=(12, 60), mode="linear"),
    resize("rows of one element", [2, 18], image=(3, 1), mode="linear"),
    resize("rows alone", [1, 4], mode="linear", coordinate_transformation_mode="asymmetric"),
    *(resize(f"cubically, {where}", factors, mode="cubic", **attributes)
      for where, factors, attributes in (
          ("larger", [2, 3], {}), ("smaller", [0.6, 0.8], {}),
          ("of another coefficient", [1.5, 2], {"cubic_coeff_a": -0.5}),
          ("without what is outside", [2, 2], {"exclude_outside": 1}),
          ("with corners", [2, 3], {"coordinate_transformation_mode": "align_corners"}))),
    *(resize(f"without aliases, {mode} {factors}", factors, mode=mode, antialias=1, opset=18)
      for mode in ("linear", "cubic") for factors in ([0.5, 0.6], [0.3, 2])),
    resize("without aliases, with corners", [0.5, 0.6], mode="linear", antialias=1, opset=18,
           coordinate_transformation_mode="align_corners"),
    resize("without aliases, to one element", [0.12, 0.15], mode="cubic", antialias=1, opset=18,
           coordinate_transformation_mode="pytorch_half_pixel"),
    case("resize rows of three axes", "Resize",
         [values(1, 2, 3, 4, 9), FLOATS, Constant(np.array([1, 1, 2, 2, 3], np.float32))],
         mode="linear"),
]
