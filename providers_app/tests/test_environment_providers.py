"""The providers that the environment describes: in the database from the start, until an operator changes them."""

import asyncio

import msgspec
import pytest
from django.db import connection

from providers_app import changes, environment, keys
from providers_app.checks import (
    check_active_provider,
    check_encryption_secrets,
    check_key_variables,
    check_search_provider,
    check_urls,
)
from providers_app.directory import load
from providers_app.models import ProviderConfig, Revision
from providers_app.registry import KINDS, traits_of

KEY = "app-1234567890abcdef"
OPERATOR, ENVIRONMENT = ProviderConfig.SetBy.OPERATOR, ProviderConfig.SetBy.ENVIRONMENT


@pytest.fixture
def dify(settings):
    settings.RAG_PROVIDER, settings.DIFY_API_KEY = "dify", KEY
    settings.DIFY_BASE_URL, settings.DIFY_USER = "http://dify.local/v1", "front-end"
    return settings


def row(name: str = "dify") -> ProviderConfig:
    return ProviderConfig.objects.get(name=name)


def revision() -> int:
    return Revision.objects.get().number


@pytest.mark.django_db
def test_described_providers_are_there_in_the_order_of_failover(dify):
    dify.OPENAI_API_KEY = dify.SERPER_API_KEY = KEY
    environment.apply()
    rows = ProviderConfig.objects.values_list("name", "kind", "is_active", "set_by")
    assert list(rows) == [
        (name, name, name == "dify", ENVIRONMENT) for name in ("dify", "openai", "serper", "knowledge")
    ]
    found = row()
    assert (found.base_url, keys.decrypt(found.encrypted_key), found.key_ending) == (
        "http://dify.local/v1",
        KEY,
        "cdef",
    )
    assert KEY not in found.encrypted_key
    assert row("openai").options == {"model": "gpt-4o-mini"}


@pytest.mark.django_db
def test_every_kind_can_be_described_and_understands_its_options(settings):
    for names in environment.VARIABLES.values():
        for name in (*names.needed, *names.options.values()):
            setattr(settings, name, "http://127.0.0.1:1")
    found = environment.described()
    assert {each.kind for each in found} == set(KINDS)
    for each in found:
        assert (
            msgspec.to_builtins(msgspec.convert(each.options, traits_of(each.kind).options)).items()
            >= each.options.items()
        )


@pytest.mark.django_db
def test_nothing_changes_where_nothing_has_changed(dify):
    environment.apply()
    before = revision(), row().version
    environment.apply()
    assert (revision(), row().version) == before


@pytest.mark.django_db
def test_row_follows_the_environment_at_the_next_start(dify):
    environment.apply()
    before = revision()
    dify.DIFY_API_KEY, dify.DIFY_TIMEOUT = "app-another-key-abcd", 60.0
    environment.apply()
    found = row()
    assert (keys.decrypt(found.encrypted_key), found.key_ending, found.version) == ("app-another-key-abcd", "abcd", 2)
    limits = found.first_token_timeout_s, found.between_tokens_timeout_s, found.total_timeout_s
    assert limits == (60.0, 30.0, 60.0)
    assert revision() > before
    dify.DIFY_TIMEOUT = None
    environment.apply()
    assert (row().first_token_timeout_s, row().total_timeout_s) == (30.0, 120.0)


@pytest.mark.django_db
def test_row_that_an_operator_changed_stays(dify):
    environment.apply()
    changed = row()
    changed.base_url, changed.is_enabled, changed.set_by = "https://dify.example", False, OPERATOR
    changes.save(changed)
    dify.DIFY_API_KEY = "app-another-key-abcd"
    environment.apply()
    found = row()
    assert (found.base_url, found.is_enabled, found.key_ending) == ("https://dify.example", False, "cdef")


@pytest.mark.django_db
def test_row_that_is_described_no_longer_goes_and_the_active_one_follows(dify):
    environment.apply()
    dify.RAG_PROVIDER, dify.DIFY_API_KEY = "knowledge", ""
    environment.apply()
    assert list(ProviderConfig.objects.values_list("name", "is_active")) == [("knowledge", True)]


@pytest.mark.django_db
def test_active_provider_follows_the_environment_until_an_operator_chooses(dify):
    environment.apply()
    dify.RAG_PROVIDER = "knowledge"
    environment.apply()
    assert row("knowledge").is_active
    changes.activate(row(), OPERATOR)
    environment.apply()
    assert (row().is_active, row().set_by) == (True, ENVIRONMENT)


@pytest.mark.django_db
def test_first_look_fills_an_empty_database_and_leaves_a_filled_one_alone(dify):
    assert [found.name for found in load().definitions] == ["dify", "knowledge"]
    dify.DIFY_API_KEY = ""  # as in a shell without the server's environment
    assert [found.name for found in load().definitions] == ["dify", "knowledge"]


@pytest.mark.django_db(transaction=True)
async def test_processes_that_start_together_set_up_each_provider_once(dify):
    def start() -> None:
        environment.apply()
        connection.close()

    await asyncio.gather(*(asyncio.to_thread(start) for _process in range(4)))
    rows = [row async for row in ProviderConfig.objects.values_list("name", "is_active", "version")]
    assert rows == [("dify", True, 1), ("knowledge", False, 1)]


def test_hosts_that_the_environment_names_need_no_permission(dify):
    policy = environment.address_policy()
    assert policy.allows("dify.local", "10.0.0.1")
    assert not policy.allows("other.local", "10.0.0.1")


def test_secret_is_not_shown_by_what_describes_it(dify):
    assert KEY not in repr(environment.described())


def test_active_provider_is_one_that_is_described(settings):
    for kind, needed in (("dify", "DIFY_API_KEY"), ("openai", "OPENAI_API_KEY or OPENAI_BASE_URL")):
        settings.RAG_PROVIDER = kind
        assert [error.msg for error in check_active_provider()] == [f"RAG_PROVIDER is {kind}, but {needed} is not set"]
    settings.OPENAI_BASE_URL = "http://vllm:8000"
    assert check_active_provider() == []


@pytest.mark.parametrize(
    ("kind", "key", "found"),
    [("", "", []), ("serper", "key", []), ("serper", "", ["providers_app.W001"]), ("bing", "", ["providers_app.E003"]),
     ("dify", "key", ["providers_app.E003"])],
)  # fmt: skip
def test_search_provider_is_a_web_search_with_a_key(settings, kind, key, found):
    settings.SEARCH_PROVIDER, settings.SERPER_API_KEY = kind, key
    assert [message.id for message in check_search_provider()] == found


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://api.dify.ai/v1", None),
        ("http://[::1]:8000", None),
        ("api.dify.ai", "must begin with http:// or https://"),
        ("ftp://api.dify.ai", "must begin with http:// or https://"),
        ("http:api.dify.ai", "must begin with http:// or https://"),
        ("https:///v1", "names no host"),
        ("https://me:secret@api.dify.ai", "must hold no user or password"),
        ("https://api.dify.ai:port", "has a port or an address that is none"),
        ("https://api.dify.ai:0", "has a port or an address that is none"),
        ("https://[::1", "has a port or an address that is none"),
    ],
)
def test_urls_of_the_environment_are_held_to_be_ones(settings, url, fault):
    settings.CUSTOM_RAG_API_URL = url
    assert [error.msg for error in check_urls()] == ([f"CUSTOM_RAG_API_URL {fault}"] if fault else [])


@pytest.mark.django_db
def test_variable_of_a_key_that_is_missing_is_said(monkeypatch):
    monkeypatch.setenv("PROVIDER_KEY_THERE", KEY)
    for name in ("there", "gone"):
        ProviderConfig.objects.create(name=name, kind="dify", key_variable=f"PROVIDER_KEY_{name.upper()}")
    assert [warning.msg for warning in check_key_variables(databases=["default"])] == [
        "Provider gone has its key in PROVIDER_KEY_GONE, which is not set"
    ]
    assert check_key_variables() == []


def test_short_secret_is_doubtful(settings):
    assert check_encryption_secrets() == []
    settings.ENCRYPTION_SECRETS = ["x" * 32, "changeme"]
    assert [warning.id for warning in check_encryption_secrets()] == ["providers_app.W003"]
