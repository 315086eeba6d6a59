"""A real Asterisk, of a test's own: installed by `tools/get-asterisk`, listening on this machine only."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from affluent.channels.voice.asterisk.configuration import PhoneOf, Plan, Trunk
from affluent.channels.voice.asterisk.own import furnish
from tests.faults.server import free_port

ROOT = Path(__file__).parents[2]
HERE = Path(os.environ.get("AFFLUENT_ASTERISK") or ROOT / "build/asterisk")
USER, PASSWORD = "affluent", "loopback"
LOST_AFTER_S = 2


def installed() -> Path:
    """Where it is unpacked. Raises when none can be had: a green run has called for real."""
    if not (HERE / "run").exists():
        subprocess.run([ROOT / "tools/get-asterisk", HERE], check=True, timeout=300)
    return HERE.resolve()


class Asterisk:
    """One Asterisk with its process. Callers come from any port here; at `network`, if any, numbers are called."""

    def __init__(
        self,
        folder: Path,
        agents: Sequence[int],
        *,
        lost_after_s: int = LOST_AFTER_S,
        together: bool = False,
        network: int = 0,
    ) -> None:
        self.root, self.folder, self.network = installed(), folder, network
        self.http, self.sip = free_port(), free_port()
        low = 20_000 + (self.sip % 200) * 100
        self.everyone = free_port() if together else 0
        self.ports = {agent: self.everyone or free_port() for agent in agents}
        """Where the phones of agents stand; `together`: all of them at one port."""
        phones = tuple(
            PhoneOf(agent, "", contact=f"sip:agent-{agent}@127.0.0.1:{port}")
            for agent, port in self.ports.items()
        )
        self.plan = Plan(
            USER, PASSWORD, http_port=self.http, sip_host="127.0.0.1", sip_port=self.sip, rtp=(low, low + 1999),
            media_address="127.0.0.1", lost_after_s=lost_after_s,
            trunks=(Trunk(f"127.0.0.1:{network}" if network else "", match=("127.0.0.1",), watched_s=0),),
            phones=phones,
        )  # fmt: skip
        self.main = furnish(self.root, folder, self.plan)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    def start(self) -> None:
        with (self.folder / "console").open("ab") as log:
            command = [str(self.root / "run"), "-C", str(self.main), "-f"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.folder / "console").read_text()[-2_000:]
            try:
                answer = httpx.get(f"{self.url}/ari/asterisk/ping", auth=(USER, PASSWORD), trust_env=False)
                if answer.status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError("Asterisk did not start: " + (self.folder / "console").read_text()[-2_000:])

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def channels(self) -> list[str]:
        """Every line that it carries."""
        return self._every("channels")

    def bridges(self) -> list[str]:
        return self._every("bridges")

    def _every(self, what: str) -> list[str]:
        answer = httpx.get(f"{self.url}/ari/{what}", auth=(USER, PASSWORD), trust_env=False)
        return [one["id"] for one in answer.json()]
