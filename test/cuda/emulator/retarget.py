"""Turns the LLVM IR of GPU kernels into a shared object for the emulator.

    retarget.py MODULE... -o KERNELS.so [--emulator FILE] [--ir KERNELS.ll] [--drop-call NAME[:N]]

Modules (.ll or .bc, of nvptx64) are linked first; primitives (runtime/cuda/kernels/Primitives.h)
must still be undefined in them. A kernel

    define ptx_kernel void @NAME(ptr byval([N x i64]) align 8 %arguments)

becomes `void NAME(const uint64_t *arguments)`, for mdc_emulate of libmdc-emulator.so: the file that
--emulator names, or one that was loaded before, with its symbols global. Address spaces vanish:
every pointer is one of the host.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LLVM = pathlib.Path("/usr/lib/llvm-22/bin")
CPU = "x86-64-v3"

# words of mdc::emulator::Position
POSITION = ["tid.x", "tid.y", "tid.z", "ctaid.x", "ctaid.y", "ctaid.z", "ntid.x", "ntid.y",
            "ntid.z", "nctaid.x", "nctaid.y", "nctaid.z", "laneid"]
SREG = "llvm.nvvm.read.ptx.sreg."

# intrinsics that LLVM or libm have too; the GPU's approximate ones are less exact than these
PLAIN = {
    "ex2.approx": "llvm.exp2.f32", "lg2.approx": "llvm.log2.f32", "sin.approx": "llvm.sin.f32",
    "cos.approx": "llvm.cos.f32", "sqrt.approx": "llvm.sqrt.f32", "sqrt.rn": "llvm.sqrt.f32",
    "fma.rn": "llvm.fma.f32", "fmax": "llvm.maxnum.f32", "fmin": "llvm.minnum.f32",
    "fmax.nan": "llvm.maximum.f32", "fmin.nan": "llvm.minimum.f32", "fabs": "llvm.fabs.f32",
    "floor": "llvm.floor.f32", "ceil": "llvm.ceil.f32", "trunc": "llvm.trunc.f32",
    "round": "llvm.roundeven.f32", "tanh.approx": "tanhf",
}
BODIES = {  # of one float
    "rcp.approx": "%r = fdiv float 1.0, %a0",
    "rcp.rn": "%r = fdiv float 1.0, %a0",
    "rsqrt.approx": "%s = call float @llvm.sqrt.f32(float %a0)\n  %r = fdiv float 1.0, %s",
}

TYPE = r"(?:\{[^}]*\}|<[^>]*>|\[[^\]]*\]|[\w.]+)"


def tool(name):
    path = shutil.which(f"{name}-22") or LLVM / name
    if not pathlib.Path(path).exists():
        sys.exit(f"error: {name}-22 is neither in PATH nor in {LLVM}\n"
                 f"note: install Debian's llvm-22 and clang-22")
    return str(path)


def split(arguments):
    """At the commas that are in no bracket."""
    parts, depth, part = [], 0, ""
    for character in arguments:
        depth += (character in "<{([") - (character in ">})]")
        if character == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    return parts + [part.strip()] if part.strip() else parts


def without_address_spaces(text):
    text = re.sub(r" addrspace\(\d+\)", "", text)
    text = re.sub(r"\baddrspacecast\b", "bitcast", text)
    return re.sub(r"(@llvm\.(?:nvvm|mem|lifetime|masked|prefetch)[\w.]*)",
                  lambda name: re.sub(r"\.p[1-7](?=\.|$)", ".p0", name.group(1)), text)


def without_attributes(text):
    """Attribute groups name the GPU; what they promise is not needed here."""
    text = re.sub(r"^attributes #.*\n", "", text, flags=re.M)
    text = re.sub(r" #\d+(?=[\s,{]|$)", "", text, flags=re.M)
    text = re.sub(r"^target (datalayout|triple) .*\n", "", text, flags=re.M)
    return 'target triple = "x86_64-unknown-linux-gnu"\n' + text


def host_entries(text):
    def entry(match):
        return re.sub(r"byval\([^)]*\) ?", "", match.group(0).replace("ptx_kernel ", ""))
    return re.sub(r"^define .*ptx_kernel .*$", entry, text, flags=re.M)


def shared_variables(text):
    """Static shared memory goes into one section, which the emulator poisons for every block. It
    is visible to others, so that no load is thought to see only what this thread has stored."""
    dynamic, found = [], False

    def variable(match):
        nonlocal found
        name, words, rest = match.groups()
        if re.search(r"\bexternal\b", words):
            dynamic.append(name)
            return ""
        found = True
        rest = re.sub(r"(?:^|, )comdat(\([^)]*\))?", "", rest)
        return f'{name} = hidden global {rest}, section "mdc_shared"'
    text = re.sub(r"^(@\S+) = (.*)addrspace\(3\) global (.*)$", variable, text, flags=re.M)
    for name in dynamic:
        text = re.sub(re.escape(name) + r"(?![\w.$])", "@mdc_emulator_shared", text)
    if dynamic:
        text += "\n@mdc_emulator_shared = external global [0 x i8], align 1024\n"
    return text, found


REGISTER = """
@__start_mdc_shared = external hidden global i8
@__stop_mdc_shared = external hidden global i8
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @mdc_shared_begin, ptr null }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @mdc_shared_end, ptr null }]
define internal void @mdc_shared_begin() {
  call void @mdc_emulator_register(ptr @__start_mdc_shared, ptr @__stop_mdc_shared)
  ret void
}
define internal void @mdc_shared_end() {
  call void @mdc_emulator_unregister(ptr @__start_mdc_shared)
  ret void
}
declare void @mdc_emulator_register(ptr, ptr)
declare void @mdc_emulator_unregister(ptr)
"""


def body_of(name, result, types):
    """The lines of a function that does what the intrinsic `name` does."""
    plain = re.sub(r"\.f(32)?$", "", name.removeprefix("llvm.nvvm.").replace(".ftz", ""))
    arguments = ", ".join(f"{kind} %a{i}" for i, kind in enumerate(types))
    if name.startswith(SREG):
        register = name.removeprefix(SREG)
        if register == "warpsize":
            return "  ret i32 32\n", ""
        if register not in POSITION:
            sys.exit(f"error: the emulator knows no register '{register}'")
        return (f"  %r = load i32, ptr getelementptr (i32, ptr @mdc_emulator_position, "
                f"i64 {POSITION.index(register)})\n  ret i32 %r\n", "")
    if result == "float" and plain in PLAIN:
        return (f"  %r = call float @{PLAIN[plain]}({arguments})\n  ret float %r\n",
                f"declare float @{PLAIN[plain]}({', '.join(types)})\n")
    if result == "float" and plain in BODIES:
        return f"  {BODIES[plain]}\n  ret float %r\n", "declare float @llvm.sqrt.f32(float)\n"
    return packed_call(name, result, types)


def packed_call(name, result, types):
    """void mdc_nvvm_NAME(place for the result, packed arguments)."""
    callee = "mdc_nvvm_" + re.sub(r"\.p\d$", "", name.removeprefix("llvm.nvvm.")).replace(".", "_")
    packed = "{ " + ", ".join(types or ["i8"]) + " }"
    lines = [f"  %given = alloca {packed}, align 16"]
    for i, kind in enumerate(types):
        lines += [f"  %p{i} = getelementptr {packed}, ptr %given, i32 0, i32 {i}",
                  f"  store {kind} %a{i}, ptr %p{i}"]
    if result == "void":
        lines += [f"  call void @{callee}(ptr null, ptr %given)", "  ret void"]
    else:
        lines += [f"  %place = alloca {result}, align 16",
                  f"  call void @{callee}(ptr %place, ptr %given)",
                  f"  %r = load {result}, ptr %place", f"  ret {result} %r"]
    return "\n".join(lines) + "\n", f"declare void @{callee}(ptr, ptr)\n"


def intrinsics(text):
    added, declared = [], set(re.findall(r"^declare .*(@[\w.]+)\(", text, re.M))
    is_used = {}

    def replace(match):
        words, name, given = match.groups()
        result = re.findall(TYPE, re.sub(r"range\([^)]*\)|\b(noundef|nonnull|declare)\b", "",
                                         words))[-1]
        types = [re.match(TYPE, argument).group() for argument in split(given)]
        body, declaration = body_of(name, result, types)
        parameters = ", ".join(f"{kind} %a{i}" for i, kind in enumerate(types))
        added.append(f'define internal {result} @mdc.{name}({parameters}) {{\n{body}}}\n')
        callee = re.search(r"@[\w.]+", declaration)
        if callee and callee.group() not in declared:
            declared.add(callee.group())
            added.append(declaration)
        is_used[name] = True
        return ""
    text = re.sub(r"^(declare .*) @(llvm\.nvvm\.[\w.]+)\((.*)\).*$", replace, text, flags=re.M)
    text = re.sub(r"@(llvm\.nvvm\.[\w.]+)\(", r"@mdc.\1(", text)
    if is_used and "@mdc_emulator_position" not in text:
        added.append("@mdc_emulator_position = external global [13 x i32]\n")
    return text + "\n" + "\n".join(added)


def math_functions(text):
    """Undefined __nv_NAME of libdevice are libm's NAME."""
    for name in re.findall(r"^declare .*@__nv_(\w+)\(", text, re.M):
        text = re.sub(rf"@__nv_{name}\b", f"@{name}", text)
    return text


def retargeted(text):
    if re.search(r"\basm (sideeffect )?", text):
        sys.exit("error: the module holds inline assembly, expected undefined primitives\n"
                 "note: retarget it before PrimitivesPtx.bc is linked in")
    text, has_shared = shared_variables(text)
    text = without_attributes(without_address_spaces(host_entries(text)))
    text = math_functions(intrinsics(text))
    return text + REGISTER if has_shared else text


def drop_call(text, what):
    """For planted faults: without the Nth call of a function (all of them without N)."""
    name, _, number = what.partition(":")
    calls = list(re.finditer(rf"^.*call [^@\n]*@{re.escape(name)}\(.*\n", text, re.M))
    chosen = [calls[int(number)]] if number else calls
    if not calls:
        sys.exit(f"error: no call of '{name}' to drop")
    for call in reversed(chosen):
        text = text[:call.start()] + text[call.end():]
    return text


def assembly_of(modules, folder):
    linked = folder / "linked.bc"
    subprocess.run([tool("llvm-link"), *modules, "-o", linked], check=True)
    text = folder / "linked.ll"
    subprocess.run([tool("llvm-dis"), linked, "-o", text], check=True)
    return text.read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="+", metavar="MODULE", help="LLVM IR, text or bitcode")
    parser.add_argument("-o", dest="output", required=True, metavar="KERNELS.so")
    parser.add_argument("--emulator", metavar="FILE", help="to be loaded with the kernels")
    parser.add_argument("--ir", metavar="KERNELS.ll", help="also keep the IR for the host")
    parser.add_argument("--drop-call", metavar="NAME[:N]", action="append", default=[],
                        help="plant a fault: leave out the Nth call of a function")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        text = assembly_of(options.modules, folder)
        for what in options.drop_call:
            text = drop_call(text, what)
        host = pathlib.Path(options.ir) if options.ir else folder / "host.ll"
        host.write_text(retargeted(text))
        emulator = []
        if options.emulator:
            path = pathlib.Path(options.emulator).resolve()
            emulator = [path, f"-Wl,-rpath,{path.parent}"]
        subprocess.run([tool("clang"), "-O1", f"-march={CPU}", "-shared", "-fPIC",
                        "-Wno-override-module", "-ffp-contract=on", host, *emulator, "-lm", "-o",
                        options.output], check=True)


if __name__ == "__main__":
    main()
