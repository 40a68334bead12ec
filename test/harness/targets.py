"""Where a built model runs in tests: on this CPU at every level, or on the emulated GPU."""

import pathlib
import subprocess
import sys

from harness import binary

RETARGET = pathlib.Path(__file__).resolve().parents[1] / "cuda" / "emulator" / "retarget.py"


BOUND = 1e-4  # of an output's largest magnitude: f32, summed in another order
BOUND_16 = 2e-2  # where products are of tf32, bf16 or f16


class Cpu:
    bound = BOUND

    def build(self, mdc, folder, name, graph, dims=None):
        return binary.build(mdc, folder, name, graph, dims, isa=["v3", "v4", "vnni"], seconds=300)

    def runs(self, built):
        """(label, arguments, prefix) of each way to run it."""
        return [(level, ["--isa", level], ()) for level in binary.machine_isas()]


class Cuda:
    """The driver is a stand-in, and kernels are the IR that ships, on the SIMT emulator."""

    def __init__(self, mdc, precision="f32", sections=None, sm90a=False):
        """`sections`: more of the spec than the target's own; `sm90a`: on that architecture too, in
        any case of products of 16 bits, of which it has kernels of its own."""
        self.sections = sections or {}
        self.build_folder = pathlib.Path(mdc).resolve().parent.parent
        self.archs = {"sm_80": 80}
        if sm90a or precision in ("f16", "bf16"):
            self.archs["sm_90a"] = 90
        self.settings = {"arch": list(self.archs), "precision": precision}
        self.bound = BOUND if precision == "f32" else BOUND_16

    def compile(self, mdc, folder, name, graph, dims=None):
        return binary.build(mdc, folder, name, graph, dims, seconds=300, target="cuda",
                            sections={"target.cuda": self.settings, **self.sections})

    def build(self, mdc, folder, name, graph, dims=None):
        built = self.compile(mdc, folder, name, graph, dims)
        code = sorted(pathlib.Path(folder, ".mdc", "cuda", "objects").glob("*.bc"))
        kernels = self.kernels_of(built)
        kernels.mkdir()
        done = subprocess.run([sys.executable, RETARGET, *code, "-o", kernels / "kernels.so",
                               "--emulator", self.build_folder / "lib" / "libmdc-emulator.so"],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise binary.BuildError(done.stdout)
        return built

    @staticmethod
    def kernels_of(built):
        return built.parent / "kernels"

    def environment(self, built):
        return {"LD_LIBRARY_PATH": str(self.build_folder / "bin" / "cuda"),
                "MDC_FAKE_CUDA_KERNELS": str(self.kernels_of(built))}

    def runs(self, built):
        settings = [f"{name}={value}" for name, value in self.environment(built).items()]
        return [(name, [], ("env", *settings, f"MDC_FAKE_CUDA_ARCH={number}"))
                for name, number in self.archs.items()]


def target_of(name, mdc, precision="f32"):
    return Cuda(mdc, precision) if name == "cuda" else Cpu()
