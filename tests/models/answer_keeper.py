"""A process that keeps answers until it is ended: `python answer_keeper.py FILE FIRST LAST [forever]`.

It prints the number of each answer that another process must find from then on.
"""

import sys
import time
from pathlib import Path

from querywright.models.cache import Kept, ResponseCache


def main() -> None:
    file, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with ResponseCache(file) as cache:
        for number in range(first, last):
            cache.put(number.to_bytes(16), {0: Kept(f"answer {number}", "", 1, 2)})
            if number % 50 == 0:
                time.sleep(0.05)
                print(number, flush=True)
        if len(sys.argv) > 4:
            print(last, flush=True)
            time.sleep(60)
        assert not cache.note, cache.note


if __name__ == "__main__":
    main()
