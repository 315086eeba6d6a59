"""The public keys of the centre's doors, as a brand's site embeds them."""

from typing import Any

from affluent.centre.administration.administration import Administration
from affluent.centre.wall import Role, Viewer
from affluent.cli.compose import Centre

STANDARD = "standard"
SERVER = "Standard"
"""The name of the server of simulated calls; that of the sites' own calls may be relayed or not."""
LOOKING = Viewer(0, "", Role.ADMINISTRATOR, "fr", None)


def standards(administration: Administration) -> set[int]:
    """The server of simulated calls, if it is there."""
    return {
        row["id"]
        for row in administration.list_(LOOKING, "voice_servers")
        if row["name"] == SERVER and row["relayed"]
    }


def keys_of(centre: Centre) -> dict[str, dict[str, str]]:
    """By brand and medium; those of simulated calls under `STANDARD`."""
    administration = centre.app.state.services.administration
    brands = {row["id"]: row["name"] for row in administration.list_(LOOKING, "brands")}
    simulated = standards(administration)
    found: dict[str, dict[str, str]] = {}
    for row in administration.list_(LOOKING, "channels"):
        settings: dict[str, Any] = row["settings"]
        key = settings.get("site_key") or settings.get("form_key")
        if key and row["active"] and row["brand_id"] in brands:
            medium = STANDARD if settings.get("server_id") in simulated else row["medium"]
            found.setdefault(brands[row["brand_id"]], {}).setdefault(medium, key)
    return found
