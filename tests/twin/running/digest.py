"""Prints how the loop ran, and a digest of all it noted: for comparing processes."""

import hashlib

from affluent.twin.living.compiled import CHECKED, INTERPRETED
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from tests.twin.running.scenarios import full


def main() -> None:
    digest = hashlib.sha256()
    for rings in (False, True):
        days = Days(Building(full(rings=rings)))
        for replication in range(4):
            day = days.lived(7, replication)
            digest.update(day.outcomes.tobytes() + day.presence.tobytes() + str(day.ended_ms).encode())
    print("interpreted" if INTERPRETED else "checked" if CHECKED else "compiled", digest.hexdigest())


if __name__ == "__main__":
    main()
