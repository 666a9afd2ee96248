import pytest
from pytest_django.fixtures import Settings

from rtrag_site.checks import check_processes_reach_each_other

POSTGRES, SQLITE = "django.db.backends.postgresql", "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("engine", "redis", "found"),
    [(POSTGRES, "", ["rtrag_site.W001"]), (POSTGRES, "redis://redis:6379/0", []), (SQLITE, "", [])],
)
def test_shared_database_without_redis_is_doubtful(
    settings: Settings, engine: str, redis: str, found: list[str]
) -> None:
    settings.DATABASE, settings.REDIS_URL = {"ENGINE": engine}, redis
    assert [each.id for each in check_processes_reach_each_other()] == found
