"""What pages read about known problems: how many are marked, how many wait, and which one a contact may be about."""

from typing import Any

from affluent.centre.known_problems.problems import alike, fits
from affluent.centre.known_problems.views import Json
from affluent.centre.records import Problem
from affluent.centre.refusals import NotFound
from affluent.centre.wall import Viewer
from affluent.facts.instants import DAY_MS, MINUTE_MS
from affluent.storage.database import Conn, Database
from affluent.storage.problem_rows import PROBLEM, as_problem

OVER_MS = 2 * DAY_MS
"""For so long a problem that is over is still shown, to be answered for."""
SLOT_MS = 10 * MINUTE_MS
SLOTS = 12
LIKE_MAX = 100
"""So many of the latest contacts of a problem are compared with."""

_COUNTS = """
select c.problem_id, count(*) as marked,
  count(*) filter (where c.state in ('received', 'waiting', 'offered')) as waiting,
  count(*) filter (where c.state in ('in_hand', 'sleeping')) as in_hand,
  array(select (select count(*) from contact m where m.problem_id = c.problem_id
      and (%(brands)s::bigint[] is null or m.brand_id = any(%(brands)s))
      and m.problem_ms > %(now)s - (s + 1) * %(slot)s and m.problem_ms <= %(now)s - s * %(slot)s)
    from generate_series(%(slots)s - 1, 0, -1) s) as flow
from contact c where c.problem_id = any(%(ids)s) and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))
group by c.problem_id"""
_WORDS = """
select tsvector_to_array(w.words) as words from contact c join contact_words w on w.contact_id = c.id
where c.problem_id = %s and c.id <> %s and c.brand_id = %s order by c.problem_ms desc limit %s"""


class PgProblems:
    """`ProblemViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self, viewer: Viewer, now_ms: int) -> list[Json]:
        params = {"brands": viewer.brand_filter(), "now": now_ms, "over": now_ms - OVER_MS}
        with self._database.reading() as conn:
            rows = conn.execute(
                PROBLEM + " where (not archived or live) and (ends_ms is null or ends_ms > %(over)s)"
                " and (%(brands)s::bigint[] is null or brand_id is null or brand_id = any(%(brands)s))"
                " order by begins_ms, id",
                params,
            ).fetchall()
            found = [as_problem(row) for row in rows]
            counts = conn.execute(
                _COUNTS, {**params, "slot": SLOT_MS, "slots": SLOTS, "ids": [one.id for one in found]}
            ).fetchall()
            owners = _names(conn, [one.owner_id for one in found if one.owner_id is not None])
        counted = {row["problem_id"]: row for row in counts}
        shown = [
            _shown(one, now_ms)
            | {
                "owner": None if one.owner_id is None else {"id": one.owner_id, "name": owners[one.owner_id]},
                "slot_ms": SLOT_MS,
                **_count(counted.get(one.id)),
            }
            for one in found
        ]
        return sorted(shown, key=lambda one: (_ORDER[one["state"]], one["begins_ms"], one["id"]))

    def of_contact(self, viewer: Viewer, contact_id: int, now_ms: int) -> Json:
        with self._database.reading() as conn:
            contact = conn.execute(
                "select c.brand_id, c.problem_id, c.motive_id, c.queue_id, c.home_queue_id, c.subject, c.state,"
                " tsvector_to_array(w.words) as lexemes, coalesce((select string_agg(m.new_text || ' ' || m.text, ' '"
                " order by m.id) from message m where m.contact_id = c.id and m.direction = 'in'), '') as text"
                " from contact c left join contact_words w on w.contact_id = c.id where c.id = %s",
                (contact_id,),
            ).fetchone()
            if contact is None:
                raise NotFound("not_found")
            viewer.behind_wall(contact["brand_id"])
            rows = conn.execute(
                PROBLEM
                + " where id = %s or (not archived and (brand_id is null or brand_id = %s)) order by id",
                (contact["problem_id"], contact["brand_id"]),
            ).fetchall()
            known = [as_problem(row) for row in rows]
            suggested = [
                _shown(one, now_ms) | {"why": _why(conn, one, contact, contact_id)}
                for one in known
                if one.open_at(now_ms)
            ]
        mine = next((_shown(one, now_ms) for one in known if one.id == contact["problem_id"]), None)
        return {"marked": mine, "open": suggested}


_ORDER = {"open": 0, "planned": 1, "over": 2}


def _shown(one: Problem, now_ms: int) -> Json:
    state = "open" if one.open_at(now_ms) else "planned" if one.begins_ms > now_ms else "over"
    names = ("id", "name", "brand_id", "message_fr", "message_en", "begins_ms", "ends_ms")
    return {"state": state, **{name: getattr(one, name) for name in names}}


def _count(row: dict[str, Any] | None) -> Json:
    if row is None:
        return {"marked": 0, "waiting": 0, "in_hand": 0, "flow": [0] * SLOTS}
    return {name: row[name] for name in ("marked", "waiting", "in_hand", "flow")}


def _names(conn: Conn, ids: list[int]) -> dict[int, str]:
    rows = conn.execute("select id, name from account where id = any(%s)", (ids,)).fetchall()
    return {row["id"]: row["name"] for row in rows}


def _why(conn: Conn, problem: Problem, contact: dict[str, Any], contact_id: int) -> list[Json]:
    """What speaks for a contact being about an open problem, in codes; nothing when nothing does."""
    why: list[Json] = []
    headed_for = contact["home_queue_id"] or contact["queue_id"]
    if fits(problem, f"{contact['subject']}\n{contact['text']}", contact["motive_id"], headed_for):
        why.append({"code": "fits", "params": {}})
    rows = conn.execute(_WORDS, (problem.id, contact_id, contact["brand_id"], LIKE_MAX)).fetchall()
    like = alike(contact["lexemes"] or (), [row["words"] for row in rows])
    if like:
        why.append({"code": "alike", "params": {"count": like}})
    return why
