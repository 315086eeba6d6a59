"""Run by Alembic: applies the migrations on the connection that `affluent.storage.migrate` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    # Each migration commits by itself: one that fails leaves the schema at the one before it.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
