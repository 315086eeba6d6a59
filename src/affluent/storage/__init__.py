"""PostgreSQL: schema, migrations, queries, the embedded server."""
