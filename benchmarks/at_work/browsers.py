"""The browsers of a centre at work: agents at their desks, and whoever else a benchmark lets watch."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self

import httpx

Watching = Callable[[asyncio.Semaphore], Awaitable[None]]


class Desk:
    """One agent's browser."""

    def __init__(self, client: httpx.AsyncClient, token: str, found: list[float]) -> None:
        self.client = client
        self.cookies = {"Cookie": f"affluent_session={token}", "X-Affluent": "1"}
        self.found = found
        self.seen: set[int] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    async def watch(self, ready: asyncio.Semaphore) -> None:
        async with self.client.stream("GET", "/stream", headers=self.cookies, timeout=None) as stream:
            await self.client.put("/desk/presence", json={"state": "ready"}, headers=self.cookies)
            ready.release()
            event = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and event == "desk":
                    self.read(json.loads(line[6:]), time.time_ns() / 1e6)

    def read(self, desk: dict[str, Any], at_ms: float) -> None:
        for offer in desk["offers"]:
            if offer["id"] not in self.seen:
                self.seen.add(offer["id"])
                self.found.append(at_ms - offer["offered_ms"])
                task = asyncio.create_task(self.serve(offer["id"]))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def serve(self, contact: int) -> None:
        await self.client.post(f"/contacts/{contact}/accept", headers=self.cookies)
        await asyncio.sleep(1.0)
        body = {"outcome": "resolved"}
        await self.client.post(f"/contacts/{contact}/close", json=body, headers=self.cookies)


class Browsers:
    """The browsers of one process: each with a pool of its own, all watching before anything begins.

    One pool of four hundred connections walks them all at each request, and measured itself.
    """

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/api/v1"
        self._stack = contextlib.AsyncExitStack()
        self._ready = asyncio.Semaphore(0)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self._tasks:
            one.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def client(self) -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url=self._base, timeout=30, trust_env=False, verify=False)
        return await self._stack.enter_async_context(made)

    def watch(self, watching: Watching) -> None:
        """Begins to watch; `watching` releases the semaphore once it sees."""

        async def see() -> None:
            await watching(self._ready)

        self._tasks.append(asyncio.create_task(see()))

    async def all_ready(self) -> None:
        """Once everyone sees, tells the process that measures."""
        for _ in self._tasks:
            await self._ready.acquire()
        print("ready", flush=True)
