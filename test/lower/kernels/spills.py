"""Whether the innermost loops of products of bytes keep their tiles in registers, on a machine
without vpdpbusd: no vector of theirs goes to the stack."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test"))

from harness.counts import Counts  # noqa: E402

LEVEL = "v3"
MATMUL = """
func.func @kernel(%a: tensor<128x768xui8> {graph.layout = ""},
                  %w: tensor<768x96xi8> {graph.layout = "groups:48"})
    -> (tensor<128x96xi32> {graph.layout = ""}) attributes {graph.max = array<i64>} {
  %y = graph.matmul %a, %w : tensor<128x768xui8>, tensor<768x96xi8>
  return %y : tensor<128x96xi32>
}
"""
CONV = """
func.func @kernel(%x: tensor<1x64x14x14xui8> {graph.layout = "c16 border 1,1,1,1 value 3"},
                  %w: tensor<64x64x3x3xi8> {graph.layout = "conv-groups:32:16"})
    -> (tensor<1x64x14x14xi32> {graph.layout = "c16"}) attributes {graph.max = array<i64>} {
  %y = graph.conv %x, %w strides [1, 1] pads [1, 1, 1, 1] dilations [1, 1] groups 1
      {padValue = 3 : i64} : tensor<1x64x14x14xui8>, tensor<64x64x3x3xi8>
  return %y : tensor<1x64x14x14xi32>
}
"""


def instructions_of(mdc, text):
    """Pairs of address and text."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "region.mlir").write_text(text)
        subprocess.run([mdc, "compile-region", place / "region.mlir", LEVEL, place / "region.o"],
                       check=True)
        objdump = shutil.which("llvm-objdump-22") or "llvm-objdump"
        lines = subprocess.run([objdump, "-d", "--no-show-raw-insn", place / "region.o"],
                               check=True, text=True, capture_output=True).stdout
    return [(int(address, 16), code)
            for address, code in re.findall(r"^\s*([0-9a-f]+):\s+(.*)$", lines, re.M)]


def innermost_loops(instructions):
    places = {address: number for number, (address, _) in enumerate(instructions)}
    for number, (address, code) in enumerate(instructions):
        jump = re.match(r"j\w+\s+0x([0-9a-f]+)", code)
        if not jump or int(jump[1], 16) >= address:
            continue
        body = [code for _, code in instructions[places[int(jump[1], 16)]:number]]
        if not any(code.startswith("j") for code in body):
            yield body


def problem_of(instructions):
    loops = [body for body in innermost_loops(instructions)
             if any("vpmaddwd" in code for code in body)]
    if not loops:
        return "no loop multiplies pairs"
    spills = [code for body in loops for code in body
              if re.search(r"%ymm\d+, -?(0x)?[0-9a-f]*\(%rsp\)$", code)]
    return f"a vector goes to the stack: {spills[0]}" if spills else None


def main():
    counts = Counts(verbose=False)
    for name, text in (("matmul", MATMUL), ("convolution", CONV)):
        counts.check(name, problem_of(instructions_of(sys.argv[1], text)))
    counts.finish()


if __name__ == "__main__":
    main()
