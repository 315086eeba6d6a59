"""The centre's own history as a fit reads it."""

from zoneinfo import ZoneInfo

import numpy as np

from affluent.centre.figuring import Slice
from affluent.storage.database import Database
from affluent.storage.outcomes import PgOutcomes
from affluent.twin.fitting.log import Log, in_order
from affluent.twin.history.rows import UNKNOWN_AGENT

_ALWAYS_MS = 1 << 60


class NoBrand(Exception):
    """No brand is called so; `brands` are those there are."""

    def __init__(self, name: str, brands: list[str]) -> None:
        super().__init__(name)
        self.name, self.brands = name, brands


def log_of(database: Database, brand: str | None = None) -> Log:
    """All stays, of one brand if it is named. Raises `NoBrand` and `Away`."""
    with database.transaction() as conn:
        rows = conn.execute("select id, name from brand order by id").fetchall()
        customers = conn.execute("select distinct customer_id as id from customer_address").fetchall()
        last = conn.execute("select coalesce(max(id), 0) as id from customer").fetchone()
    brands = {row["name"]: int(row["id"]) for row in rows}
    if brand is not None and brand not in brands:
        raise NoBrand(brand, list(brands))
    brand_id = None if brand is None else brands[brand]
    outcomes = PgOutcomes(database)
    stays = outcomes.stays(Slice(0, _ALWAYS_MS, None, brand_id))
    stays = in_order(stays, np.lexsort((stays.number, stays.contact_id)))
    known = np.zeros((0 if last is None else int(last["id"])) + 1, np.bool_)
    known[[row["id"] for row in customers]] = True
    queues = outcomes.names("queue", set(np.unique(stays.queue_id).tolist()), "en")
    agents = outcomes.names("agent", set(np.unique(stays.agent_id).tolist()), "en")
    zone = outcomes.zone(None, brand_id) or "UTC"
    strangers = frozenset(number for number, name in agents.items() if name == UNKNOWN_AGENT)
    return Log(brand or "Affluent", stays, _told_apart(queues), agents, known, strangers, ZoneInfo(zone))


def _told_apart(names: dict[int, str]) -> dict[int, str]:
    """Queues of two brands may have one name: then their number is said too."""
    times: dict[str, int] = {}
    for name in names.values():
        times[name] = times.get(name, 0) + 1
    return {number: name if times[name] == 1 else f"{name} ({number})" for number, name in names.items()}
