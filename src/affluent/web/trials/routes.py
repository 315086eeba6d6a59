"""Rules on trial over HTTP: written down, started, looked at, stopped, concluded."""

from dataclasses import asdict, fields
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from affluent.centre.refusals import Refusal
from affluent.centre.texts import Id
from affluent.centre.trials.measuring import Measured, Size
from affluent.centre.trials.office import Shown, TrialOffice
from affluent.centre.trials.records import Trial
from affluent.centre.trials.rules import RULES
from affluent.centre.wall import Right, Viewer
from affluent.web.errors import responses, sentence
from affluent.web.signin import needs
from affluent.web.trials import models
from affluent.web.twin.telling import Studio, documents_told

router = APIRouter(prefix="/api/v1/trials", tags=["Trials"])

Reader = Annotated[Viewer, Depends(needs(Right.READ_FIGURES))]
Changer = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]
_HIDDEN = frozenset({"people", "measured", "mixing", "day", "slot"})
_OWN = tuple(one.name for one in fields(Trial) if one.name not in _HIDDEN and not one.name.endswith("_by"))

_ACT: dict[str, Any] = {"response_model": models.TrialOut, "responses": responses(404, 409, 503)}
"""What is done to a trial: each act answers with the trial as it is then."""


async def office_of(request: Request) -> TrialOffice:
    return request.app.state.trials


Office = Annotated[TrialOffice, Depends(office_of)]


@router.get("", response_model=models.TrialsOut, operation_id="list_trials", responses=responses())
def list_trials(
    viewer: Reader,
    office: Office,
    state: Literal["draft", "running", "ended", "concluded"] | None = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None,
) -> Any:
    """Every rule that is or was on trial, latest first, with its effects by now."""
    page, following = office.list_(viewer, state=state, before_id=int(cursor) if cursor else None)
    return {
        "items": [_told(viewer, one) for one in page],
        "next": None if following is None else str(following),
    }


@router.get("/rules", response_model=models.WaysOut, operation_id="list_triable", responses=responses())
def list_triable(viewer: Reader) -> Any:
    """What can be tried, which way; and what cannot, with the reason."""
    locale = viewer.locale or "en"
    return {
        "items": [
            {
                "noun": noun,
                "field": name,
                "modes": way.modes,
                "raised_only": way.raised_only,
                "why_not": way.why_not,
                "message": None if way.why_not is None else sentence(way.why_not, locale),
            }
            for noun, ways in RULES.items()
            for name, way in ways.items()
        ]
    }


@router.post("/size", response_model=models.SizeOut, operation_id="size_trial", responses=responses(404, 409))
def size_trial(body: models.TrialIn, viewer: Changer, office: Office) -> Any:
    """How long a trial would take to see what it is made to see. Nothing is written."""
    return _size(office.size(viewer, body.model_dump()))


@router.post(
    "",
    status_code=201,
    response_model=models.TrialOut,
    operation_id="create_trial",
    responses=responses(404, 409, 503),
)
def create_trial(body: models.TrialIn, viewer: Changer, office: Office) -> Any:
    """Writes a trial down as a draft. What could not be saved as a rule is refused, and so is what cannot be tried."""
    return _told(viewer, office.create(viewer, body.model_dump()))


@router.get(
    "/{trial_id}", response_model=models.TrialOut, operation_id="read_trial", responses=responses(404)
)
def read_trial(trial_id: Id, viewer: Reader, office: Office) -> Any:
    return _told(viewer, office.read(viewer, trial_id))


@router.put("/{trial_id}", operation_id="rewrite_trial", **_ACT)
def rewrite_trial(trial_id: Id, body: models.TrialIn, viewer: Changer, office: Office) -> Any:
    """Writes a draft anew, whole. Its forecast stays only while it foretells the same."""
    return _told(viewer, office.rewrite(viewer, trial_id, body.model_dump()))


@router.post("/{trial_id}/start", operation_id="start_trial", **_ACT)
def start_trial(trial_id: Id, viewer: Changer, office: Office) -> Any:
    """Releases the rule, to a share or in turns, for as many days as it was given."""
    return _told(viewer, office.start(viewer, trial_id))


@router.post("/{trial_id}/stop", operation_id="stop_trial", **_ACT)
def stop_trial(trial_id: Id, viewer: Changer, office: Office) -> Any:
    """Ends it now: the present rule is everyone's again. The verdict is given apart."""
    return _told(viewer, office.stop(viewer, trial_id))


@router.post("/{trial_id}/extend", operation_id="extend_trial", **_ACT)
def extend_trial(trial_id: Id, body: models.ExtendIn, viewer: Changer, office: Office) -> Any:
    return _told(viewer, office.extend(viewer, trial_id, body.days))


@router.post("/{trial_id}/conclude", operation_id="conclude_trial", **_ACT)
def conclude_trial(trial_id: Id, body: models.ConcludeIn, viewer: Changer, office: Office) -> Any:
    """Gives the verdict and keeps it with the effects of now. To keep a rule saves it for everyone, as a version."""
    return _told(viewer, office.conclude(viewer, trial_id, body.verdict, body.why))


@router.put("/{trial_id}/forecast", operation_id="foretell_trial", **_ACT)
def foretell_trial(trial_id: Id, body: models.ForecastIn, viewer: Changer, office: Office) -> Any:
    """What is foretold of its effect, by the twin or a person: only before it starts."""
    return _told(viewer, office.foretell(viewer, trial_id, body.model_dump()))


@router.post("/{trial_id}/forecast", operation_id="ask_forecast", **_ACT)
def ask_forecast(
    trial_id: Id, body: models.ForecastAskIn, viewer: Changer, office: Office, studio: Studio
) -> Any:
    """Asks the twin what the rule will do: a run of its own, `forecast_run`. Nothing is foretold before it is kept."""
    trial = office.draft(viewer, trial_id)
    with documents_told(viewer):
        run = studio.ask_forecast(viewer, body.scenario_id, trial, body.replications, body.seed)
    return _told(viewer, office.forecast_asked(viewer, trial_id, run.id))


@router.post("/{trial_id}/forecast/keep", operation_id="keep_forecast", **_ACT)
def keep_forecast(trial_id: Id, viewer: Changer, office: Office, studio: Studio) -> Any:
    """Makes what the twin was asked last the trial's forecast, once it is done."""
    trial = office.draft(viewer, trial_id)
    if trial.forecast_run is None:
        raise Refusal("forecast_not_done")
    return _told(viewer, office.keep_forecast(viewer, trial_id, studio.run(viewer, trial.forecast_run)))


@router.delete(
    "/{trial_id}", status_code=204, operation_id="discard_trial", responses=responses(404, 409, 503)
)
def discard_trial(trial_id: Id, viewer: Changer, office: Office) -> Response:
    """Takes back a draft. What has started is never forgotten."""
    office.discard(viewer, trial_id)
    return Response(status_code=204)


def _told(viewer: Viewer, shown: Shown) -> dict[str, Any]:
    trial = shown.trial

    def name(account_id: int | None) -> str | None:
        return None if account_id is None else trial.people.get(account_id)

    # What was kept counts every brand of the trial.
    kept = trial.measured if trial.brand_id is not None or viewer.brands is None else None
    return {
        **{one: getattr(trial, one) for one in _OWN},
        "written": name(trial.created_by),
        "started": name(trial.started_by),
        "ended": name(trial.ended_by),
        "decided": name(trial.verdict_by),
        "effects": [_effect(one) for one in shown.measured],
        "kept": kept,
        "disturbed": [asdict(one) for one in shown.disturbed],
        "size": None if shown.size is None else _size(shown.size),
    }


def _effect(one: Measured) -> dict[str, Any]:
    told = asdict(one)
    return {**told.pop("effect"), **told}


def _size(size: Size) -> dict[str, Any]:
    return asdict(size)
