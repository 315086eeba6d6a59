"""History written down: contacts that lived elsewhere, with their facts and their stays.

Their facts stand before those of this centre: their numbers are below 0, so that no follower of the journal takes
them for news, and a journal followed from its beginning meets them first. Decision 21 says why.

Four hands work at once, since a connection is served by one core: one makes the rows of a batch ready, two send the
batches before, one lets the customers of those that are committed be found. Batches are committed in their order, and
none without the one before it.
"""

import gc
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from affluent.storage.database import Conn, Database
from affluent.storage.following import link
from affluent.storage.history.batch import FACTS_MAX, Facts, Ready, Rows
from affluent.storage.history.imports import (
    KEY,
    Import,
    alone,
    audit,
    broken_off,
    goes_unwatched,
    imports,
    keep,
    next_id,
    unwatched,
)
from affluent.storage.history.names import Names, Told

BATCH = 20_000
_HANDS = 2
_WORDS_AT_ONCE = 10_000


class HistoryWriter:
    """Writes a history contact by contact, each once: begun anew, it goes on where it stopped."""

    def __init__(self, database: Database, told: Told, facts: Facts) -> None:
        self._database = database
        self._told = told
        self._facts = facts

    def write(
        self, file: str, digest: str, brand_id: int, now_ms: Callable[[], int], progress: Callable[[float], None]
    ) -> Import:  # fmt: skip
        """Everything that is not there yet. Raises `Busy`; what was written before stays.

        When it returns, customers whom the log names are found by name and number.
        """
        with alone(self._database), _uncollected():
            done = Import(0, file, self._told.source, brand_id, now_ms(), digest)
            with self._database.transaction() as conn:
                met_before = any(one.source == done.source for one in imports(conn))
                done = broken_off(conn, done) or done
                names = Names(conn, self._told, brand_id, done.started_ms)
                done.id = done.id or next_id(conn)
                for table, ids in names.made.items():
                    done.made.setdefault(table, []).extend(ids)
                keep(conn, done)
            with self._database.transaction() as conn:
                first_seq = _below(conn, FACTS_MAX * len(self._told.stays))
            before = [list(one) for one in done.ranges]
            with self._database.connect() as conn:
                conn.autocommit = True
                # Numbers taken are on disk before the rows that carry them: of one log, what comes later waits.
                conn.execute("set synchronous_commit = off")
                rows = Rows(conn, names, self._told, self._facts, brand_id, first_seq, met_before=met_before)
                self._in_parts(rows, done, before, progress)
            with self._database.transaction() as conn:
                done.finished_ms = now_ms()
                if done.contacts == 0:
                    # Nothing came of it: it leaves no trace.
                    names.unmake(conn)
                    conn.execute("delete from setting where key = %s", [f"{KEY}{done.id}"])
                else:
                    keep(conn, done)
                    audit(conn, done, "imported")
        return done

    def _in_parts(
        self, rows: Rows, done: Import, before: list[list[int]], progress: Callable[[float], None]
    ) -> None:
        total = self._told.contacts
        with self._database.transaction() as conn:
            # Where references are looked at, a batch must see the one before.
            hands = _HANDS if goes_unwatched(conn) else 1
        with (
            ThreadPoolExecutor(hands, "history-rows") as writing,
            ThreadPoolExecutor(1, "history-words") as indexing,
            self._database.connect() as words,
        ):
            words.autocommit = True
            _patient(words)
            # What an import that was broken off had not made findable yet is made so now.
            found: list[Future[None]] = [indexing.submit(_index, words, before)] if before else []
            under_way: deque[Future[None]] = deque()
            for start in range(0, total, BATCH):
                ready = rows.ready(start, min(total, start + BATCH))
                if len(under_way) == hands:
                    under_way.popleft().result()
                    progress((start - (hands - 1) * BATCH) / total)
                before_it = under_way[-1] if under_way else None
                written = writing.submit(self._commit, ready, done, before_it)
                under_way.append(written)
                if ready.ranges:
                    found.append(indexing.submit(_after, written, words, ready.ranges))
            for one in under_way:
                one.result()
            for one in found:
                one.result()
            words.execute(_SETTLED)

    def _commit(self, ready: Ready, done: Import, before: "Future[None] | None") -> None:
        """One batch with the note of how far the import is, together, once the batch `before` it is there.

        Was that one not committed, this one is not: its contacts may be of customers who come in the other.
        """
        with self._database.transaction() as conn:
            unwatched(conn)
            for query, content in ready.copies:
                with conn.cursor() as cursor, cursor.copy(query) as copy:
                    copy.write(content)
            if before is not None:
                before.result()
            # Sees what was committed meanwhile: stays of the batch before are linked to those of this one.
            link(conn, ready.met)
            done.contacts += ready.contacts
            done.known += ready.known
            done.open += ready.open
            done.ranges += ready.ranges
            keep(conn, done)


def _after(written: "Future[None]", conn: Conn, ranges: list[list[int]]) -> None:
    written.result()
    _index(conn, ranges)


def _index(conn: Conn, ranges: list[list[int]]) -> None:
    """Lets the customers of some contacts be found."""
    for low, high in ranges:
        for start in range(low, high + 1, _WORDS_AT_ONCE):
            conn.execute(_WORDS, {"low": start, "high": min(high, start + _WORDS_AT_ONCE - 1)})


def _patient(conn: Conn) -> None:
    """Words wait in the list of their index for each other: it takes many at once sooner than each by itself."""
    conn.execute("set synchronous_commit = off")
    conn.execute("set gin_pending_list_limit = '64MB'")
    conn.execute("set maintenance_work_mem = '128MB'")
    conn.execute("set work_mem = '64MB'")


@contextmanager
def _uncollected() -> Generator[None]:
    """Millions of rows without a cycle among them: looking for some would take a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _below(conn: Conn, count: int) -> int:
    """The first of so many facts before all that the journal holds."""
    row = conn.execute("select least(0, coalesce(min(seq), 0)) as first from journal").fetchone()
    assert row is not None
    return int(row["first"]) - count


_WORDS = """
insert into contact_words (contact_id, brand_id, arrived_ms, words)
select c.id, c.brand_id, c.arrived_ms, setweight(to_tsvector('simple', concat_ws(' ', p.plain, c.id,
  c.request_id, a.words)), 'A')
from contact c join customer u on u.id = c.customer_id
cross join lateral (select affluent_plain(u.name) as plain offset 0) p join lateral (select string_agg(
  case when a.kind = 'phone' then affluent_phone(a.value) when a.value = u.name then p.plain
  else affluent_plain(a.value) end, ' ') as words
  from customer_address a where a.customer_id = c.customer_id and a.kind <> 'chat') a on a.words is not null
where c.id between %(low)s and %(high)s
on conflict do nothing"""
"""As affluent_contact_words, of what an imported contact has: names and numbers, which have no stem in any language.
Making a text plain is most of the work: it is done once for who is called as they are addressed."""
_SETTLED = """
select gin_clean_pending_list(oid) from pg_class
where oid = 'contact_words_words'::regclass and pg_has_role(relowner, 'usage')"""
"""Who does not own the index leaves it to the server's own housekeeping."""
