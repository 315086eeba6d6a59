"""A past for a centre: contacts of many days, drawn from a seed, with the facts of a living centre."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from affluent.facts import contact as facts
from affluent.facts.agent import AgentFact, AgentOffline, AgentReady
from affluent.facts.contact import ContactFact
from affluent.facts.media import Medium, Outcome

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
TARGETS_MS = {Medium.CHAT: 40_000, Medium.EMAIL: 4 * HOUR_MS}
NAMES = ("Léa Martin", "Karim Benali", "Zoé Petit", "Hugo Moreau", "Inès Roux", "Paul Blanc", "Nora Haddad")
SUBJECTS = (
    "Colis en retard",
    "Facture de mars",
    "Changer d’adresse",
    "Remboursement",
    "Mot de passe",
    "Devis",
)


@dataclass(frozen=True)
class Line:
    """A queue with its channel and who serves it."""

    queue: int
    channel: int
    brand: int
    medium: Medium
    agents: tuple[int, ...]


def write_history(
    conn: psycopg.Connection[DictRow],
    lines: Sequence[Line],
    *,
    until_ms: int,
    days: int,
    a_day: int,
    seed: int = 1,
) -> int:
    """Writes `a_day` contacts for each of `days` days before `until_ms`; returns how many there are."""
    chance = Random(seed)
    at: list[tuple[int, str, dict[str, Any]]] = []
    number = 0
    for day in range(days, 0, -1):
        start_ms = until_ms - day * DAY_MS
        for agent in sorted({agent for line in lines for agent in line.agents}):
            at += [
                _row(AgentReady(start_ms + 8 * HOUR_MS, agent)),
                _row(AgentOffline(start_ms + 19 * HOUR_MS, agent)),
            ]
        for arrived_ms in sorted(start_ms + int(chance.gauss(13, 2.2) * HOUR_MS) for _ in range(a_day)):
            number += 1
            line = chance.choice(lines)
            at += [
                _row(fact) for fact in _life(chance, line, _open(conn, chance, line, arrived_ms), arrived_ms)
            ]
    at.sort(key=lambda row: row[0])
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into journal (at_ms, kind, contact_id, agent_id, data) values (%s, %s, %s, %s, %s)",
            [
                (at_ms, kind, told.pop("contact_id", None), told.pop("agent_id", None), Jsonb(told))
                for at_ms, kind, told in at
            ],
        )
    return number


def _row(fact: ContactFact | AgentFact) -> tuple[int, str, dict[str, Any]]:
    told = asdict(fact)
    return told.pop("at_ms"), type(fact).__name__, told


def _open(conn: psycopg.Connection[DictRow], chance: Random, line: Line, at_ms: int) -> tuple[int, int, int]:
    row = conn.execute(
        "with c as (insert into customer (brand_id, name, created_ms) values (%(brand)s, %(name)s, %(at)s)"
        " returning id), r as (insert into request (brand_id, customer_id, opened_ms)"
        " select %(brand)s, id, %(at)s from c returning id)"
        " insert into contact (request_id, brand_id, customer_id, channel_id, medium, queue_id, state, subject,"
        " arrived_ms) select r.id, %(brand)s, c.id, %(channel)s, %(medium)s, %(queue)s, 'closed', %(subject)s,"
        " %(at)s from c, r returning id, request_id, customer_id",
        {
            "brand": line.brand, "name": chance.choice(NAMES), "at": at_ms, "channel": line.channel,
            "medium": line.medium.value, "queue": line.queue, "subject": chance.choice(SUBJECTS),
        },
    ).fetchone()  # fmt: skip
    assert row is not None
    return row["id"], row["request_id"], row["customer_id"]


def _life(chance: Random, line: Line, ids: tuple[int, int, int], at_ms: int) -> Iterator[ContactFact]:
    contact, request, customer = ids
    target_ms = TARGETS_MS[line.medium]
    yield facts.ContactReceived(at_ms, contact, request, customer, line.brand, line.channel, line.medium)
    yield facts.ContactQueued(
        at_ms, contact, line.queue, at_ms, target_ms=target_ms, due_ms=at_ms + target_ms
    )
    patience_ms = int(chance.expovariate(1 / (6 * target_ms)))
    wait_ms = int(chance.expovariate(1 / (0.5 * target_ms)))
    if line.medium is Medium.CHAT and patience_ms < wait_ms:
        yield facts.ContactAbandoned(at_ms + patience_ms, contact, chance.random() < 0.4)
        return
    agent = chance.choice(line.agents)
    at_ms += wait_ms
    yield facts.ContactOffered(at_ms, contact, agent, line.queue, at_ms + 30_000)
    yield facts.OfferAccepted(at_ms, contact, agent)
    for turn in range(chance.randint(1, 4 if line.medium is Medium.CHAT else 1)):
        if turn:
            at_ms += int(chance.expovariate(1 / 40_000))
            yield facts.MessageReceived(at_ms, contact, 1)
        at_ms += int(chance.expovariate(1 / 70_000))
        yield facts.MessageAnswered(at_ms, contact, agent, 1)
    at_ms += int(chance.expovariate(1 / 30_000))
    outcome = chance.choices([Outcome.RESOLVED, Outcome.UNRESOLVED, Outcome.SPAM], [85, 12, 3])[0]
    yield facts.ContactClosed(at_ms, contact, agent, outcome)
