from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError
from pytest_django.fixtures import Settings

from providers_app.models import ProviderConfig
from rtrag_site.server import preparation

pytestmark = pytest.mark.django_db


def test_first_admin_gets_a_random_password_that_is_shown_once() -> None:
    said: list[str] = []
    preparation.create_first_admin(said.append)
    password = said[0].split()[3]
    assert said[0] == f"Administrator: admin   password: {password}   (shown this once)"
    assert said[1].endswith(" manage.py changepassword admin")
    assert authenticate(username="admin", password=password)
    preparation.create_first_admin(said.append)
    assert len(said) == 2


def test_first_admin_is_the_one_of_the_environment(settings: Settings) -> None:
    settings.FIRST_ADMIN_USERNAME, settings.FIRST_ADMIN_PASSWORD = "operator", "correct horse"
    said: list[str] = []
    preparation.create_first_admin(said.append)
    assert authenticate(username="operator", password="correct horse")
    assert "correct horse" not in "".join(said)


def test_first_admin_never_takes_over_an_ordinary_user() -> None:
    User.objects.create_user("admin", password="hers")
    with pytest.raises(CommandError, match=r"^DJANGO_SUPERUSER_USERNAME: 'admin' exists already"):
        preparation.create_first_admin(print)
    assert not User.objects.get().is_superuser


def test_starter_documents_are_loaded_again_only_where_they_changed(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(preparation, "call_command", lambda _name, folder, **_options: loaded.append(folder))
    settings.STARTER_DOCUMENTS, settings.DATA_DIR = tmp_path / "starter", tmp_path
    settings.STARTER_DOCUMENTS.mkdir()
    document = settings.STARTER_DOCUMENTS / "service.md"
    for text in ("one", "one", "two"):
        document.write_text(text)
        preparation.load_starter_documents(lambda _line: None)
    assert loaded == [str(settings.STARTER_DOCUMENTS)] * 2


def test_start_says_who_answers_and_which_key_is_missing(settings: Settings) -> None:
    settings.RAG_PROVIDER, settings.DIFY_API_KEY = "dify", "app-1234567890abcdef"
    ProviderConfig.objects.create(name="mine", kind="openai", key_variable="PROVIDER_KEY_MINE")
    said: list[str] = []
    preparation.set_up_providers(said.append)
    assert said == [
        "Warning: Provider mine has its key in PROVIDER_KEY_MINE, which is not set",
        "Answers: dify, then knowledge, then mine",
    ]


def test_doubtful_configuration_is_said_and_does_not_keep_the_server_from_starting(settings: Settings) -> None:
    said: list[str] = []
    preparation.check_configuration(said.append)
    assert said == []
    settings.SEARCH_PROVIDER = "serper"
    preparation.check_configuration(said.append)
    assert said == ["Warning: SEARCH_PROVIDER is serper, but SERPER_API_KEY is not set: nothing searches the web"]


def test_data_folder_is_for_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    preparation.prepare_data_folder(print)
    assert settings.DATA_DIR.stat().st_mode & 0o777 == 0o700
