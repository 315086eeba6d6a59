"""A POST with an Idempotency-Key is done once: under concurrency, after a restart, when it is taken over."""

import json
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from affluent.centre.integration import attempt as attempts
from affluent.centre.integration.attempt import Attempt
from affluent.centre.integration.once import Answer, InProgress
from affluent.centre.transaction import Transaction
from affluent.cli.compose import compose
from affluent.storage.database import Database
from affluent.storage.idempotency import PgRepeats
from tests.web.integration import ADMIN, Works, at_work

KEY = {"Idempotency-Key": "order-8841"}
CONTACTS = "/api/v1/contacts"
SKILL = {"key": "k", "name_fr": "F", "name_en": "E"}


@pytest.fixture
def works(dsn: str) -> Generator[Works]:
    with at_work(dsn) as made:
        yield made


@pytest.mark.parametrize("path", [CONTACTS, f"{ADMIN}/skills"])
def test_twenty_at_once_are_done_once(works: Works, path: str) -> None:
    secret = works.key()["secret"]
    body: dict[str, Any] = works.opening() if path == CONTACTS else SKILL
    ready = threading.Barrier(20)

    def send(_: int) -> tuple[int, str]:
        program = works.program(secret)
        ready.wait()
        while (answer := program.post(path, json=body, headers=KEY)).status_code == 409:
            assert answer.json()["error"]["code"] == "idempotency_in_progress"
            assert answer.headers["retry-after"] == "1"
        return answer.status_code, answer.text

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))
    assert len(answers) == 1 and next(iter(answers))[0] == 201
    table = "contact" if path == CONTACTS else "skill"
    assert len(works.rows(f"select id from {table}")) == 1


def test_a_repeat_is_answered_alike_and_says_so(works: Works) -> None:
    program = works.program(works.key()["secret"])
    first = program.post(CONTACTS, json=works.opening(), headers=KEY)
    again = program.post(CONTACTS, json=works.opening(), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    other = program.post(CONTACTS, json=works.opening("Something else"), headers=KEY)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    # Another caller's key of the same name is another key.
    assert (
        works.program(works.key()["secret"]).post(CONTACTS, json=works.opening(), headers=KEY).json()
        != first.json()
    )


def test_a_refused_request_may_be_mended_and_sent_again(works: Works) -> None:
    program = works.program(works.key()["secret"])
    assert program.post(CONTACTS, json=works.opening(" "), headers=KEY).status_code == 422
    assert program.post(CONTACTS, json=works.opening(), headers=KEY).status_code == 201


def test_a_secret_is_not_kept_for_a_repeat(works: Works) -> None:
    entry = {"name": "CRM", "account_id": works.me, "rights": ["serve"]}
    made = works.ada.post(f"{ADMIN}/keys", json=entry, headers=KEY)
    again = works.ada.post(f"{ADMIN}/keys", json=entry, headers=KEY)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "done_before")
    assert made.json()["secret"] not in str(works.rows("select answer from idempotency"))
    assert len(works.rows("select id from api_key")) == 1


@pytest.mark.parametrize("given", ["", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused(works: Works, given: str) -> None:
    answer = works.ada.post(f"{ADMIN}/skills", json={}, headers={"Idempotency-Key": given})
    assert answer.json()["error"]["code"] == "idempotency_key_invalid"


def test_killed_between_the_commit_and_the_answer_it_is_not_done_twice(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = works.key()["secret"]
    program = works.program(secret)
    with monkeypatch.context() as killed:
        # As kill -9 leaves it: the commands are committed, nothing after them happened.
        killed.setattr(PgRepeats, "answered", _nothing)
        first = program.post(CONTACTS, json=works.opening(), headers=KEY).json()
        program.post(
            f"{ADMIN}/skills",
            json={"key": "k", "name_fr": "F", "name_en": "E"},
            headers=KEY | {"Idempotency-Key": "s"},
        )
    works.centre.stop()
    works.centre = compose(works.dsn)
    assert works.centre.runner.wait_until_leading(60)
    program = works.program(secret)
    early = program.post(CONTACTS, json=works.opening(), headers=KEY)
    assert early.json()["error"]["code"] == "idempotency_in_progress"
    works.rows("update idempotency set started_ms = 0 returning 1")
    assert program.post(CONTACTS, json=works.opening(), headers=KEY).json() == first
    assert len(works.rows("select id from contact")) == 1
    again = program.post(f"{ADMIN}/skills", json=SKILL, headers={"Idempotency-Key": "s"})
    assert again.json()["error"]["code"] == "done_before"


def test_killed_before_the_commit_it_is_done_by_the_next_try(works: Works) -> None:
    secret = works.key()["secret"]
    repeats, now_ms = _repeats(works), works.centre.clock.now_ms()
    claimed = repeats.claim(b"scope", "key", b"print", now_ms)
    assert isinstance(claimed, Attempt)
    later = _repeats(works)
    with pytest.raises(InProgress):
        later.claim(b"scope", "key", b"print", now_ms)
    taken = later.claim(b"scope", "key", b"print", now_ms + 10_001)
    assert isinstance(taken, Attempt) and (taken.number, taken.results) == (2, [])
    assert works.program(secret).post(CONTACTS, json=works.opening(), headers=KEY).status_code == 201


def test_a_try_that_was_taken_over_is_fenced_off(works: Works) -> None:
    now_ms = works.centre.clock.now_ms()
    slow = _repeats(works).claim(b"scope", "key", b"print", now_ms)
    assert isinstance(slow, Attempt)
    _repeats(works).claim(b"scope", "key", b"print", now_ms + 10_001)

    def effect(tx: Transaction) -> int:
        return tx.store.requests.open(
            works.brand, tx.store.customers.create(works.brand, "x", None, 1).id, "s", 1
        )

    reset = attempts.CURRENT.set(slow)
    try:
        with pytest.raises(InProgress):
            works.centre.runner.do(effect)
    finally:
        attempts.CURRENT.reset(reset)
    assert works.rows("select id from request") == [] == works.rows("select id from customer")


def test_answers_are_forgotten_after_a_day(works: Works) -> None:
    repeats, now_ms = _repeats(works), works.centre.clock.now_ms()
    claimed = repeats.claim(b"scope", "key", b"print", now_ms)
    assert isinstance(claimed, Attempt)
    repeats.answered(claimed, Answer(201, "application/json", json.dumps({}).encode()))
    assert isinstance(repeats.claim(b"scope", "key", b"print", now_ms + 1), Answer)
    assert isinstance(_repeats(works).claim(b"scope", "key", b"other", now_ms + 24 * 3_600_000 + 1), Attempt)


def _nothing(*_: object) -> None:
    return None


def _repeats(works: Works) -> PgRepeats:
    database: Database = works.centre.database
    return PgRepeats(database)
