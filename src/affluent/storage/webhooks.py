"""The journal followed for webhooks: each fact that somebody wants to hear of becomes an event and its deliveries.

The position and the deliveries are written in one transaction: a crash repeats none and leaves none out.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from affluent.centre.integration.events import KIND_OF, Names, told
from affluent.centre.integration.outside import EXTERNAL
from affluent.facts.agent import AgentAway, AgentOffline, AgentReady, LimitsLifted
from affluent.facts.instants import Clock
from affluent.storage.database import Conn, Database
from affluent.storage.journal_reading import fact_of

BATCH = 500


class WebhookFollower:
    """Keeps the deliveries up to date with the journal. Of several processes one follows."""

    def __init__(self, database: Database, clock: Clock, stir: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._stir = stir

    def follow(self) -> int:
        """Takes the next facts; returns how many."""
        with self._database.transaction() as conn:
            taken, made = self._follow(conn)
        if made:
            self._stir()
        return taken

    def _follow(self, conn: Conn) -> tuple[int, int]:
        at = conn.execute("select seq from webhook_position for update skip locked").fetchone()
        if at is None:
            return 0, 0
        hooks = conn.execute(
            "select id, brand_id, events from webhook where active and not archived order by id"
        ).fetchall()
        if not hooks:
            conn.execute(
                "update webhook_position set seq = j.seq from (select max(seq) as seq from journal) j"
                " where j.seq > webhook_position.seq"
            )
            return 0, 0
        rows = conn.execute(
            "select seq, at_ms, kind, contact_id, agent_id, data from journal where seq > %s order by seq limit %s",
            (at["seq"], BATCH),
        ).fetchall()
        if not rows:
            return 0, 0
        made = _deliver(conn, rows, hooks, self._clock.now_ms())
        conn.execute("update webhook_position set seq = %s", (rows[-1]["seq"],))
        return len(rows), made


def _deliver(conn: Conn, rows: list[dict[str, Any]], hooks: list[dict[str, Any]], now_ms: int) -> int:
    asked = {kind for hook in hooks for kind in hook["events"]}
    wanted = [row for row in rows if KIND_OF.get(row["kind"]) in asked and row["contact_id"]]
    if not wanted:
        return 0
    contacts = _contacts(conn, {row["contact_id"] for row in wanted})
    messages = _messages(conn, {row["data"]["message_id"] for row in wanted if "message_id" in row["data"]})
    names = _names(conn, wanted)
    made = 0
    for row in wanted:
        contact, kind = contacts.get(row["contact_id"]), KIND_OF[row["kind"]]
        fact = fact_of(row)
        if (
            contact is None
            or fact is None
            or isinstance(fact, AgentReady | AgentAway | AgentOffline | LimitsLifted)
        ):
            continue
        hear = [
            hook["id"]
            for hook in hooks
            if kind in hook["events"] and hook["brand_id"] in (None, contact["brand_id"])
        ]
        if not hear:
            continue
        event_id = f"evt_{row['seq']}"
        body = told(fact, event_id, contact, messages.get(row["data"].get("message_id")), names)
        conn.execute(
            "with event as (insert into webhook_event (seq, kind, contact_id, brand_id, at_ms, body)"
            " values (%(seq)s, %(kind)s, %(contact)s, %(brand)s, %(at)s, %(body)s) returning id)"
            " insert into webhook_delivery (webhook_id, event_id, contact_id, due_ms, created_ms)"
            " select hook, event.id, %(contact)s, %(now)s, %(now)s from event, unnest(%(hear)s::bigint[]) hook",
            {
                "seq": row["seq"],
                "kind": kind,
                "contact": row["contact_id"],
                "brand": contact["brand_id"],
                "at": row["at_ms"],
                "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
                "now": now_ms,
                "hear": hear,
            },
        )
        made += len(hear)
    return made


def _contacts(conn: Conn, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = conn.execute(
        "select c.id, c.request_id, c.brand_id, c.channel_id, c.medium, c.subject, c.language, c.arrived_ms,"
        " case when c.medium = 'message' then c.reply_address ->> 'reference' end as reference,"
        " jsonb_build_object('id', cu.id, 'name', cu.name, 'external_id', (select a.value from customer_address a"
        "  where a.customer_id = cu.id and a.kind = %s order by a.value limit 1)) as customer"
        " from contact c join customer cu on cu.id = c.customer_id where c.id = any(%s)",
        (EXTERNAL, sorted(ids)),
    ).fetchall()
    return {row["id"]: row for row in rows}


def _messages(conn: Conn, ids: Iterable[int]) -> dict[int | None, dict[str, Any]]:
    rows = conn.execute(
        "select m.id, jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name) as author,"
        " m.text, m.new_text, coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'filename', f.filename,"
        "  'content_type', f.content_type, 'size', f.size) order by f.id)"
        "  from message_file mf join file f on f.id = mf.file_id where mf.message_id = m.id), '[]') as attachments"
        " from message m where m.id = any(%s)",
        (sorted(ids),),
    ).fetchall()
    return {row["id"]: row for row in rows}


def _names(conn: Conn, rows: Iterable[dict[str, Any]]) -> Names:
    queues, agents, motives = set[int](), set[int](), set[int]()
    for row in rows:
        data: dict[str, Any] = row["data"]
        queues.update(data[name] for name in ("queue_id", "to_queue_id") if data.get(name))
        agents.update(one for one in (row["agent_id"], data.get("to_agent_id")) if one)
        motives.update(one for one in (data.get("motive_id"),) if one)
    found = conn.execute(
        "select 'queue' as of, id, name, '' as name_en from queue where id = any(%s)"
        " union all select 'agent', id, name, '' from account where id = any(%s)"
        " union all select 'motive', id, name_fr, name_en from motive where id = any(%s)",
        (sorted(queues), sorted(agents), sorted(motives)),
    ).fetchall()
    reasons = conn.execute("select code, name_fr, name_en from decline_reason").fetchall()
    return Names(
        {row["id"]: row["name"] for row in found if row["of"] == "queue"},
        {row["id"]: row["name"] for row in found if row["of"] == "agent"},
        {row["id"]: (row["name"], row["name_en"]) for row in found if row["of"] == "motive"},
        {row["code"]: (row["name_fr"], row["name_en"]) for row in reasons},
    )
