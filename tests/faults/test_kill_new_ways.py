"""`kill -9` while colleagues are together on a contact, while a rule is on trial, while many are answered at once.

Afterwards nobody is stuck, what was drawn stays drawn, what was due happens once, and no letter goes out twice.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from affluent.centre.trials.trials import slot_at
from affluent.facts.instants import HOUR_MS
from affluent.measure.trials import arm_of
from tests.centre.replay import replayed
from tests.centre.stage import Ids
from tests.faults.crowd import Records, post_mails
from tests.faults.server import Server
from tests.faults.test_kill import Sink, sink
from tests.faults.test_takeover import signed_in
from tests.faults.test_two_servers import eventually, furnished
from tests.support.postgres import Databases

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    # Half-open sockets of killed peers: the mail sink's loop ends with some of them.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]
ZONE = "Europe/Paris"


@dataclass
class Centre:
    """One server on a database of its own, and the mail server that its letters go to."""

    dsn: str
    ids: Ids
    server: Server
    letters: Sink

    def rows(self, query: str, *params: Any) -> list[dict[str, Any]]:
        with psycopg.Connection[DictRow].connect(self.dsn, row_factory=dict_row) as conn:
            return conn.execute(query.encode(), params).fetchall()

    def count(self, query: str, *params: Any) -> int:
        return self.rows(f"select count(*) as n from {query}", *params)[0]["n"]

    def change(self, query: str, *params: Any) -> None:
        with psycopg.connect(self.dsn) as conn:
            conn.execute(query.encode(), params)

    def died_and_back(self, while_down: str = "select 1", *params: Any) -> None:
        self.server.kill()
        self.change(while_down, *params)
        self.server.start()

    def mails(self, names: list[str]) -> None:
        """Each from a customer of its own, handed in until it is acknowledged."""
        records = Records()
        posts = [
            threading.Thread(
                target=post_mails, args=(records, self.server.mail_port, names[at::4], f"127.0.3.{at + 1}")
            )
            for at in range(4)
        ]
        for one in posts:
            one.start()
        for one in posts:
            one.join(60)
        assert records.mails == set(names)

    def states_are_the_journals(self) -> None:
        facts = self.rows(
            "select kind, contact_id, agent_id, data from journal where contact_id > 0 order by seq"
        )
        states = {row["id"]: row["state"] for row in self.rows("select id, state from contact")}
        assert replayed(facts) == states

    def no_letter_twice(self) -> None:
        assert all(times == 1 for times in self.letters.message_ids.values())
        doubled = self.rows(
            "select text from message where direction = 'out' group by contact_id, text having count(*) > 1"
        )
        assert not doubled


@pytest.fixture
def centre(databases: Databases, tmp_path: Path) -> Generator[Centre]:
    with databases.fresh() as dsn, sink() as (letters, port), ExitStack() as stack:
        ids = furnished(dsn)
        smtp = {"host": "127.0.0.1", "port": port, "tls": "none"}
        mail = {"address": "help@north.example", "listener": True, "smtp": smtp}
        with psycopg.connect(dsn) as conn:
            conn.execute("update channel set settings = %s where id = %s", (Jsonb(mail), ids.mail_door))
            conn.execute("update queue set offer_ms = 60000")
            conn.execute("update account set role = 'administrator' where id = %s", (ids.sam,))
        server = Server(tmp_path, dsn)
        stack.callback(server.stop)
        server.start()
        yield Centre(dsn, ids, server, letters)


@contextmanager
def at_work(centre: Centre, *names: str) -> Generator[list[httpx.Client]]:
    with ExitStack() as stack:
        yield [stack.enter_context(closing(signed_in(centre.server, name))) for name in names]


def accepted(client: httpx.Client, contact_id: int) -> None:
    assert client.post(f"/contacts/{contact_id}/accept", json={}).status_code == 200


def test_killed_while_colleagues_are_together_on_contacts_nobody_is_stuck(centre: Centre) -> None:
    with at_work(centre, "ada", "bob") as (ada, bob):
        assert ada.put("/desk/presence", json={"state": "ready"}).status_code == 200
        centre.mails(["conference", "asked", "stormy"])
        ids = {row["subject"]: row["id"] for row in centre.rows("select id, subject from contact")}
        for contact_id in ids.values():
            accepted(ada, contact_id)
        assert bob.put("/desk/presence", json={"state": "ready"}).status_code == 200
        for subject in ("conference", "asked"):
            path = f"/contacts/{ids[subject]}/invitations"
            assert ada.post(path, json={"agent_id": centre.ids.bob, "conference": True}).status_code == 200
        assert bob.post(f"/contacts/{ids['conference']}/invitation/accept").status_code == 200
        _invited_answered_and_thanked_amid_kills(centre, ada, bob, ids["stormy"])
        # What was asked falls due while nobody is there.
        centre.died_and_back(
            "with past as (update contact set parts = jsonb_set(parts, '{0,expires_ms}', '1')"
            " where id = %s returning id) update timer set due_ms = 1 from past where contact_id = past.id",
            ids["asked"],
        )
        ended = "journal where kind = 'InvitationEnded' and contact_id = %s"
        eventually(lambda: centre.count(ended, ids["asked"]) == 1, "the end of the invitation", 20)
        key = {"key": "said-by-bob", "kind": "reply", "text": "Bob answers"}
        assert bob.post(f"/contacts/{ids['conference']}/messages", json=key).status_code == 200
        centre.died_and_back()
        assert bob.post(f"/contacts/{ids['conference']}/messages", json=key).status_code == 200
        handed = ada.post(f"/contacts/{ids['conference']}/hand-over", json={"agent_id": centre.ids.bob})
        assert handed.status_code == 200, handed.text
        again = ada.post(f"/contacts/{ids['asked']}/invitations", json={"agent_id": centre.ids.bob})
        assert again.status_code == 200, again.text
        assert bob.post(f"/contacts/{ids['asked']}/invitation/accept").status_code == 200
        for client, subject in ((bob, "conference"), (ada, "asked"), (ada, "stormy")):
            done = client.post(f"/contacts/{ids[subject]}/close", json={"outcome": "resolved"})
            assert done.status_code == 200, done.text
        # The engine counts both hands empty: of three limits each, six more are offered at once.
        centre.mails([f"more{number}" for number in range(6)])
        eventually(lambda: centre.count("contact where state = 'offered'") == 6, "six offers", 20)
    assert centre.count("contact where state = 'closed' and parts is not null") == 0
    assert centre.count(ended, ids["asked"]) == 1
    assert centre.count("journal where kind = 'ContactHandedOver'") == 1
    centre.states_are_the_journals()
    eventually(lambda: centre.count("outbox where state in ('due', 'sending')") == 0, "the letters", 20)
    centre.no_letter_twice()


def _invited_answered_and_thanked_amid_kills(
    centre: Centre, ada: httpx.Client, bob: httpx.Client, contact_id: int
) -> None:
    """Both go on trying whatever happens to the server, each step under its key; in the end Bob has left again."""
    over = threading.Event()
    wrong: list[str] = []

    def lived() -> None:
        rounds = 0
        while not over.is_set():
            rounds += 1
            asked = {"agent_id": centre.ids.bob, "conference": True, "key": f"invite-{rounds}"}
            said = {"key": f"answer-{rounds}", "kind": "reply", "text": f"Answer reply-{rounds}"}
            steps = (
                (ada, "post", "/invitations", asked),
                (bob, "post", "/invitation/accept", None),
                (bob, "post", "/messages", said),
                (ada, "delete", f"/parts/{centre.ids.bob}", None),
            )
            for client, method, path, body in steps:
                _tried(client, method, f"/contacts/{contact_id}{path}", body, wrong)

    life = threading.Thread(target=lived)
    life.start()
    chance = random.Random(3)
    try:
        for _ in range(3):
            time.sleep(chance.uniform(0.3, 1.0))
            centre.died_and_back()
        time.sleep(0.5)
    finally:
        over.set()
        life.join(150)
    assert not life.is_alive() and not wrong, wrong
    kinds = Counter(
        row["kind"] for row in centre.rows("select kind from journal where contact_id = %s", contact_id)
    )
    assert kinds["AgentJoined"] == kinds["AgentParted"] > 0, kinds
    assert centre.rows("select parts from contact where id = %s", contact_id)[0]["parts"] is None


def _tried(client: httpx.Client, method: str, path: str, body: Any, wrong: list[str]) -> None:
    """Until the server answers. A refusal says that an earlier try took effect."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            answer = client.request(method, path, json=body)
        except httpx.HTTPError:
            time.sleep(0.1)
            continue
        if answer.status_code == 503:
            time.sleep(0.1)
            continue
        if answer.status_code not in (200, 403, 404, 409):
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return
    wrong.append(f"{method} {path}: no answer")


def test_killed_while_rules_are_on_trial_draws_stay_and_a_turn_happens_once(centre: Centre) -> None:
    with at_work(centre, "sam") as (sam,):
        share = _begun(sam, noun_id=centre.ids.mail, mode="share", changes={"target_ms": 7_200_000})
        turns = _begun(sam, noun_id=centre.ids.chat, mode="switchback", changes={"target_ms": 20_000})
        names = [f"tried{number:03d}" for number in range(60)]
        post = threading.Thread(target=centre.mails, args=(names,))
        post.start()
        for pause_s in (0.4, 0.8):
            time.sleep(pause_s)
            centre.died_and_back()
        post.join(90)
        before = _drawn(centre, share)
        centre.mails(names)
        assert _drawn(centre, share) == before, "a repeat draws nothing"
        before_turn = centre.count("journal where kind = 'TrialTurned'")
        # A slot ends while nobody is there.
        centre.died_and_back("update trial set slot = slot + 1 where id = %s", turns)
        one_more = before_turn + 1
        eventually(lambda: centre.count("journal where kind = 'TrialTurned'") == one_more, "the turn", 20)
        centre.died_and_back()
        time.sleep(2.5)
        standing = centre.rows("select state, arm, day, slot from trial where id = %s", turns)[0]
        now = slot_at(ZoneInfo(ZONE), int(time.time() * 1000), 2 * HOUR_MS)
        assert standing["state"] == "running" and (standing["day"], standing["slot"]) == (now.day, now.slot)
        turned = centre.rows("select data from journal where kind = 'TrialTurned' order by seq desc limit 1")[
            0
        ]
        assert {name: standing[name] for name in ("arm", "day", "slot")} == {
            name: turned["data"][name] for name in ("arm", "day", "slot")
        }
        assert centre.count("journal where kind = 'TrialTurned'") == one_more, "and once only"
    assert len(before) == len(names) == centre.count("contact"), "each was drawn, and once"
    for row in centre.rows("select id, customer_id, demands, target_ms from contact"):
        arm = arm_of(share, row["customer_id"], 500)
        assert before[row["id"]] == arm
        assert (share in (row["demands"] or {}).get("tried", [])) == bool(arm)
        assert row["target_ms"] == (7_200_000 if arm else 14_400_000)
    centre.states_are_the_journals()


def _begun(client: httpx.Client, **more: Any) -> int:
    wanted = {
        "name": "On trial",
        "noun": "queues",
        "metric": "asa",
        "smallest": 5_000,
        "timezone": ZONE,
        **more,
    }
    made = client.post("/trials", json=wanted)
    assert made.status_code == 201, made.text
    trial_id: int = made.json()["id"]
    started = client.post(f"/trials/{trial_id}/start")
    assert started.status_code == 200, started.text
    return trial_id


def _drawn(centre: Centre, trial_id: int) -> dict[int, int]:
    rows = centre.rows("select contact_id, data from journal where kind = 'ContactDrawn' order by seq")
    mine = [(row["contact_id"], row["data"]["arm"]) for row in rows if row["data"]["trial_id"] == trial_id]
    assert len(mine) == len(dict(mine)), "nobody is drawn twice"
    return dict(mine)


def test_killed_while_all_who_ask_about_a_problem_are_answered_each_gets_one_letter(centre: Centre) -> None:
    names = [f"outage{number:03d}" for number in range(150)]
    with at_work(centre, "sam") as (sam,):
        declared = sam.post(
            "/problems",
            json={
                "name": "Outage", "message_fr": "Une panne.", "message_en": "An outage.", "words": ["word"],
                "replies": False, "brand_id": centre.ids.north, "begins_ms": 1,
            },
        )  # fmt: skip
        assert declared.status_code == 201, declared.text
        problem = declared.json()["id"]
        centre.mails(names)
        assert centre.count("contact where problem_id = %s", problem) == len(names)
        job = {
            "key": "answer-all", "act": {"action": "answer", "text": "It works again."},
            "filters": {"problem": [problem]},
        }  # fmt: skip
        opened = sam.post("/jobs", json=job)
        assert opened.status_code == 202, opened.text
        job_id = opened.json()["id"]
        done_at_kill: list[int] = []
        for pause_s in (0.15, 0.1, 0.3):
            time.sleep(pause_s)
            centre.server.kill()
            done_at_kill.append(centre.count("contact where state = 'closed'"))
            centre.server.start()
            assert sam.post("/jobs", json=job).json()["id"] == job_id, "the same key is the same job"
        assert done_at_kill[-1] > 0 and done_at_kill[0] < len(names), done_at_kill

        def finished() -> bool:
            shown = sam.get(f"/jobs/{job_id}").json()
            return shown["state"] == "done" and shown["done"] == len(names) and not shown["refused"]

        eventually(finished, "the job's end", 60)
    answers = "message where direction = 'out' and text = 'It works again.'"
    assert centre.count(answers) == centre.count("contact where state = 'closed'") == len(names)
    eventually(lambda: centre.count("outbox where state in ('due', 'sending')") == 0, "the letters", 60)
    centre.no_letter_twice()
    centre.states_are_the_journals()
