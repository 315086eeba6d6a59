"""What this process must have to be sent customers."""

from collections.abc import Callable, Sequence

from psycopg_pool import PoolTimeout

from affluent.centre.refusals import Away
from affluent.centre.runner import Runner
from affluent.storage.database import Database
from affluent.storage.migrate import newest
from affluent.storage.outbound import HELD
from affluent.storage.words import progress
from affluent.web.health import Check

Works = Callable[[], bool]
Told = Callable[[], str | None]


class Readiness:
    """The checks, and the doors that were opened since."""

    def __init__(self, database: Database, runner: Runner, room: Callable[[], bool]) -> None:
        self._database = database
        self._runner = runner
        self._room = room
        self._newest = newest()
        self._doors: dict[str, tuple[Works, Told]] = {}

    def add(self, name: str, works: Works, told: Told = lambda: None) -> None:
        """From now on this door counts. `told`: what is to be known of it while it works."""
        self._doors[name] = (works, told)

    def checks(self) -> Sequence[Check]:
        leading = self._runner.leading
        doors = [(name, works(), told()) for name, (works, told) in self._doors.items()]
        return [
            *self._stored(),
            Check("writer", leading, None if leading else "standing_by"),
            *(Check(name, works, told if works else "stopped") for name, works, told in doors),
        ]

    def _stored(self) -> list[Check]:
        room = self._room()
        space = Check("room", room, None if room else "disk_full")
        try:
            with self._database.reading() as conn:
                row = conn.execute("select version_num, " + HELD + " as held from alembic_version").fetchone()
                found = None if row is None else row["version_num"]
                same = found == self._newest
                words = progress(conn) if same else None
        except Away as away:
            return [Check("database", False, away.code), space]
        except PoolTimeout:
            return [Check("database", False, "not_now"), space]
        schema = Check("schema", same, None if same else f"found_{found}_needs_{self._newest}")
        # A restored centre takes everything in; that it sends nothing yet is for people to know.
        held = row is not None and row["held"]
        outbound = Check("outbound", True, "held" if held else None)
        # Nor does a search that does not find everything yet keep customers out.
        search = (
            None if words is None or not words.past_all else f"indexed_{int(100 * words.past_share)}_percent"
        )
        return [Check("database", True), schema, space, outbound, Check("search", True, search)]
