"""What the routes beside the conversation stand on: search, views, jobs over many contacts, merges, notifications."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from affluent.centre.bulk import Jobs
from affluent.centre.bulk_worker import BulkWorker
from affluent.centre.exporting import ExportTrail
from affluent.centre.merging_ports import MergeViews
from affluent.centre.notifying_ports import NoticeViews
from affluent.centre.saved_views import SavedViews
from affluent.centre.searching import ContactSearch


@dataclass(frozen=True, slots=True)
class Gathered:
    search: ContactSearch
    views: SavedViews
    merges: MergeViews
    notices: NoticeViews
    jobs: Jobs
    worker: BulkWorker
    exports: ExportTrail


async def gathered_of(request: Request) -> Gathered:
    return request.app.state.gathered


FromGathered = Annotated[Gathered, Depends(gathered_of)]
