"""The words of search: written after the commit, the same as if all were indexed at once, whatever happened between."""

import subprocess
import sys
import time
from collections.abc import Callable, Generator
from random import Random

import pytest
from tests.centre.stage import Stage, staged
from tests.support.versions import EVERY_POSTGRES

from affluent.centre import answering, merging, splitting
from affluent.centre.wall import Role, Viewer
from affluent.routing import warm_up
from affluent.storage import words
from affluent.storage.words import Progress, WordsFollower, index_past

pytestmark = EVERY_POSTGRES
AFRESH = """
select c.id, coalesce(affluent_contact_words(c.id), '') || m.words as words
from contact c, lateral affluent_messages_words(c.id, 0, 0) m order by c.id"""
FOLLOW_FOR_EVER = """
import sys
from affluent.storage import words
from affluent.storage.database import Database
words.BATCH = 3
database = Database(sys.argv[1], size_max=1)
database.open()
follower = words.WordsFollower(database)
print("begun", flush=True)
while True:
    follower.follow()
"""


@pytest.fixture(scope="module")
def engine() -> None:
    warm_up(lambda line: None)


@pytest.fixture
def stage(dsn: str, engine: None) -> Generator[Stage]:
    with staged(dsn) as made:
        yield made


def written(stage: Stage) -> list[tuple[int, str]]:
    rows = stage.query("select contact_id as id, words from contact_words order by contact_id")
    return [(row["id"], row["words"]) for row in rows]


def afresh(stage: Stage) -> list[tuple[int, str]]:
    return [(row["id"], row["words"]) for row in stage.query(AFRESH)]


def found(stage: Stage, word: str) -> list[int]:
    rows = stage.query(
        "select contact_id from contact_words where words @@ plainto_tsquery('simple', %s) order by 1", word
    )
    return [row["contact_id"] for row in rows]


def progress(stage: Stage) -> Progress:
    with stage.database.transaction() as conn:
        return words.progress(conn)


def test_a_commit_writes_no_words_and_the_next_look_has_them_all(stage: Stage) -> None:
    first = stage.mail(subject="Colis égaré", new_text="Numéro CMD-417")
    chat_id, chat = stage.chat("Facture de mars")
    stage.say(chat_id, "et celle d’avril")
    assert written(stage) == [] and progress(stage).behind > 0
    WordsFollower(stage.database).catch_up()
    assert written(stage) == afresh(stage)
    assert (found(stage, "egare"), found(stage, "417"), found(stage, "avril")) == ([first], [first], [chat])
    assert progress(stage) == Progress(0, 0, 0)
    stage.say(chat_id, "merci")
    WordsFollower(stage.database).catch_up()
    assert found(stage, "merci") == [chat] and written(stage) == afresh(stage)


def split_and_merge(stage: Stage) -> None:
    """Two customers' mails become one's, then two again; a message moves into a contact of its own."""
    viewer = Viewer(stage.ids.sam, "Sam", Role.SUPERVISOR, "fr", frozenset({stage.ids.north}))
    one = stage.mail(sender="un@customer.example", new_text="premier")
    other = stage.mail(sender="deux@customer.example", new_text="second")
    stage.mail(sender="un@customer.example", new_text="ailleurs", thread=("<1@customer.example>",))
    customers = [stage.contact(contact)["customer_id"] for contact in (one, other)]
    merge = stage.do(merging.merge_customers, viewer=viewer, customer_id=customers[0], other_id=customers[1])
    stage.do(merging.merge_requests, viewer=viewer, contact_id=one, other_id=other)
    stage.do(merging.undo, viewer=viewer, merge_id=merge)


def test_merges_their_undoing_and_changed_texts_are_followed(stage: Stage) -> None:
    follower = WordsFollower(stage.database)
    split_and_merge(stage)
    follower.catch_up()
    assert written(stage) == afresh(stage)
    split_and_merge(stage)
    # What a program or a person does to a card, past the journal.
    stage.query(
        "update customer set name = 'Lefèvre', note = 'le matin'"
        " where id = (select min(id) from customer) returning id"
    )
    stage.query(
        "insert into customer_address (customer_id, brand_id, kind, value)"
        " select id, brand_id, 'phone', '+33612345678' from customer order by id limit 1 returning customer_id"
    )
    follower.catch_up()
    assert found(stage, "lefevre") and found(stage, "0612345678") and written(stage) == afresh(stage)
    stage.query("delete from customer_address where kind = 'phone' returning customer_id")
    stage.query("update customer set name = '' where name = 'Lefèvre' returning id")
    stage.query("update message set new_text = 'effacé' where new_text = 'second' returning id")
    follower.catch_up()
    assert not found(stage, "lefevre") and not found(stage, "0612345678") and not found(stage, "second")
    assert written(stage) == afresh(stage)


def test_messages_that_moved_are_found_where_they_are(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.mail(message_id="<a@customer.example>", new_text="premier sujet")
    stage.mail(thread=("<a@customer.example>",), new_text="tout autre chose")
    stage.in_hand_of(stage.ids.ada, contact)
    WordsFollower(stage.database).catch_up()
    assert found(stage, "autre") == [contact]
    moved = stage.query("select id from message where new_text = 'tout autre chose'")[0]["id"]
    new = stage.do(splitting.split, contact_id=contact, agent_id=stage.ids.ada, message_ids=[moved])
    stage.in_hand_of(stage.ids.ada, new)
    stage.do(answering.reply, contact_id=new, agent_id=stage.ids.ada, key="r", text="Bien reçu")
    WordsFollower(stage.database).catch_up()
    assert (found(stage, "autre"), found(stage, "premier"), found(stage, "recu")) == ([new], [contact], [new])
    assert written(stage) == afresh(stage)


def test_the_past_is_worked_off_newest_first_while_the_present_goes_before(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "PAST_AT_ONCE", 2)
    old = [stage.mail(new_text=f"ancien {number}") for number in range(5)]
    with stage.database.transaction() as conn:
        index_past(conn)
    assert progress(stage) == Progress(0, 0, 5)
    follower = WordsFollower(stage.database)
    assert follower.follow() and found(stage, "ancien") == old[3:]
    assert (progress(stage).past_done, progress(stage).past_share) == (2, 0.4)
    new = stage.mail(new_text="nouveau")
    assert follower.follow() and found(stage, "nouveau") == [new] and found(stage, "ancien") == old[3:]
    follower.catch_up()
    assert found(stage, "ancien") == old and progress(stage) == Progress(0, 0, 0)
    assert written(stage) == afresh(stage)


def test_two_who_follow_do_not_hinder_each_other(stage: Stage) -> None:
    stage.mail()
    with stage.database.transaction() as conn:
        conn.execute("select from words_position for update")
        assert WordsFollower(stage.database).follow() == 0
    WordsFollower(stage.database).catch_up()
    assert written(stage) == afresh(stage)


def test_a_follower_killed_again_and_again_leaves_nothing_out(stage: Stage) -> None:
    chance = Random(3)

    def write() -> None:
        kinds: tuple[Callable[[], object], ...] = (
            lambda: stage.mail(sender=f"c{chance.randrange(4)}@customer.example", new_text="mot " * 50),
            lambda: stage.chat("tchat"),
            lambda: stage.query("update customer set note = note || ' vu' returning id"),
        )
        chance.choice(kinds)()

    for _ in range(8):
        child = subprocess.Popen([sys.executable, "-c", FOLLOW_FOR_EVER, stage.dsn], stdout=subprocess.PIPE)
        try:
            assert child.stdout is not None and child.stdout.readline() == b"begun\n"
            until_s = time.monotonic() + chance.random() / 5
            while time.monotonic() < until_s:
                write()
        finally:
            child.kill()
            child.communicate()
    # The server may take a moment to see that the last one killed is gone.
    end_s = time.monotonic() + 20
    while progress(stage).behind and time.monotonic() < end_s:
        WordsFollower(stage.database).catch_up()
    assert len(written(stage)) > 2
    assert written(stage) == afresh(stage)
