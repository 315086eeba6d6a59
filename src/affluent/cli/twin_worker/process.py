"""Starts a worker: told by its standard input what it needs, which no list of processes shows."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO

import structlog

ENDS_S = 5.0
log = structlog.get_logger("affluent.twin")


class WorkerProcess:
    """A worker at work. It ends by itself when its standard input closes, so also when this process is killed."""

    def __init__(
        self, dsn: str, slots: int, cores: int, environment: Mapping[str, str] | None = None
    ) -> None:
        """`environment` is beside our own."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "affluent.cli.twin_worker"],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
        told = {"dsn": dsn, "slots": slots, "cores": cores}
        with contextlib.suppress(OSError):
            self._input.write(json.dumps(told).encode() + b"\n")
            self._input.flush()
        log.info("twin_worker_started", pid=self._process.pid)

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def alive(self) -> bool:
        if self._process.poll() is None:
            return True
        with contextlib.suppress(OSError):
            self._input.close()
        return False

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._input.close()
        try:
            self._process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
