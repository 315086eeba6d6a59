"""One stream of events through a router: a line in, its answers out, and nothing else.

A line that cannot be is answered by an error and changes nothing, not even the time. No clock, no chance, no
I/O: equal lines give equal answers, to the byte.
"""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from affluent.routing.decisions import Decision, Offered, Place, RoutingError
from affluent.routing.document import (
    DocumentError,
    Naming,
    PolicyDocument,
    grown,
    naming_of,
    policy_of,
    read_agent,
)
from affluent.routing.document.reading import Bad, meant
from affluent.routing.engine import Router
from affluent.routing.explaining import ExplainingRouter
from affluent.routing.policy import PolicyError
from affluent.routing.rewind import Kept
from affluent.routing.stream.answers import explained_as, situation_as, told
from affluent.routing.stream.moving import moved, same_numbers, without_lost_offers
from affluent.routing.stream.values import BadLine, Known, instant_ms
from affluent.routing.stream.values import told as problems_told
from affluent.routing.stream.vocabulary import EVENTS, OTHER_WORDS, Event

ReadFile = Callable[[str], PolicyDocument]
Answer = dict[str, Any]
CAPACITY = 64


def _no_file(name: str) -> NoReturn:
    raise OSError(f"{name}: no files here")


class Session:
    """`read_file` gives the policy of a file (raises DocumentError, OSError)."""

    def __init__(
        self, document: PolicyDocument, *, read_file: ReadFile = _no_file, explained: bool = False
    ) -> None:
        self.document = document
        self.naming: Naming = naming_of(document)
        self._kind = ExplainingRouter if explained else Router
        self.router = self._kind(document.policy, capacity=CAPACITY)
        self.contacts: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.now_ms = 0
        self._came = 0
        self._read_file = read_file
        self._questions: dict[str, list[Answer]] = {}

    def answer(self, line: int, text: str) -> list[Answer]:
        """The answers to a line, in order: decisions, or one error."""
        values: dict[str, Any] = {}
        try:
            at_ms, event, values = self._read(text)
            answers = self._happen(at_ms, event, values)
        except BadLine as bad:
            return [{"line": line, "error": bad.code, **bad.params}]
        except RoutingError as refused:
            # Of two contacts of a line, the one that cannot be.
            contact = self.names.get(int(str(refused.params.get("contact", 0))), values.get("contact"))
            params = {} if contact is None else {"contact": contact}
            problems = {"problems": refused.params["problems"]} if "problems" in refused.params else {}
            return [{"line": line, "error": refused.code, **params, **problems}]
        return [{"line": line, **one} for one in answers]

    def change(self, document: PolicyDocument) -> list[Decision]:
        """Another policy, at once. Raises BadLine: queue_in_use, agent_in_use, skill_in_use."""
        return self._restart(document, self.now_ms)

    # A line

    def _read(self, text: str) -> tuple[int, Event, dict[str, Any]]:
        given = _parsed(text)
        name = given.pop("event", None)
        if name is None:
            raise BadLine("missing_field", field="event")
        event = EVENTS.get(name) if isinstance(name, str) else None
        if event is None:
            raise BadLine(
                "unknown_event", **({"name": name, **_event_meant(name)} if isinstance(name, str) else {})
            )
        for field in given:
            if field not in event.fields and field != "at_ms":
                raise BadLine("unknown_field", field=field, **meant(field, (*event.fields, "at_ms")))
        known = Known(self.document.ids, self.contacts, self.document.segments)
        at_ms = instant_ms("at_ms", given["at_ms"], known) if "at_ms" in given else self.now_ms
        values: dict[str, Any] = {}
        for field, kind in event.fields.items():
            if field in given:
                values[field] = kind.read(field, given[field], known)
            elif kind.needed:
                raise BadLine("missing_field", field=field)
        if at_ms < self.now_ms:
            raise BadLine("time_went_back", at_ms=at_ms, now_ms=self.now_ms)
        return at_ms, event, values

    def _happen(self, at_ms: int, event: Event, values: dict[str, Any]) -> list[Answer]:
        due_ms = self.router.next_deadline()
        passes = due_ms is not None and due_ms <= at_ms
        kept = None if event.surely or not passes else Kept(self.router)
        before_ms = self.router.now_ms
        try:
            # Named before the event: after a change of policy the numbers stand for others.
            passed = [(one.contact, self._told(when_ms, one)) for when_ms, one in self._pass_time(at_ms)]
            decided = event.happens(self, at_ms, values)
        except (RoutingError, BadLine):
            if kept is None:
                # Nothing was due, so nothing has happened but that the time was noted.
                self.router.now_ms = before_ms
            else:
                kept.put_back()
            raise
        self.now_ms = at_ms
        happened = [(one.contact, self._told(at_ms, one)) for one in decided]
        self._forget([contact for contact, _ in (*passed, *happened)])
        if "contact" in values and values["contact"] in self.contacts:
            self._forget([self.contacts[values["contact"]]])
        return [answer for _, answer in (*passed, *happened)] + self._questions.pop("answers", [])

    def _told(self, when_ms: int, decision: Decision) -> Answer:
        answer = {"at_ms": when_ms, **told(decision, self.names, self.naming)}
        if isinstance(decision, Offered) and isinstance(self.router, ExplainingRouter):
            answer["explanation"] = explained_as(self.router.explanations.pop(0), self.naming)
        return answer

    def _pass_time(self, at_ms: int) -> Iterator[tuple[int, Decision]]:
        """What falls due by then, each at its own instant: how often a line comes decides nothing."""
        while (due_ms := self.router.next_deadline()) is not None and due_ms <= at_ms:
            moment_ms = max(due_ms, self.router.now_ms)
            for one in self.router.advance(moment_ms):
                yield moment_ms, one
            after_ms = self.router.next_deadline()
            assert after_ms is None or after_ms > due_ms, "what was due is done"

    def _forget(self, numbers: list[int]) -> None:
        """The names of contacts that have left are free again."""
        for number in numbers:
            if number not in self.router.row_of and number in self.names:
                name = self.names.pop(number)
                if self.contacts[name] == number:
                    del self.contacts[name]

    # What events need

    @contextmanager
    def newcomer(self, name: str) -> Generator[int]:
        """A number for a contact that comes in: the smaller one goes first where all else is equal."""
        before = self.contacts.get(name)
        if before in self.router.row_of:
            raise RoutingError("known_contact")
        number = self._came + 1
        self.contacts[name], self.names[number] = number, name
        try:
            yield number
        except RoutingError:
            del self.contacts[name], self.names[number]
            if before is not None:
                self.contacts[name] = before
            raise
        self._came = number

    def number(self, values: Any) -> int:
        """The number of a contact; it may have left while time passed."""
        number = self.contacts[values["contact"]]
        self.router.row(number)
        return number

    def queue_of(self, number: int) -> int:
        row = self.router.row(number)
        return self.router.rows.queues[self.router.store.state.contacts.queue[row]].id

    def offered_to(self, values: Any) -> int:
        """The agent of the line, or else whoever has the offer."""
        if "agent" in values:
            return values["agent"]
        number = self.number(values)
        if self.router.place(number) is not Place.OFFERED:
            raise RoutingError("not_offered")
        row = self.router.store.state.contacts.agent[self.router.row(number)]
        return self.router.rows.agents[row].id

    def require_agent(self, number: int) -> None:
        """Raises `RoutingError`: not_in_hand, for a contact that no agent has."""
        if self.router.place(number) in {Place.WAITING, Place.HELD}:
            raise RoutingError("not_in_hand")

    def kept_until_ms(self, queue: int, at_ms: int, values: Any) -> int:
        """As told, or else for as long as the queue keeps."""
        if "kept_for" not in values:
            return 0
        keep_ms = next(rule.keep_ms for rule in self.document.policy.queues if rule.id == queue)
        return values.get("kept_until_ms", at_ms + keep_ms)

    # Questions

    def explain(self, number: int, at_ms: int) -> list[Decision]:
        decisions = self.router.advance(at_ms)
        explanation = explained_as(self.router.explain(number, at_ms), self.naming)
        answer = {"at_ms": at_ms, "contact": self.names[number], "explanation": explanation}
        self._questions["answers"] = [answer]
        return decisions

    def state(self, at_ms: int) -> list[Decision]:
        decisions = self.router.advance(at_ms)
        self._questions["answers"] = [
            {"at_ms": at_ms, "state": situation_as(self.router, self.names, self.naming)}
        ]
        return decisions

    # Changes of the rules

    def change_agent(self, agent: int, entry: dict[str, Any], at_ms: int) -> list[Decision]:
        reading = self.document.reading()
        rule = read_agent(reading, grown(entry), (), agent)
        if isinstance(rule, Bad) or reading.problems:
            raise BadLine("bad_agent", problems=problems_told(reading.problems, "/rule"))
        return self.router.change_agent(rule, at_ms)

    def change_policy(self, values: Any, at_ms: int) -> list[Decision]:
        if ("policy" in values) == ("file" in values):
            raise BadLine("policy_or_file")
        try:
            document = (
                self._read_file(values["file"]) if "file" in values else policy_of(grown(values["policy"]))
            )
        except DocumentError as error:
            where = "" if "file" in values else "/policy"
            raise BadLine("bad_policy", problems=problems_told(error.problems, where)) from None
        except OSError:
            raise BadLine("no_such_file", field="file", name=values["file"]) from None
        return self._restart(document, at_ms)

    def _restart(self, document: PolicyDocument, at_ms: int) -> list[Decision]:
        self.router.advance(at_ms)
        live = moved(self.router, self.document, document, self.names)
        decisions = self._taken_up(document, at_ms)
        if decisions is not None:
            return decisions
        live, ended = without_lost_offers(live, document.policy, at_ms)
        try:
            router, decisions = self._kind.restore(
                document.policy, live.contacts, live.agents, at_ms, closed=live.closed
            )
        except PolicyError as error:
            raise BadLine("bad_policy", problems=[{"code": one.code} for one in error.reasons]) from None
        self.document, self.naming, self.router = document, naming_of(document), router
        return [*ended, *decisions]

    def _taken_up(self, document: PolicyDocument, at_ms: int) -> list[Decision] | None:
        """What the router decides under another policy, taken up as it runs; None if it must be built anew."""
        if not same_numbers(self.document, document):
            return None
        try:
            decisions = self.router.change_rules(document.policy, at_ms)
        except (PolicyError, RoutingError):
            return None
        self.document, self.naming = document, naming_of(document)
        return decisions


def _event_meant(name: str) -> dict[str, str]:
    """The event that an unknown word may stand for: said elsewhere, or nearly written so."""
    elsewhere = OTHER_WORDS.get(name.lower())
    return meant(name, EVENTS) if elsewhere is None else {"did_you_mean": elsewhere}


def _parsed(text: str) -> dict[str, Any]:
    try:
        given: Any = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except BadLine:
        raise
    except (ValueError, RecursionError):
        raise BadLine("bad_json") from None
    if not isinstance(given, dict):
        raise BadLine("not_an_object")
    return {str(key): value for key, value in given.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadLine("repeated_field", field=key)
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadLine("bad_json")
