"""The tables of legal moves: every pair is listed or refused, and chance never leaves them."""

from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affluent.facts.agent import AgentFact
from affluent.facts.call import CallShareEnded
from affluent.facts.contact import (
    ContactClassified,
    ContactClosed,
    ContactFact,
    ContactMoved,
    ContactReidentified,
    ContactReopened,
    DeliveryChanged,
    MessageReceived,
    MessagesMoved,
    NoteAdded,
    WrapUpEnded,
)
from affluent.facts.states import (
    AGENT,
    CONTACT,
    ENDED,
    LIVE,
    AgentState,
    ContactState,
    TransitionRefused,
    agent_moved,
    moved,
)
from affluent.facts.steering import SteeringFact

CONTACT_FACTS: tuple[type[ContactFact], ...] = get_args(ContactFact)
AGENT_FACTS: tuple[type[AgentFact], ...] = get_args(AgentFact)


@pytest.mark.parametrize("fact", CONTACT_FACTS)
@pytest.mark.parametrize("state", ContactState)
def test_every_pair_is_listed_or_refused(state: ContactState, fact: type[ContactFact]) -> None:
    if (state, fact) in CONTACT:
        assert moved(state, fact) is CONTACT[state, fact]
    else:
        with pytest.raises(TransitionRefused) as refused:
            moved(state, fact)
        assert (refused.value.state, refused.value.fact) == (state, fact)


@pytest.mark.parametrize("fact", AGENT_FACTS)
@pytest.mark.parametrize("state", AgentState)
def test_every_pair_of_presence_is_listed_or_refused(state: AgentState, fact: type[AgentFact]) -> None:
    if (state, fact) in AGENT:
        assert agent_moved(state, fact) is AGENT[state, fact]
    else:
        with pytest.raises(TransitionRefused):
            agent_moved(state, fact)


def test_each_state_is_live_or_ended_and_nothing_leads_back_to_new() -> None:
    assert LIVE | ENDED | {ContactState.NEW} == set(ContactState)
    assert not LIVE & ENDED
    assert ContactState.NEW not in CONTACT.values()


def test_what_has_ended_takes_only_what_is_said_about_it_unless_it_is_reopened() -> None:
    for state in ENDED:
        taken = {fact for (before, fact) in CONTACT if before is state}
        said = {
            NoteAdded,
            DeliveryChanged,
            ContactClassified,
            ContactMoved,
            ContactReidentified,
            MessagesMoved,
            CallShareEnded,
            *get_args(SteeringFact),
        }
        assert taken - {ContactReopened, WrapUpEnded} == said
        assert all(CONTACT[state, fact] is state for fact in said)
    assert CONTACT[ContactState.CLOSED, ContactReopened] is ContactState.IN_HAND
    assert (ContactState.ABANDONED, ContactReopened) not in CONTACT


def test_every_live_state_hears_the_customer_and_can_be_ended() -> None:
    for state in LIVE:
        assert CONTACT[state, MessageReceived] is state
        assert CONTACT[state, ContactClosed] is ContactState.CLOSED


def test_every_state_can_be_reached_from_the_beginning() -> None:
    reached = {ContactState.NEW}
    while True:
        more = {after for (before, _), after in CONTACT.items() if before in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(ContactState)


@given(st.lists(st.sampled_from(CONTACT_FACTS), max_size=60))
def test_random_facts_never_leave_the_table(facts: list[type[ContactFact]]) -> None:
    state, ended = ContactState.NEW, None
    for fact in facts:
        before = state
        try:
            state = moved(state, fact)
        except TransitionRefused:
            assert (before, fact) not in CONTACT
            continue
        assert CONTACT[before, fact] is state
        if ended is not None and fact is not ContactReopened:
            assert state is ended, "what has ended stays ended, unless a person reopens it"
        ended = state if state in ENDED else None


def test_facts_are_frozen_and_say_when() -> None:
    for fact in (*CONTACT_FACTS, *AGENT_FACTS):
        names = {one.name for one in fields(fact)}
        assert "at_ms" in names
        assert {"contact_id", "agent_id"} & names
        settings: Any = fact.__dataclass_params__  # pyright: ignore[reportAttributeAccessIssue] -- dataclasses' own
        assert settings.frozen
