"""All simulated agents: who is called in when, and who steps aside for a visitor."""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

from affluent.cli.demo import rhythm
from affluent.cli.demo.life.desk import Desk
from affluent.cli.demo.life.seats import Tokens
from affluent.cli.demo.life.street import Street
from affluent.cli.demo.people import AGENTS, Person

CREW_MIN = 9
"""Whoever tries the demonstration at night finds a crew: so many are called in beyond their hours."""
LOOK_S = 2.0


@dataclass
class _Place:
    desk: Desk
    working: "asyncio.Task[None] | None" = None
    wanted: tuple[str, str | None] = field(default=("offline", None))


class Crew:
    """The desks of the simulated agents."""

    def __init__(self, street: Street, folder: Path) -> None:
        self._street = street
        tokens = Tokens(folder / "sessions.json")
        self._places = {one.email: _Place(Desk(street, one, tokens)) for one in AGENTS}

    @property
    def desks(self) -> list[Desk]:
        return [place.desk for place in self._places.values()]

    def sitting(self) -> list[str]:
        """Whose stream is open or about to be, by address."""
        return [email for email, place in self._places.items() if place.working is not None]

    async def live(self) -> None:
        """Sends everybody to their desk, on their break and home, until cancelled."""
        try:
            while True:
                plan = planned(self._street.tempo.now_ms())
                for email, place in self._places.items():
                    await self._follow(email, place, plan[email])
                await asyncio.sleep(LOOK_S)
        finally:
            working = [place.working for place in self._places.values() if place.working is not None]
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            for place in self._places.values():
                await place.desk.close()

    async def _follow(self, email: str, place: _Place, plan: tuple[str, str | None]) -> None:
        if self._street.tempo.paused and plan[0] != "offline":
            # Everybody holds still: what a visitor writes then waits for the visitor.
            plan = ("away", "other")
        place.wanted = plan
        if email in self._street.seats:
            await self._step_aside(place)
        elif plan[0] == "offline":
            if place.working is not None and (place.desk.in_hand == 0 or self._street.tempo.paused):
                await place.desk.leave()
                await self._step_aside(place)
            else:
                # What is begun is brought to its end; nothing new comes meanwhile.
                place.wanted = ("away", "other")
        elif place.working is None or place.working.done():
            place.working = self._street.start(place.desk.sit(lambda: place.wanted), "desk")
            # Told before the stream opens: the server must not take it for a visitor's.
            self._street.news.set()

    async def _step_aside(self, place: _Place) -> None:
        """The seat is a visitor's, or empty: the stream closes, the presence stays as it is."""
        if place.working is not None:
            place.working.cancel()
            await asyncio.gather(place.working, return_exceptions=True)
            place.working = None
            self._street.news.set()


def planned(now_ms: int) -> dict[str, tuple[str, str | None]]:
    """Who is where at this instant: everybody's plan, and who is called in so that somebody is there."""
    plan = {one.email: rhythm.presence_at(one, now_ms) for one in AGENTS}
    there = sum(state != "offline" for state, _ in plan.values())
    for person in _called_in(now_ms):
        if there >= CREW_MIN:
            break
        if plan[person.email][0] == "offline":
            plan[person.email] = ("ready", None)
            there += 1
    return plan


def _called_in(now_ms: int) -> list[Person]:
    """In what order people are asked to come, another one each day; both brands in turn."""
    chance = random.Random(str(rhythm.wall(now_ms).date()))  # noqa: S311 -- a play, no secret
    by_team: dict[str, list[Person]] = {}
    for person in AGENTS:
        by_team.setdefault(person.team or "", []).append(person)
    for people in by_team.values():
        chance.shuffle(people)
    longest = max(len(people) for people in by_team.values())
    return [people[turn] for turn in range(longest) for people in by_team.values() if turn < len(people)]
