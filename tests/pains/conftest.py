"""The small centre of `tests/centre`, at work on a real database."""

from tests.centre.conftest import engine, stage

__all__ = ["engine", "stage"]
