"""Telephones of the demonstration: whoever sits down at a desk gets one, and simulated people where they can speak.

Without the relay a simulated agent has no voice: calls from a brand's site are then offered to people only, to the
visitors who have taken a desk.
"""

import threading

import structlog

from affluent.centre.wall import Role, Viewer
from affluent.cli.compose import Centre
from affluent.cli.demo.people import AGENTS, PEOPLE

REASON = "Qui peut parler a le téléphone"
log = structlog.get_logger("affluent.demo")


class Phones:
    """Gives and takes the calls of desks, one change of seats after the other."""

    def __init__(self, centre: Centre, *, everybody: bool = False) -> None:
        """`everybody`: the simulated agents can speak, too."""
        self._everybody = everybody
        self._administration = centre.app.state.services.administration
        self._lock = threading.Lock()

    def given(self, seats: frozenset[str]) -> None:
        """Calls go to these seats, by address, and to no other of the simulated people unless they can speak."""
        try:
            with self._lock:
                self._give(seats)
        except Exception:
            # The demonstration goes on without telephones.
            log.exception("demo_phones_failed")

    def _give(self, seats: frozenset[str]) -> None:
        looking = Viewer(0, "", Role.ADMINISTRATOR, "fr", None)
        people = {row["email"]: row for row in self._administration.list_(looking, "agents")}
        first = people[PEOPLE[0].email]
        viewer = Viewer(first["id"], first["name"], Role.ADMINISTRATOR, "fr", None)
        for one in AGENTS:
            row = people.get(one.email)
            wanted = 1 if self._everybody or one.email in seats else 0
            if row is not None and row["capacity"]["voice"] != wanted:
                self._administration.change(
                    viewer, "agents", row["id"], {"capacity": {"voice": wanted}}, reason=REASON
                )
