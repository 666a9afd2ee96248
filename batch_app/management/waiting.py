"""Waiting for the end of a batch, with a bar that shows how far it has come."""

from time import sleep
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from batch_app import control
from batch_app.counts import Counts, counts_of
from batch_app.models import ENDED

POLL_S = 0.5


def wait_for_end(task_id: UUID, console: Console) -> Counts:
    """How many of its questions ended how. Raises `RefusedError` where somebody deletes the batch meanwhile."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("pending", total=None)
        while True:
            task = control.find(task_id)
            counts = counts_of([task_id])[task_id]
            ended = counts.total - counts.open
            progress.update(bar, description=task.get_status_display(), completed=ended, total=counts.total)
            if task.status in ENDED and not counts.open:
                return counts
            sleep(POLL_S)
