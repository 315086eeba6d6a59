"""What the web layer stands on: the use cases of the centre, wired elsewhere."""

from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

from affluent.centre.administration.administration import Administration
from affluent.centre.integration.keys import KeyRing
from affluent.centre.integration.once import Repeats
from affluent.centre.signing_in import SigningIn
from affluent.facts.instants import Clock

PAGES = Path(__file__).with_name("pages")


def own_version() -> str:
    """The version of the installed package; 0 in a checkout that was not installed."""
    try:
        return version_of("affluent")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "0"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration centre, shown on its sign-in page."""

    email: str
    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a minute, which may also come all at once: of a key or session, of an address without either."""

    signed_in: int = 3_000
    unknown: int = 600


@dataclass(frozen=True, slots=True)
class Services:
    """The ports of the web layer."""

    clock: Clock
    signing_in: SigningIn
    administration: Administration
    keys: KeyRing
    repeats: Repeats | None = None
    """Where answers are kept for requests that are sent again; None: each is done anew."""
    limits: Limits | None = None
    """How much one caller may ask; None: without limit."""
    demo_accounts: tuple[DemoAccount, ...] = ()
    """Not empty in a demonstration centre only."""
    origins: frozenset[str] = field(default_factory=frozenset[str])
    """Origins allowed to write besides the server's own: `https://desk.example.org` behind a proxy."""
    pages: Path = PAGES
    """Where the built pages are; they may be missing."""
    version: str = field(default_factory=own_version)

    @property
    def demo(self) -> bool:
        return bool(self.demo_accounts)
