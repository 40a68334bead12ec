"""fake-ptxas.py FILE RELEASE [COMMAND]: a ptxas of a release that assembles by COMMAND."""

import pathlib
import sys

file = pathlib.Path(sys.argv[1])
file.parent.mkdir(parents=True, exist_ok=True)
file.write_text(f"""#!/bin/sh
[ "$1" = --version ] && echo "release {sys.argv[2]}, V{sys.argv[2]}.0" && exit
{" ".join(sys.argv[3:])}
""")
file.chmod(0o755)
