"""Search over a large centre: how long a page of results takes at 300,000 messages.

Method: a PostgreSQL of its own, 100,000 contacts with three messages each of some 40 words, whose frequencies follow
a power law as in a language. The follower indexes them as it does a centre's past, so the table also says what an
indexed message costs. Each question is asked several times through the use case that the API calls; `ms` is the
median of the time in the database connection as seen from this process, `plan` what the planner chose.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from affluent.centre.searching import Filters, Sort
from affluent.centre.wall import Role, Viewer
from affluent.storage.asking import asked
from affluent.storage.cluster import Cluster
from affluent.storage.database import Database
from affluent.storage.migrate import migrate
from affluent.storage.search import PgContactSearch, statement
from affluent.storage.server import embedded_binaries
from affluent.storage.words import WordsFollower, index_past

NOW_MS = 1_790_000_000_000
VIEWER = Viewer(1, "Ada", Role.AGENT, "fr", frozenset({1}))
WORDS = (
    "(select string_agg('mot' || floor(20000 * power(random(), 4))::int || case when n % 3 = 0 then 'ions' else 'e'"
    " end, ' ') from generate_series(1, 40) as n where n > -g)"
)
FURNITURE = """
insert into brand (name) values ('North'), ('South');
insert into account (email, name, role, created_ms) values ('ada@example.org', 'Ada', 'agent', 0);
insert into queue (brand_id, name, medium, target_ms) values (1, 'mail', 'email', 1000), (2, 'mail', 'email', 1000);
insert into channel (brand_id, medium, name, queue_id, public_key)
  values (1, 'email', 'n', 1, 'n'), (2, 'email', 's', 2, 's');
"""
QUESTIONS: tuple[tuple[str, dict[str, Any], Sort | None], ...] = (
    ("no words, newest", {}, None),
    ("no words, closed, oldest", {"state": ["closed"]}, "oldest"),
    ("one rare word", {"q": "mot19876e"}, None),
    ("one frequent word", {"q": "mot1ions"}, None),
    ("frequent beginning", {"q": "mot12"}, None),
    ("three words", {"q": "mot3e mot40ions mot7e"}, None),
    ("order number", {"q": "CMD-2026-054321"}, None),
    ("address", {"q": "c4242@customer.example"}, None),
    ("frequent word, newest", {"q": "mot1ions"}, "newest"),
    ("frequent word, last week", {"q": "mot1ions", "last_days": 7}, None),
    ("other brand's word", {"q": "sud"}, None),
    ("count of a frequent word", {"q": "mot1ions"}, "due"),
)


def fill(database: Database, contacts: int) -> float:
    """Writes the centre; returns the milliseconds that an indexed message costs."""
    with database.transaction() as conn:
        conn.execute(FURNITURE.encode())
        conn.execute(
            "insert into customer (brand_id, name, created_ms) select 1 + (g %% 10 = 0)::int, 'Client ' || g, 0"
            " from generate_series(1, %s) g",
            (contacts,),
        )
        conn.execute(
            "insert into customer_address (customer_id, brand_id, kind, value)"
            " select id, brand_id, 'email', 'c' || id || '@customer.example' from customer"
        )
        conn.execute(
            "insert into request (brand_id, customer_id, subject, opened_ms) select brand_id, id, 'x', 0 from customer"
        )
        conn.execute(
            "insert into contact (request_id, brand_id, customer_id, channel_id, medium, queue_id, state, subject,"
            " language, arrived_ms) select id, brand_id, id, brand_id, 'email', brand_id,"
            " case when id %% 50 = 0 then 'waiting' else 'closed' end, 'Commande CMD-2026-' || lpad(id::text, 6, '0'),"
            " 'fr', %s - id * 30000 from customer",
            (NOW_MS,),
        )
    for third in range(3):
        with database.transaction() as conn:
            text = WORDS.replace("n > -g", f"n > -g - {third}")
            conn.execute(
                "insert into message (contact_id, request_id, direction, author_kind, at_ms, text, new_text)"
                " select g, g, 'in', 'customer', 0, '', t || case when g % 10 = 0 then ' sud' else '' end"
                f" from (select g, {text} as t from generate_series(1, {contacts}) g) one".encode()
            )
    with database.transaction() as conn:
        index_past(conn)
    began = time.monotonic()
    WordsFollower(database).catch_up()
    took_ms = (time.monotonic() - began) * 1000 / (3 * contacts)
    with database.connect() as conn:
        conn.autocommit = True
        conn.execute("vacuum analyze")
    return took_ms


def ask(database: Database, filters: Filters, sort: Sort | None, times: int) -> tuple[float, int, str]:
    search = PgContactSearch(database)
    took: list[float] = []
    found = 0
    for _ in range(times):
        began = time.monotonic()
        if sort == "due" and filters.q:
            found = search.count(VIEWER, filters, NOW_MS)
        else:
            found = len(search.search(VIEWER, filters, sort, None, NOW_MS)["items"])
        took.append((time.monotonic() - began) * 1000)
    with database.transaction() as conn:
        words = asked(conn, filters.q or "")
        query, params = statement(
            VIEWER, filters, words, sort or ("relevance" if words else "newest"), NOW_MS
        )
        plan = conn.execute(
            b"explain " + query.encode(), {**params, "at": None, "id": None, "most": 51}
        ).fetchall()
    lines = [row["QUERY PLAN"] for row in plan]
    indexes = [
        line.split(" on ")[-1].split(" using ")[-1].split()[0] for line in lines if "contact_words" in line
    ]
    return statistics.median(took), found, ", ".join(dict.fromkeys(indexes)) or "contact"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    binaries = embedded_binaries()
    assert binaries is not None
    with tempfile.TemporaryDirectory() as root:
        cluster = Cluster(root=Path(root) / "pg", binaries=binaries, durable=False)
        cluster.start()
        try:
            migrate(cluster.dsn("postgres"))
            database = Database(cluster.dsn("postgres"), size_max=2)
            database.open()
            message_ms = fill(database, arguments.contacts)
            rows = [
                (name, *ask(database, Filters(**how), sort, arguments.times)) for name, how, sort in QUESTIONS
            ]
            database.close()
        finally:
            cluster.stop()
    if arguments.json:
        print(json.dumps({"message_ms": message_ms, "questions": [list(row) for row in rows]}))
        return
    print(f"{3 * arguments.contacts:,} messages; indexing one: {message_ms:.2f} ms")
    for name, ms, found, plan in rows:
        print(f"{name:30} {ms:8.1f} ms  {found:4} found  {plan}")


if __name__ == "__main__":
    main()
