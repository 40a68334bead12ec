"""How long `mdc build` takes: from nothing, with nothing to do, and after a change of [serve]
alone."""

import pathlib
import subprocess
import sys
import time

from harness import binary

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def seconds_of_build(mdc, folder):
    begin = time.perf_counter()
    code, text = binary.run_mdc(mdc, folder, ["build"], 900)
    took = time.perf_counter() - begin
    if code != 0:
        raise binary.BuildError(text)
    return took


def print_table(mdc, folder):
    """Builds ResNet-50 at 224x224, batch 1, for the levels of the spec's default."""
    graph = folder / "resnet50.onnx"
    if not graph.exists():
        subprocess.run([sys.executable, ROOT / "examples/resnet50/make.py", "--output", graph],
                       check=True, stdout=subprocess.DEVNULL)
    home = folder / "builds"
    home.mkdir()
    dims = {"batch": 1, "height": 224, "width": 224}
    binary.write_spec(home, "resnet50", str(graph), dims)
    try:
        cold = seconds_of_build(mdc, home)
        idle = min(seconds_of_build(mdc, home) for _ in range(5))
        binary.write_spec(home, "resnet50", str(graph), dims, http="127.0.0.1:9090")
        relink = seconds_of_build(mdc, home)
    except binary.BuildError as error:
        print(f"error: building resnet50: {error}", file=sys.stderr)
        return
    print("\n| mdc build of ResNet-50 | seconds | bound |\n| --- | ---: | ---: |")
    print(f"| from nothing | {cold:.1f} | 60 |")
    print(f"| nothing to do | {idle:.3f} | 0.2 |")
    print(f"| after a change of [serve] | {relink:.2f} | 3 |")
    size = (home / "dist" / "cpu" / "resnet50").stat().st_size
    print(f"\nthe binary has {size / 1e6:.1f} MB, the graph {graph.stat().st_size / 1e6:.1f} MB")
