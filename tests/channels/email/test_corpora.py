"""The whole corpora, where they are to be had: measured against floors that may only rise."""

from pathlib import Path

from affluent.channels.email.automatic import may_answer
from affluent.channels.email.parse import parse
from affluent.channels.email.quotes import fold


def test_bounces_are_known(corpora: Path) -> None:
    mails = [
        parse(path.read_bytes(), with_language=False) for path in sorted((corpora / "bounces").glob("*.eml"))
    ]
    assert len(mails) > 100
    known = sum(one.is_bounce or one.is_auto_reply for one in mails)
    assert known / len(mails) >= 0.99
    assert sum(not may_answer(one) for one in mails) / len(mails) >= 0.99


def test_every_fixture_is_read_without_resort_to_the_last_defence(corpora: Path) -> None:
    paths = [path for path in sorted((corpora / "mail_fixtures").rglob("*")) if path.is_file()]
    assert len(paths) > 100
    for path in paths:
        read = parse(path.read_bytes(), with_language=False)
        assert not [defect for defect in read.defects if defect.startswith("unparsable")], path.name


def test_standard_replies_of_mail_programs_fold_to_hello(corpora: Path) -> None:
    paths = sorted((corpora / "email_replies" / "dev" / "talon" / "standard_replies").glob("*.eml"))
    assert len(paths) > 5
    assert {path.name: parse(path.read_bytes()).new_text for path in paths} == {
        path.name: "Hello" for path in paths
    }


def test_quoted_latin_replies_fold_in_every_language(corpora: Path) -> None:
    folder = corpora / "email_replies" / "dev" / "EmailReplyParser"
    for number in (*range(7, 15), 16, 17, 18, 22, 23):
        own = fold(folder.joinpath(f"email_{number}.txt").read_text(encoding="utf-8")).new_text
        assert own.endswith("aliquet nec nec nibh."), number
