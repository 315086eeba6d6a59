"""The PostgreSQL servers a test of storage runs on."""

import pytest

EVERY_POSTGRES = pytest.mark.parametrize("databases", ["embedded", "debian"], indirect=True)
