"""check_built.py BITCODE HOME FOLDER: what becomes of the kernels that HOME's build generated, in
PTX and machine code. Prints, for every region and architecture, the registers and what must not be
there.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import compiled  # noqa: E402


def main():
    bitcode, home, folder = map(pathlib.Path, sys.argv[1:])
    for built in sorted((home / ".mdc/cuda/objects").glob("*.bc")):
        work = folder / built.stem
        work.mkdir(parents=True, exist_ok=True)
        primitives = [bitcode / f"{name}.bc" for name in ("PrimitivesPtx", "PrimitivesSm90a")]
        linked = compiled.linked(built, primitives, work / "linked.ll")
        optimized = compiled.optimized(linked, work / "optimized.bc")
        for line in compiled.report(optimized, work):
            print(f"{built.stem}: {line}")


if __name__ == "__main__":
    main()
