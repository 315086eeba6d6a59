"""What begins and ends by the clock: opening hours, and known problems."""

from affluent.centre.known_problems.times import keep_problems
from affluent.centre.opening import keep_hours
from affluent.centre.transaction import Transaction


def keep(tx: Transaction) -> int | None:
    """Brings about what is due; when to look again, None while nothing is to come."""
    looks = (keep_hours(tx), keep_problems(tx))
    return min((at_ms for at_ms in looks if at_ms is not None), default=None)
