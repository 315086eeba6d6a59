"""What stands on agents' desks: many desks in one look, since one commit often changes several."""

import json
from collections.abc import Mapping
from typing import Any

from affluent.centre.views import Json
from affluent.storage.database import Conn
from affluent.storage.shapes import ROW, as_row
from affluent.storage.taking import names

REASONS = ("break", "lunch", "meeting", "training", "other")

_HELD = (
    ROW
    + """ where c.id in (
  select id from contact where agent_id = any(%(who)s) and state in ('offered', 'in_hand', 'sleeping')
  union all select id from contact where agent_id = any(%(who)s) and wraps_until_ms is not null
  union all select id from contact where kept_for = any(%(who)s) and not_before_ms is not null and state = 'waiting')
order by c.id"""
)
_BESIDE = (
    ROW
    + """ where c.parts is not null and c.state = 'in_hand'
  and c.parts @> any(%(mine)s::jsonb[]) order by c.id"""
)
_WHO = """
select a.id, a.role, p.state, p.reason, p.since_ms, p.lifted, p.lifted_until_ms,
  array(select brand_id from account_brand where account_id = a.id order by 1) as brands,
  array(select medium from agent_capacity where account_id = a.id and limit_count > 0 order by medium) as media,
  array(select limit_count from agent_capacity where account_id = a.id and limit_count > 0 order by medium) as limits
from account a left join presence p on p.account_id = a.id where a.id = any(%s)"""
# Whoever let an offer pass is offered nothing for a while, unless they said since that they are there. The kinds are
# those of the partial index.
_RESTING = """
select j.agent_id, max(j.at_ms + q.set_aside_ms) as until_ms
from journal j join contact c on c.id = j.contact_id join queue q on q.id = c.queue_id
  join presence p on p.account_id = j.agent_id
where j.at_ms > %(now)s - (select coalesce(max(set_aside_ms), 0) from queue)
  and j.kind in ('OfferDeclined', 'OfferExpired', 'ContactTransferred', 'ContactReturned')
  and j.kind = 'OfferExpired' and j.agent_id = any(%(who)s) and p.state = 'ready' and j.at_ms >= p.since_ms
group by j.agent_id having max(j.at_ms + q.set_aside_ms) > %(now)s"""
_SUMMARY = """
select count(*) as waiting, max((%(now)s - (c.due_ms - c.target_ms))::float8 / c.target_ms) as share
from contact c where c.state = 'waiting' and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"""


def read_desks(conn: Conn, locales: Mapping[int, str], now_ms: int) -> dict[int, Json]:
    """The desks of these accounts, each in its language."""
    accounts = list(locales)
    people = {row["id"]: row for row in conn.execute(_WHO, (accounts,)).fetchall()}
    held: dict[int, list[Json]] = {account_id: [] for account_id in accounts}
    for row in conn.execute(_HELD, {"who": accounts}).fetchall():
        whose = row["kept_for"] if row["agent_id"] is None else row["agent_id"]
        held[whose].append(as_row(row, locales[whose]))
    beside = _beside(conn, locales)
    resting = {
        row["agent_id"]: row["until_ms"]
        for row in conn.execute(_RESTING, {"who": accounts, "now": now_ms}).fetchall()
    }
    summaries: dict[tuple[int, ...] | None, Json] = {}
    desks: dict[int, Json] = {}
    for account_id in accounts:
        who = people.get(account_id)
        brands = None if who is None else _sees(who)
        if brands not in summaries:
            summaries[brands] = summary(conn, None if brands is None else list(brands), now_ms)
        desk = _desk(who, held[account_id], beside[account_id], summaries[brands], now_ms)
        desk["presence"]["rests_until_ms"] = resting.get(account_id)
        desks[account_id] = desk
    return desks


def _beside(conn: Conn, locales: Mapping[int, str]) -> dict[int, list[Json]]:
    """What is in a colleague's hand and each of these accounts takes part in, or is asked to."""
    mine = [json.dumps([{"agent_id": one}]) for one in locales]
    rows = conn.execute(_BESIDE, {"mine": mine}).fetchall()
    named = names(conn, {row["id"]: row["parts"] for row in rows})
    found: dict[int, list[Json]] = {account_id: [] for account_id in locales}
    for row in rows:
        for taken, kept in zip(named[row["id"]], row["parts"], strict=True):
            whose = taken["agent"]["id"]
            if whose in found:
                line = as_row(row, locales[whose])
                found[whose].append(line | {"mine": taken, "asked": kept.get("asked") or None})
    return found


def summary(conn: Conn, brands: list[int] | None, now_ms: int) -> Json:
    """How much waits, and how far the most urgent of it is on its way to its due instant."""
    row = conn.execute(_SUMMARY, {"now": now_ms, "brands": brands}).fetchone()
    assert row is not None
    return {"waiting": row["waiting"], "most_urgent_share": row["share"]}


def _sees(who: dict[str, Any]) -> tuple[int, ...] | None:
    return None if who["role"] == "administrator" and not who["brands"] else tuple(who["brands"])


def _desk(
    who: dict[str, Any] | None, rows: list[Json], beside: list[Json], queues: Json, now_ms: int
) -> Json:
    in_hand = [row for row in rows if row["state"] == "in_hand"]
    wrapping = [row for row in rows if row["wraps_until_ms"] is not None]
    taken = [row for row in beside if row["mine"]["joined_ms"] is not None]
    full = [*in_hand, *wrapping, *taken]
    presence: Json = {"state": "offline", "reason": None, "since_ms": now_ms}
    if who is not None and who["state"] is not None:
        presence = {key: who[key] for key in presence}
    limits = zip(who["media"], who["limits"], strict=True) if who is not None else ()
    return {
        "now_ms": now_ms,
        "presence": presence,
        "capacity": [
            {"medium": medium, "in_hand": sum(row["medium"] == medium for row in full), "limit": limit}
            | _lifted(who, medium, now_ms)
            for medium, limit in limits
        ],
        "offers": sorted(
            (row for row in rows if row["state"] == "offered"), key=lambda row: row["expires_ms"]
        ),
        "in_hand": sorted(in_hand, key=_due_first),
        "wrapping": sorted(wrapping, key=lambda row: row["wraps_until_ms"]),
        "promised": sorted(
            (row for row in rows if row["state"] == "waiting"), key=lambda row: row["not_before_ms"]
        ),
        "invitations": sorted(
            (row for row in beside if row["mine"]["joined_ms"] is None),
            key=lambda row: (row["mine"]["expires_ms"], row["id"]),
        ),
        "beside": taken,
        "sleeping": [row for row in rows if row["state"] == "sleeping"],
        "queues": queues,
        "reasons": list(REASONS),
    }


def _lifted(who: dict[str, Any] | None, medium: str, now_ms: int) -> Json:
    """What a supervisor allows over the limit of a medium, while that lasts."""
    if who is None or who["lifted_until_ms"] is None or who["lifted_until_ms"] <= now_ms:
        return {}
    extra = (who["lifted"] or {}).get(medium, 0)
    return {"extra": extra, "extra_until_ms": who["lifted_until_ms"]} if extra else {}


def _due_first(row: Json) -> tuple[bool, int, int]:
    """What is due first on top; what waits for the customer below, oldest first; then by identifier."""
    due = row["due_ms"]
    return (due is None, due if due is not None else row["arrived_ms"], row["id"])
