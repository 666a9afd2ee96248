"""Fixtures for what tests can use where it runs. Without it a test is skipped, or fails where REQUIRE_SERVICES=1."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import kombu
import psycopg
import pytest
import redis

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
RABBITMQ_URL = os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
RUN = os.environ.setdefault("TEST_RUN", uuid.uuid4().hex)
"""The same in all processes of a test run."""
PREPARED_DATABASE = f"rtrag_test_prepared_{RUN}"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _missing(what: str) -> NoReturn:
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def postgres_server() -> "psycopg.Connection[tuple[object, ...]]":
    try:
        return psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        _missing("start PostgreSQL on 127.0.0.1:5432, or set TEST_POSTGRES_URL")


def postgres_url_of(database: str) -> str:
    return urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/{database}"))


@contextmanager
def postgres_database(template: str = "template1") -> Iterator[str]:
    """The URL of a new PostgreSQL database that is like another and is dropped afterwards."""
    name = f"rtrag_test_{uuid.uuid4().hex}"
    with postgres_server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield postgres_url_of(name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty PostgreSQL database that is dropped afterwards."""
    with postgres_database() as url:
        yield url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what the processes of a test run have shared, at its end."""
    if not hasattr(config, "workerinput"):
        with suppress(psycopg.OperationalError), psycopg.connect(POSTGRES_URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{PREPARED_DATABASE}"')


@pytest.fixture
def redis_url() -> str:
    try:
        with redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError:
        _missing("start Redis on 127.0.0.1:6379, or set TEST_REDIS_URL")
    return REDIS_URL


@pytest.fixture
def rabbitmq_url() -> str:
    try:
        with kombu.Connection(RABBITMQ_URL, connect_timeout=3) as connection:
            connection.connect()
    except OSError:
        _missing("start RabbitMQ on 127.0.0.1:5672, or set TEST_RABBITMQ_URL")
    return RABBITMQ_URL


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium browser."""
    names = filter(None, [os.environ.get("TEST_CHROMIUM"), *CHROMIUM_NAMES])
    return next(filter(None, map(shutil.which, names)), None) or _missing("install chromium, or set TEST_CHROMIUM")


@pytest.fixture
def espeak() -> str:
    """The path of the espeak-ng speech synthesiser."""
    return shutil.which("espeak-ng") or _missing("install espeak-ng")


@pytest.fixture
def pocketsphinx() -> None:
    """The speech recogniser is installed."""
    if find_spec("pocketsphinx") is None:
        _missing("pip install -r requirements-speech.txt")
