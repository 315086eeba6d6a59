"""A request that is sent again with the same key is done once, whatever was killed in between.

The result of each command is written in the command's own transaction: so it is known of each whether it took
effect. A later try gets those results and runs what is left; a try that was taken over while it was still at work
is fenced off, and undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from affluent.centre.integration.attempt import CURRENT, Attempt
from affluent.centre.refusals import Refusal
from affluent.facts.instants import HOUR_MS

if TYPE_CHECKING:
    from affluent.centre.transaction import Transaction

KEPT_MS = 24 * HOUR_MS
LEASE_MS = 10_000
"""After this long without an answer, a request whose process may be gone is taken over."""
_PLAIN = (int, str, bool, type(None))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was given."""

    status: int
    content_type: str
    body: bytes


class InProgress(Refusal):
    """The same request is being served just now."""

    def __init__(self) -> None:
        super().__init__("idempotency_in_progress", retry_ms=1_000)


class OtherRequest(Refusal):
    """The key was used for another request."""

    status = 422

    def __init__(self) -> None:
        super().__init__("idempotency_key_reused")


class DoneBefore(Refusal):
    """It took effect, and its answer is lost, or may not be kept."""

    def __init__(self) -> None:
        super().__init__("done_before")


class Repeats(Protocol):
    """Where it is kept what became of requests."""

    def claim(self, scope: bytes, key: str, fingerprint: bytes, now_ms: int) -> Attempt | Answer:
        """A try of the request, or its answer. Raises `InProgress` and `OtherRequest`."""
        ...

    def answered(self, attempt: Attempt, answer: Answer) -> None: ...
    def failed(self, attempt: Attempt) -> None:
        """No answer to keep: forgotten when nothing took effect, else at once to be tried again."""
        ...


def kept(run: "Callable[[Transaction], Any]") -> "Callable[[Transaction], Any]":
    """The command, bound to the request it serves, when that one bears a key."""
    attempt = CURRENT.get()
    if attempt is None:
        return run
    at = attempt.ordinal()
    if at < len(attempt.results):
        before = _result(attempt.results[at])
        return lambda tx: before

    def once(tx: "Transaction") -> Any:
        value = run(tx)
        attempt.touched = True
        if not tx.store.repeated.keep(attempt, _kept(value)):
            raise InProgress
        return value

    return once


def settings_change(keep: Callable[[Attempt, Any], bool]) -> None:
    """Marks a change of settings as done, in its transaction. Raises `DoneBefore` when it was."""
    attempt = CURRENT.get()
    if attempt is None:
        return
    if attempt.ordinal() < len(attempt.results):
        raise DoneBefore
    attempt.touched = True
    if not keep(attempt, {"lost": True}):
        raise InProgress


def _kept(value: Any) -> dict[str, Any]:
    plain = isinstance(value, _PLAIN) or (
        isinstance(value, tuple | list) and all(isinstance(one, _PLAIN) for one in value)  # pyright: ignore[reportUnknownVariableType] - each is looked at
    )
    return {"value": value} if plain else {"lost": True}


def _result(kept: dict[str, Any]) -> Any:
    if "lost" in kept:
        raise DoneBefore
    return kept["value"]
