"""What `affluent twin record` and `affluent twin replay` do."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console

from affluent.centre.refusals import Away
from affluent.cli.operate.reach import reached
from affluent.cli.settings import Settings
from affluent.cli.twin.asking import Stop, guarded, print_json, read_as
from affluent.cli.twin.deciding import OtherRules, day_of_recording, decide_again, lived_otherwise
from affluent.cli.twin.replay_answers import changed_answer, same_answer
from affluent.cli.twin.replay_showing import shown_changed, shown_same
from affluent.cli.twin.wording import say
from affluent.routing.document import read_policy
from affluent.storage.database import Database
from affluent.storage.errors import StorageError
from affluent.storage.recorded import FileRecording, NoRecording, NothingTold, PgRecording, write_recording
from affluent.twin.replaying.renumbering import Strangers, renumbered


def record(out: Path, from_: str | None, to: str | None) -> None:
    def work(settings: Settings, console: Console) -> None:
        with _recording(settings, None, from_, to) as recording:
            assert isinstance(recording, PgRecording), "of the database"
            with out.open("w", encoding="utf-8") as lines:
                count = write_recording(recording, lines)
        console.print(say(settings.locale, "recorded", count=count, path=out), highlight=False)

    guarded(work)


def replay(
    journal: Path | None,
    from_: str | None,
    to: str | None,
    policy: Path | None,
    replications: int,
    seed: int,
    *,
    as_json: bool,
) -> None:
    def work(settings: Settings, console: Console) -> None:
        with _recording(settings, journal, from_, to) as recording:
            names = recording.names()
            same = decide_again(recording)
            if policy is None:
                if as_json:
                    print_json(same_answer(same, names))
                else:
                    shown_same(same, names, Console(), settings.locale)
                return
            other = _other_rules(recording, policy, replications, seed)
            if as_json:
                print_json(changed_answer(same, other, names))
            else:
                shown_changed(same, other, names, Console(), settings.locale)

    guarded(work)


@contextmanager
def _recording(
    settings: Settings, journal: Path | None, from_: str | None, to: str | None
) -> Generator[FileRecording | PgRecording]:
    """Of a file, or of the database. Raises `Stop`."""
    try:
        if journal is not None:
            yield FileRecording(journal)
            return
        with reached(settings) as dsn:
            database = Database(dsn, size_max=2)
            database.open()
            try:
                yield PgRecording(database, from_ms=_instant_ms(from_), to_ms=_instant_ms(to))
            finally:
                database.close()
    except NothingTold:
        raise Stop("no_rules_told") from None
    except NoRecording as wrong:
        raise Stop("no_recording", file=journal, line=wrong.line) from None
    except OSError as error:
        raise Stop("no_file", file=error.filename or journal, why=error.strerror or "") from None
    except Away:
        raise Stop("no_database") from None
    except StorageError as error:
        raise Stop("storage", why=error.text(settings.locale)) from None


def _instant_ms(text: str | None) -> int | None:
    """ISO 8601; without an offset, by the clock of this machine. Raises `Stop`."""
    if text is None:
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Stop("bad_instant", text=text) from None


def _other_rules(
    recording: FileRecording | PgRecording, file: Path, replications: int, seed: int
) -> OtherRules:
    document = read_as(file, read_policy)
    day, known, standing, changes = day_of_recording(recording)
    try:
        policy = renumbered(document, recording.names(), known)
    except Strangers as strangers:
        raise Stop("strangers", file=file, noun=strangers.noun) from None
    return lived_otherwise(day, known, policy, standing, changes, replications, seed)
