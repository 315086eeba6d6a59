"""A rule on trial over the whole history, and one that is only written down: nothing of their effects is made up."""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from affluent.storage.database import Conn

DAYS = 28


def written(conn: Conn, start_ms: int, now_ms: int) -> int | None:
    """Writes the trials; the identifier of the one that runs since `start_ms`, None without a chat queue.

    What it does follows from the engine, which serves those first who fell to it.
    """
    queue = conn.execute(
        "select id, brand_id, name, tier, offer_ms from queue where medium = 'chat' and not archived"
        " order by brand_id, id limit 1"
    ).fetchone()
    admin = conn.execute("select id from account where role = 'administrator' order by id limit 1").fetchone()
    if queue is None or admin is None or queue["tier"] >= 9:
        return None
    common = {
        "brand_id": queue["brand_id"], "noun": "queues", "noun_id": queue["id"], "subject": queue["name"],
        "unit": "customer", "share_permille": 500, "slot_ms": 2 * HOUR_MS, "washout_ms": 10 * MINUTE_MS,
        "apart_days": 1, "timezone": "Europe/Paris", "days": DAYS, "created_ms": start_ms, "created_by": admin["id"],
    }  # fmt: skip
    draft = {
        "name": "Proposer plus brièvement", "why": "Un conseiller absent fait attendre le client suivant.",
        "mode": "switchback", "changes": Jsonb({"offer_ms": queue["offer_ms"] // 2}),
        "before": Jsonb({"offer_ms": queue["offer_ms"]}), "metric": "asa", "smallest": 5_000.0, "expected": -4_000.0,
        "guardrails": Jsonb([{"key": "abandonment", "margin": 0.02}]), "state": "draft",
    }  # fmt: skip
    running = {
        "name": "Chats servis d’abord", "why": "Un client qui attend devant son écran s’en va.", "mode": "share",
        "changes": Jsonb({"tier": queue["tier"] + 1}), "before": Jsonb({"tier": queue["tier"]}),
        "metric": "asa", "smallest": 5_000.0, "expected": -8_000.0,
        "guardrails": Jsonb([{"key": "abandonment", "margin": 0.02}, {"key": "service_level", "margin": 0.03}]),
        "planned_units": 800, "state": "running", "started_ms": start_ms, "started_by": admin["id"],
        "ends_ms": max(start_ms, now_ms - 21 * DAY_MS) + DAYS * DAY_MS,
    }  # fmt: skip
    trial_id = _insert(conn, common | running)
    _insert(conn, common | draft)
    return trial_id


def _insert(conn: Conn, columns: Mapping[str, object]) -> int:
    names = ", ".join(columns)
    marks = ", ".join(f"%({name})s" for name in columns)
    row = conn.execute(
        f"insert into trial ({names}) values ({marks}) returning id".encode(), columns
    ).fetchone()
    assert row is not None
    return int(row["id"])
