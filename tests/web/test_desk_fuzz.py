"""The desk's routes and those of programs, met by requests made from their own description, in a house at work:
contacts wait, sleep and are in hand, so that what is asked reaches further than "not found"."""

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from affluent.storage.database import Database
from tests.centre.stage import settings_changed
from tests.web.desk_house import DeskHouse, desk_house
from tests.web.fuzzing import ENDLESS, Fuzz, draws_by_itself, operations
from tests.web.house import build

BOARD = ("/board", "/notices", "/trials", "/twin", "/menus", "/prompts")
"""In tests/web/test_board_fuzz.py, test_trials.py, test_twin.py and test_menus.py."""
API = "/api/v1"
"""The doors for customers beside it have their strangers in tests/channels."""
UPLOAD = f"{API}/files"
"""Takes a form with a file, which the client cannot make of a description: it has a test of its own below."""
LISTS = f"{API}/outbound/lists"
"""The same: in test_outbound_api.py."""
ROOM = 40
TIMES = 2
"""So many more requests where something must be hit."""
IN_HAND = 2
POOLS = {
    "contact_id": "select id from contact order by id desc limit 12",
    "customer_id": "select id from customer order by id desc limit 5",
    "message_id": "select id from message order by id desc limit 5",
    "into_id": "select id from contact order by id desc limit 12",
    "file_id": "select id from file order by id desc limit 5",
    "view_id": "select id from saved_view order by id desc limit 5",
    "job_id": "select id from bulk_job order by id desc limit 3",
    "merge_id": "select id from merge order by id desc limit 3",
    "macro_id": "select id from macro order by id",
    "motive_id": "select id from motive order by id",
    "queue_id": "select id from queue order by id",
    "agent_id": "select id from account order by id",
    "channel_id": "select id from channel order by id",
    "offer_id": "select seq as id from journal where kind = 'ContactOffered' order by seq desc limit 12",
    "row_id": "select id from webhook order by id",
    "delivery_id": "select id from webhook_delivery order by id desc limit 3",
}
SELDOM = {
    # Only of a message that did not go out, and of one that a program is to bring.
    f"GET {API}/contacts/{{contact_id}}/offers/{{offer_id}}/explanation",
    f"POST {API}/contacts/{{contact_id}}/messages/{{message_id}}/retry",
    f"POST {API}/contacts/{{contact_id}}/messages/{{message_id}}/delivery",
    f"POST {API}/contacts/{{contact_id}}/incoming",
    f"POST {API}/merges/{{merge_id}}/undo",
    # What is sent must agree with itself: one of two, messages of that contact, one of a few words.
    f"POST {API}/contacts/{{contact_id}}/transfer",
    f"POST {API}/contacts/{{contact_id}}/split",
    f"POST {API}/contacts/{{contact_id}}/close",
    f"POST {API}/contacts/{{contact_id}}/invitations",
    f"POST {API}/jobs",
    # Of a contact that came by telephone: in tests/voice.
    f"GET {API}/contacts/{{contact_id}}/call",
    f"POST {API}/contacts/{{contact_id}}/call/hold",
    f"POST {API}/contacts/{{contact_id}}/call/resume",
    f"POST {API}/contacts/{{contact_id}}/call/digits",
    f"POST {API}/contacts/{{contact_id}}/call/hang-up",
    f"POST {API}/contacts/{{contact_id}}/call/again",
    # Of a number that is theirs, and of what was recorded: in test_outbound_api.py and test_recordings_api.py.
    f"GET {API}/customers/{{customer_id}}/call",
    f"POST {API}/customers/{{customer_id}}/call",
    f"POST {API}/customers/{{customer_id}}/call-words",
    f"DELETE {API}/outbound/lists/{{list_id}}",
    f"GET {API}/contacts/{{contact_id}}/recordings/{{recording_id}}/sound",
    f"POST {API}/contacts/{{contact_id}}/recordings/{{recording_id}}/erase",
    # Of a known problem that is there, and open.
    f"PUT {API}/contacts/{{contact_id}}/problem",
    f"PUT {API}/problems/{{problem_id}}",
}
"""What chance does not reach; each has its tests in tests/web."""


class Busy:
    """A house in which there is always something to act on, whatever the requests did to it."""

    def __init__(self, house: DeskHouse) -> None:
        self.house = house
        house.query("update agent_capacity set limit_count = %s where medium <> 'chat' returning 1", ROOM)
        house.query(
            "insert into macro (brand_id, title, body) values (%s, 'Hi', 'Hello') returning 1",
            house.ids.north,
        )
        house.query(
            "insert into webhook (brand_id, name, url, events, created_ms) values (%s, 'CRM',"
            " 'https://crm.example/', '[\"contact.closed\"]', 1) returning 1",
            house.ids.north,
        )
        # Sam serves as well as supervises, and sees what Ada has: so every act is theirs to try.
        house.query("update account set role = 'administrator' where id = %s returning 1", house.ids.ada)
        house.do(settings_changed)
        self.ada = house.browser("ada")
        self.fill()

    def fill(self) -> None:
        """Two in hand, one asleep, one waiting, a view, a file."""
        ada: TestClient = self.ada
        ada.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
        query = self.house.query
        mine = query("select state from contact where agent_id = %s", self.house.ids.ada)
        held = [row["state"] for row in mine]
        for _ in range(IN_HAND + 1 - min(IN_HAND + 1, held.count("in_hand"))):
            number = self.house.mail()
            ada.post(f"{API}/contacts/{number}/accept")
        if "sleeping" not in held:
            (first, *_) = query(
                "select id from contact where agent_id = %s and state = 'in_hand' order by id",
                self.house.ids.ada,
            )
            ada.post(f"{API}/contacts/{first['id']}/sleep", json={}).raise_for_status()
        if not query("select 1 from saved_view where account_id = %s", self.house.ids.ada):
            ada.post(f"{API}/views", json={"name": "Mine", "filters": {}}).raise_for_status()
        if not query("select 1 from bulk_job limit 1"):
            body = {"key": "job-key-1", "act": {"action": "motive", "motive_id": None}, "filters": {}}
            ada.post(f"{API}/jobs", json=body).raise_for_status()
        if not query("select 1 from file limit 1"):
            ada.post(f"{API}/files", files={"file": ("a.txt", b"text", "text/plain")}).raise_for_status()

    def there(self) -> dict[str, list[int]]:
        """What is there now, by the names that parameters have."""
        return {name: [row["id"] for row in self.house.query(query)] for name, query in POOLS.items()}


def elsewhere(dsn: str) -> set[str]:
    """The paths that tests/web/test_api_fuzz.py tries."""
    database = Database(dsn, size_max=1)
    return set(build(database).app.openapi()["paths"])


@pytest.mark.timeout(400)
@draws_by_itself
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_desk(dsn: str, mode: schemathesis.GenerationMode) -> None:
    with desk_house(dsn) as house:
        busy, tried = Busy(house), elsewhere(dsn)
        fuzz = Fuzz(busy.ada)
        for operation in operations(house.centre.app, mode):
            elsewhere_tried = operation.path in (UPLOAD, LISTS, *tried) or any(
                part in operation.path for part in BOARD
            )
            if elsewhere_tried or not operation.path.startswith(API):
                continue
            busy.fill()
            fuzz.attempt(operation, mode, busy.there(), times=TIMES if operation.path_parameters else 1)
    assert fuzz.statuses[401] == fuzz.statuses[500] == 0, fuzz.of
    if mode is schemathesis.GenerationMode.POSITIVE:
        unreached = {name for name, seen in fuzz.of.items() if seen.keys() <= {404, 422}}
        assert sorted(unreached - SELDOM) == []
        assert len(fuzz.of) > 50
    else:
        assert fuzz.statuses[422] > len(fuzz.of)


@pytest.mark.timeout(120)
def test_no_file_breaks_the_desk(dsn: str) -> None:
    with desk_house(dsn) as house:
        ada = house.browser("ada")

        @settings(max_examples=40, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
        @given(
            st.text(max_size=40), st.binary(max_size=200), st.sampled_from(("text/plain", "x", "a/b; c", ""))
        )
        def send(name: str, content: bytes, kind: str) -> None:
            made = ada.post(UPLOAD, files={"file": (name, content, kind)})
            assert made.status_code in (201, 422), (name, made.text)
            if made.status_code == 201:
                back = ada.get(f"{UPLOAD}/{made.json()['id']}")
                assert (back.status_code, back.content) == (200, content), (name, kind)

        send()


def test_every_route_is_tried_in_one_of_the_houses(dsn: str) -> None:
    with desk_house(dsn) as house:
        paths = set(house.centre.app.openapi()["paths"])
    endless = {path for path in paths if path.endswith(ENDLESS)}
    assert endless == {f"{API}/stream", f"{API}/board/stream"}
    assert paths >= elsewhere(dsn), "a path of the house for administration that the centre does not have"
