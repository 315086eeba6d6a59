"""Where the key of channels' passwords and webhooks' secrets comes from, and its change."""

import structlog
from rich.console import Console

from affluent.cli.settings import Settings
from affluent.storage.database import Database
from affluent.storage.migrate import migrate
from affluent.storage.sealing import (
    Sealer,
    Sealing,
    Unsealable,
    key_file,
    keys_of,
    new_key,
    seal_all,
    write_keys,
)
from affluent.storage.server import choose, running_dsn

log = structlog.get_logger("affluent.secrets")


def sealer_of(settings: Settings) -> Sealer:
    """The keys that the settings name, or those beside the data of our own PostgreSQL."""
    keys = settings.secret_keys()
    if keys:
        return Sealer(keys)
    if settings.database_url is not None:
        # A key file here would be missing on the next machine that serves this database.
        log.warning("secrets_in_the_open", mend="set AFFLUENT_SECRET_KEY")
        return Sealer()
    return Sealer(file=key_file(settings.data_dir))


def sealed(settings: Settings, dsn: str) -> Sealer:
    """The sealer of a server that starts; what was stored in the open is sealed now."""
    sealer = sealer_of(settings)
    for place in _seal_all(dsn, sealer, whole=False).unreadable:
        # The centre works but for these: passwords can be typed again, signing secrets made anew.
        log.error("secrets_unreadable", place=place)
    return sealer


def rotate(settings: Settings, console: Console) -> None:
    """Seals all passwords and signing secrets with a new key. Raises `Unsealable`, `StorageError`.

    The server may run meanwhile when the key is in its file. A key of the environment is changed by its owner:
    `AFFLUENT_SECRET_KEY=new,old`, this command, then the new one alone.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else None
    keys = settings.secret_keys()
    if url is not None and not keys:
        console.print("Set AFFLUENT_SECRET_KEY first: without a key there is nothing to change.")
        return
    running = url or running_dsn(settings.data_dir)
    provider = choose(settings.data_dir, url=url, kind=settings.postgres)
    dsn = running or provider.start()
    try:
        migrate(dsn)
        if keys:
            came = _seal_all(dsn, Sealer(keys), whole=True)
        else:
            path = key_file(settings.data_dir)
            # Both keys until all is sealed anew: whenever this ends, everything can be opened.
            write_keys(path, (fresh := new_key(), *keys_of(path)))
            came = _seal_all(dsn, Sealer(file=path), whole=True)
            write_keys(path, (fresh,))
    finally:
        if running is None:
            provider.stop()
    console.print(f"Channels and webhooks sealed with the new key: {came.done}.")


def _seal_all(dsn: str, sealer: Sealer, *, whole: bool) -> Sealing:
    """With `whole` nothing changes unless everything opens. Raises `Unsealable` for it."""
    database = Database(dsn, size_max=1)
    database.open()
    try:
        with database.transaction() as conn:
            came = seal_all(conn, sealer)
            if whole and came.unreadable:
                raise Unsealable(f"the key of {', '.join(came.unreadable)} is not at hand")
            return came
    finally:
        database.close()
