"""The settings of a server: environment variables that begin with AFFLUENT_, each with a sound default."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from affluent.storage.server import Kind, default_data_dir

Role = Literal["web", "router", "channels", "worker"]
ROLES: tuple[Role, ...] = ("web", "router", "channels", "worker")


class Settings(BaseSettings):
    """What an operator may set; the rest is administered in the pages.

    Raises pydantic's `ValidationError`, which names the variable and what is wrong with it.
    """

    model_config = SettingsConfigDict(
        env_prefix="AFFLUENT_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    """Where the embedded database, files and caches are: `var` in a checkout, else the platform's folder."""

    database_url: SecretStr | None = None
    """Any PostgreSQL 15 or newer, as a URL or a libpq string. Unset: a PostgreSQL of our own."""

    postgres: Kind = "auto"
    """Whose programs run a PostgreSQL of our own: `embedded`, `system`, or `auto`: the first found."""

    host: str = "127.0.0.1"
    """The address the web server listens on."""

    port: int = Field(default=8700, ge=0, le=65535)
    """The port the web server listens on; 0 takes a free one."""

    public_url: str | None = None
    """How browsers reach us, when a proxy stands before us: links in e-mails and the widget's code use it."""

    roles: Annotated[tuple[Role, ...], NoDecode] = ROLES
    """What this process does, as a list with commas."""

    mail_host: str = "127.0.0.1"
    """The address the SMTP listener listens on."""

    mail_port: int | None = Field(default=None, ge=0, le=65535)
    """The port of the SMTP listener; unset, there is none."""

    locale: Literal["en", "fr"] = "en"
    """The language of the command line and of what is said before anyone signs in."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @field_validator("roles", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("roles")
    @classmethod
    def _some(cls, value: tuple[Role, ...]) -> tuple[Role, ...]:
        if not value:
            raise ValueError(f"name at least one of {', '.join(ROLES)}")
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()
