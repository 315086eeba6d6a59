"""Settings come from the environment, are checked, and are documented."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from affluent.cli.settings import ROLES, Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_has_a_default() -> None:
    settings = Settings()
    assert settings.roles == ROLES
    assert settings.database_url is None
    assert settings.data_dir.is_absolute()


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFLUENT_ROLES", "web, router")
    monkeypatch.setenv("AFFLUENT_PORT", "0")
    monkeypatch.setenv("AFFLUENT_DATA_DIR", "~/centre")
    monkeypatch.setenv("AFFLUENT_DATABASE_URL", "")
    settings = Settings()
    assert settings.roles == ("web", "router")
    assert settings.port == 0
    assert settings.data_dir == Path.home() / "centre"
    assert settings.database_url is None


@pytest.mark.parametrize(
    ("name", "value"), [("ROLES", "cook"), ("ROLES", ","), ("PORT", "70000"), ("LOCALE", "de")]
)
def test_a_setting_that_cannot_work_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AFFLUENT_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_the_address_of_the_database_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFLUENT_DATABASE_URL", "postgresql://affluent:hush-hush@db/affluent")
    assert "hush-hush" not in repr(Settings())


def test_every_setting_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"`AFFLUENT_{name.upper()}`" in page
