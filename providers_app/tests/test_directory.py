"""What operators have set, as it is known to a process."""

import asyncio

import pytest

from providers_app import changes, directory, live_copy
from providers_app.directory import Directory
from providers_app.models import ProviderConfig

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loads(monkeypatch):
    """The looks into the database, of which all but the first fail."""
    load, counted = directory.load, []

    def counting(known=None):
        counted.append(known)
        if counted[1:]:
            raise RuntimeError("broken")
        return load(known)

    monkeypatch.setattr(directory, "load", counting)
    return counted


async def test_server_looks_by_itself_until_it_stops(monkeypatch):
    monkeypatch.setattr(live_copy, "FRESH_S", 0.02)
    known = Directory()
    known.start()
    try:
        async with asyncio.timeout(5):
            while not (await known.current()).definitions:  # noqa: ASYNC110 - it tells nobody when it has looked
                await asyncio.sleep(0.01)
            row = await ProviderConfig.objects.aget(name="knowledge")
            row.is_choosable = True
            await live_copy.in_database_thread(lambda: changes.save(row))
            while not (await known.current()).definitions[0].is_choosable:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)
    finally:
        await known.stop()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_was_known_goes_on_while_nothing_can_be_read(loads):
    now = 0.0
    known = Directory(lambda: now)
    first = await known.current()
    now = 10.0
    assert await known.current() is first
    assert len(loads) == 2
