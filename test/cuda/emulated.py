"""Runs retargeted kernels in the emulator, on arrays whose last byte ends before a guard page."""

import ctypes
import mmap
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
RETARGET = HERE / "emulator" / "retarget.py"
PAGE = mmap.PAGESIZE
ALIGNMENT = 16  # bytes; operands of a binary are at multiples of 256, this shows more overruns

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def guarded(array, alignment=ALIGNMENT):
    """A copy of the array; what is read or written behind it is a fault."""
    array = np.ascontiguousarray(array)
    held = -(-array.nbytes // alignment) * alignment
    pages = -(-held // PAGE) * PAGE
    memory = mmap.mmap(-1, pages + PAGE)
    whole = np.frombuffer(memory, np.uint8)
    begin = pages - held
    assert _libc.mprotect(whole.ctypes.data + pages, PAGE, 0) == 0
    copy = whole[begin:begin + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


class Kernels:
    """The kernels of a shared object that retarget.py has made."""

    def __init__(self, emulator, library):
        self.emulator = ctypes.CDLL(str(emulator), mode=ctypes.RTLD_GLOBAL)
        self.library = ctypes.CDLL(str(library), mode=os.RTLD_NOW)

    def launch(self, name, words, grid, threads, shared_bytes=0):
        """`words`: arrays and integers, as the kernel's one parameter holds them."""
        values = [word.ctypes.data if isinstance(word, np.ndarray) else int(word) & (2**64 - 1)
                  for word in words]
        self.emulator.mdc_emulate(getattr(self.library, name),
                                  (ctypes.c_uint64 * len(values))(*values),
                                  (ctypes.c_uint * 3)(*grid), threads, shared_bytes)

    def configure(self, seed=1, eager=False):
        self.emulator.mdc_emulator_configure(seed, int(eager))


def retarget(modules, output, drop_calls=()):
    command = [sys.executable, RETARGET, *modules, "-o", output]
    for call in drop_calls:
        command += ["--drop-call", call]
    subprocess.run([str(part) for part in command], check=True)
    return output


def complaint_of(run):
    """What `run` comes to in a process of its own: its result if that is text, the emulator's
    sentence, or None."""
    with tempfile.TemporaryFile("w+") as output:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 2)
            text = run()
            if text:
                print(text, file=sys.stderr, flush=True)
            os._exit(1 if text else 0)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        text = output.read().strip()
        return None if status == 0 else text or f"status {status}"
