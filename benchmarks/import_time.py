"""How long `import querywright` takes: python benchmarks/import_time.py

Fresh interpreters, the median of nine. `cpu` is processor time, which
a busy machine does not change; `modules` how many are loaded beyond a bare interpreter's.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

ROUNDS = 9
PROGRAM = """
import sys, time
before, wall, cpu = len(sys.modules), time.perf_counter(), time.process_time()
import querywright
print(time.perf_counter() - wall, time.process_time() - cpu, len(sys.modules) - before)
"""


def main() -> None:
    rounds = []
    for _ in range(ROUNDS):
        said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
        rounds.append([float(number) for number in said.split()])
    wall, cpu, modules = (statistics.median(column) for column in zip(*rounds, strict=True))
    report = {"benchmark": "import_time", "rounds": ROUNDS, "reach_seconds": 0.3}
    print(json.dumps({**report, "seconds": round(wall, 3), "cpu_seconds": round(cpu, 3), "modules": int(modules)}))


if __name__ == "__main__":
    main()
