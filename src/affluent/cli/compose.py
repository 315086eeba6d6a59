"""Puts the house together: storage behind the centre's ports, doors around it, pages on top."""

import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from fastapi import APIRouter, FastAPI

from affluent.centre.administration.administration import Administration
from affluent.centre.backfill_keeping import BackfillKeeper
from affluent.centre.bulk_worker import BulkWorker
from affluent.centre.calling.phones import PhoneSockets
from affluent.centre.declines import Declines
from affluent.centre.figuring import Figuring
from affluent.centre.following import Following
from affluent.centre.holding_back import NOUN, HoldingBack
from affluent.centre.hub import Hub, OutboxFilled, SettingsChanged
from affluent.centre.integration.keys import KeyRing
from affluent.centre.integration.webhooks import Webhooks
from affluent.centre.menus.office import MenuOffice
from affluent.centre.runner import Runner
from affluent.centre.settings_changed import TakenUp
from affluent.centre.signing_in import SigningIn
from affluent.centre.standing_by import StandingBy
from affluent.centre.trials.keeping import TrialKeeper
from affluent.centre.trials.measuring import Measuring
from affluent.centre.trials.office import TrialOffice
from affluent.centre.twin_runs.keeping import TwinKeeper, Worker
from affluent.centre.twin_runs.runs import TwinStudio
from affluent.channels.appointments.door import build as build_appointments
from affluent.channels.chat.door import build as build_chat
from affluent.channels.email.door import MailDoor
from affluent.channels.email.postman import Postman
from affluent.channels.email.secure import Shown
from affluent.channels.email.trial import MailTrial
from affluent.channels.form.door import build as build_form
from affluent.channels.moving.door import build as build_moving
from affluent.channels.voice.prompts.store import SoundStore
from affluent.channels.voice.prompts.synthesis import find_synthesiser
from affluent.channels.webhooks.sender import Sender
from affluent.cli.browser_calls import browser_calls, make_browsers
from affluent.cli.clock import WallClock
from affluent.cli.lost_desks import let_go_of_lost_desks
from affluent.cli.operate.measuring import measured, watch_mailboxes
from affluent.cli.operate.readiness import Readiness
from affluent.cli.twin_worker.process import WorkerProcess
from affluent.facts.instants import Clock
from affluent.storage.accounts import PostgresAccounts
from affluent.storage.administration import PostgresSettings
from affluent.storage.api_keys import PgKeys
from affluent.storage.appointments import PgHours
from affluent.storage.backfill import PgLevels
from affluent.storage.board.today import PgToday
from affluent.storage.board.views import PgBoardViews
from affluent.storage.bulk import PgJobs
from affluent.storage.call_recordings import PgCallRecordings
from affluent.storage.calling_out import PgCallLists
from affluent.storage.calls import PgCallViews, PgPhones, PgVoice
from affluent.storage.chat_door import PgChatDoor
from affluent.storage.database import Database
from affluent.storage.declines import PgDeclines
from affluent.storage.deliveries import PgDeliveries, PgDeliveryDesk
from affluent.storage.elsewhere import PgElsewhere
from affluent.storage.export_trail import PgExportTrail
from affluent.storage.following import OutcomeFollower
from affluent.storage.holds import HoldFollower
from affluent.storage.idempotency import PgRepeats
from affluent.storage.menu_counts import PgMenuCounts
from affluent.storage.menus import PgMenus, PgRecordings
from affluent.storage.merging import PgMergeViews
from affluent.storage.moving import PgOtherDoors, tell_public_url
from affluent.storage.notices import PgNoticeViews
from affluent.storage.offers_told import PgOffersTold
from affluent.storage.outbound import PgOutbound
from affluent.storage.outcomes import PgOutcomes
from affluent.storage.outside import PgOutside
from affluent.storage.post import PgPost
from affluent.storage.problems import PgProblems
from affluent.storage.saved_views import PgSavedViews
from affluent.storage.sealing import Sealer
from affluent.storage.search import PgContactSearch
from affluent.storage.store import PgPartition, always
from affluent.storage.trials.trial import PgRuleTrial
from affluent.storage.trials.trials import PgTrialViews
from affluent.storage.twin_runs import PgRuns, PgScenarios
from affluent.storage.views import PgDeskViews
from affluent.storage.waits import WaitsFollower
from affluent.storage.waits_told import PgWaitsTold
from affluent.storage.webhooks import WebhookFollower
from affluent.storage.words import WordsFollower
from affluent.storage.workspace import PgWorkspace
from affluent.web import board, calls, desk, figures, health, menus, metrics, outside, problems, trials, twin
from affluent.web.app import create_app
from affluent.web.board.live import BoardLive
from affluent.web.board.ports import BoardPorts
from affluent.web.calls.routes import CallPorts
from affluent.web.desk.gathered import Gathered
from affluent.web.desk.ports import DeskPorts
from affluent.web.desk.watch import Watch
from affluent.web.outbound import build as build_outbound
from affluent.web.outside import OutsidePorts
from affluent.web.problems import ProblemPorts
from affluent.web.services import DemoAccount, Limits, Services
from affluent.web.webhooks import build as build_webhooks

SWITCH_S = 0.001


@dataclass(slots=True)
class Centre:
    """A centre at work in this process."""

    database: Database
    clock: Clock
    hub: Hub
    runner: Runner
    watch: Watch
    app: FastAPI
    trust: ssl.SSLContext | None = None
    sealer: Sealer | None = None
    stoppers: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    readiness: Readiness | None = None

    def stop(self) -> None:
        """Stops what is around first, the runner after, so that nothing acknowledged is left undone."""
        for stop in self.stoppers:
            stop()
        self.watch.stop()
        self.runner.stop()
        self.database.close()


def compose(
    dsn: str,
    *,
    clock: Clock | None = None,
    origins: frozenset[str] = frozenset(),
    demo_accounts: tuple[DemoAccount, ...] = (),
    limits: Limits | None = None,
    webhooks_private: bool = False,
    trust: ssl.SSLContext | None = None,
    room: Callable[[], bool] = always,
    sealer: Sealer | None = None,
    metrics_token: str | None = None,
    twin_runs: int = 0,
    start_worker: Callable[[], Worker] | None = None,
    sounds: Path | None = None,
) -> Centre:
    """Everything on one database, started. The database has the newest schema.

    `webhooks_private`: whether events may go to private addresses as well.
    `trust`: whom to believe as a mail server; this machine's authorities if None.
    `room`: whether the database has space left. `sealer` keeps the passwords of channels
    and the signing secrets of webhooks. `twin_runs`: how many runs of the twin at once,
    0: none by this process; `start_worker` how, a process beside this one if None.
    """
    # The runner talks to the database some ten times a command, and each time asks for the interpreter back: with
    # the usual 5 ms a thread may hold it, a busy web server makes every customer wait for that.
    sys.setswitchinterval(SWITCH_S)
    clock = clock or WallClock()
    database = Database(dsn)
    database.open()
    if origins:
        tell_public_url(database, min(origins))
    hub = Hub()
    runner = Runner(PgPartition(database, room=room), clock, hub)
    views = PgDeskViews(database)
    watch = Watch(views, clock, hub)
    signing_in = SigningIn(PostgresAccounts(database), clock)
    services = Services(
        clock=clock,
        signing_in=signing_in,
        administration=Administration(
            PostgresSettings(database, sealer),
            clock,
            told=TakenUp(runner, hub, signing_in),
            trial=PgRuleTrial(database, clock),
            test=MailTrial(trust),
        ),
        keys=KeyRing(PgKeys(database), clock),
        repeats=PgRepeats(database),
        limits=limits,
        demo_accounts=demo_accounts,
        origins=origins,
    )
    sender = Sender(
        PgDeliveries(database, sealer), hub, clock, private=webhooks_private, version=services.version
    )
    waits = WaitsFollower(database)
    hub.subscribe(waits.heard)
    counted = measured(database, clock, runner, watch, token=metrics_token)
    browsers = make_browsers(runner, clock, waits)
    app = create_app(
        services,
        more=(
            *_routers(services, database, runner, hub, clock, sender, sealer, waits),
            browser_calls(browsers, database, clock, services),
        ),
        measured=counted,
    )
    app.state.browsers = browsers
    app.state.metrics = counted
    app.state.waits = waits
    app.state.waits_told = PgWaitsTold(database)
    readiness = Readiness(database, runner, room)
    app.state.health = health.Health(services.version, lambda: runner.leading, readiness.checks)
    centre = Centre(database, clock, hub, runner, watch, app, trust, sealer, readiness=readiness)
    helpers = _give_pages_their_ports(centre, views, services, waits)
    starts = start_worker or (lambda: WorkerProcess(dsn, twin_runs, cores=1))
    keeper = TwinKeeper(PgRuns(database), hub, twin_runs, starts)
    app.state.twin = TwinStudio(PgScenarios(database), PgRuns(database), clock, keeper.stir)
    _give_voice(centre, sounds)
    let_go_of_lost_desks(watch, runner, database, centre.stoppers)
    followers = (
        Following("outcomes", OutcomeFollower(database).follow, hub),
        Following("waits", waits.follow, hub),
        Following("holds", HoldFollower(database).follow, hub),
        Following("webhooks", WebhookFollower(database, clock, sender.stir).follow, hub),
        # A customer's card is changed past the runner, which announces nothing of it.
        Following("words", WordsFollower(database).follow, hub, latest_s=0.5),
    )
    runner.start()
    standing_by = StandingBy(PgElsewhere(database), lambda: runner.leading, hub)
    for one in (*helpers, *followers, sender, standing_by, keeper):
        one.start()
        centre.stoppers.append(one.stop)
    return centre


def _routers(
    services: Services,
    database: Database,
    runner: Runner,
    hub: Hub,
    clock: Clock,
    sender: Sender,
    sealer: Sealer | None,
    waits: WaitsFollower,
) -> tuple[APIRouter, ...]:
    """Of every room beside sign-in and administration."""
    sites = PgChatDoor(database)
    hours = PgHours(database)
    chat = build_chat(store=sites, runner=runner, hub=hub, clock=clock, hours=hours, waits=waits.range_of)
    form = build_form(store=sites, runner=runner, clock=clock, hours=hours)
    appointments = build_appointments(hours=hours, runner=runner, clock=clock)
    moving = build_moving(doors=PgOtherDoors(database), runner=runner, clock=clock)
    desk_of_deliveries = PgDeliveryDesk(database, sealer)
    hooks = build_webhooks(Webhooks(services.administration, desk_of_deliveries, clock, sender.stir))

    def told() -> None:
        # What waits may go: whoever sends looks now, and the pages show it.
        sender.stir()
        hub.publish(OutboxFilled())
        hub.publish(SettingsChanged(NOUN))

    held = build_outbound(HoldingBack(PgOutbound(database), clock, told))
    rooms = (
        *desk.ROUTERS,
        *board.ROUTERS,
        *figures.ROUTERS,
        *trials.ROUTERS,
        *twin.ROUTERS,
        *menus.ROUTERS,
        *calls.ROUTERS,
    )
    return (
        *rooms,
        problems.router,
        outside.router,
        hooks,
        held,
        chat,
        form,
        moving,
        appointments,
        health.router,
        metrics.router,
    )


class AtWork(Protocol):
    """A thread of its own beside the runner."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def _give_pages_their_ports(
    centre: Centre, views: PgDeskViews, services: Services, waits: WaitsFollower
) -> tuple[AtWork, ...]:
    """What the routers ask; returns who works for them in threads of their own, not yet started."""
    database, clock, runner, hub, watch = (
        centre.database,
        centre.clock,
        centre.runner,
        centre.hub,
        centre.watch,
    )
    state = centre.app.state
    jobs = PgJobs(database)
    worker = BulkWorker(runner, jobs, hub, clock)
    board_views, today = PgBoardViews(database), PgToday(database)
    live = BoardLive(board_views, today, runner, clock, hub, waits.drifting)
    watch.on_stop = live.close
    state.desk = DeskPorts(runner, views, PgWorkspace(database), hub, clock, watch)
    state.offers_told = PgOffersTold(database)
    state.figuring = Figuring(PgOutcomes(database), clock)
    state.declines = Declines(PgDeclines(database), state.figuring)
    state.gathered = Gathered(
        PgContactSearch(database),
        PgSavedViews(database),
        PgMergeViews(database),
        PgNoticeViews(database),
        jobs,
        worker,
        PgExportTrail(database),
    )
    state.outside = OutsidePorts(runner, PgOutside(database), views, clock, PgHours(database))
    state.problems = ProblemPorts(runner, PgProblems(database), services.administration, clock)
    state.board = BoardPorts(runner, board_views, today, live, services.administration, clock)
    tried = PgTrialViews(database)
    measuring = Measuring(tried, clock)
    state.trials = TrialOffice(services.administration, runner, tried, measuring, clock)
    backfill = BackfillKeeper(runner, PgLevels(database), clock)
    return worker, live, TrialKeeper(runner, tried, measuring, clock), backfill


def _give_voice(centre: Centre, sounds: Path | None) -> None:
    """What menus are kept by, and what speaks their prompts; without a folder of its own, one that goes with it."""
    recordings = PgRecordings(centre.database)
    if sounds is None:
        passing = TemporaryDirectory(prefix="affluent-sounds-")
        centre.stoppers.append(passing.cleanup)
        sounds = Path(passing.name)
    centre.app.state.voice = SoundStore(sounds, find_synthesiser(), recordings.sound)
    state = centre.app.state
    voice = PgVoice(centre.database, centre.sealer)
    state.call_ports = CallPorts(
        PgCallViews(centre.database),
        PgCallRecordings(centre.database, centre.sealer),
        PgCallLists(centre.database),
        lambda: getattr(state, "calls", None),
        PgPhones(voice),
        centre.clock,
    )
    state.phone_sockets = PhoneSockets(voice.servers)
    centre.hub.subscribe(state.phone_sockets.heard)
    state.menu_counts = PgMenuCounts(centre.database)
    state.menus = MenuOffice(PgMenus(centre.database), recordings, centre.clock)


def open_mail(centre: Centre, listen: tuple[str, int] | None = None, shown: Shown | None = None) -> MailDoor:
    """The mail door and its postman, on a centre at work. Raises OSError when the listener's port is taken."""
    post = PgPost(centre.database, centre.sealer)
    door = MailDoor(centre.runner, post, centre.hub, centre.clock, trust=centre.trust, shown=shown)
    postman = Postman(centre.runner, post, centre.hub, centre.clock, trust=centre.trust)
    door.start(listen)
    postman.start()
    centre.stoppers += [door.stop, postman.stop]
    if centre.readiness is not None:
        centre.readiness.add("mail", lambda: door.works)
        centre.readiness.add("postman", lambda: postman.works)
    watch_mailboxes(centre.app.state.metrics, door, centre.clock)
    return door
