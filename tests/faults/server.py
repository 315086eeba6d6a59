"""`affluent serve` as a process, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """`affluent serve`, as a process of its own."""

    def __init__(self, folder: Path, url: str | None, data: Path | None = None) -> None:
        self.folder, self.port, self.mail_port = folder, free_port(), free_port()
        self.environment = {
            **os.environ,
            "AFFLUENT_DATA_DIR": str(data or folder / "data"),
            "AFFLUENT_PORT": str(self.port),
            "AFFLUENT_MAIL_PORT": str(self.mail_port),
            **({"AFFLUENT_DATABASE_URL": url} if url else {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-c", "from affluent.cli import main; main()", "serve"]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        end = time.monotonic() + 90
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.folder / "log").read_text()[-3_000:]
            try:
                if (
                    httpx.get(f"http://127.0.0.1:{self.port}/api/v1/start", trust_env=False).status_code
                    == 200
                ):
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
