"""The menus of a centre: kept as drafts and versions, checked, published with a reason, tried, put away."""

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass

from affluent.centre.administration.ports import AuditEntry, Row
from affluent.centre.menus.checking import Known, check_menu
from affluent.centre.menus.document import LANGUAGES, MenuDocument
from affluent.centre.menus.kept import (
    Menus,
    MenuVersion,
    NewRecording,
    Recording,
    Recordings,
    SavedMenu,
)
from affluent.centre.menus.reading import read_menu, write_menu
from affluent.centre.menus.resolving import refs_of, resolved
from affluent.centre.menus.turns import Menu
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock
from affluent.routing.document import DocumentError, DocumentProblem

PAGE = 50
SOUND_BYTES_MAX = 5 * 1024 * 1024
SAMPLES_PER_S = 8_000
SECONDS_MAX = 180
NOUN, PROMPT_NOUN = "menus", "prompts"


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that was read, with its problems. `menu` is None when it could not be read."""

    problems: Sequence[DocumentProblem]
    menu: MenuDocument | None = None


class MenuRefused(Invalid):
    """A menu with problems (`menu_refused`): the edge says each in a sentence."""

    def __init__(self, problems: Sequence[DocumentProblem]) -> None:
        super().__init__("menu_refused", "document", count=len(problems), line=problems[0].line)
        self.problems = problems


class MenuOffice:
    """The use cases. Whoever changes settings changes the menus of their brands."""

    def __init__(self, menus: Menus, recordings: Recordings, clock: Clock) -> None:
        self._menus = menus
        self._recordings = recordings
        self._clock = clock

    # Read

    def page(self, viewer: Viewer, before_id: int | None) -> tuple[Sequence[SavedMenu], int | None]:
        """A page, the latest first, and where the next begins."""
        viewer.require(Right.READ_SETTINGS)
        rows = self._menus.page(viewer.brand_filter(), before_id, PAGE + 1)
        return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None

    def menu(self, viewer: Viewer, menu_id: int) -> SavedMenu:
        """One with its draft. Raises `NotFound`, also behind the wall."""
        viewer.require(Right.READ_SETTINGS)
        found = self._menus.get(menu_id)
        if found is None:
            raise NotFound("not_found")
        viewer.behind_wall(found.brand_id)
        return found

    def versions(self, viewer: Viewer, menu_id: int) -> Sequence[MenuVersion]:
        self.menu(viewer, menu_id)
        return self._menus.versions(menu_id)

    def document(self, viewer: Viewer, menu_id: int, number: int) -> str:
        """A version's document."""
        self.menu(viewer, menu_id)
        found = self._menus.version(menu_id, number)
        if found is None:
            raise NotFound("not_found")
        return found

    def known(self, viewer: Viewer, brand_id: int) -> Known:
        """What a menu of this brand can name."""
        viewer.require(Right.READ_SETTINGS)
        viewer.behind_wall(brand_id)
        known = self._menus.known(viewer.brand_filter(), brand_id)
        if known is None:
            raise NotFound("not_found")
        return known

    def check(self, viewer: Viewer, brand_id: int, text: str) -> Checked:
        """Says what is wrong with a menu. Nothing is kept."""
        known = self.known(viewer, brand_id)
        try:
            menu, lines = read_menu(text)
        except DocumentError as wrong:
            return Checked(wrong.problems)
        return Checked(check_menu(menu, known, lines), menu)

    # Change

    def create(self, viewer: Viewer, brand_id: int, name: str, text: str) -> SavedMenu:
        """Keeps a draft, which may have problems as long as it can be read."""
        viewer.require(Right.CHANGE_SETTINGS)
        self.known(viewer, brand_id)
        made = self._menus.insert(
            brand_id, name, _draft(text), self._entry(viewer, "create", 0, brand_id, after={"name": name})
        )
        if made is None:
            raise Invalid("taken", "name", value=name)
        return self.menu(viewer, made)

    def change(self, viewer: Viewer, menu_id: int, name: str, text: str, version: int) -> SavedMenu:
        """Writes the next draft. Raises `Refusal` (`menu_changed_meanwhile`) when `version` no longer stands."""
        viewer.require(Right.CHANGE_SETTINGS)
        before = self.menu(viewer, menu_id)
        entry = self._entry(
            viewer,
            "change",
            menu_id,
            before.brand_id,
            before={"name": before.name, "version": before.version},
            after={"name": name, "version": version + 1},
        )
        if self._menus.change(menu_id, name, _draft(text), version, entry) is None:
            raise Refusal("menu_changed_meanwhile")
        return self.menu(viewer, menu_id)

    def publish(self, viewer: Viewer, menu_id: int, number: int, why: str) -> SavedMenu:
        """Callers hear this version from now on; an earlier one brings it back. Raises `MenuRefused`."""
        viewer.require(Right.CHANGE_SETTINGS)
        found = self.menu(viewer, menu_id)
        text = self.document(viewer, menu_id, number)
        known = self.known(viewer, found.brand_id)
        checked = self.check(viewer, found.brand_id, text)
        if checked.problems:
            raise MenuRefused(checked.problems)
        entry = self._entry(
            viewer,
            "publish",
            menu_id,
            found.brand_id,
            before={"name": found.name, "published": found.published},
            after={"name": found.name, "published": number},
            reason=why,
        )
        self._menus.publish(menu_id, number, why, refs_of(known), entry)
        return self.menu(viewer, menu_id)

    def archive(self, viewer: Viewer, menu_id: int) -> None:
        """Puts it away. Raises `Refusal` (`menu_in_use`) while a channel plays it."""
        viewer.require(Right.CHANGE_SETTINGS)
        found = self.menu(viewer, menu_id)
        entry = self._entry(viewer, "archive", menu_id, found.brand_id, before={"name": found.name})
        if not self._menus.archive(menu_id, entry):
            raise Refusal("menu_in_use")

    # Try

    def to_try(self, viewer: Viewer, brand_id: int, text: str) -> Menu:
        """A draft ready to be played in the page. Raises `MenuRefused` with what is wrong with it."""
        known = self.known(viewer, brand_id)
        checked = self.check(viewer, brand_id, text)
        if checked.menu is None or checked.problems:
            raise MenuRefused(checked.problems)
        return resolved(0, 0, checked.menu, known, {}, self._menus.hours)

    # Recordings

    def recordings(self, viewer: Viewer, brand_id: int) -> Sequence[Recording]:
        self.known(viewer, brand_id)
        return self._recordings.of_brand(brand_id)

    def recorded(self, viewer: Viewer, prompt_id: int) -> bytes:
        """The sound of a recording, WAV."""
        self._recording(viewer, prompt_id)
        sound = self._recordings.sound(prompt_id)
        if sound is None:
            raise NotFound("not_found")
        return sound

    def record(
        self, viewer: Viewer, brand_id: int, name: str, language: str, said: str, sound: bytes
    ) -> Recording:
        """Keeps a recording. Raises `Invalid` for what is no sound that telephones play."""
        viewer.require(Right.CHANGE_SETTINGS)
        self.known(viewer, brand_id)
        if language not in LANGUAGES:
            raise Invalid("bad_request", "language")
        made = NewRecording(brand_id, name, language, said, sound, duration_of(sound))
        after: Row = {"name": name, "language": language, "said": said, "duration_ms": made.duration_ms}
        entry = self._entry(viewer, "create", 0, brand_id, after=after, noun=PROMPT_NOUN)
        return self._recording(viewer, self._recordings.insert(made, entry))

    def forget(self, viewer: Viewer, prompt_id: int) -> None:
        """Puts a recording away; versions that were published with it still play it."""
        viewer.require(Right.CHANGE_SETTINGS)
        found = self._recording(viewer, prompt_id)
        before: Row = {"name": found.name, "language": found.language}
        entry = self._entry(viewer, "archive", prompt_id, found.brand_id, before=before, noun=PROMPT_NOUN)
        self._recordings.archive(prompt_id, entry)

    def _recording(self, viewer: Viewer, prompt_id: int) -> Recording:
        viewer.require(Right.READ_SETTINGS)
        found = self._recordings.get(prompt_id)
        if found is None:
            raise NotFound("not_found")
        viewer.behind_wall(found.brand_id)
        return found

    def _entry(
        self,
        viewer: Viewer,
        action: str,
        noun_id: int,
        brand_id: int,
        *,
        before: Row | None = None,
        after: Row | None = None,
        reason: str | None = None,
        noun: str = NOUN,
    ) -> AuditEntry:
        return AuditEntry(
            at_ms=self._clock.now_ms(),
            account_id=viewer.account_id,
            action=action,
            noun=noun,
            noun_id=noun_id,
            brands=[brand_id],
            before=before,
            after=after,
            key_id=viewer.key_id,
            reason=reason or None,
        )


def _draft(text: str) -> str:
    """The document as we write it. Raises `MenuRefused` when it cannot be read."""
    try:
        return write_menu(read_menu(text)[0])
    except DocumentError as wrong:
        raise MenuRefused(wrong.problems) from None


def duration_of(sound: bytes) -> int:
    """How long a WAV of 8 kHz, one channel and 16 bits lasts, in ms. Raises `Invalid` with what it is instead."""
    try:
        with wave.open(io.BytesIO(sound)) as read:
            told = (read.getframerate(), read.getnchannels(), read.getsampwidth() * 8)
            frames = read.getnframes()
            held = len(read.readframes(frames)) // max(1, read.getsampwidth() * read.getnchannels())
    except (wave.Error, EOFError, ValueError, RuntimeError):
        raise Invalid("sound_unreadable", "sound") from None
    if told != (SAMPLES_PER_S, 1, 16):
        raise Invalid("sound_of_other_form", "sound", rate=told[0], channels=told[1], bits=told[2])
    if held == 0 or held < frames:
        raise Invalid("sound_unreadable", "sound")
    if held > SECONDS_MAX * SAMPLES_PER_S:
        raise Invalid("sound_too_long", "sound", most=SECONDS_MAX)
    return held * 1_000 // SAMPLES_PER_S
