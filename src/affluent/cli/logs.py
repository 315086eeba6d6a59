"""Logs: structured, without personal data."""

import logging
import sys
from typing import Any, TextIO, cast

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from affluent.cli.settings import Settings


class Forgiving:
    """A stream whose failures harm nobody: a log on a full disk loses lines, and the centre goes on.

    When writing works again, it says how many lines are missing.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lost = 0

    def write(self, text: str) -> int:
        try:
            if self._lost:
                self._stream.write(f"log_lines_lost={self._lost}\n")
                self._stream.flush()
                self._lost = 0
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._lost += text.count("\n")
        return len(text)

    def flush(self) -> None:
        """Each line is flushed as it is written."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _for_people() -> structlog.typing.Processor:
    """Places and no values: what a variable holds may be a customer's words."""
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def log_plainly() -> None:
    """For commands and workers that have no settings of a server: text on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _for_people(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def set_up_logs(settings: Settings) -> None:
    """Everything goes to standard error, as text for people or JSON for machines."""
    if not isinstance(sys.stderr, Forgiving):
        # For whoever writes there: our log, the standard library's, the console.
        sys.stderr = cast(TextIO, Forgiving(sys.stderr))
    stream = cast(TextIO, sys.stderr)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending: list[structlog.typing.Processor] = (
        [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
        if settings.log_format == "json"
        else [_for_people()]
    )
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(level, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
