"""What integrators' routes read, and the customers they keep in step with their own house."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.identify import folded_address
from affluent.centre.integration.outside import EXTERNAL
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.views import Json
from affluent.centre.wall import Viewer
from affluent.storage.database import Conn, Database
from affluent.storage.rows import indexed, update
from affluent.storage.shapes import as_message
from affluent.storage.views import MESSAGE

_CARD = ("name", "language", "segment", "note")
_CUSTOMER_LOCK = 0x0AFF0005


class PgOutside:
    """`Outside` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def live_channel(self, channel_id: int) -> bool:
        with self._database.transaction() as conn:
            row = conn.execute("select archived from channel where id = %s", (channel_id,)).fetchone()
        return row is not None and not row["archived"]

    def brand_of(self, channel_id: int) -> int | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select brand_id from channel where id = %s and not archived", (channel_id,)
            ).fetchone()
        return None if row is None else row["brand_id"]

    def messages(self, viewer: Viewer, contact_id: int, after: int, most: int) -> list[Json]:
        with self._database.transaction() as conn:
            found = conn.execute("select brand_id from contact where id = %s", (contact_id,)).fetchone()
            if found is None:
                raise NotFound("not_found")
            viewer.behind_wall(found["brand_id"])
            rows = conn.execute(
                MESSAGE + " where m.contact_id = %s and m.id > %s order by m.id limit %s",
                (contact_id, after, most),
            ).fetchall()
        return [as_message(row) for row in rows]

    def customers(self, viewer: Viewer, filters: Mapping[str, Any], after: int, most: int) -> list[Json]:
        wanted = [(kind, filters.get(name)) for kind, name in _FILTERS if filters.get(name)]
        params: dict[str, Any] = {
            "brands": viewer.brand_filter(),
            "brand": filters.get("brand_id"),
            "kinds": [kind for kind, _ in wanted],
            "values": [indexed(folded_address(kind, str(value))) for kind, value in wanted],
            "after": after,
            "most": most,
        }
        with self._database.transaction() as conn:
            return conn.execute(_CUSTOMERS, params).fetchall()

    def keep_customer(self, viewer: Viewer, values: Json, now_ms: int) -> tuple[int, bool]:
        with self._database.transaction() as conn:
            brand_id: int = values["brand_id"]
            brand = conn.execute("select archived from brand where id = %s", (brand_id,)).fetchone()
            viewer.behind_wall(brand_id)
            if brand is None or brand["archived"]:
                raise NotFound("not_found")
            key = indexed(values["external_id"].strip())
            conn.execute(
                "select pg_advisory_xact_lock(%s, hashtext(%s))", (_CUSTOMER_LOCK, f"{brand_id}:{key}")
            )
            customer_id = _known(conn, brand_id, EXTERNAL, key) or _by_address(conn, brand_id, values)
            new = customer_id is None
            if customer_id is None:
                row = conn.execute(
                    "insert into customer (brand_id, created_ms) values (%s, %s) returning id",
                    (brand_id, now_ms),
                ).fetchone()
                assert row is not None
                customer_id = int(row["id"])
            _add(conn, brand_id, customer_id, EXTERNAL, key, "external_id")
            before = conn.execute(
                "select * from customer where id = %s for update", (customer_id,)
            ).fetchone()
            assert before is not None
            changes = {
                name: values[name] for name in _CARD if name in values and before[name] != values[name]
            }
            update(conn, "customer", customer_id, changes)
            for at, one in enumerate(values.get("addresses", ())):
                value = indexed(folded_address(one["kind"], one["value"]))
                _add(conn, brand_id, customer_id, one["kind"], value, f"addresses.{at}.value")
            if changes:
                conn.execute(
                    "insert into audit (at_ms, account_id, key_id, action, noun, noun_id, brand_ids, before, after)"
                    " values (%s, %s, %s, %s, 'customer', %s, %s, %s, %s)",
                    (
                        now_ms, viewer.account_id, viewer.key_id, "create" if new else "change", customer_id,
                        [brand_id], Jsonb({name: before[name] for name in changes}), Jsonb(changes),
                    ),
                )  # fmt: skip
        return customer_id, new


_FILTERS = ((EXTERNAL, "external_id"), ("email", "email"), ("phone", "phone"))

_CUSTOMERS = """
select c.id, c.brand_id, c.name, c.language, c.segment, c.note,
  coalesce((select jsonb_agg(jsonb_build_object('kind', a.kind, 'value', a.value) order by a.kind, a.value)
    from customer_address a where a.customer_id = c.id), '[]') as addresses
from customer c
where (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))
  and (%(brand)s::bigint is null or c.brand_id = %(brand)s)
  and not exists (select from unnest(%(kinds)s::text[], %(values)s::text[]) as w(kind, value)
    where not exists (select from customer_address a
      where a.customer_id = c.id and a.kind = w.kind and a.value = w.value))
  and c.id > %(after)s order by c.id limit %(most)s"""


def _known(conn: Conn, brand_id: int, kind: str, value: str) -> int | None:
    row = conn.execute(
        "select customer_id from customer_address where brand_id = %s and kind = %s and value = %s",
        (brand_id, kind, value),
    ).fetchone()
    return None if row is None else int(row["customer_id"])


def _by_address(conn: Conn, brand_id: int, values: Json) -> int | None:
    """Somebody known by one of the addresses, whom the integrator has not named yet."""
    for one in values.get("addresses", ()):
        found = _known(conn, brand_id, one["kind"], indexed(folded_address(one["kind"], one["value"])))
        if found is None:
            continue
        named = conn.execute(
            "select 1 from customer_address where customer_id = %s and kind = %s", (found, EXTERNAL)
        ).fetchone()
        if named is None:
            return found
    return None


def _add(conn: Conn, brand_id: int, customer_id: int, kind: str, value: str, path: str) -> None:
    """Gives an address to a customer. Raises `Refusal` when it is another's."""
    conn.execute(
        "insert into customer_address (customer_id, brand_id, kind, value) values (%s, %s, %s, %s)"
        " on conflict (brand_id, kind, value) do nothing",
        (customer_id, brand_id, kind, value),
    )
    if _known(conn, brand_id, kind, value) != customer_id:
        raise Refusal("address_of_other_customer", path)
