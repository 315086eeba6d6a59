"""Throw-away PostgreSQL clusters for tests, and databases copied from a migrated template."""

import itertools
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from affluent.storage.cluster import Cluster
from affluent.storage.migrate import migrate

TEMPLATE = "affluent_template"
_numbers = itertools.count(1)


class Databases:
    """Databases with the newest schema, each for one test, on one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        with self._admin() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        migrate(cluster.dsn(TEMPLATE))

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Generator[str, None, None]:
        """The DSN of a new database, dropped at the end even when connections were left open."""
        name = sql.Identifier(f"test_{next(_numbers)}")
        template = sql.Identifier(TEMPLATE if migrated else "template0")
        with self._admin() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        try:
            yield self.cluster.dsn(name.as_string().strip('"'))
        finally:
            with self._admin() as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.cluster.dsn("postgres"), autocommit=True)


@contextmanager
def throw_away(root: Path, binaries: Path) -> Generator[Databases, None, None]:
    """A cluster without durability that ends with the block."""
    cluster = Cluster(root=root, binaries=binaries, durable=False, settings={"max_connections": "200"})
    cluster.start()
    try:
        yield Databases(cluster)
    finally:
        cluster.stop()
