"""What becomes of a main loop in PTX and machine code: check_ptx.py BITCODE FOLDER LOOP
[--right depth|columns] [--stride N] [--kernel NAME]. Prints, for every architecture that the loop
is for, the registers and what must not be there. LOOP is a name, or `products` or `convolutions`:
each of these for its first architecture.
"""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import compiled  # noqa: E402
from loops import CONV_LOOPS, LOOPS, SUM_SPLITS, sums_of  # noqa: E402

# Extents are left open, which needs more registers than constants do.
KNOWN = "shape.leftDepthStride = 1; shape.leftAlignment = shape.rightAlignment = 16; "
RIGHT = {"depth": "shape.rightDepthStride = 1", "columns": "shape.rightColumnStride = 1"}
# Tensor maps are made for one axis, so the compiler knows the other one's stride too.
MAPPED = {"depth": "; shape.leftRowStride = shape.rightColumnStride = 512",
          "columns": "; shape.leftRowStride = shape.rightDepthStride = 512"}
# Of a convolution the numbers are known that are not the picture's.
CONV_KNOWN = ("shape.kernelHeight = shape.kernelWidth = 3; "
              "shape.strideHeight = shape.strideWidth = {stride}; "
              "shape.dilationHeight = shape.dilationWidth = 1; "
              "shape.padHeight = shape.padWidth = 1; shape.padValue = {pad_value}; "
              "shape.channelPitch = shape.pixelPitch = 48; "
              "shape.groups = {groups}; shape.channels = {channels}")


def known(name, loop, options):
    if name not in CONV_LOOPS:
        return KNOWN + RIGHT[options.right] + (MAPPED[options.right] if loop.maps else "")
    groups, channels = (48, 1) if loop.file == "Depthwise" else (1, 48)
    return CONV_KNOWN.format(pad_value=128 if sums_of(loop.element) == "i32" else 0,
                             groups=groups, channels=channels, stride=options.stride)


def lines(name, options, folder, architectures=None):
    """The report of one loop."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = (LOOPS | CONV_LOOPS)[name]
    source = "Conv.cu" if name in CONV_LOOPS else "Matmul.cu"
    module = compiled.module(HERE / source, folder / "kernel.ll",
                             MAIN_LOOP=name, THREADS=loop.threads,
                             SUM_SPLITS=f"mdc_matmul_sum_splits_{sums_of(loop.element)}",
                             KNOWN=known(name, loop, options),
                             **({"MAPS": 1} if loop.maps else {}))
    bitcode = [options.bitcode / f"{file}.bc"
               for file in (loop.file, SUM_SPLITS.file, "PrimitivesPtx", "PrimitivesSm90a")]
    linked = compiled.linked(module, bitcode, folder / "linked.ll")
    optimized = compiled.optimized(linked, folder / "optimized.bc", options.kernel)
    everywhere = ("sm_90a",) if loop.maps else compiled.ARCHITECTURES
    return compiled.report(optimized, folder, architectures or everywhere)


def main():
    families = {"products": LOOPS, "convolutions": CONV_LOOPS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bitcode", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("loop", choices=LOOPS | CONV_LOOPS | families)
    parser.add_argument("--kernel", choices=["kernel", "sumSplits"], default="kernel")
    parser.add_argument("--right", choices=RIGHT, default="depth", help="its axis of stride 1")
    parser.add_argument("--stride", type=int, default=2, help="of a convolution")
    options = parser.parse_args()
    if options.loop not in families:
        print("\n".join(lines(options.loop, options, options.folder)))
        return
    for name, loop in families[options.loop].items():
        first = ("sm_90a",) if loop.maps else ("sm_80",)
        for line in lines(name, options, options.folder / name, first):
            print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main()
