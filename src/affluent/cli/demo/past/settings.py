"""The settings of the demonstration as they are, read once: nothing changes while the history is lived."""

from collections.abc import Callable, Sequence
from typing import Any, LiteralString

from affluent.centre.ports import Settings as SettingsPort
from affluent.centre.records import Channel, MotiveSteer, Opening, Problem, Queue, Rule, Segment
from affluent.centre.trials.records import Released
from affluent.facts.media import Medium
from affluent.routing.policy import AgentRule, Policy, QueueRule
from affluent.storage.database import Conn


def _numbers(conn: Conn, query: LiteralString) -> list[int]:
    return [int(row["id"]) for row in conn.execute(query).fetchall()]


class Settings:
    """Each answer of another `Settings`, asked for at most once."""

    def __init__(self, asked: SettingsPort) -> None:
        self._asked = asked
        self._answers: dict[tuple[Any, ...], Any] = {}
        self._segments: dict[tuple[str, int], Segment | None] = {}

    def read(self, conn: Conn) -> None:
        """Asks now for whatever can be asked for: the past is lived without a transaction that waits for it."""
        brands = _numbers(conn, "select id from brand")
        for brand_id in brands:
            self.rules(brand_id)
        for queue_id in _numbers(conn, "select id from queue"):
            self.queue(queue_id)
        for channel_id in _numbers(conn, "select id from channel"):
            self.channel(channel_id)
        for account_id in _numbers(conn, "select id from account"):
            self.account_name(account_id)
            for brand_id in brands:
                self.account_serves(account_id, brand_id)
        for motive_id in _numbers(conn, "select id from motive"):
            for brand_id in brands:
                self.motive_usable(motive_id, brand_id)
        for row in conn.execute("select lower(name) as name from segment").fetchall():
            for brand_id in brands:
                self._segments[row["name"], brand_id] = self._asked.segment(row["name"], brand_id)
        self.policy()
        self.released()

    def _once(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        key = (ask.__name__, *arguments)
        if key not in self._answers:
            self._answers[key] = ask(*arguments)
        return self._answers[key]

    def policy(self) -> Policy:
        return self._once(self._asked.policy)

    def channel(self, channel_id: int) -> Channel | None:
        return self._once(self._asked.channel, channel_id)

    def queue(self, queue_id: int) -> Queue | None:
        return self._once(self._asked.queue, queue_id)

    def rules(self, brand_id: int) -> Sequence[Rule]:
        return self._once(self._asked.rules, brand_id)

    def account_name(self, account_id: int) -> str | None:
        return self._once(self._asked.account_name, account_id)

    def account_serves(self, account_id: int, brand_id: int) -> bool:
        return self._once(self._asked.account_serves, account_id, brand_id)

    def decline_reason_usable(self, code: str) -> bool:
        return self._once(self._asked.decline_reason_usable, code)

    def motive_usable(self, motive_id: int, brand_id: int) -> bool:
        return self._once(self._asked.motive_usable, motive_id, brand_id)

    def agent_rule(self, account_id: int) -> AgentRule | None:
        return next((rule for rule in self.policy().agents if rule.id == account_id), None)

    def queue_rules(self, queue_id: int) -> tuple[Sequence[QueueRule], bool] | None:
        return self._once(self._asked.queue_rules, queue_id)

    def segment(self, name: str, brand_id: int) -> Segment | None:
        return self._segments.get((name.lower(), brand_id))

    def opening(self) -> Sequence[Opening]:
        # The people of the history come when somebody is there: its queues are never closed.
        return ()

    def released(self) -> Sequence[Released]:
        return self._once(self._asked.released)

    def set_closed(self, queue_id: int, since_ms: int | None) -> None:
        raise AssertionError("no queue of the history is closed by its hours")

    def motive_steer(self, motive_id: int) -> MotiveSteer | None:
        return None

    def channels_of(self, brand_id: int, medium: Medium) -> Sequence[Channel]:
        return ()

    def public_url(self) -> str | None:
        return None

    def problems(self) -> Sequence[Problem]:
        # Nothing went wrong for many at once in those weeks.
        return ()

    def problem(self, problem_id: int) -> Problem | None:
        return None

    def keep_problem(self, problem_id: int, *, live: bool, seen_contact: int | None) -> None:
        raise AssertionError("the history knows no known problem")

    def forget(self) -> None:
        """Nothing changes while the history is lived."""
