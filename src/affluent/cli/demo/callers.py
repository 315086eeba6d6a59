"""Where simulated customers call: the brand's menu answers there, once it is published."""

from affluent.centre.wall import Role, Viewer
from affluent.cli.compose import Centre
from affluent.cli.demo.doors import LOOKING, standards
from affluent.cli.demo.people import PEOPLE

REASON = "Le standard a son menu"


def furnish(centre: Centre) -> None:
    """Gives each line of simulated calls the menu of its brand, if it has none. What somebody chose stays."""
    administration = centre.app.state.services.administration
    servers = standards(administration)
    with centre.database.reading() as conn:
        menus = {
            row["brand_id"]: row["id"]
            for row in conn.execute(
                "select id, brand_id from menu where not archived order by id desc"
            ).fetchall()
        }
    first = next(row for row in administration.list_(LOOKING, "agents") if row["email"] == PEOPLE[0].email)
    viewer = Viewer(first["id"], first["name"], Role.ADMINISTRATOR, "fr", None)
    for row in administration.list_(LOOKING, "channels"):
        settings = row["settings"]
        if row["medium"] != "voice" or settings.get("server_id") not in servers or settings.get("menu_id"):
            continue
        if row["brand_id"] in menus:
            change = {"settings": {"menu_id": menus[row["brand_id"]]}}
            administration.change(viewer, "channels", row["id"], change, reason=REASON)
