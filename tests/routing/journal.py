"""Prints a digest of what is decided over random days, for comparison between ways of running."""

import hashlib
import sys

from affluent.routing.compiled import CHECKED, INTERPRETED
from tests.routing.story import live_through


def main(days: int, events: int) -> None:
    digest = hashlib.sha256()
    for seed in range(days):
        pair = live_through(seed, events)
        digest.update(repr((pair.log, pair.router.live_contacts(), pair.router.live_agents())).encode())
    print("interpreted" if INTERPRETED else "checked" if CHECKED else "compiled", digest.hexdigest())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
