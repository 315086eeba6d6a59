"""What the board's routes stand on."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from affluent.centre.administration.administration import Administration
from affluent.centre.runner import Runner
from affluent.centre.supervising.ports import BoardViews, TodayFigures
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock
from affluent.web.board.live import BoardLive
from affluent.web.signin import needs


@dataclass(frozen=True, slots=True)
class BoardPorts:
    runner: Runner
    views: BoardViews
    figures: TodayFigures
    live: BoardLive
    administration: Administration
    clock: Clock


async def ports_of(request: Request) -> BoardPorts:
    return request.app.state.board


Ports = Annotated[BoardPorts, Depends(ports_of)]
Watching = Annotated[Viewer, Depends(needs(Right.READ_FIGURES))]
Supervising = Annotated[Viewer, Depends(needs(Right.SUPERVISE))]
Serving = Annotated[Viewer, Depends(needs(Right.SERVE))]
