"""The queues of tasks. Each has a worker beside the web server, so that what fills one holds up no other."""

from enum import StrEnum

from django.conf import settings


class Work(StrEnum):
    """What a worker takes; the values are names of Celery's queues, as in `CELERY_TASK_QUEUES`."""

    DOCUMENTS = "celery"
    BATCHES = "batches"

    @property
    def processes(self) -> int:
        """How many the worker has: for batches one that stays free for short tasks while the others answer."""
        if self is Work.BATCHES:
            return int(settings.BATCH_PROCESSES) + 1
        return int(settings.CELERY_WORKER_CONCURRENCY)


def work_to_do() -> list[Work]:
    """What the settings let be done."""
    return [work for work in Work if work is not Work.BATCHES or settings.BATCH_ENABLED]
