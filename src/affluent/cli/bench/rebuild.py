"""How long a server takes to lead a centre that is full: it builds the engine from the database.

The database holds queues with skills, agents whose hands are full, and contacts in line; they are written by SQL, as
they would stand after a day of work. `rebuild_s` is the wall clock from the start of the runner to its first command.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import LiteralString

import psycopg

from affluent.centre.transaction import Transaction
from affluent.cli.bench.decisions import memory_mb
from affluent.cli.bench.house import at_work, own_cluster
from affluent.routing import warm_up

HELD = 2
"""Contacts in each agent's hand: as many as fit."""
SINCE_MS = 1_790_000_000_000

_FILL: tuple[LiteralString, ...] = (
    "insert into brand (name) values ('Bench')",
    "insert into skill (key, name_fr, name_en) select 'skill' || n, 'Skill ' || n, 'Skill ' || n"
    " from generate_series(1, %(skills)s) n",
    "insert into queue (brand_id, name, medium, tier, target_ms, max_wait_ms)"
    " select 1, 'Queue ' || n, 'email', n %% 3, 14400000, 86400000 from generate_series(1, %(queues)s) n",
    "insert into queue_skill (queue_id, skill_id, required, level, weight, relax_after_ms)"
    " select q.id, 1 + (q.id * 7 + 13 * n) %% %(skills)s, n = 0, 1 + n, 10 - n, nullif(n * 15000, 0)"
    " from queue q, generate_series(0, 2) n on conflict do nothing",
    "insert into channel (brand_id, medium, name, queue_id, public_key) values (1, 'email', 'mail', 1, 'bench')",
    "insert into account (email, name, role, created_ms)"
    " select 'agent' || n || '@example.org', 'Agent ' || n, 'agent', 1 from generate_series(1, %(agents)s) n",
    "insert into account_brand select id, 1 from account",
    "insert into agent_capacity select id, 'email', %(held)s from account",
    "insert into agent_skill select a.id, 1 + (a.id * 11 + 5 * n) %% %(skills)s, 1 + n %% 5"
    " from account a, generate_series(1, 8) n on conflict do nothing",
    "insert into presence select id, 'ready', null, %(since)s from account",
    "insert into customer (brand_id, name, created_ms) select 1, 'Customer ' || n, %(since)s"
    " from generate_series(1, %(contacts)s) n",
    "insert into request (brand_id, customer_id, subject, opened_ms) select 1, id, 'A question', %(since)s"
    " from customer",
    "insert into contact (request_id, brand_id, customer_id, channel_id, medium, queue_id, state, subject, arrived_ms,"
    " queued_ms, place_ms, target_ms, due_ms, wrote, agent_id, last_agent_id, answered_ms)"
    " select r.id, 1, r.customer_id, 1, 'email', 1 + r.id %% %(queues)s,"
    " case when r.id > %(waiting)s then 'in_hand' else 'waiting' end, 'A question',"
    " %(since)s + r.id, %(since)s + r.id, %(since)s + r.id, 14400000, %(since)s + r.id + 14400000, true,"
    " case when r.id > %(waiting)s then 1 + (r.id - %(waiting)s - 1) / %(held)s end,"
    " case when r.id > %(waiting)s then 1 + (r.id - %(waiting)s - 1) / %(held)s end,"
    " case when r.id > %(waiting)s then %(since)s + r.id end from request r",
    "insert into journal (at_ms, kind, contact_id, data) select arrived_ms, 'ContactQueued', id, '{}' from contact",
)


def fill(dsn: str, *, agents: int, queues: int, skills: int, waiting: int) -> None:
    """Writes the centre. Triggers are off: what they would write is not what is measured."""
    sizes = {
        "agents": agents,
        "queues": queues,
        "skills": skills,
        "waiting": waiting,
        "held": HELD,
        "contacts": waiting + agents * HELD,
        "since": SINCE_MS,
    }
    with psycopg.connect(dsn, autocommit=True, cursor_factory=psycopg.ClientCursor) as conn:
        conn.execute("set session_replication_role = replica")
        for statement in _FILL:
            conn.execute(statement, sizes)
        conn.execute("vacuum analyze")


def nothing(tx: Transaction) -> None:
    """A command that finds everything as it stands."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Seconds until a server leads, and the most memory of its process by then."""

    took_s: float
    peak_mb: int


def measure(*, agents: int, queues: int, skills: int, waiting: int) -> Rebuilt:
    """In a process of its own, as a server that takes over is: nothing else has used its memory before."""
    sizes = {"agents": agents, "queues": queues, "skills": skills, "waiting": waiting}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, sizes).result()


def _measure(sizes: dict[str, int]) -> Rebuilt:
    warm_up(lambda line: None)
    with own_cluster() as cluster:
        dsn = cluster.dsn()
        fill(dsn, **sizes)
        began_s = time.perf_counter()
        with at_work(dsn) as runner:
            runner.do(nothing)
            return Rebuilt(time.perf_counter() - began_s, memory_mb())
