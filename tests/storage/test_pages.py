"""Pages by cursor are stable: whatever is added between two of them, each item that was there is read once."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.centre.stage import furnish, insert

from affluent.centre.wall import Role, Viewer
from affluent.storage.database import Database
from affluent.storage.deliveries import PgDeliveryDesk
from affluent.storage.outside import PgOutside
from affluent.web.cursors import page_of, position

ADA = Viewer(1, "Ada", Role.ADMINISTRATOR, "en", None)


def read_through(
    read: Callable[[int, int], list[dict[str, Any]]], add: Callable[[int], Any], size: int, added: list[int]
) -> list[int]:
    """Every page of a list, with so many rows added after each."""
    found: list[int] = []
    cursor: str | None = None
    for number in [*added, *[0] * 200]:
        page = page_of(read(position(cursor), size + 1), size)
        found += [row["id"] for row in page["items"]]
        add(number)
        cursor = page["next"]
        if cursor is None:
            return found
    raise AssertionError("the list never ends")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(there=st.integers(0, 12), size=st.integers(1, 5), added=st.lists(st.integers(0, 3), max_size=6))
def test_each_item_is_read_once_whatever_is_added(dsn: str, there: int, size: int, added: list[int]) -> None:
    database = Database(dsn, size_max=2)
    database.open()
    try:
        outside, desk = PgOutside(database), PgDeliveryDesk(database)
        with database.transaction() as conn:
            known = conn.execute("select min(id) as id from brand").fetchone()
            door = (known or {}).get("id") or furnish(dsn).north
            hook = insert(conn, "webhook", brand_id=door, name="x", url="https://x.example", created_ms=1)
            brand = insert(conn, "brand", name=f"Brand {hook}")

        def add_customers(number: int) -> list[int]:
            with database.transaction() as conn:
                return [insert(conn, "customer", brand_id=brand, created_ms=1) for _ in range(number)]

        def add_deliveries(number: int) -> list[int]:
            return [desk.test(hook, 1) for _ in range(number)]

        def customers(after: int, most: int) -> list[dict[str, Any]]:
            return outside.customers(ADA, {"brand_id": brand}, after, most)

        def deliveries(before: int, most: int) -> list[dict[str, Any]]:
            return desk.page(hook, None, before or None, most)

        for add, read in ((add_customers, customers), (add_deliveries, deliveries)):
            first = add(there)
            found = read_through(read, add, size, added)
            assert len(set(found)) == len(found), "an item was read twice"
            assert set(first) <= set(found), "an item was passed over"
    finally:
        database.close()
