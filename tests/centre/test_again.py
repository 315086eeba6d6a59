"""What was decided is decided again: by today's engine, from the journal of a day lived now, and from one kept."""

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from affluent.centre import handing_on, offers
from affluent.centre.refusals import Refusal
from affluent.centre.transaction import Transaction
from affluent.routing.policy import Policy
from tests.centre.again import decided_again, keep, kept
from tests.centre.replay import replayed
from tests.centre.stage import START_MS, Stage

JOURNALS = Path(__file__).parents[1] / "journals"
ROWS = """
select seq, at_ms, kind, contact_id, agent_id, data from journal
where kind not in ('QueueClosed', 'QueueOpened') order by seq"""


def a_day(stage: Stage, seed: int, acts: int) -> None:
    """Customers come, agents take, decline, let pass, close, hand on, go and come back."""
    chance = Random(seed)
    people = [stage.ids.ada, stage.ids.bob, stage.ids.cleo]
    stage.ready(*people[:2])
    for _ in range(acts):
        match chance.randrange(11):
            case 0 | 1:
                stage.chat()
            case 2:
                stage.mail(sender=f"customer{chance.randrange(6)}@customer.example")
            case 3 | 4 | 5 | 6:
                _answer(stage, chance)
            case 7 | 8:
                state = chance.choice(("ready", "ready", "ready", "ready", "away", "offline"))
                stage.there(chance.choice(people), state, "lunch" if state == "away" else None)
            case _:
                stage.pass_ms(chance.choice((500, 4_000, 31_000)))


def _answer(stage: Stage, chance: Random) -> None:
    """Whoever has something does something with it."""
    rows = stage.query("select id, agent_id, state from contact where agent_id is not null order by id")
    if not rows:
        return
    one = chance.choice(rows)
    told: dict[str, Any] = {"contact_id": one["id"], "agent_id": one["agent_id"]}
    try:
        if one["state"] == "offered" and chance.randrange(4):
            stage.do(offers.accept, **told)
        elif one["state"] == "offered":
            stage.do(offers.decline, **told, reason="busy")
        elif one["state"] == "in_hand":
            stage.do(handing_on.close, **told, outcome="resolved")
    except Refusal:
        # What a day brings may come too late: then nothing has happened, and nothing is in the journal.
        return


@pytest.mark.parametrize("seed", range(3))
def test_a_journal_lived_now_is_decided_again(stage: Stage, seed: int) -> None:
    a_day(stage, seed, 160)
    policy = policy_of(stage)
    rows = stage.query(ROWS)
    replayed(rows)
    assert decided_again(policy, rows) > 20
    folder = os.environ.get("AFFLUENT_KEEP_JOURNAL")
    if folder and seed == 0:
        keep(Path(folder), policy, rows)


@pytest.mark.parametrize("day", sorted(one.name for one in JOURNALS.iterdir() if one.is_dir()))
def test_a_journal_kept_is_decided_again(day: str) -> None:
    policy, rows = kept(JOURNALS / day)
    replayed(rows)
    assert rows[0]["at_ms"] >= START_MS
    assert decided_again(policy, rows) > 20


def policy_of(stage: Stage) -> Policy:
    return stage.do(_settings)


def _settings(tx: Transaction) -> Policy:
    return tx.store.settings.policy()
