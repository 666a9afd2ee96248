"""Vendors' keys at rest, and the change of what encrypts them."""

import pytest
from django.core.management import CommandError, call_command

from providers_app import keys
from providers_app.models import ProviderConfig

KEY = "sk-1234567890abcdef"


def test_key_is_stored_encrypted_and_read_again():
    stored = keys.encrypt(KEY)
    assert KEY not in stored
    assert keys.decrypt(stored) == KEY
    assert keys.is_stored(KEY, stored)
    assert not keys.is_stored("another", stored)


def test_no_key_is_stored_as_nothing():
    assert (keys.encrypt(""), keys.decrypt("")) == ("", "")


def test_key_is_read_with_an_older_secret_and_not_without_it(settings):
    settings.ENCRYPTION_SECRETS = ["old"]
    stored = keys.encrypt(KEY)
    settings.ENCRYPTION_SECRETS = ["new", "old"]
    assert keys.decrypt(stored) == KEY
    settings.ENCRYPTION_SECRETS = ["new"]
    assert not keys.is_stored(KEY, stored)
    with pytest.raises(keys.KeyUnreadableError):
        keys.decrypt(stored)


@pytest.mark.parametrize(("key", "shown"), [(KEY, "cdef"), ("short", ""), ("", "")])
def test_only_the_end_of_a_long_key_is_shown(key, shown):
    assert keys.ending(key) == shown


def test_only_variables_for_keys_are_read(monkeypatch):
    monkeypatch.setenv("PROVIDER_KEY_DIFY", f" {KEY}\n")
    monkeypatch.setenv("SECRET_KEY", "django's")
    assert (keys.variable("PROVIDER_KEY_DIFY"), keys.variable("SECRET_KEY")) == (KEY, "")


@pytest.mark.django_db
def test_rotation_needs_the_old_secret_no_longer_and_names_what_it_cannot_read(settings, capsys):
    for name, secret in (("one", "old"), ("two", "old"), ("lost", "forgotten")):
        settings.ENCRYPTION_SECRETS = [secret]
        ProviderConfig.objects.create(name=name, kind="dify", encrypted_key=keys.encrypt(KEY))
    ProviderConfig.objects.create(name="none", kind="knowledge")
    settings.ENCRYPTION_SECRETS = ["new", "old"]
    with pytest.raises(CommandError, match="the keys of lost: enter them anew"):
        call_command("rotate_keys")
    assert capsys.readouterr().out == "Encrypted anew: 2\n"
    settings.ENCRYPTION_SECRETS = ["new"]
    stored = dict(ProviderConfig.objects.values_list("name", "encrypted_key"))
    assert [keys.decrypt(stored[name]) for name in ("one", "two", "none")] == [KEY, KEY, ""]
