"""A classification rule, tried on the contacts of the past before it is saved."""

from typing import Any

from affluent.centre.administration.ports import Row, TrialResult
from affluent.centre.classify import Features, classify
from affluent.centre.records import Rule
from affluent.centre.wall import Viewer
from affluent.facts.instants import DAY_MS, Clock
from affluent.storage.database import Conn, Database
from affluent.storage.shapes import ROW, as_row

EXAMPLES = 20
CONTACTS_MAX = 20_000
TRIED = -1
"""The identifier under which the rule in trial takes its place among the saved ones."""

_PAST = """
select c.id, c.channel_id, c.language, c.subject, c.queue_id, cu.segment, m.new_text, m.mail, m.text,
  (select value from customer_address a where a.customer_id = c.customer_id and a.kind = 'email' limit 1) as address
from contact c join customer cu on cu.id = c.customer_id
left join lateral (select * from message m where m.contact_id = c.id and m.direction = 'in' order by m.id limit 1) m
  on true
where c.brand_id = %(brand)s and c.arrived_ms >= %(since)s order by c.arrived_ms desc, c.id desc limit %(most)s"""


class PgRuleTrial:
    """`RuleTrial` on PostgreSQL: as if the rule had been at its position among the others."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def try_rule(self, viewer: Viewer, rule: Row, days: int) -> TrialResult:
        """How many contacts of the last `days` the rule would have decided, with the newest examples."""
        viewer.behind_wall(rule["brand_id"])
        since_ms = self._clock.now_ms() - days * DAY_MS
        params = {"brand": rule["brand_id"], "since": since_ms, "most": CONTACTS_MAX}
        with self._database.transaction() as conn:
            rules = _with(conn, rule)
            past = conn.execute(_PAST, params).fetchall()
            hits = [
                (row, found) for row in past if TRIED in (found := classify(rules, _features(row))).rule_ids
            ]
            shown = {row["id"]: found.queue_id for row, found in hits[:EXAMPLES]}
            rows = conn.execute(
                ROW + " where c.id = any(%(ids)s) order by c.arrived_ms desc, c.id desc", {"ids": list(shown)}
            ).fetchall()
            names = {row["id"]: row["name"] for row in conn.execute("select id, name from queue").fetchall()}
        examples: list[dict[str, Any]] = []
        for row in rows:
            new = shown[row["id"]]
            shaped = as_row(row, viewer.locale)
            new_queue = {"id": new, "name": names[new]} if new in names else None
            examples.append(
                {**shaped, "current_queue": shaped["queue"], "new_queue": new_queue or shaped["queue"]}
            )
        return TrialResult(len(hits), len(past), examples)


def _with(conn: Conn, rule: Row) -> list[Rule]:
    saved = conn.execute(
        "select id, name, position, conditions, actions from rule where brand_id = %s and active and not archived"
        " and id <> %s order by position, id",
        (rule["brand_id"], rule.get("id") or 0),
    ).fetchall()
    tried = (rule.get("position", 0), Rule(TRIED, rule["name"], tuple(rule["conditions"]), rule["actions"]))
    rules = [
        (row["position"], Rule(row["id"], row["name"], tuple(row["conditions"]), row["actions"]))
        for row in saved
    ]
    return [one for _, one in sorted([*rules, tried], key=lambda pair: (pair[0], pair[1].id))]


def _features(row: dict[str, Any]) -> Features:
    mail: dict[str, Any] = row["mail"] or {}
    words = f"{row['subject']}\n{row['new_text'] or row['text'] or ''}"
    lines: list[str] = str(row["text"] or "").splitlines()
    form = {label: value for label, sign, value in (line.partition(" : ") for line in lines) if sign}
    address = str(mail.get("from") or row["address"] or "")
    return Features(row["channel_id"], address, row["language"], words, form, row["segment"])
