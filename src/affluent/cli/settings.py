"""The settings of a server: environment variables that begin with AFFLUENT_, each with a sound default."""

import ssl
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from affluent.channels.email.secure import BadCertificate, Shown, trusting
from affluent.storage.sealing import KEY_CHARS_MIN
from affluent.storage.server import Kind, default_data_dir

Role = Literal["web", "router", "channels", "worker"]
ROLES: tuple[Role, ...] = ("web", "router", "channels", "worker")


def _keys(value: SecretStr) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.get_secret_value().split(",")) or ("",)


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

    mail_certificate: Path | None = None
    """The certificate (PEM, with its chain) that the SMTP listener offers STARTTLS with; unset, it offers none."""

    mail_key: Path | None = None
    """The key of `mail_certificate`, when it is in a file of its own."""

    ca_file: Path | None = None
    """Authorities (PEM) to believe besides the machine's own when we connect to mail servers."""

    api_per_minute: int = Field(default=3_000, ge=1)
    """Requests to the API that one key or session may make in a minute."""

    api_unknown_per_minute: int = Field(default=600, ge=1)
    """Requests to the API that one address may make in a minute without a key or session."""

    twin_runs: int = Field(default=1, ge=0, le=64)
    """How many runs of the twin are at work at once, each in a process of its own; 0: none by this server."""

    metrics_token: SecretStr | None = None
    """What Prometheus must bring to read /metrics; unset, only this machine itself may read it."""

    secret_key: SecretStr | None = None
    """The key that seals channels' passwords, at least 32 characters by chance; older ones after it, with commas.
    Unset, a PostgreSQL of our own has a key file beside its data, and another database keeps them in the open."""

    webhooks_private: bool = False
    """Whether webhooks may go to private addresses and by plain HTTP: for receivers in the same network."""

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

    @field_validator("ca_file", "mail_certificate", "mail_key")
    @classmethod
    def _readable(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return None
        value = value.expanduser().absolute()
        try:
            if info.field_name == "ca_file":
                trusting(value)
            elif not value.is_file():
                raise BadCertificate(f"{value} is not a file")
        except BadCertificate as fault:
            raise ValueError(str(fault)) from None
        return value

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> "Settings":
        if self.mail_key is not None and self.mail_certificate is None:
            raise ValueError("AFFLUENT_MAIL_KEY needs AFFLUENT_MAIL_CERTIFICATE")
        try:
            self.shown()
        except BadCertificate as fault:
            raise ValueError(str(fault)) from None
        return self

    def trust(self) -> ssl.SSLContext:
        """Whom we believe as a mail server."""
        return trusting(self.ca_file)

    def shown(self) -> Shown | None:
        """The certificate of the SMTP listener; None when it has none."""
        return None if self.mail_certificate is None else Shown(self.mail_certificate, self.mail_key)

    @field_validator("secret_key")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and any(len(one) < KEY_CHARS_MIN for one in _keys(value)):
            raise ValueError(f"each key has at least {KEY_CHARS_MIN} characters")
        return value

    def secret_keys(self) -> tuple[str, ...]:
        """The keys of `secret_key`, the newest first."""
        return () if self.secret_key is None else _keys(self.secret_key)

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()
