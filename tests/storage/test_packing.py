"""Rows made by columns arrive as they are: nulls, texts and widths, in their order."""

import numpy as np
import psycopg

from affluent.measure.outcomes import NEVER
from affluent.storage.packing import Numbers, Texts, packed


def test_every_row_arrives_as_it_is_in_its_order(dsn: str) -> None:
    rng = np.random.default_rng(5)
    small, large = rng.integers(-3, 300, 500), rng.integers(-(2**62), 2**62, 500)
    maybe = np.where(rng.random(500) < 0.3, NEVER, rng.integers(0, 9, 500))
    places = rng.integers(0, 3, 500)
    texts = ("", "voice", "é\tà")
    columns = (
        Numbers("small", small),
        Numbers("maybe", maybe, nullable=True),
        Texts("said", places, texts),
        Numbers("large", large),
    )
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "create temp table one (at serial, small smallint, maybe int, said text, large bigint not null)"
        )
        with (
            conn.cursor() as cursor,
            cursor.copy("copy one (small, maybe, said, large) from stdin with (format binary)") as copy,
        ):
            copy.write(packed(columns, {"small": 2, "maybe": 4, "large": 8}))
        rows = conn.execute("select small, maybe, said, large from one order by at").fetchall()
    told = [None if one == NEVER else one for one in maybe.tolist()]
    assert rows == list(
        zip(small.tolist(), told, [texts[one] for one in places], large.tolist(), strict=True)
    )


def test_no_rows_are_a_copy_of_nothing(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("create temp table one (small smallint)")
        with conn.cursor() as cursor, cursor.copy("copy one from stdin with (format binary)") as copy:
            copy.write(packed((Numbers("small", np.zeros(0, np.int64)),), {"small": 2}))
        assert conn.execute("select count(*) from one").fetchone() == (0,)
