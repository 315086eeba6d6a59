"""A menu's text is read with every problem at its line, checked for its promises, and written back."""

import pytest

from affluent.centre.menus import words
from affluent.centre.menus.reading import read_menu, write_menu
from affluent.routing.document import DocumentError, DocumentProblem
from tests.centre.menus.example import TEXT, problems

SHORT = """\
version: 1
languages: [fr]
start: hello
human: people
steps:
  hello: {kind: say, prompt: {fr: Bonjour}, next: motive}
  motive: {kind: choose, prompt: {fr: Un}, keys: {"1": people}}
  people: {kind: queue, queue: Calls}
"""


def test_a_menu_with_every_kind_of_step_has_no_problem() -> None:
    assert problems(TEXT) == []
    assert problems(SHORT) == []


def test_what_is_written_reads_to_the_same() -> None:
    menu, _ = read_menu(TEXT)
    assert read_menu(write_menu(menu))[0] == menu
    assert "patience: 5s" in write_menu(menu)


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "line"),
    [
        ("next: motive", "next: motiv", "unknown_step", "/steps/hello/next", 6),
        ("start: hello", "start: hallo", "unknown_step", "/start", 3),
        ("queue: Calls", "queue: Call", "unknown_queue", "/steps/people/queue", 8),
        ("queue: Calls", "queue: Other", "queue_of_other_brand", "/steps/people/queue", 8),
        ("queue: Calls", "queue: Chats", "queue_not_voice", "/steps/people/queue", 8),
        ("start: hello", "start: motive", "unreachable_step", "/steps/hello", 6),
        ('"1": people', '"0": people', "human_key_taken", "/steps/motive/keys/0", 7),
        ("human: people", "human: hello\ntries: 1", "endless_loop", "/steps/hello", 7),
        ("languages: [fr]", "languages: [en]", "brand_language_missing", "/languages", 2),
        ("languages: [fr]", "languages: [fr, en]", "prompt_missing", "/steps/hello/prompt", 6),
        ("kind: say", "kind: sya", "unknown_kind", "/steps/hello/kind", 6),
        ("kind: say, ", "", "missing_key", "/steps/hello", 6),
        ("start: hello\n", "", "missing_key", "", 1),
        ("prompt: {fr: Un}", "promt: {fr: Un}", "unknown_key", "/steps/motive/promt", 7),
        ("version: 1", "version: 2", "unsupported_version", "/version", 1),
        ("human: people", "human: people\ntries: 9", "too_high", "/tries", 5),
        ("human: people", "human: people\npatience: soon", "bad_duration", "/patience", 5),
        ("{fr: Bonjour}", "{fr: {recorded: halo}}", "unknown_recording", "/steps/hello/prompt/fr", 6),
        ("{fr: Bonjour}", "{de: Hallo}", "unknown_choice", "/steps/hello/prompt/de", 6),
        ("fr: Bonjour", 'fr: ""', "prompt_missing", "/steps/hello/prompt", 6),
        ("hello:", "Hello!:", "bad_word", "/steps/Hello!", 6),
        ('"1": people', '"11": people', "bad_word", "/steps/motive/keys/11", 7),
    ],
)
def test_each_problem_is_told_at_its_line(old: str, new: str, code: str, path: str, line: int) -> None:
    assert (code, path, line) in problems(SHORT.replace(old, new, 1))


def test_a_name_that_is_nearly_right_is_asked_about() -> None:
    with pytest.raises(DocumentError) as wrong:
        read_menu(SHORT.replace("kind: choose", "kind: chose"))
    said = words.sentence(wrong.value.problems[0], "fr")
    assert said == "« chose » n’est pas un genre d’étape ; vouliez-vous dire « choose » ?"


def test_closed_hours_end_and_do_not_wait_for_nobody() -> None:
    closed = TEXT.replace("closed: shut", "closed: people")
    assert ("closed_into_queue", "/steps/hours/closed", 8) in problems(closed)


def test_a_person_is_reached_from_every_step_or_it_is_said() -> None:
    dead = SHORT.replace("next: motive}", "next: bye}").replace(
        "  motive:", "  bye: {kind: goodbye, prompt: {fr: Salut}}\n  motive:"
    )
    assert ("no_person", "/steps/hello", 6) in problems(dead)
    away = SHORT.replace("human: people", "human: motive")
    assert ("human_without_person", "/human", 4) not in problems(away)
    shut = SHORT.replace("{kind: queue, queue: Calls}", "{kind: goodbye, prompt: {fr: Salut}}")
    assert ("human_without_person", "/human", 4) in problems(shut)


def test_every_problem_has_a_sentence_in_both_languages() -> None:
    assert set(words.SENTENCES["fr"]) == set(words.SENTENCES["en"])
    for texts in (TEXT, SHORT):
        for cut in range(0, len(texts), 97):
            try:
                read_menu(texts[:cut])
            except DocumentError as wrong:
                for one in wrong.problems:
                    assert words.sentence(one, "fr") and words.sentence(one, "en")
    assert "3" in words.sentence(DocumentProblem("too_high", "", 1, {"high": 3}), "en")
