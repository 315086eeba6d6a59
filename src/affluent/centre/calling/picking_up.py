"""An agent's phone was picked up, or is gone: what that means for whatever it rang for."""

from affluent.centre import consulting, offers
from affluent.centre.calling.calls import agent_lost, answered, not_picked_up
from affluent.centre.parts import taking
from affluent.centre.records import Contact
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts.states import ContactState


def picked_up(tx: Transaction, *, contact_id: int, agent_id: int) -> Contact:
    """Accepts the offer, or the invitation, for which a phone rang; the contact as it stands then.

    A repeat changes nothing. Raises `TooLate` when the phone rang for something that has moved on.
    """
    contact = tx.contact(contact_id)
    if contact.agent_id == agent_id and contact.state in (ContactState.OFFERED, ContactState.IN_HAND):
        offers.accept(tx, contact_id=contact_id, agent_id=agent_id)
        answered(tx, contact_id=contact_id, agent_id=agent_id)
    elif taking(contact, agent_id) is not None:
        consulting.accept(tx, contact_id=contact_id, agent_id=agent_id)
    else:
        raise TooLate("offer_gone")
    return tx.contact(contact_id)


def phone_gone(
    tx: Transaction, *, contact_id: int, agent_id: int, was_up: bool, there: bool = True
) -> Contact:
    """An agent's phone rang in vain, or its line was cut; the contact as it stands then.

    On offer, the next one is asked. In hand, its caller stands first in line again. Who took part parts.
    `there`: false for a phone that could not be rung at all.
    """
    contact = tx.contact(contact_id)
    if contact.agent_id == agent_id and contact.state is ContactState.OFFERED:
        not_picked_up(tx, contact_id=contact_id, agent_id=agent_id, there=there)
    elif contact.agent_id == agent_id:
        agent_lost(
            tx,
            contact_id=contact_id,
            agent_id=agent_id,
            cause="phone_lost" if was_up else "no_answer",
            there=there or was_up,
        )
    elif taking(contact, agent_id) is not None:
        consulting.dismiss(tx, contact_id=contact_id, agent_id=agent_id, colleague_id=agent_id)
    return tx.contact(contact_id)
