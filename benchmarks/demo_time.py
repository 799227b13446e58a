"""How long `querywright demo` takes, as `make demo` runs it after the installation: python benchmarks/demo_time.py"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time

PROGRAM = "from querywright.cli import main; main()"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", PROGRAM, "demo", f"{folder}/demo"], check=True, capture_output=True)
        seconds = time.perf_counter() - began
    used = os.times()
    report = {
        "benchmark": "demo_time",
        "cores": os.cpu_count(),
        "reach_seconds": 60,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.children_user + used.children_system, 1),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
