"""Desks that are gone: a browser closed, a machine that sleeps, a network that is cut."""

import threading
from collections.abc import Callable

from affluent.centre import presence
from affluent.centre.refusals import Refusal
from affluent.centre.runner import Runner
from affluent.storage.database import Database
from affluent.web.desk.watch import Watch

LOST_AFTER_S = 90.0
"""A desk that stays away longer than this is gone: its agent is offline, its chats go back to the queue."""
_THERE = """
select account_id from presence where state <> 'offline'
union select (one ->> 'agent_id')::bigint from contact, jsonb_array_elements(parts) one where parts is not null"""
"""Who is there, and who takes part in a contact without being there for others: a supervisor who listens."""


def let_go_of_lost_desks(
    watch: Watch, runner: Runner, database: Database, stoppers: list[Callable[[], None]]
) -> None:
    """An agent whose last stream has closed is given a while to come back."""
    waiting: dict[int, threading.Timer] = {}
    lock = threading.Lock()

    def gone(account_id: int) -> None:
        def lost() -> None:
            if account_id in watch.connected():
                return
            try:
                runner.do(presence.connection_lost, agent_id=account_id)
            except Refusal:
                # No writer just now: the agent is as gone in a while.
                gone(account_id)

        timer = threading.Timer(LOST_AFTER_S, lost)
        timer.daemon = True
        with lock:
            waiting[account_id] = timer
        timer.start()

    def back(account_id: int) -> None:
        with lock:
            timer = waiting.pop(account_id, None)
        if timer is not None:
            timer.cancel()

    watch.on_last_gone = gone
    watch.on_first_back = back
    # After a restart nobody is connected: whoever does not come back in time is gone as well.
    with database.transaction() as conn:
        there = conn.execute(_THERE).fetchall()
    for row in there:
        gone(row["account_id"])

    def forget() -> None:
        with lock:
            for timer in waiting.values():
                timer.cancel()

    stoppers.append(forget)
