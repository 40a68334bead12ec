"""linked_libraries.py BINARY: a PIE that needs the C library alone, and a small one."""

import os
import re
import subprocess
import sys

MOST_BYTES = 8 << 20


def main() -> None:
    path = sys.argv[1]
    listed = subprocess.run(["llvm-readelf-22", "--file-header", "--dynamic-table", path],
                            check=True, capture_output=True, text=True).stdout
    assert re.search(r"Type:\s+DYN", listed), listed
    needed = set(re.findall(r"\(NEEDED\).*\[(\S+)\]", listed))
    assert needed <= {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}, needed
    assert os.path.getsize(path) <= MOST_BYTES, os.path.getsize(path)


if __name__ == "__main__":
    main()
