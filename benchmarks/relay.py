"""What a call through the centre costs: CPU seconds of the relay for each minute of a call of two, both speaking.

Method: this process holds the relay and the lines; a process of its own holds the pages, which are handsets in Python
that speak a tone without a pause (so that nothing is saved by silence) over the machine's own address. When every
page hears somebody, the CPU time of this process is counted for `--seconds`, all its threads, as the system accounts
it: other work on the machine does not change it. A call is one caller and one agent in a room, Opus both ways.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from affluent.channels.voice.relay import ways
from affluent.channels.voice.relay.handset import Handset
from affluent.channels.voice.relay.relay import Relay
from affluent.channels.voice.relay.sounds import RATE
from affluent.channels.voice.relay.switch import RelaySwitch
from affluent.channels.voice.switch import LegArrived
from affluent.channels.voice.web.lines import Browsers
from affluent.cli.clock import WallClock

PAGES = "--pages"
PATIENCE_S = 60.0


async def pages() -> None:
    """The handsets: frames come by standard input and go by standard output, one JSON object a line."""
    ways.on_this_machine()
    loop, handsets = asyncio.get_running_loop(), dict[int, Handset]()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        frame: dict[str, Any] = json.loads(line)
        number = frame.pop("page")
        if frame["t"] == "peer":

            def tell(told: dict[str, Any], number: int = number) -> None:
                print(json.dumps(told | {"page": number}), flush=True)

            made = handsets[number] = Handset(tell)
            tone = np.sin(2 * np.pi * (400 + 20 * number) * np.arange(RATE) / RATE)
            made.say(np.rint(tone * 9_000).astype(np.int16), again=True)
            await made.meet(frame["peer"], frame["line"])
        elif frame["t"] == "signal":
            await handsets[number].hear(frame)
        elif frame["t"] == "heard":
            heard = [one.sounded_s for one in handsets.values()]
            print(
                json.dumps({"t": "heard", "heard": min(heard, default=0.0), "pages": len(heard)}), flush=True
            )


class Page:
    """What the relay sees of one of them."""

    def __init__(self, number: int, child: asyncio.subprocess.Process) -> None:
        self._number = number
        self._child = child
        self._loop = asyncio.get_running_loop()

    def tell(self, frame: dict[str, Any]) -> None:
        if frame["t"] in ("peer", "signal"):
            self._loop.call_soon_threadsafe(self.write, frame)

    def write(self, frame: dict[str, Any]) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write((json.dumps(frame | {"page": self._number}) + "\n").encode())

    def replaced(self) -> None:
        raise AssertionError("nobody else is this page")


def signalled(passed_on: Callable[..., None], who: object, told: dict[str, Any]) -> None:
    passed_on(who, told["peer"], told["line"], {"description": told["description"]})


async def measured(calls: int, seconds: float) -> dict[str, float]:
    ways.on_this_machine()
    clock, folder = WallClock(), tempfile.TemporaryDirectory()
    browsers = Browsers(clock, lambda contact, language: {"ahead": 0, "wait": None})
    relay = Relay(clock, Path(folder.name), Path(folder.name) / "recordings")
    relay.start()
    switch = RelaySwitch(1, browsers, clock, relay)
    events = switch.events()
    await anext(events)
    child = await asyncio.create_subprocess_exec(
        sys.executable, __file__, PAGES, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    signals, heard = dict[int, Any](), asyncio.Queue[dict[str, Any]]()

    async def read() -> None:
        assert child.stdout is not None
        async for line in child.stdout:
            told: dict[str, Any] = json.loads(line)
            if told["t"] == "heard":
                heard.put_nowait(told)
            else:
                signals[told["page"]](told)

    reading = asyncio.create_task(read())
    asks = Page(0, child)
    for number in range(calls):
        caller, desk = 2 * number, 2 * number + 1
        page = Page(caller, child)
        leg = browsers.call(page, server_id=1, door="d", key=f"key-{number:08}", name="", language="fr")
        signals[caller] = partial(signalled, browsers.signal, leg)
        while not isinstance(await anext(events), LegArrived):
            pass
        await switch.answer(leg.id)
        browsers.desk(desk, "", Page(desk, child))
        signals[desk] = partial(signalled, browsers.desk_signal, desk)
        phone = await switch.dial(f"agent:{desk}", from_number="", name="", timeout_s=60, tags={})
        browsers.picks_up(desk, phone)
        await switch.join(f"call-{number}", [leg.id, phone])
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                asks.write({"t": "heard"})
                told = await heard.get()
                if told["pages"] == 2 * calls and told["heard"] > 0.5:
                    break
                await asyncio.sleep(0.2)
        before, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        cpu, lasted = time.process_time() - before, time.perf_counter() - wall
        asks.write({"t": "heard"})
        least = (await heard.get())["heard"]
    finally:
        child.kill()
        await child.wait()
        reading.cancel()
        relay.stop()
        folder.cleanup()
    return {"calls": calls, "seconds": lasted, "cpu_s": cpu, "cores": cpu / lasted,
            "cpu_s_a_call_minute": cpu / calls / lasted * 60, "least_heard_s": least}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(PAGES, action="store_true")
    told = parser.parse_args()
    if told.pages:
        asyncio.run(pages())
        return
    found = asyncio.run(measured(told.calls, told.seconds))
    if told.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:<22}{value:8.2f}")


if __name__ == "__main__":
    main()
