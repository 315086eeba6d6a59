"""The use cases: one command, one transaction."""
