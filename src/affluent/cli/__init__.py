"""The command `affluent`."""

from affluent.cli.commands import main

__all__ = ["main"]
