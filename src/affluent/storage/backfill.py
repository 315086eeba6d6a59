"""How the queues of a reserve are served: by the very indicator that reports use, and as they stand now."""

from collections.abc import Sequence
from typing import LiteralString

from affluent.centre.backfilling import Goal, Line
from affluent.measure.computing import Period, together
from affluent.storage.board.today import NAMES
from affluent.storage.database import Database
from affluent.storage.outcomes import PgOutcomes, Slice

_GOALS: LiteralString = """
select id, queue_ids, level_percent, level_window_ms, level_shut, level_since_ms from agent_reserve
where level_percent is not null and not archived order by id"""
_LINES: LiteralString = """
select q.target_ms, count(c.id) filter (where c.state = 'waiting') as waiting,
  coalesce(%(now)s - min(c.place_ms), 0) as longest_ms,
  (select count(*) from stay s where s.queue_id = q.id and s.answered_ms >= %(now)s - %(window)s
    and s.entered_ms >= %(now)s - 2 * %(window)s) as answered
from queue q left join contact c on c.queue_id = q.id and c.state in ('waiting', 'offered')
  and coalesce(c.not_before_ms, 0) <= %(now)s
where q.id = any(%(queues)s) group by q.id order by q.id"""


class PgLevels:
    """`Levels` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outcomes = PgOutcomes(database)

    def goals(self) -> Sequence[Goal]:
        with self._database.reading() as conn:
            rows = conn.execute(_GOALS).fetchall()
        return [Goal(*row.values()) for row in rows]

    def level(self, queue_ids: Sequence[int], window_ms: int, now_ms: int) -> tuple[int, int]:
        period = Period(now_ms - window_ms, now_ms + 1, now_ms)
        if not queue_ids:
            return 0, 0
        stays = self._outcomes.stays(Slice(period.from_ms, period.to_ms, None, queues=queue_ids), NAMES)
        figure = together(stays, period, ("service_level",))["service_level"]
        return int(figure.part), int(figure.count)

    def lines(self, queue_ids: Sequence[int], window_ms: int, now_ms: int) -> Sequence[Line]:
        params = {"queues": list(queue_ids), "window": window_ms, "now": now_ms}
        with self._database.reading() as conn:
            rows = conn.execute(_LINES, params).fetchall()
        return [
            Line(row["waiting"], max(0, row["longest_ms"]), row["answered"], row["target_ms"]) for row in rows
        ]
