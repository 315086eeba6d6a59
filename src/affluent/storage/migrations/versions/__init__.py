"""Alembic migrations; each is plain SQL."""
