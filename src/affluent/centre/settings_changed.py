"""What runs takes up what an administrator changed; nobody loses their place."""

import contextlib
from collections.abc import Sequence

from affluent.centre.hub import Hub
from affluent.centre.hub import SettingsChanged as Announcement
from affluent.centre.known_problems import times as problem_times
from affluent.centre.refusals import Refusal
from affluent.centre.runner import Runner
from affluent.centre.signing_in import SigningIn
from affluent.centre.transaction import Transaction

ROUTED = frozenset(
    {
        "brands",
        "teams",
        "skills",
        "groups",
        "hours",
        "queues",
        "agents",
        "reserves",
        "media",
        "defaults",
        "channels",
    }
)
"""Nouns that the engine's policy is made of, or that decide where a stray contact goes."""


class TakenUp:
    """Tells the runner and the open pages. `SettingsChanged` of the administration, in a running centre."""

    def __init__(self, runner: Runner, hub: Hub, signing_in: SigningIn) -> None:
        self._runner = runner
        self._hub = hub
        self._signing_in = signing_in

    def changed(self, noun: str, row_id: int) -> None:
        # First of all: whoever lost a right has lost it.
        self._signing_in.forget()
        # Without a writer now, the one that comes reads the settings as they are by then.
        with contextlib.suppress(Refusal):
            if noun == "agents":
                self._runner.do(take_up_agent, account_id=row_id)
            elif noun == "queues":
                self._runner.do(take_up_queue, queue_id=row_id)
            elif noun == "problems":
                self._runner.do(problem_times.look)
            else:
                self._runner.do(take_up if noun in ROUTED else look_again)
        self._hub.publish(Announcement(noun))

    def together(self, changed: Sequence[tuple[str, int]]) -> None:
        """One look at the settings for all of them."""
        self._signing_in.forget()
        nouns = list(dict.fromkeys(noun for noun, _ in changed))
        with contextlib.suppress(Refusal):
            self._runner.do(take_up if ROUTED & set(nouns) else look_again)
        for noun in nouns:
            self._hub.publish(Announcement(noun))


def take_up(tx: Transaction) -> None:
    """The engine learns what differs from the settings as they are, or is built anew from them."""
    tx.policy_changed = True


def take_up_queue(tx: Transaction, *, queue_id: int) -> None:
    """The engine learns one queue's rules anew, and forgets nothing else."""
    tx.queue_changed = queue_id


def take_up_agent(tx: Transaction, *, account_id: int) -> None:
    """The engine learns one agent's rules anew, and forgets nothing else."""
    tx.store.settings.forget()
    tx.agent_changed = account_id


def look_again(tx: Transaction) -> None:
    """What follows is done by the settings as they are."""
    tx.store.settings.forget()
