"""The process of the simulated people: `python -m affluent.cli.demo.life`, with the doors as JSON in its argument.

Its orders come by standard input, one JSON object a line, and with the last of them it ends. Each second it says on
standard output how things stand.
"""

import asyncio
import contextlib
import json
import random
import sys
from pathlib import Path

from affluent.cli.demo.life.crew import Crew
from affluent.cli.demo.life.pace import PACES, Tempo
from affluent.cli.demo.life.street import Doors, Json, Street
from affluent.cli.demo.life.town import Town

TELL_S = 1.0


async def live(first: Json) -> None:
    """Lives until there are no more orders."""
    doors = Doors(first["web"], first["mail_port"], first["mail_folder"], first["keys"], first["seed"])
    chance = random.Random(doors.seed)  # noqa: S311 -- a play, no secret
    street = Street(doors, Tempo(first["pace"]), chance)
    street.telephones = bool(first["telephones"])
    town, crew = Town(street), Crew(street, Path(first["folder"]))
    alive = [
        asyncio.create_task(crew.live()),
        asyncio.create_task(town.live()),
        asyncio.create_task(_tell(street, town, crew)),
        asyncio.create_task(_obey(street, town)),
    ]
    if street.telephones:
        # A part that not everybody installs.
        from affluent.cli.demo.life.callers import Callers  # noqa: PLC0415

        alive.append(asyncio.create_task(Callers(street).live()))
    done, others = await asyncio.wait(alive, return_when=asyncio.FIRST_COMPLETED)
    for task in (*others, *street.tasks):
        task.cancel()
    await asyncio.gather(*others, *street.tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _obey(street: Street, town: Town) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        order: Json = json.loads(line)
        if (pace := order.get("pace")) in PACES:
            street.tempo.set(pace)
        if "seats" in order:
            street.seats = frozenset(order["seats"])
        if "letter" in order:
            town.letter(order["letter"], order["to"])


async def _tell(street: Street, town: Town, crew: Crew) -> None:
    while True:
        street.news.clear()
        town.waiting = max((desk.waiting for desk in crew.desks if desk.present), default=0)
        told: Json = {
            "pace": street.tempo.name,
            "at_ms": street.tempo.now_ms(),
            "chats": town.chats,
            "counts": dict(street.counts),
            "desks": crew.sitting(),
        }
        print(json.dumps(told), flush=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(street.news.wait(), TELL_S)


def main() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(live(json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
