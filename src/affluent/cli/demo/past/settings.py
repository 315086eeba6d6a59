"""The settings of the demonstration as they are, read once: nothing changes while the history is lived."""

from collections.abc import Callable, Sequence
from typing import Any

from affluent.centre.ports import Settings as SettingsPort
from affluent.centre.records import Channel, Queue, Rule
from affluent.routing.policy import Policy


class Settings:
    """Each answer of another `Settings`, asked for at most once."""

    def __init__(self, asked: SettingsPort) -> None:
        self._asked = asked
        self._answers: dict[tuple[Any, ...], Any] = {}

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

    def motive_usable(self, motive_id: int, brand_id: int) -> bool:
        return self._once(self._asked.motive_usable, motive_id, brand_id)

    def forget(self) -> None:
        """Nothing changes while the history is lived."""
