"""Compiles kernels around main loops: to one module for the emulator, or to PTX and machine code.

The steps and options are those of `mdc build`.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")
# the version of PTX for each architecture, as mdc has it
PTX = dict(re.findall(r'\{"(sm_\w+)", "(\+ptx\d+)"',
                      (ROOT / "compiler" / "codegen" / "GpuCode.cpp").read_text()))
ARCHITECTURES = tuple(PTX)
TRIPLE = "-mtriple=nvptx64-nvidia-cuda"
CLANG = ["-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "--cuda-gpu-arch=sm_80",
         f"--cuda-feature={PTX['sm_80']}", "--cuda-path=/none",  # whatever toolkit the machine has
         "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fomit-frame-pointer", "-O2", "-Xclang",
         "-disable-llvm-passes", "-S", "-emit-llvm"]
# a function made for one architecture does not inline into one for another
OF_ONE_TARGET = re.compile(r' "(target-cpu|target-features)"="[^"]*"')


def tool(name):
    return shutil.which(f"{name}-22") or str(LLVM / name)


def ptxas():
    """The path of ptxas: from PATH, then CUDA_HOME, PyPI's wheel, /usr/local/cuda unless CUDA_HOME
    is set. None without one."""
    wheel = os.path.join(sysconfig.get_paths()["purelib"], "nvidia", "cu13")
    home = os.environ.get("CUDA_HOME")
    for folder in (None, home, wheel, None if home else "/usr/local/cuda"):
        path = shutil.which("ptxas", path=folder and os.path.join(folder, "bin"))
        if path:
            return path
    return None


def run(*command):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"error: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def module(source, output, **defines):
    """LLVM IR of a file that defines kernels and the stores of their main loops."""
    run(tool("clang++"), *CLANG, f"-I{ROOT}", *(f"-D{name}={value}" for name, value in
                                                defines.items()), source, "-o", output)
    output.write_text(OF_ONE_TARGET.sub("", output.read_text()))
    return output


def linked(module, bitcode, output):
    """LLVM IR with what the module calls of the bitcode files, and no more."""
    run(tool("llvm-link"), "-S", "--only-needed", "--internalize", module, *bitcode,
        "-o", output)
    return output


def optimized(module, output, kernel=None):
    """For every architecture, with one kernel alone where one is named; primitives are linked
    in."""
    internalize = f"internalize<preserve-gv={kernel}>," if kernel else ""
    run(tool("opt"), f"-passes={internalize}default<O3>", TRIPLE, "-mcpu=sm_80", module, "-o",
        output)
    return output


def strangers(assembly, architecture):
    """Names of the kernels that are not for an architecture, as mdc::codegen::ptxOf sees it."""
    other = "generic" if architecture.endswith("a") else "specific"
    groups = re.findall(rf'^attributes (#\d+) = .*"mdc-home"="{other}"', assembly, re.M)
    kernels = re.findall(r"^define .*ptx_kernel .*@(\w+)\(.* (#\d+) ", assembly, re.M)
    return [name for name, group in kernels if group in groups]


def ptx(module, architecture, output):
    """The text that `mdc build` ships of an optimized module."""
    own = output.with_suffix(".bc")
    names = strangers(run(tool("llvm-dis"), module, "-o", "-"), architecture)
    run(tool("llvm-extract"), "--delete", *(f"--func={name}" for name in names), module, "-o", own)
    run(tool("llc"), "-O3", TRIPLE, f"-mcpu={architecture}", f"-mattr={PTX[architecture]}", own,
        "-o", output)
    return output.read_text()


def machine_code(path, architecture):
    """(most registers, bytes of spills and of stack frames, products that ptxas moves apart) of the
    kernels in a PTX file."""
    report = run(ptxas(), "-v", "-O3", f"-arch={architecture}", path, "-o",
                 path.with_suffix(".cubin"))
    registers = max(map(int, re.findall(r"Used (\d+) registers", report)))
    spills = sum(map(int, re.findall(r"(\d+) bytes spill", report)))
    stack = sum(map(int, re.findall(r"(\d+) bytes stack frame", report)))
    return registers, spills + stack, len(re.findall(r"wgmma|GMMA", report))


UNWANTED = {
    "calls": r"^\s*call",
    "local accesses": r"^\s*(ld|st)\.local",
    "generic accesses": r"^\s*(ld|st)(\.volatile)?(\.v\d)?\.[bfsu]\d+",
}

WORTH_KNOWING = {
    "mma.sync": r"^\s*mma\.sync",
    "wgmma": r"^\s*wgmma\.mma_async",
    "shuffles": r"^\s*shfl\.sync",
    "accesses of 16 bytes": r"^\s*(ld|st)\.global\S*\.(v4\.[bfsu]32|v8\.[bfsu]16|v2\.[bfsu]64)",
}


def counted(patterns, text):
    """How often each occurs, those that do."""
    found = {what: len(re.findall(pattern, text, re.M)) for what, pattern in patterns.items()}
    return {what: count for what, count in found.items() if count}


def report(module, folder, architectures=ARCHITECTURES):
    """A line for every architecture: the registers of an optimized module, what must not be there,
    and instructions of interest."""
    for architecture in architectures:
        path = folder / f"{architecture}.ptx"
        text = ptx(module, architecture, path)
        found = counted(UNWANTED, text)
        registers, spilled, waits = machine_code(path, architecture)
        found |= {what: count for what, count in {"spilled bytes": spilled,
                                                  "words about wgmma": waits}.items() if count}
        unwanted, interesting = (", ".join(f"{count} {what}" for what, count in each.items())
                                 for each in (found, counted(WORTH_KNOWING, text)))
        yield (f"{architecture}: {registers} registers, {unwanted or 'nothing unwanted'}"
               f"{interesting and '; '}{interesting}")
