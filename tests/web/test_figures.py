"""Figures over HTTP: what is asked, who may, the contacts behind, and the brand wall."""

from collections.abc import Callable, Generator
from dataclasses import asdict
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.facts import contact as facts
from affluent.facts.media import Medium, Outcome
from affluent.measure.definitions import DEFINITIONS
from affluent.storage.following import OutcomeFollower
from affluent.storage.rows import insert, insert_returning
from tests.web.house import START_MS, House
from tests.web.settings import ADMIN, Office, furnish

DAY_MS = 86_400_000
FIGURES = "/api/v1/figures"
SPAN = {"from_ms": START_MS - DAY_MS, "to_ms": START_MS + DAY_MS}


class Written:
    """Contacts written into a house with their facts, as a living centre would have."""

    def __init__(self, house: House) -> None:
        self.house = house

    def mail(
        self, office: Office, *, agent: int, waited_s: int, target_s: int = 3600, name: str = "Zoe"
    ) -> int:
        """A mail that arrived an hour ago, answered `waited_s` later and closed as resolved."""
        at_ms = START_MS - 3_600_000
        with self.house.database.transaction() as conn:
            customer = insert_returning(
                conn, "customer", {"brand_id": office.brand, "name": name, "created_ms": at_ms}
            )
            request = insert_returning(
                conn, "request", {"brand_id": office.brand, "customer_id": customer, "opened_ms": at_ms}
            )
            contact = insert_returning(
                conn,
                "contact",
                {
                    "request_id": request, "brand_id": office.brand, "customer_id": customer,
                    "channel_id": office.email, "medium": "email", "state": "closed", "outcome": "resolved",
                    "subject": f"From {name}", "arrived_ms": at_ms,
                },
            )  # fmt: skip
            answer_ms = at_ms + waited_s * 1000
            for fact in (
                facts.ContactReceived(
                    at_ms, contact, request, customer, office.brand, office.email, Medium.EMAIL
                ),
                facts.ContactQueued(
                    at_ms, contact, office.queue, at_ms,
                    target_ms=target_s * 1000, due_ms=at_ms + target_s * 1000,
                ),
                facts.ContactTaken(answer_ms - 1000, contact, agent),
                facts.MessageAnswered(answer_ms, contact, agent, 1),
                facts.ContactClosed(answer_ms + 1000, contact, agent, Outcome.RESOLVED),
            ):  # fmt: skip
                told = asdict(fact)
                row = {name: told.pop(name, None) for name in ("at_ms", "contact_id", "agent_id")}
                insert(conn, "journal", {"kind": type(fact).__name__, **row, "data": told})
        OutcomeFollower(self.house.database).catch_up()
        return contact


@pytest.fixture
def written(house: House) -> Generator[Written]:
    yield Written(house)


@pytest.fixture
def ours(administrator: TestClient) -> Office:
    return furnish(administrator)


@pytest.fixture
def theirs(administrator: TestClient) -> Office:
    return furnish(administrator, "-walled")


def asked(client: TestClient, **params: Any) -> dict[str, Any]:
    answer = client.get(FIGURES, params={**SPAN, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_figure_comes_with_its_counts_its_interval_and_its_contacts(
    administrator: TestClient, ours: Office, written: Written
) -> None:
    late = written.mail(ours, agent=ours.agent, waited_s=3601)
    for _ in range(3):
        written.mail(ours, agent=ours.agent, waited_s=600)
    found = asked(administrator, by="queue")
    level = found["total"]["service_level"]
    assert (level["part"], level["count"], level["value"]) == (3, 4, 0.75)
    assert 0.3 < level["low"] < 0.31 and 0.95 < level["high"] < 0.96
    assert [(one["name"], one["figures"]["asa"]["value"]) for one in found["groups"]] == [
        ("Courriels", (3601 + 3 * 600) * 1000 / 4)
    ]
    behind = administrator.get(f"{FIGURES}/service_level/contacts", params=SPAN).json()
    assert behind["total"] == 4
    assert [one["contact_id"] for one in behind["items"] if one["value"] == 0] == [late]
    line = behind["items"][0]
    assert (line["queue"], line["agent"], line["brand"]) == ("Courriels", "Camille", "Marque")


@pytest.mark.parametrize(
    "by",
    ["none", "brand", "queue", "channel", "agent", "motive", "problem", "medium", "hour", "day", "week", "month",
     "hour_of_day", "weekday"],
)  # fmt: skip
def test_every_grouping_pools_to_its_total_and_opens_its_contacts(
    administrator: TestClient, ours: Office, written: Written, by: str
) -> None:
    for waited_s in (60, 3601, 30):
        written.mail(ours, agent=ours.agent, waited_s=waited_s)
    found = asked(administrator, by=by)
    for key in ("received", "service_level", "aht"):
        pooled = sum(one["figures"][key]["count"] for one in found["groups"])
        assert pooled == (0 if by in ("none", "motive", "problem") else found["total"][key]["count"]), key
    for group in found["groups"]:
        count = group["figures"]["service_level"]["count"]
        params = {**SPAN, "by": by, "group": group["key"]}
        behind = administrator.get(f"{FIGURES}/service_level/contacts", params=params).json()
        assert behind["total"] == count


def test_pages_of_contacts_follow_each_other(
    administrator: TestClient, ours: Office, written: Written
) -> None:
    made = {written.mail(ours, agent=ours.agent, waited_s=60 + n) for n in range(53)}
    params: dict[str, Any] = {**SPAN}
    seen: list[int] = []
    while True:
        page = administrator.get(f"{FIGURES}/aht/contacts", params=params).json()
        seen += [one["contact_id"] for one in page["items"]]
        assert page["total"] == 53
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert len(seen) == 53 and set(seen) == made


def test_the_other_brand_is_in_no_figure_and_in_no_list(
    administrator: TestClient,
    person: Callable[..., TestClient],
    ours: Office,
    theirs: Office,
    written: Written,
) -> None:
    written.mail(ours, agent=ours.agent, waited_s=60)
    written.mail(theirs, agent=theirs.agent, waited_s=60, name="Walled")
    assert asked(administrator)["total"]["received"]["count"] == 2
    supervisor = person(role="supervisor", brand_ids=[ours.brand])
    for by in ("none", "brand", "queue", "channel", "agent"):
        found = asked(supervisor, by=by)
        assert found["total"]["received"]["count"] == 1
        assert "walled" not in str(found).lower()
    assert supervisor.get(FIGURES, params={**SPAN, "brand": theirs.brand}).status_code == 404
    for params in ({"queue": theirs.queue}, {"agent": theirs.agent}, {"channel": theirs.email}):
        assert asked(supervisor, **params)["total"]["received"]["count"] == 0
        behind = supervisor.get(f"{FIGURES}/received/contacts", params={**SPAN, **params}).json()
        assert behind == {"items": [], "total": 0, "next": None}


def test_an_agent_sees_their_own_figures_only(
    person: Callable[..., TestClient], ours: Office, written: Written
) -> None:
    agent = person(role="agent", brand_ids=[ours.brand])
    me = agent.get("/api/v1/session").json()["id"]
    written.mail(ours, agent=ours.agent, waited_s=60)
    mine = written.mail(ours, agent=me, waited_s=60)
    assert asked(agent)["total"]["received"]["count"] == 1
    behind = agent.get(f"{FIGURES}/received/contacts", params=SPAN).json()
    assert [one["contact_id"] for one in behind["items"]] == [mine]
    assert agent.get(FIGURES, params={**SPAN, "agent": ours.agent}).status_code == 403


def test_who_may_read_figures(person: Callable[..., TestClient], ours: Office) -> None:
    for role, status in (("planner", 200), ("auditor", 200), ("supervisor", 200), ("knowledge", 403)):
        client = person(role=role, brand_ids=[ours.brand])
        assert client.get(FIGURES, params=SPAN).status_code == status
        assert client.get(f"{FIGURES}/definitions").status_code == status
        # A planner sees figures, not who the customers are.
        behind = client.get(f"{FIGURES}/received/contacts", params=SPAN).status_code
        assert behind == (200 if role in ("auditor", "supervisor") else 403)


def test_each_indicator_is_defined_in_the_viewers_language(
    administrator: TestClient, person: Callable[..., TestClient]
) -> None:
    english = administrator.get(f"{FIGURES}/definitions").json()["items"]
    assert [one["key"] for one in english] == list(DEFINITIONS)
    french = person(role="planner", locale="fr").get(f"{FIGURES}/definitions").json()["items"]
    names = {one["key"]: (one["name"], two["name"]) for one, two in zip(english, french, strict=True)}
    assert names["service_level"] == ("Service level", "Niveau de service")


def test_days_are_those_of_the_queues_hours_or_of_the_zone_asked_for(
    administrator: TestClient, ours: Office, written: Written
) -> None:
    written.mail(ours, agent=ours.agent, waited_s=60)
    paris = asked(administrator, by="day")
    assert paris["timezone"] == "Europe/Paris"
    tokyo = asked(administrator, by="day", timezone="Asia/Tokyo")
    assert paris["groups"][0]["from_ms"] - tokyo["groups"][0]["from_ms"] == 7 * 3_600_000
    unknown = administrator.get(FIGURES, params={**SPAN, "timezone": "Europe/Nowhere"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "unknown_timezone")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"to_ms": START_MS - 2 * DAY_MS}, "bad_period"),
        ({"from_ms": 0}, "bad_period"),
        ({"from_ms": START_MS - 60 * DAY_MS, "by": "hour"}, "too_many_intervals"),
        ({"by": "moon"}, "not_a_choice"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(
    administrator: TestClient, params: dict[str, Any], code: str
) -> None:
    answer = administrator.get(FIGURES, params={**SPAN, **params})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_a_figure_of_agents_time_has_no_contacts(administrator: TestClient) -> None:
    answer = administrator.get(f"{FIGURES}/occupancy/contacts", params=SPAN)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "no_contacts_behind")


def test_a_threshold_changed_now_holds_for_what_was(
    administrator: TestClient, ours: Office, written: Written, house: House
) -> None:
    at_ms = START_MS - 3_600_000
    contact = written.mail(ours, agent=ours.agent, waited_s=60)
    with house.database.transaction() as conn:
        conn.execute('update stay set answered_ms = -1, "end" = 2, waited_ms = 8000, outcome = 5')
    assert contact and asked(administrator)["total"]["abandonment"]["value"] == 1
    change = administrator.patch(f"{ADMIN}/queues/{ours.queue}", json={"short_abandon_ms": 10_000})
    assert change.status_code == 200, at_ms
    assert asked(administrator)["total"]["abandonment"]["value"] is None
