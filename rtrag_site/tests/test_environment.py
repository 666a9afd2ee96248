import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from rtrag_site import settings as service_settings
from rtrag_site.environment import Environment, local_secret, read_env_file, signing_secret
from rtrag_site.tests.environ import documented


def environment(value: str) -> Environment:
    return Environment({"NAME": value})


def test_example_names_every_variable_with_its_default() -> None:
    assert documented() == service_settings.env.defaults


def test_tests_have_a_data_folder_of_their_own() -> None:
    assert not settings.DATA_DIR.is_relative_to(settings.BASE_DIR)


@pytest.mark.parametrize("value", ["", "  "])
def test_empty_variable_counts_as_unset(value: str) -> None:
    env = environment(value)
    assert env.text("NAME", "a") == "a"
    assert env.positive("NAME", 3) == 3
    assert env.flag("NAME", default=True) is True
    assert env.fraction("NAME", 0.5) == 0.5
    assert env.listed("NAME", ("a", "b")) == ["a", "b"]


def test_readers_understand_what_is_well_formed() -> None:
    assert environment("Yes").flag("NAME") is True
    assert environment("off").flag("NAME", default=True) is False
    assert environment("8").positive("NAME", 1, most=8) == 8
    assert environment("1").fraction("NAME", 0.5) == 1.0
    assert environment("a, b,,").listed("NAME") == ["a", "b"]
    assert environment("debug").choice("NAME", "INFO", ("INFO", "DEBUG")) == "DEBUG"
    assert environment("Asia/Shanghai").time_zone("NAME", "UTC") == "Asia/Shanghai"
    assert environment("$ecret").text("NAME") == "$ecret"


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "9", "ten", "٣", "1e3"])
def test_positive_refuses_what_is_no_whole_number_in_its_range(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^NAME must be a whole number from 1 to 8, not '{value}'$"):
        environment(value).positive("NAME", 1, most=8)


@pytest.mark.parametrize("value", ["-0.1", "1.1", "half", "nan"])
def test_fraction_refuses_what_is_not_between_0_and_1(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^NAME must be a number from 0 to 1, not '{value}'$"):
        environment(value).fraction("NAME", 0.5)


def test_flag_choice_and_time_zone_refuse_other_words() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^NAME must be true or false, not 'maybe'$"):
        environment("maybe").flag("NAME")
    with pytest.raises(ImproperlyConfigured, match=r"^NAME must be one of INFO, DEBUG, not 'loud'$"):
        environment("loud").choice("NAME", "INFO", ("INFO", "DEBUG"))
    with pytest.raises(
        ImproperlyConfigured, match=r"^NAME must be a time zone such as Asia/Shanghai, not '../passwd'$"
    ):
        environment("../passwd").time_zone("NAME", "UTC")


@pytest.mark.parametrize(
    "url",
    ["secret", "mysql://me:secret@host/db", "postgres:secret", "postgres://me:secret@host:port/db", "sqlite://secret"],
)
def test_malformed_url_is_never_shown(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must ") as caught:
        Environment({"DATABASE_URL": url}).database("DATABASE_URL", Path("/data/default.sqlite3"))
    assert "secret" not in str(caught.value)


def test_database_is_the_default_file_or_what_the_url_names() -> None:
    default = Path("/data/default.sqlite3")
    assert environment("").database("NAME", default)["NAME"] == "/data/default.sqlite3"
    named = environment("postgres://me:p%40ss@host:5433/rows").database("NAME", default)
    assert [named[key] for key in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "django.db.backends.postgresql", "me", "p@ss", "host", 5433, "rows"
    ]  # fmt: skip


def test_secrets_of_webhooks_are_those_of_the_specification(tmp_path: Path) -> None:
    made = [local_secret(tmp_path, "webhook_secret", signing_secret), signing_secret()]
    assert environment(f"{made[0]}, {made[1]}").signing_secrets("NAME") == made
    assert environment("").signing_secrets("NAME") == []
    assert made[0] != made[1]


SECRET = "c2VjcmV0" * 4


@pytest.mark.parametrize(
    "value",
    [
        SECRET,  # without its prefix
        "whsec_",
        "whsec_c2VjcmV0",  # too short
        f"whsec_{SECRET}!",
        f"whsec_{SECRET}é",
        f"whsec_{SECRET * 3}",  # too long
        f"whsec_{SECRET},{SECRET}",
    ],
)
def test_malformed_secret_of_webhooks_is_never_shown(value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        environment(value).signing_secrets("NAME")
    assert str(caught.value) == "NAME must be whsec_ and 24 to 64 bytes in base64"


def test_env_file_gives_way_to_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTRAG_TEST_SET", "environment")
    monkeypatch.setenv("RTRAG_TEST_UNSET", "")
    monkeypatch.delenv("RTRAG_TEST_UNSET")
    (tmp_path / ".env").write_text("RTRAG_TEST_SET=file\nRTRAG_TEST_UNSET='file'\n")
    read_env_file(tmp_path / ".env")
    variables = {name: os.environ[name] for name in ("RTRAG_TEST_SET", "RTRAG_TEST_UNSET")}
    assert variables == {"RTRAG_TEST_SET": "environment", "RTRAG_TEST_UNSET": "file"}


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = local_secret(tmp_path / "data", "secret_key")
    assert len(key) >= 50
    assert local_secret(tmp_path / "data", "secret_key") == key
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
