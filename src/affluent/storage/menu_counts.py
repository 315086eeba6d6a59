"""Figures of menus, counted from the journal."""

from collections.abc import Sequence
from typing import Any, LiteralString

from affluent.centre.menus.figures import Behind, CallBehind, MenuFigures, StepCount, WayCount
from affluent.storage.database import Database

# Calls by when they began; their steps in order, each with the one before it.
_CALLS: LiteralString = (
    "with calls as (select contact_id, min(at_ms) as at_ms from journal where kind = 'CallMenuStepped'"
    " and (data ->> 'menu_id')::bigint = %(menu)s and at_ms >= %(from)s and at_ms < %(to)s"
    " and data ->> 'choice' = 'start'"
    " and (%(version)s::int is null or (data ->> 'version')::int = %(version)s) group by contact_id),"
    " steps as (select j.contact_id, j.data ->> 'step' as step, j.data ->> 'choice' as choice,"
    " coalesce(lag(j.data ->> 'step') over one, '') as source, lead(j.seq) over one is null as last"
    " from journal j join calls using (contact_id) where j.kind = 'CallMenuStepped'"
    " and (j.data ->> 'menu_id')::bigint = %(menu)s window one as (partition by j.contact_id order by j.seq)),"
    " ends as (select k.contact_id, k.at_ms, c.outcome, c.queue_id, s.step from calls k"
    " join contact c on c.id = k.contact_id join steps s on s.contact_id = k.contact_id and s.last)"
)
_LEFT: LiteralString = "e.outcome = 'abandoned' and e.queue_id is null"
_BEHIND: dict[Behind, LiteralString] = {
    "came": "exists (select from steps s where s.contact_id = e.contact_id"
    " and (%(step)s::text is null or s.step = %(step)s))",
    "left": _LEFT + " and (%(step)s::text is null or e.step = %(step)s)",
    "served": "e.outcome = 'self_served'",
    "queued": "e.queue_id is not null",
}


class PgMenuCounts:
    """`MenuCounts` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def figures(self, menu_id: int, version: int | None, from_ms: int, to_ms: int) -> MenuFigures:
        asked: dict[str, Any] = {"menu": menu_id, "version": version, "from": from_ms, "to": to_ms}
        with self._database.reading() as conn:
            whole = conn.execute(
                _CALLS
                + " select count(*) as calls, count(*) filter (where e.outcome = 'self_served') as served,"
                " count(*) filter (where e.queue_id is not null) as queued,"
                " count(*) filter (where " + _LEFT + ") as left from ends e",
                asked,
            ).fetchone()
            steps = conn.execute(
                _CALLS + " select s.step, count(distinct s.contact_id) as came, count(*) filter"
                " (where s.last and " + _LEFT + ") as left from steps s join ends e using (contact_id)"
                " group by s.step order by came desc, s.step",
                asked,
            ).fetchall()
            ways = conn.execute(
                _CALLS + " select source, choice, step as target, count(*) as count from steps"
                " group by source, choice, step order by count desc, source, choice, step",
                asked,
            ).fetchall()
        assert whole is not None
        return MenuFigures(
            **whole,
            steps=[StepCount(**row) for row in steps],
            ways=[WayCount(**row) for row in ways],
        )

    def behind(
        self,
        menu_id: int,
        version: int | None,
        from_ms: int,
        to_ms: int,
        what: Behind,
        step: str | None,
        most: int,
    ) -> Sequence[CallBehind]:
        with self._database.reading() as conn:
            rows = conn.execute(
                _CALLS + " select e.contact_id, e.at_ms, e.outcome from ends e where " + _BEHIND[what]
                + " order by e.at_ms desc, e.contact_id desc limit %(most)s",
                {
                    "menu": menu_id, "version": version, "from": from_ms, "to": to_ms, "step": step, "most": most,
                },
            ).fetchall()  # fmt: skip
        return [CallBehind(**row) for row in rows]
