"""What one plain contact costs the database: statements are counted, for wall clocks lie.

No trial runs, no problem is known, nobody takes part beside the agent: what is empty asks nothing of the database.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from affluent.centre import handing_on, offers
from affluent.centre.receive import receive_mail
from affluent.centre.transaction import Transaction
from affluent.storage.flight import Flight, Statement
from affluent.storage.writing import Writing
from tests.centre.stage import Stage, settings_changed
from tests.centre.test_groups import together

CONTACTS = 12


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is written, asked and done on the writer's connection, from now on."""
    counts: Counter[str] = Counter()
    send, look, act, cursor = Flight.send, Writing.look, Writing.act, Writing.cursor

    def sent(self: Flight, statements: Sequence[Statement]) -> None:
        counts["written"] += len(statements)
        counts["sent"] += 1
        send(self, statements)

    def looked(self: Writing, query: Any, params: Any, **named: Any) -> Any:
        counts["asked"] += "select min(due_ms)" not in str(query)
        return look(self, query, params, **named)

    def acted(self: Writing, *given: Any) -> Any:
        counts["done"] += 1
        return act(self, *given)

    def executed(self: Writing, *given: Any, **named: Any) -> Any:
        counts["executed"] += 1
        return cursor(self, *given, **named)

    monkeypatch.setattr(Flight, "send", sent)
    monkeypatch.setattr(Writing, "look", looked)
    monkeypatch.setattr(Writing, "act", acted)
    monkeypatch.setattr(Writing, "cursor", executed)
    return counts


def _accept(contact_id: int) -> Any:
    def run(tx: Transaction) -> None:
        agent_id = tx.contact(contact_id).agent_id
        assert agent_id is not None
        offers.accept(tx, contact_id=contact_id, agent_id=agent_id)

    return run


def _close(contact_id: int) -> Any:
    def run(tx: Transaction) -> None:
        agent_id = tx.contact(contact_id).agent_id
        assert agent_id is not None
        handing_on.close(tx, contact_id=contact_id, agent_id=agent_id, outcome="resolved")

    return run


def _lives(stage: Stage, contacts: int) -> None:
    """Whole lives of new customers, step by step, each step of all in one group."""
    letters = [stage.letter(sender=f"{next(stage.numbers)}@customer.example") for _ in range(contacts)]
    answers = [stage.runner.submit(receive_mail, mail=letter) for letter in letters]
    came = [answer.result(20) for answer in answers]
    for step in (_accept, _close):
        for answer in together(stage, *(step(contact_id) for contact_id in came)):
            answer.result(20)


def test_one_plain_life_takes_few_statements(stage: Stage, counted: Counter[str]) -> None:
    stage.ready(stage.ids.ada)
    _lives(stage, 1)
    counted.clear()
    _lives(stage, 1)
    assert counted["sent"] == 3, "one transaction a command"
    assert counted["written"] <= WRITTEN, counted
    assert counted["asked"] <= ASKED, counted
    assert counted["done"] == counted["executed"] == 0, counted


WRITTEN = 14
"""Eight to receive it: file, customer, address, request, contact, message, thread, journal. Two to accept it: contact,
journal. Four to close it: contact, request, timers, journal."""
ASKED = 2
"""Whether the mail is known, and whose address it is: all else is remembered."""


def test_contacts_that_come_together_share_their_statements(stage: Stage, counted: Counter[str]) -> None:
    stage.change("update agent_capacity set limit_count = 20")
    stage.do(settings_changed)
    stage.ready(stage.ids.ada)
    _lives(stage, CONTACTS)
    counted.clear()
    _lives(stage, CONTACTS)
    assert counted["written"] <= 2 * WRITTEN, counted
    assert counted["asked"] <= 2 * ASKED, counted
    assert counted["done"] == counted["executed"] == 0, counted
