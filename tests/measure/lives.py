"""Any life a contact can lead, as the table of states allows it."""

from hypothesis import strategies as st

from affluent.facts.contact import ContactAbandoned, ContactTaken
from affluent.facts.media import Medium, Outcome
from affluent.facts.together import ContactHandedOver
from affluent.measure.outcomes import Stay
from tests.measure.story import ADA, BILLING, BOB, CHATS, MAILS, Told

WAITS = ("accepted", "declined", "expired", "wrote", "left", "silent", "closed", "taken", "moved", "moved_on")
HOLDS = (
    "replied",
    "wrote",
    "slept",
    "transferred",
    "to_agent",
    "handed",
    "returned",
    "moved",
    "moved_on",
    "closed",
    "spam",
    "by_rule",
    "away",
    "ready",
)
CALLS = ("held", "resumed", "hung_up", "not_reached", "placed")
SLEEPS = ("woke", "wrote", "returned", "by_rule")


@st.composite
def told_lives(draw: st.DrawFn) -> Told:
    """One contact, step by step, perhaps to its end."""
    number = draw(st.integers(1, 1_000_000))
    medium = draw(st.sampled_from([Medium.CHAT, Medium.EMAIL, Medium.VOICE]))
    start_ms = draw(st.integers(0, 6 * 86_400_000))
    queue = MAILS if medium is Medium.EMAIL else CHATS
    menus = [0, 20, None] if medium is Medium.VOICE else [0]
    one = Told(
        medium, start_ms, number, request_id=draw(st.integers(1, 5)), customer_id=draw(st.integers(1, 4)),
        queue=queue, target_s=draw(st.sampled_from([1, 40, 14_400])), menu_s=draw(st.sampled_from(menus)),
    )  # fmt: skip
    if one.menu_s is None and draw(st.booleans()):
        # We call them: in the agent's hand at once.
        one.placed().queued(queue)
        one.add(ContactTaken(one.now_ms, one.contact_id, ADA))
        return step_on(draw, one, state="in_hand")
    if one.menu_s is None:
        one.then(draw(st.sampled_from([2, 60])))
        return one.left() if draw(st.booleans()) else one.closed(Outcome.SELF_SERVED, None)
    return step_on(draw, one)


def _choices(one: Told, state: str) -> tuple[str, ...]:
    return _CHOICES[state] + (CALLS if state == "in_hand" and one.medium is Medium.VOICE else ())


def step_on(draw: st.DrawFn, one: Told, *, reopens: bool = False, state: str = "waiting") -> Told:
    """Leads a contact further, perhaps to its end; `reopens`: and perhaps back from there."""
    holder = ADA
    for _ in range(draw(st.integers(0, 12))):
        one.then(draw(st.sampled_from([0, 1, 4, 39, 41, 3600, 20_000])))
        holder = holder if state != "waiting" else draw(st.sampled_from([ADA, BOB]))
        choices = _choices(one, state)
        state = _step(one, draw(st.sampled_from(choices)), state, holder)
        if isinstance(one.facts[-1], ContactHandedOver):
            holder = one.facts[-1].agent_id
        if state == "ended":
            if not reopens or isinstance(one.facts[-1], ContactAbandoned) or draw(st.booleans()):
                break
            one.then(draw(st.sampled_from([0, 30]))).reopened(holder)
            state = "in_hand"
    return one


_CHOICES = {"waiting": WAITS, "in_hand": HOLDS, "sleeping": SLEEPS}


def _step(one: Told, step: str, state: str, agent: int) -> str:
    match step:
        case "accepted" | "taken":
            one.accepted(agent)
            return "in_hand"
        case "declined":
            one.offered(agent).declined(agent)
        case "expired":
            one.offered(agent).expired(agent)
        case "wrote":
            one.wrote()
        case "left" | "silent":
            one.left(silent=step == "silent")
            return "ended"
        case "handed":
            one.handed_over(BOB if agent == ADA else ADA, agent)
        case "replied":
            one.replied(agent)
        case "slept":
            one.slept(agent)
            return "sleeping"
        case "woke":
            one.woke(agent)
            return "in_hand"
        case "transferred":
            one.transferred(BILLING, agent=agent)
            return "waiting"
        case "to_agent":
            one.transferred(one.queue, to_agent=BOB, agent=agent)
            return "waiting"
        case "returned":
            one.returned(agent)
            return "waiting"
        case "moved" | "moved_on":
            one.reassigned(BILLING if step == "moved_on" else one.at_queue, agent)
            return "waiting"
        case "held":
            one.held(agent)
        case "resumed":
            one.resumed(agent)
        case "hung_up":
            one.hung_up()
        case "placed":
            one.placed(agent)
        case "not_reached":
            one.not_reached(agent)
            return "waiting"
        case "away":
            one.away(agent)
        case "ready":
            one.ready(agent)
        case "closed" | "spam" | "by_rule":
            outcome = Outcome.SPAM if step == "spam" else Outcome.RESOLVED
            one.closed(outcome, None if step == "by_rule" or state == "waiting" else agent)
            return "ended"
        case _:
            raise AssertionError(step)
    return state


def lives() -> st.SearchStrategy[list[Stay]]:
    """The stays of any contact."""
    return told_lives().map(lambda one: one.stays)
