"""Search over everything: words over messages, subjects, customers and notes; filters; the brand wall."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg.sql import SQL

from affluent.centre.highlighting import distinct_hits, snippet
from affluent.centre.refusals import Invalid
from affluent.centre.searching import COUNT_MAX, Filters, Json, Sort
from affluent.centre.wall import Viewer
from affluent.storage.asking import Asked, asked
from affluent.storage.database import Conn, Database
from affluent.storage.folding import holds
from affluent.storage.shapes import ROW, as_row

PAGE = 50
AGENTS_SHOWN = 50
RANKED_MAX = 1_000
"""Relevance is weighed among so many of the newest that match; older ones are found by date."""
READ_MESSAGES = 30
READ_CHARS = 3_000

_OPEN: LiteralString = "('received', 'waiting', 'offered', 'in_hand', 'sleeping')"
_WALL: LiteralString = "(%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"
_WHERE: dict[str, LiteralString] = {
    "queue": "c.queue_id = any(%(queue)s)",
    "motive": "c.motive_id = any(%(motive)s)",
    "problem": "c.problem_id = any(%(problem)s)",
    "channel": "c.channel_id = any(%(channel)s)",
    "medium": "c.medium = any(%(medium)s)",
    "brand": "c.brand_id = any(%(brand)s)",
    "outcome": "c.outcome = any(%(outcome)s)",
    "customer": "c.customer_id = %(customer)s",
    "request": "c.request_id = %(request)s",
    "awaiting": f"c.awaiting = %(awaiting)s and c.state in {_OPEN}",
    "late": f"(c.due_ms < %(now)s and c.state in {_OPEN}) = %(late)s",
}
_SORTS: dict[Sort, tuple[LiteralString, LiteralString, LiteralString]] = {
    "relevance": ("f.rank", "desc", "<"),
    "newest": ("c.arrived_ms", "desc", "<"),
    "oldest": ("c.arrived_ms", "asc", ">"),
    "due": ("coalesce(c.due_ms, 4611686018427387904)", "asc", ">"),
}
_RANK: LiteralString = (
    "case when c.id = %(number)s or c.request_id = %(number)s then 1000"
    " else ts_rank('{0.05, 0.2, 0.5, 1.0}', w.words, %(words)s::tsquery) end::float8"
)


class PgContactSearch:
    """`ContactSearch` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(
        self, viewer: Viewer, filters: Filters, sort: Sort | None, cursor: str | None, now_ms: int
    ) -> Json:
        with self._database.transaction() as conn:
            words = asked(conn, filters.q or "")
            if sort is None or (sort == "relevance" and words is None):
                sort = "newest" if words is None else "relevance"
            after = _read_cursor(cursor, sort)
            if filters.q and filters.q.strip() and words is None:
                return {"items": [], "next": None}
            query, params = statement(viewer, filters, words, sort, now_ms)
            params |= {"at": after[0] if after else None, "id": after[1] if after else None, "most": PAGE + 1}
            found = conn.execute(query, params).fetchall()
            ids = [row["id"] for row in found[:PAGE]]
            rows = {row["id"]: row for row in conn.execute(ROW + " where c.id = any(%s)", (ids,)).fetchall()}
            snippets = _snippets(conn, ids, words) if words else {}
        items = [as_found(rows[one], viewer.locale) | {"snippet": snippets.get(one)} for one in ids]
        last = found[PAGE - 1] if len(found) > PAGE else None
        return {"items": items, "next": _cursor(sort, last["sort_key"], last["id"]) if last else None}

    def count(self, viewer: Viewer, filters: Filters, now_ms: int) -> int:
        with self._database.transaction() as conn:
            words = asked(conn, filters.q or "")
            if filters.q and filters.q.strip() and words is None:
                return 0
            where, params = _where(viewer, filters, words, now_ms)
            row = conn.execute(
                "select count(*) as n from (select from contact c"
                + _joined(words)
                + f" where {where} limit %(most)s) as found",
                {**params, "most": COUNT_MAX + 1},
            ).fetchone()
        assert row is not None
        return row["n"]

    def choices(self, viewer: Viewer) -> Json:
        motive: LiteralString = "c.name_fr" if viewer.locale == "fr" else "c.name_en"
        params = {"brands": viewer.brand_filter()}
        with self._database.transaction() as conn:
            return {
                name: conn.execute(
                    query.replace("{motive}", motive).replace("{wall}", _WALL), params
                ).fetchall()
                for name, query in _CHOICES.items()
            }

    def agents(self, viewer: Viewer, words: str, named: Sequence[int]) -> tuple[list[Json], bool]:
        found, params = holds(words, "a.name")
        with self._database.reading() as conn:
            rows = conn.execute(
                SQL(_AGENTS).format(found=found),
                {**params, "brands": viewer.brand_filter(), "named": list(named), "most": AGENTS_SHOWN + 1},
            ).fetchall()
        chosen = [row for row in rows if row["id"] in named]
        others = [row for row in rows if row["id"] not in named]
        return [*chosen, *others[:AGENTS_SHOWN]], len(others) > AGENTS_SHOWN


_AGENTS: LiteralString = """
with mine as (
  select a.id, a.name from account a where not archived and role in ('administrator', 'supervisor', 'agent')
    and (%(brands)s::bigint[] is null
      or exists (select from account_brand g where g.account_id = a.id and g.brand_id = any(%(brands)s)))
), found as (
  select a.id from mine a where {found} and a.id <> all(%(named)s::bigint[])
  order by lower(a.name), a.id limit %(most)s
)
select id, name from mine where id in (select id from found) or id = any(%(named)s::bigint[])
order by lower(name), id"""
_CHOICES: dict[str, LiteralString] = {
    "brands": "select id, name from brand where not archived"
    " and (%(brands)s::bigint[] is null or id = any(%(brands)s)) order by lower(name), id",
    "queues": "select c.id, c.name, c.brand_id, c.medium from queue c where not archived and {wall}"
    " order by lower(c.name), c.id",
    "motives": "select c.id, {motive} as name, c.brand_id from motive c where not archived"
    " and (c.brand_id is null or {wall}) order by lower({motive}), c.id",
    "problems": "select c.id, c.name, c.brand_id from known_problem c where not archived"
    " and (c.brand_id is null or {wall}) order by begins_ms desc, c.id desc limit 50",
    "channels": "select c.id, c.name, c.brand_id, c.medium from channel c where not archived and {wall}"
    " order by lower(c.name), c.id",
}


def statement(
    viewer: Viewer, filters: Filters, words: Asked | None, sort: Sort, now_ms: int
) -> tuple[LiteralString, dict[str, Any]]:
    """The query for the contacts of one page, with their sort keys; `at`, `id` and `most` are still to be given.

    Rows are read afterwards: with all their joins in one query, the planner would join them all before it chose.
    """
    where, params = _where(viewer, filters, words, now_ms)
    key, way, beyond = _SORTS[sort]
    kind: LiteralString = "float8" if sort == "relevance" else "bigint"
    after: LiteralString = f"(%(at)s::{kind} is null or ({key}, c.id) {beyond} (%(at)s, %(id)s))"
    ending: LiteralString = f" order by {key} {way}, c.id {way} limit %(most)s"
    if sort != "relevance":
        found: LiteralString = f"select c.id, {key} as sort_key from contact c{_joined(words)}"
        return f"{found} where {where} and {after}{ending}", params
    # Within what is found by words, the newest are weighed.
    newest: LiteralString = (
        f"select c.id, {_RANK} as rank from contact c{_joined(words)} where {where}"
        " order by w.arrived_ms desc, c.id desc limit %(ranked)s"
    )
    return (
        f"select c.id, f.rank as sort_key from ({newest}) as f join contact c on c.id = f.id where {after}{ending}",
        params,
    )


def _joined(words: Asked | None) -> LiteralString:
    return "" if words is None else " join contact_words w on w.contact_id = c.id"


def _where(
    viewer: Viewer, filters: Filters, words: Asked | None, now_ms: int
) -> tuple[LiteralString, dict[str, Any]]:
    """The conditions, and their parameters."""
    parts: list[LiteralString] = [_WALL]
    params: dict[str, Any] = {"brands": viewer.brand_filter(), "now": now_ms, "ranked": RANKED_MAX}
    for name, condition in _WHERE.items():
        value = getattr(filters, name)
        if value is not None and value != []:
            parts.append(condition)
            params[name] = value
    if filters.state:
        parts.append("c.state = any(%(state)s)")
        live = ["received", "waiting", "offered", "in_hand", "sleeping"] if "open" in filters.state else []
        params["state"] = sorted({*filters.state, *live} - {"open"})
    if filters.agent:
        numbers = [viewer.account_id if one == "me" else int(one) for one in filters.agent if one != "none"]
        served: LiteralString = (
            f"coalesce(c.agent_id, case when c.state not in {_OPEN} then c.last_agent_id end)"
        )
        nobody: LiteralString = f"{served} is null" if "none" in filters.agent else "false"
        parts.append(f"({served} = any(%(agents)s) or {nobody})")
        params["agents"] = numbers
    since_ms = filters.since_ms(now_ms)
    if since_ms is not None:
        parts.append("c.arrived_ms >= %(since)s")
        params["since"] = since_ms
    if filters.arrived_to_ms is not None:
        parts.append("c.arrived_ms < %(until)s")
        params["until"] = filters.arrived_to_ms
    if words is not None:
        parts.append("w.words @@ %(words)s::tsquery")
        params |= {"words": words.query, "number": words.number}
    both: LiteralString = " and "
    return both.join(parts), params


def as_found(row: dict[str, Any], locale: str) -> Json:
    """A row of the list, with what its further columns show."""
    return as_row(row, locale) | {
        "channel": {"id": row["channel_id"], "name": row["channel_name"]},
        "outcome": row["outcome"],
        "closed_ms": row["closed_ms"],
        "answered_ms": row["answered_ms"],
        "last_customer_ms": row["last_customer_ms"],
    }


def _snippets(conn: Conn, contact_ids: list[int], words: Asked) -> dict[int, Json]:
    """For each contact the message that says most of the words, cut to where they stand."""
    rows = conn.execute(
        "select m.id, m.contact_id, m.direction, m.at_ms, left(m.new_text, %(chars)s) as text"
        " from unnest(%(contacts)s::bigint[]) as t (id) cross join lateral (select * from message m"
        " where m.contact_id = t.id and m.direction <> 'event' order by m.id desc limit %(most)s) as m"
        " order by m.id desc",
        {"contacts": contact_ids, "chars": READ_CHARS, "most": READ_MESSAGES},
    ).fetchall()
    # A word that was found by its stem is shown by what it has in common with what was typed.
    shown = [word if len(word) < 6 else word[: max(5, len(word) - 3)] for word in words.words]
    best: dict[int, tuple[int, Json]] = {}
    for row in rows:
        hits = distinct_hits(row["text"], shown)
        known = best.get(row["contact_id"])
        if not hits or (known is not None and known[0] >= hits):
            continue
        parts = snippet(row["text"], shown)
        if parts is not None:
            about = {"message_id": row["id"], "direction": row["direction"], "at_ms": row["at_ms"]}
            best[row["contact_id"]] = (
                hits,
                about | {"parts": [{"text": one.text, "hit": one.hit} for one in parts]},
            )
    return {contact_id: found for contact_id, (_, found) in best.items()}


def _cursor(sort: Sort, key: float, contact_id: int) -> str:
    return base64.urlsafe_b64encode(f"{sort}/{key!r}/{contact_id}".encode()).decode()


def _read_cursor(cursor: str | None, sort: Sort) -> tuple[float, int] | None:
    """The place to go on from. Raises `Invalid` for what is no cursor of this list."""
    if not cursor:
        return None
    try:
        of, key, contact_id = base64.urlsafe_b64decode(cursor).decode().split("/")
        place = float(key) if sort == "relevance" else int(key), int(contact_id)
    except (ValueError, binascii.Error):
        raise Invalid("bad_cursor", "cursor") from None
    if of != sort or not all(0 <= one < 1 << 63 for one in place):
        raise Invalid("bad_cursor", "cursor")
    return place
