"""The service with one more kind of provider: `python -m bench.batches.service provider|worker|serve …`."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from typing import ClassVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")

import django
from django.core.management import call_command

from providers_app import registry
from providers_app.contract import AnswerEnded, AnswerRequest, ProviderEvent, Source, SourcesFound, TextDelta
from providers_app.options import Traits

DELAY_S = 0.05
SOURCES = (Source(1, "A document", "A passage of some length. " * 12, score=1.5),)
ANSWER = "An answer of some length. " * 8
KIND, MAX_CONCURRENT = "steady", 400


class SteadyProvider:
    """Says its whole answer after `DELAY_S`."""

    traits: ClassVar = Traits("Steady")

    def __init__(self, *_: object) -> None:
        """Whatever it is connected to."""

    async def answer(self, _request: AnswerRequest) -> AsyncGenerator[ProviderEvent]:
        await asyncio.sleep(DELAY_S)
        yield SourcesFound(SOURCES)
        yield TextDelta(ANSWER)
        yield AnswerEnded()

    async def check(self) -> None:
        """It is always well."""


def main(mode: str, *arguments: str) -> None:
    registry.KINDS[KIND] = "bench.batches.service:SteadyProvider"
    django.setup()
    if mode == "provider":
        from providers_app import changes
        from providers_app.models import ProviderConfig

        row = ProviderConfig(name=KIND, kind=KIND, max_concurrent=MAX_CONCURRENT)
        changes.save(row)
        changes.activate(row, ProviderConfig.SetBy.OPERATOR)
    elif mode == "worker":
        from rtrag_site.celery import app
        from rtrag_site.server.worker import NICENESS

        os.nice(NICENESS)  # as that of `manage.py serve`
        app.worker_main(["--quiet", "worker", "--loglevel=ERROR", "--without-gossip", "--without-mingle"])
    else:
        call_command("serve", "--no-worker", *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
