"""Signing in: the first administrator, sessions, passwords.

A session is an opaque random token that only the browser knows; the centre keeps its SHA-256. It expires a
while after it was last used, and ends at once when it is revoked, or its account deactivated or given another
role.
"""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre import passwords
from affluent.centre.refusals import Invalid, NotFound, NotSignedIn, Refusal, TooMany
from affluent.centre.wall import Right, Role, Viewer, brands_of
from affluent.facts.instants import DAY_MS, MINUTE_MS, Clock

SESSION_IDLE_MS = 7 * DAY_MS
SEEN_EVERY_MS = MINUTE_MS
BELIEVED_MS = 10_000
"""How long a session is believed unasked. What ends it in this process is told at once; another server's is not."""
BELIEVED_MAX = 10_000
FAILURES_WINDOW_MS = 15 * MINUTE_MS
FAILURES_MAX = 8
"""Wrong passwords for one e-mail from one address within the window."""
FAILURES_OF_ADDRESS_MAX = 60
"""Wrong passwords from one address for whatever e-mail within the window."""
LOCALES = ("fr", "en")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class From:
    """Where a person signs in from."""

    ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Brand:
    id: int
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Team:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Me:
    """The account of the one who asks, as their pages need it."""

    id: int
    name: str
    email: str
    role: Role
    locale: str
    theme: str
    brands: tuple[Brand, ...]
    team: Team | None
    keys_enabled: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A viewer by a live session."""

    viewer: Viewer
    session_id: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened. `token` is told to the browser once and kept nowhere."""

    token: str
    me: Me


@dataclass(frozen=True, slots=True)
class Session:
    id: int
    created_ms: int
    last_seen_ms: int
    user_agent: str
    ip: str


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session with whose it is; `granted` are the brands that were named for them."""

    session: Session
    account_id: int
    name: str
    role: Role
    granted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with what a viewer needs of its account, in one read."""

    id: int
    last_seen_ms: int
    account_id: int
    name: str
    role: Role
    locale: str
    granted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Credentials:
    account_id: int
    password_hash: str | None


class AccountsUnit(Protocol):
    """Accounts and sessions within one transaction."""

    def lock_start(self) -> None:
        """Waits until nobody else is making the first administrator."""
        ...

    def any_account(self) -> bool: ...
    def add_administrator(
        self, name: str, email: str, password_hash: str, locale: str, *, now_ms: int
    ) -> int: ...
    def credentials(self, email: str) -> Credentials | None: ...
    def credentials_of(self, account_id: int) -> Credentials | None: ...
    def set_password(self, account_id: int, password_hash: str) -> None: ...
    def me(self, account_id: int) -> Me | None: ...
    def set_preferences(self, account_id: int, changes: dict[str, Any]) -> None: ...
    def open_session(
        self, token_hash: bytes, account_id: int, came: From, *, now_ms: int, expires_ms: int
    ) -> int: ...
    def live_session(self, token_hash: bytes, *, now_ms: int) -> SessionRow | None: ...
    def seen(self, session_id: int, *, now_ms: int, expires_ms: int) -> None: ...
    def sessions(self, account_id: int, *, now_ms: int) -> Sequence[Session]: ...
    def every_session(self, *, now_ms: int) -> Sequence[HeldSession]: ...
    def revoke(self, account_id: int, session_id: int) -> bool: ...
    def revoke_all(self, account_id: int, *, but: int | None = None) -> None: ...
    def failures(self, email: str, ip: str, *, since_ms: int) -> tuple[int, int, int | None]:
        """Failures for (e-mail, address), for the address, and the instant of the earliest for either."""
        ...

    def add_failure(self, email: str, ip: str, *, now_ms: int) -> None: ...
    def forget_failures(self, email: str, ip: str, *, before_ms: int) -> None:
        """Forgets those of this e-mail from this address, and all older than `before_ms`."""
        ...

    def note(self, account_id: int, action: str, *, now_ms: int, by: int | None = None) -> None:
        """An entry about the account itself in the audit trail; `by` is who did it, when it was another."""
        ...


class Accounts(Protocol):
    """Where accounts are kept."""

    def unit(self) -> AbstractContextManager[AccountsUnit]: ...


class SigningIn:
    """The use cases of the door for people of the centre. Each is one transaction."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._believed: dict[bytes, tuple[SignedIn, int]] = {}

    def needs_administrator(self) -> bool:
        with self._accounts.unit() as unit:
            return not unit.any_account()

    def start(self, name: str, email: str, password: str, locale: str, came: From) -> Opened:
        """Makes the first administrator and signs them in. Raises `Refusal` once there is an account."""
        now_ms = self._clock.now_ms()
        if not self.needs_administrator():
            raise Refusal("already_started")
        password_hash = passwords.hashed(password)
        with self._accounts.unit() as unit:
            unit.lock_start()
            if unit.any_account():
                raise Refusal("already_started")
            account_id = unit.add_administrator(name, email, password_hash, locale, now_ms=now_ms)
            unit.note(account_id, "start", now_ms=now_ms)
            return self._open(unit, account_id, came, now_ms)

    def sign_in(self, email: str, password: str, came: From) -> Opened:
        """Raises `NotSignedIn` for a wrong pair, `TooMany` after too many of them."""
        now_ms = self._clock.now_ms()
        email = email.strip().lower()
        with self._accounts.unit() as unit:
            self._throttle(unit, email, came.ip, now_ms)
            # Counted before it is checked: a thousand tries at the same instant are a thousand failures.
            unit.add_failure(email, came.ip, now_ms=now_ms)
            found = unit.credentials(email)
        right = passwords.matches(password, found.password_hash if found else None)
        if not right or found is None:
            raise NotSignedIn("wrong_password")
        with self._accounts.unit() as unit:
            unit.forget_failures(email, came.ip, before_ms=now_ms - FAILURES_WINDOW_MS)
            return self._open(unit, found.account_id, came, now_ms)

    def _throttle(self, unit: AccountsUnit, email: str, ip: str, now_ms: int) -> None:
        of_pair, of_address, earliest_ms = unit.failures(email, ip, since_ms=now_ms - FAILURES_WINDOW_MS)
        if of_pair >= FAILURES_MAX or of_address >= FAILURES_OF_ADDRESS_MAX:
            retry_ms = max(1_000, (earliest_ms or now_ms) + FAILURES_WINDOW_MS - now_ms)
            raise TooMany("too_many_sign_ins", minutes=-(-retry_ms // MINUTE_MS), retry_ms=retry_ms)

    def _open(self, unit: AccountsUnit, account_id: int, came: From, now_ms: int) -> Opened:
        token = secrets.token_urlsafe(32)
        unit.open_session(_hash(token), account_id, came, now_ms=now_ms, expires_ms=now_ms + SESSION_IDLE_MS)
        return Opened(token, self._me(unit, account_id))

    def _me(self, unit: AccountsUnit, account_id: int) -> Me:
        me = unit.me(account_id)
        if me is None:
            raise NotSignedIn("not_signed_in")
        return me

    def believed(self, token: str | None) -> SignedIn | None:
        """Who holds this token, when that was looked up a moment ago and nothing has ended it since."""
        found = self._believed.get(_hash(token)) if token else None
        if found is None or not 0 <= found[1] - self._clock.now_ms() <= BELIEVED_MS:
            return None
        return found[0]

    def forget(self) -> None:
        """Sessions, accounts or what they may do have changed: every token is looked up again."""
        # A new one, not an empty one: a look-up under way keeps what it found in the old one, which nobody asks.
        self._believed = {}

    def viewer(self, token: str | None) -> SignedIn:
        """Who holds this token. Raises `NotSignedIn` when it is unknown, expired or revoked."""
        if not token:
            raise NotSignedIn("not_signed_in")
        known = self.believed(token)
        if known is not None:
            return known
        now_ms, believed, token_hash = self._clock.now_ms(), self._believed, _hash(token)
        with self._accounts.unit() as unit:
            row = unit.live_session(token_hash, now_ms=now_ms)
            if row is None:
                raise NotSignedIn("not_signed_in")
            if now_ms - row.last_seen_ms >= SEEN_EVERY_MS:
                unit.seen(row.id, now_ms=now_ms, expires_ms=now_ms + SESSION_IDLE_MS)
        viewer = Viewer(row.account_id, row.name, row.role, row.locale, brands_of(row.role, row.granted))
        if len(believed) >= BELIEVED_MAX:
            believed.clear()
        believed[token_hash] = who, _ = SignedIn(viewer, row.id), now_ms + BELIEVED_MS
        return who

    def me(self, viewer: Viewer) -> Me:
        with self._accounts.unit() as unit:
            return self._me(unit, viewer.account_id)

    def prefer(self, viewer: Viewer, changes: dict[str, Any]) -> Me:
        """Changes what a person sets for themselves: `locale`, `theme`, `keys_enabled`."""
        with self._accounts.unit() as unit:
            if changes:
                unit.set_preferences(viewer.account_id, changes)
            me = self._me(unit, viewer.account_id)
        self.forget()
        return me

    def change_password(self, who: SignedIn, current: str, new: str) -> None:
        """Sets a new password and ends every other session. Raises `Invalid` when `current` is wrong."""
        now_ms, account_id = self._clock.now_ms(), who.viewer.account_id
        pair = f"account:{account_id}"
        with self._accounts.unit() as unit:
            self._throttle(unit, pair, "", now_ms)
            unit.add_failure(pair, "", now_ms=now_ms)
            found = unit.credentials_of(account_id)
        if found is None or not passwords.matches(current, found.password_hash):
            raise Invalid("wrong_current_password", "password_old")
        passwords.check_strength(new, "password_new")
        password_hash = passwords.hashed(new)
        with self._accounts.unit() as unit:
            unit.set_password(account_id, password_hash)
            unit.revoke_all(account_id, but=who.session_id)
            unit.forget_failures(pair, "", before_ms=now_ms - FAILURES_WINDOW_MS)
            unit.note(account_id, "password", now_ms=now_ms)
        self.forget()

    def sign_out(self, who: SignedIn) -> None:
        with self._accounts.unit() as unit:
            unit.revoke(who.viewer.account_id, who.session_id)
        self.forget()

    def sessions(self, viewer: Viewer) -> Sequence[Session]:
        """The viewer's own live sessions, latest first."""
        with self._accounts.unit() as unit:
            return unit.sessions(viewer.account_id, now_ms=self._clock.now_ms())

    def revoke(self, viewer: Viewer, session_id: int) -> None:
        """Ends one of the viewer's sessions. Raises `NotFound` for anyone else's."""
        with self._accounts.unit() as unit:
            if not unit.revoke(viewer.account_id, session_id):
                raise NotFound("not_found")
        self.forget()

    def every_session(self, viewer: Viewer) -> Sequence[HeldSession]:
        """The live sessions of all whom the viewer administers, latest first."""
        viewer.require(Right.CHANGE_SETTINGS)
        with self._accounts.unit() as unit:
            found = unit.every_session(now_ms=self._clock.now_ms())
        return [held for held in found if _administers(viewer, held)]

    def end_session(self, viewer: Viewer, session_id: int) -> None:
        """Ends another person's session. Raises `NotFound` for one of people whom they do not administer."""
        viewer.require(Right.CHANGE_SETTINGS)
        now_ms = self._clock.now_ms()
        with self._accounts.unit() as unit:
            for held in unit.every_session(now_ms=now_ms):
                if held.session.id == session_id and _administers(viewer, held):
                    unit.revoke(held.account_id, session_id)
                    unit.note(held.account_id, "end_session", now_ms=now_ms, by=viewer.account_id)
                    break
            else:
                raise NotFound("not_found")
        self.forget()


def _administers(viewer: Viewer, held: HeldSession) -> bool:
    """A bound administrator has a say over people of their brands and of no other."""
    if viewer.brands is None or held.account_id == viewer.account_id:
        return True
    return bool(held.granted) and viewer.brands.issuperset(held.granted)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
