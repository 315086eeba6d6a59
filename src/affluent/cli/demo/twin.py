"""The demonstration's twin: a scenario learnt from its own past and lived by the worker."""

import threading

import structlog

from affluent.centre.refusals import Away
from affluent.centre.twin_runs.records import UNFINISHED
from affluent.centre.twin_runs.runs import TwinStudio
from affluent.centre.wall import Role, Viewer
from affluent.cli.compose import Centre

NAME = "Le centre d’aujourd’hui"
WEEKS = 3
DAYS = 50
LOOK_S = 2.0
log = structlog.get_logger("affluent.demo")


def ready(centre: Centre, stopping: threading.Event) -> None:
    """Asks for the scenario once there is none, and for its days once it is there; returns when both are done."""
    studio: TwinStudio = centre.app.state.twin
    viewer = _administrator(centre)
    while viewer is not None and not stopping.wait(LOOK_S):
        try:
            if _done(studio, viewer):
                return
        except Away:
            continue
        except Exception:
            log.exception("demo_without_twin")
            return


def _done(studio: TwinStudio, viewer: Viewer) -> bool:
    scenarios, _ = studio.scenarios(viewer)
    runs, _ = studio.runs(viewer)
    if any(one.state in UNFINISHED for one in runs):
        return False
    if not scenarios:
        if not any(one.kind == "fit" for one in runs):
            studio.ask_today(viewer, NAME, WEEKS, None)
            return False
        # It was learnt in vain, or put away: nobody asks again.
        return True
    if not any(one.kind == "run" for one in runs):
        studio.ask_days(viewer, scenarios[-1].id, DAYS, 1, 0.95)
        return False
    return True


def _administrator(centre: Centre) -> Viewer | None:
    with centre.database.transaction() as conn:
        row = conn.execute(
            "select id, name, locale from account where role = 'administrator' and active and not archived"
            " and not exists (select from account_brand b where b.account_id = account.id) order by id limit 1"
        ).fetchone()
    return None if row is None else Viewer(row["id"], row["name"], Role.ADMINISTRATOR, row["locale"], None)
