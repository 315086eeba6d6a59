"""Puts calls between browsers together: their lines, who sits at a desk, and what a caller is told of the wait."""

from typing import Any

from fastapi import APIRouter, WebSocket

from affluent.centre.refusals import Refusal
from affluent.centre.runner import Runner
from affluent.centre.wall import Right
from affluent.channels.voice.web.door import DeskAgent, build, wait_told
from affluent.channels.voice.web.lines import Browsers
from affluent.facts.instants import Clock
from affluent.storage.chat_door import PgChatDoor
from affluent.storage.database import Database
from affluent.storage.waits import WaitsFollower
from affluent.web.services import Services
from affluent.web.signin import COOKIE


def make_browsers(runner: Runner, clock: Clock, waits: WaitsFollower) -> Browsers:
    """The lines of this process."""

    def ahead(contact_id: int, language: str) -> dict[str, Any] | None:
        place = runner.position(contact_id)
        if place is None:
            return None
        found = waits.range_of(contact_id, clock.now_ms())
        wait = None if found is None else wait_told(found.low_ms, found.high_ms, language)
        return {"ahead": place, "wait": wait}

    return Browsers(clock, ahead)


def browser_calls(browsers: Browsers, database: Database, clock: Clock, services: Services) -> APIRouter:
    """The sockets of callers' pages and of desks."""

    def who(socket: WebSocket) -> DeskAgent | None:
        try:
            viewer = services.signing_in.viewer(socket.cookies.get(COOKIE)).viewer
        except Refusal:
            return None
        return DeskAgent(viewer.account_id, viewer.name) if viewer.may(Right.SERVE) else None

    return build(store=PgChatDoor(database), browsers=browsers, clock=clock, who=who)
