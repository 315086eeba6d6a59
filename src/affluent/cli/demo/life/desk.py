"""One simulated agent at the desk: signed in with a session of their own, their stream open, one head, two hands."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import httpx

from affluent.cli.clock import WallClock
from affluent.cli.demo import rhythm, stories
from affluent.cli.demo.life.seats import Tokens
from affluent.cli.demo.life.street import Json, Street
from affluent.cli.demo.life.told import Told
from affluent.cli.demo.people import PASSWORD, Person
from affluent.cli.demo.stories import Story
from affluent.facts.instants import HOUR_MS, MINUTE_MS

if TYPE_CHECKING:
    from affluent.cli.demo.life.telephone import Telephone

LEFT_UNANSWERED = 0.015
HANDED_ON = 0.03
WITH_NOTE = 0.15
SET_ASIDE = 0.25
UNRESOLVED = 0.07
WITHOUT_MOTIVE = 0.08
SILENCE_MS = 5 * MINUTE_MS
AGAIN_S = 3.0
LOOK_AGAIN_S = 45.0
AGENT = "Affluent demonstration"
"""How simulated agents sign in: their sessions are told from a visitor's by it."""


class Desk:
    """An agent who works here while `sit` runs."""

    def __init__(self, street: Street, person: Person, tokens: Tokens) -> None:
        self.person = person
        self.present = False
        """The stream is open."""
        self._street = street
        self._tokens = tokens
        self._client = httpx.AsyncClient(
            base_url=street.doors.api, timeout=30, trust_env=False,
            verify=False,  # noqa: S501 -- plain HTTP on loopback: nothing to verify, and certificates cost memory
            headers={"X-Affluent": "1", "User-Agent": AGENT, "Origin": f"http://{street.doors.web}"},
        )  # fmt: skip
        self._account = 0
        self._presence = ("", None)
        self._deciding: set[int] = set()
        self._serving: dict[int, asyncio.Event] = {}
        self._turns: dict[int, tuple[str, int]] = {}
        self.phone: Telephone | None = None
        self._attention = asyncio.Lock()
        self._motives: dict[str, int] = {}
        self.waiting = 0

    async def close(self) -> None:
        await self._client.aclose()

    async def sit(self, wanted: Callable[[], tuple[str, str | None]]) -> None:
        """Works until cancelled; comes back when the connection is lost. `wanted` is the presence to show."""
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    await self._sign_in()
                    await self._watch(wanted, tasks)
                except (httpx.HTTPError, OSError):
                    self.present = False
                await asyncio.sleep(AGAIN_S)
        finally:
            self.present = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._deciding.clear()
            self._serving.clear()

    async def _sign_in(self) -> None:
        token = self._tokens.get(self.person.email)
        if token is not None:
            self._client.cookies.set("affluent_session", token)
            known = await self._client.get("/session")
            if known.status_code == 200:
                self._account = known.json()["id"]
                return
            self._client.cookies.clear()
        async with self._tokens.one_at_a_time:
            body = {"email": self.person.email, "password": PASSWORD}
            me = await self._client.post("/session", json=body)
        me.raise_for_status()
        self._account = me.json()["id"]
        self._tokens.keep(self.person.email, self._client.cookies["affluent_session"])

    async def _watch(
        self, wanted: Callable[[], tuple[str, str | None]], tasks: set[asyncio.Task[None]]
    ) -> None:
        async with self._client.stream("GET", "/stream", timeout=None) as stream:
            if stream.status_code != 200:
                return
            self.present = True
            answered = await self._client.get("/motives")
            if answered.status_code == 200:
                self._motives = {one["name"]: one["id"] for one in answered.json()}
            seen = await self._client.get("/desk")
            seen.raise_for_status()
            self._read(seen.json(), tasks)
            keeper = asyncio.create_task(self._keep(wanted, tasks))
            calling = asyncio.create_task(self._be_on_the_phone())
            try:
                event = ""
                async for line in stream.aiter_lines():
                    if line.startswith("event: "):
                        event = line[7:]
                    elif line.startswith("data: ") and event == "desk":
                        self._read(json.loads(line[6:]), tasks)
                    elif line.startswith("data: ") and event == "queues":
                        self.waiting = json.loads(line[6:])["waiting"]
            finally:
                self.present = False
                keeper.cancel()
                calling.cancel()
                await asyncio.gather(calling, return_exceptions=True)

    async def _be_on_the_phone(self) -> None:
        if self._street.telephones:
            # A part that not everybody installs.
            from affluent.cli.demo.life.telephone import Telephone  # noqa: PLC0415

            self.phone = Telephone(self._street)
            await self.phone.run(self._client.cookies["affluent_session"])

    async def _keep(
        self, wanted: Callable[[], tuple[str, str | None]], tasks: set[asyncio.Task[None]]
    ) -> None:
        """Shows the presence that the plan says; looks at the desk now and then, should an event be lost."""
        looked_s = 0.0
        while True:
            state, reason = wanted()
            if self._presence != (state, reason) and state != "offline":
                body = {"state": state} if reason is None else {"state": state, "reason": reason}
                with contextlib.suppress(httpx.HTTPError):
                    await self._client.put("/desk/presence", json=body)
            await asyncio.sleep(1.0)
            looked_s += 1.0
            if looked_s >= LOOK_AGAIN_S:
                looked_s = 0.0
                with contextlib.suppress(httpx.HTTPError):
                    seen = await self._client.get("/desk")
                    if seen.status_code == 200:
                        self._read(seen.json(), tasks)

    async def leave(self) -> None:
        """Goes home: what is in hand goes back to its line."""
        with contextlib.suppress(httpx.HTTPError):
            await self._client.put("/desk/presence", json={"state": "offline"})

    @property
    def in_hand(self) -> int:
        return len(self._serving)

    def _read(self, desk: Json, tasks: set[asyncio.Task[None]]) -> None:
        self._presence = (desk["presence"]["state"], desk["presence"]["reason"])
        for row in desk["offers"]:
            if row["id"] not in self._deciding:
                self._deciding.add(row["id"])
                self._start(self._decide(row), tasks)
        here = {row["id"] for row in desk["in_hand"]}
        for row in desk["in_hand"]:
            changed = self._serving.get(row["id"])
            # What does not concern the customer must not begin the wait for them anew.
            turn = (row["awaiting"], row["unread"])
            before, self._turns[row["id"]] = self._turns.get(row["id"]), turn
            if changed is not None:
                if turn != before:
                    changed.set()
                continue
            self._serving[row["id"]] = asyncio.Event()
            self._start(self._serve(row["id"]), tasks)
        for gone, changed in self._serving.items():
            if gone not in here:
                changed.set()
        self._turns = {one: turn for one, turn in self._turns.items() if one in here}

    def _start(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = self._street.start(self._while_connected(work), "desk")
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _while_connected(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except httpx.HTTPError:
            # The server is gone for a moment: what is in hand is taken up again with the next look.
            self._street.counts["lost"] += 1

    async def _decide(self, row: Json) -> None:
        street = self._street
        try:
            if street.seats and not street.knows(row["customer"]["name"]):
                # A visitor plays both sides: what they write comes to the seat that they have taken.
                await asyncio.sleep(0.3)
                await self._post(f"/contacts/{row['id']}/decline", {"reason": "other"})
                return
            if street.chance.random() < LEFT_UNANSWERED:
                await street.tempo.rest(MINUTE_MS)
                return
            await street.tempo.rest(rhythm.reaction_ms(street.chance))
            if row["medium"] == "voice":
                await self._pick_up(row)
            elif await self._post(f"/contacts/{row['id']}/accept", {}):
                street.counts["accepted"] += 1
        finally:
            self._deciding.discard(row["id"])

    async def _pick_up(self, row: Json) -> None:
        """A call is said yes to by picking up the telephone."""
        language = "en" if row["language"] == "en" else "fr"
        first, brand = self.person.name.split(" ")[0], row["brand"]["name"]
        greeting = f"{brand}, {first}, bonjour." if language == "fr" else f"{brand}, {first} speaking."
        if self.phone is not None and await self.phone.picks_up(row["id"], greeting, language):
            self._street.counts["accepted"] += 1

    async def _talk(self, contact: Json) -> bool:
        """Until the caller hangs up; then what is left to do after a call."""
        if self.phone is not None:
            await self.phone.over(contact["id"])
        street = self._street
        await street.tempo.rest(rhythm.wrap_up_ms(street.chance))
        await street.tempo.running()
        story = street.callers.get(contact["customer"]["name"])
        return await self._close(contact, story or stories.any_story(), "resolved")

    async def _serve(self, contact_id: int) -> None:
        """Sees a contact to its end, for as long as it is in this agent's hand."""
        changed = self._serving[contact_id]
        try:
            while (conversation := await self._open(contact_id)) is not None:
                changed.clear()
                contact = conversation["contact"]
                if contact["state"] != "in_hand" or (contact["agent"] or {}).get("id") != self._account:
                    return
                if contact["medium"] == "voice":
                    going_on = await self._talk(contact)
                elif contact["awaiting"] == "us":
                    going_on = await self._answer(conversation)
                else:
                    going_on = await self._let_be(conversation, changed)
                if not going_on:
                    return
        finally:
            self._serving.pop(contact_id, None)

    async def _open(self, contact_id: int) -> Json | None:
        found = await self._client.get(f"/contacts/{contact_id}")
        if found.status_code != 200:
            return None
        await self._client.post(f"/contacts/{contact_id}/read")
        return found.json()

    async def _answer(self, conversation: Json) -> bool:
        street, contact = self._street, conversation["contact"]
        told = Told(conversation)
        hands_on = told.turn == 0 and contact["medium"] == "email" and street.chance.random() < HANDED_ON
        if hands_on and await self._hand_on(contact):
            return False
        text = told.words(self.person, street.tempo.now_ms())
        if text is None:
            await street.tempo.rest(rhythm.wrap_up_ms(street.chance))
            return await self._close(contact, told.story, "resolved")
        async with self._attention:
            if contact["medium"] == "chat":
                await self._client.post(f"/contacts/{contact['id']}/typing")
            await street.tempo.rest(rhythm.work_ms(street.chance, contact["medium"], text, self.person.pace))
            await street.tempo.running()
            body = {"key": secrets.token_hex(16), "kind": "reply", "text": text}
            said = await self._post(f"/contacts/{contact['id']}/messages", body)
        if said:
            street.counts["replied"] += 1
        else:
            await asyncio.sleep(1.0)
        return True

    async def _let_be(self, conversation: Json, changed: asyncio.Event) -> bool:
        """The customer's turn: a chat is waited for, a mail is set aside or closed."""
        street, contact = self._street, conversation["contact"]
        told = Told(conversation)
        chat = contact["medium"] == "chat"
        patience_ms = SILENCE_MS if chat and not told.over else rhythm.wrap_up_ms(street.chance)
        resting = asyncio.create_task(street.tempo.rest(patience_ms))
        moved = asyncio.create_task(changed.wait())
        try:
            await asyncio.wait((resting, moved), return_when=asyncio.FIRST_COMPLETED)
        finally:
            resting.cancel()
            moved.cancel()
        if changed.is_set():
            return True
        await street.tempo.running()
        if chat:
            return await self._close(contact, told.story, "resolved" if told.over else "no_reply")
        if told.turn == 1 and street.chance.random() < SET_ASIDE:
            hours = street.chance.uniform(8, 40) / max(1.0, street.tempo.pace.speed)
            until_ms = WallClock().now_ms() + round(hours * HOUR_MS)
            return not await self._post(f"/contacts/{contact['id']}/sleep", {"until_ms": until_ms})
        return await self._close(contact, told.story, "resolved")

    async def _close(self, contact: Json, story: Story, outcome: str) -> bool:
        chance = self._street.chance
        if outcome == "resolved" and chance.random() < UNRESOLVED:
            outcome = "unresolved"
        body: Json = {"outcome": outcome}
        motive = self._motives.get(story.motive)
        if motive is not None and chance.random() > WITHOUT_MOTIVE:
            body["motive_id"] = motive
        if chance.random() < WITH_NOTE:
            body["note"] = chance.choice(story.sides["fr"].note)
        closed = await self._post(f"/contacts/{contact['id']}/close", body)
        if closed:
            self._street.counts["closed"] += 1
        else:
            await asyncio.sleep(1.0)
        return not closed

    async def _hand_on(self, contact: Json) -> bool:
        found = await self._client.get("/directory")
        if found.status_code != 200 or contact["queue"] is None:
            return False
        others = [
            one["id"]
            for one in found.json()["queues"]
            if one["medium"] == contact["medium"]
            and one["brand_id"] == contact["brand"]["id"]
            and one["id"] != contact["queue"]["id"]
        ]
        if not others:
            return False
        await self._street.tempo.rest(MINUTE_MS)
        body = {"queue_id": others[0], "note": "Pour l’autre équipe, merci de prendre la suite."}
        handed = await self._post(f"/contacts/{contact['id']}/transfer", body)
        self._street.counts["handed_on"] += handed
        return handed

    async def _post(self, path: str, body: Json) -> bool:
        """Whether it was done. Being too late is an everyday thing."""
        answered = await self._client.post(path, json=body)
        if answered.status_code >= 500 and answered.status_code != 503:
            self._street.counts["server_errors"] += 1
        return answered.status_code < 300
