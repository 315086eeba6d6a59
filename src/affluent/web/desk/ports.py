"""What the desk's routes stand on."""

from dataclasses import dataclass

from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.centre.views import DeskViews, Workspace
from affluent.facts.instants import Clock
from affluent.web.desk.watch import Watch


@dataclass(frozen=True, slots=True)
class DeskPorts:
    runner: Runner
    views: DeskViews
    workspace: Workspace
    hub: Hub
    clock: Clock
    watch: Watch
