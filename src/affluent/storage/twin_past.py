"""What a scenario of today's centre is made of, on PostgreSQL."""

from collections.abc import Collection

import numpy as np

from affluent.centre.figuring import Slice
from affluent.centre.policy_document.writing import Standing, standing
from affluent.facts.instants import Clock
from affluent.measure.occupancy import Spans
from affluent.storage.administration import PostgresSettings
from affluent.storage.database import Database
from affluent.storage.fitting import log_of
from affluent.storage.outcomes import PgOutcomes
from affluent.twin.fitting.log import Log

WEEK_MS = 7 * 86_400_000


class PgPast:
    """`Past` on PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def log(self, brands: Collection[int], weeks: int) -> Log:
        """The stays of whole weeks up to this day's midnight: the day that is not over would seem a quiet one."""
        log = log_of(self._database)
        until_ms = log.midnight_ms(log.day(self._clock.now_ms()))
        within = log.between(until_ms - weeks * WEEK_MS, until_ms)
        kept = within.stays.where(np.isin(within.stays.brand_id, sorted(brands)))
        return Log(
            "Affluent", kept, log.queues, log.agents, log.known, log.strangers, log.zone, log.resolutions
        )

    def spans(self, brands: Collection[int], from_ms: int, to_ms: int) -> Spans:
        return PgOutcomes(self._database).spans(Slice(from_ms, to_ms, None))

    def standing(self) -> Standing:
        with PostgresSettings(self._database).unit() as unit:
            return standing(unit)
