"""image.py KERNELS.ptx OUTPUT.h: the images of the hand-written CUDA model as C arrays, deflated.

Beside the PTX an ELF header without anything behind it: a cubin that holds no kernel.
"""

import struct
import sys
import zlib

# EI_CLASS 64, little-endian; ET_EXEC, EM_CUDA; the sizes of its headers
EMPTY_ELF = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 190, 1, 0, 0, 0, 0, 64,
                                                     56, 0, 64, 0, 0)


def array(name: str, content: bytes) -> str:
    numbers = ",".join(map(str, zlib.compress(content, 9)))
    return (f"static const unsigned char {name}[] = {{{numbers}}};\n"
            f"enum {{ {name}Bytes = {len(content)} }};\n")


def main() -> None:
    source, output = sys.argv[1:]
    with open(source, "rb") as file:
        ptx = file.read() + b"\0"
    with open(output, "w", encoding="ascii") as file:
        file.write(array("ptx", ptx) + array("emptyElf", EMPTY_ELF))


if __name__ == "__main__":
    main()
