"""The process in which the history is lived: `python -m affluent.cli.demo.past DAYS`.

Its input is the database's address. A process of its own gives its memory back. It says how far it is, a share a
line, and at the end how many contacts.
"""

import gc
import sys

from affluent.cli.clock import WallClock
from affluent.cli.demo.past.history import write_history
from affluent.storage.database import Database


def main() -> None:
    # Whatever is made here is kept to the end: the collector would look for nothing.
    gc.disable()
    database = Database(sys.stdin.readline().strip(), size_max=2)
    database.open()
    try:
        written = write_history(
            database,
            WallClock().now_ms(),
            lambda share: print(f"{share:.3f}", flush=True),
            days=float(sys.argv[1]),
        )
        print(written, flush=True)
    finally:
        database.close()


if __name__ == "__main__":
    main()
