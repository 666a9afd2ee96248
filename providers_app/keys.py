"""Vendors' keys at rest: encrypted, and readable after the key that encrypts them has been changed."""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

VARIABLE_PREFIX = "PROVIDER_KEY_"
MIN_SHOWN_LENGTH = 16


class KeyUnreadableError(Exception):
    """The stored key was encrypted with a secret that is not among `ENCRYPTION_SECRETS` any more."""


def encrypt(key: str) -> str:
    """The key as it is stored, under the first of `ENCRYPTION_SECRETS`."""
    return _cipher().encrypt(key.encode()).decode() if key else ""


def decrypt(stored: str) -> str:
    """The key itself. Raises `KeyUnreadableError`."""
    try:
        return _cipher().decrypt(stored.encode()).decode() if stored else ""
    except InvalidToken:
        raise KeyUnreadableError from None


def encrypt_anew(stored: str) -> str:
    """The same key under the first secret. Raises `KeyUnreadableError`."""
    return encrypt(decrypt(stored))


def is_stored(key: str, stored: str) -> bool:
    """Whether `stored` is that key, and can be read."""
    try:
        return decrypt(stored) == key
    except KeyUnreadableError:
        return False


def ending(key: str) -> str:
    """What of a key is shown: its last four characters, and of a short one nothing."""
    return key[-4:] if len(key) >= MIN_SHOWN_LENGTH else ""


def variable(name: str) -> str:
    """The key in a variable of the environment; "" where there is none, or where the name is no key's."""
    return os.environ.get(name, "").strip() if name.startswith(VARIABLE_PREFIX) else ""


def _cipher() -> MultiFernet:
    return _cipher_of(settings.ENCRYPTION_SECRETS)


def _cipher_of(secrets: Sequence[str]) -> MultiFernet:
    """The secrets are random and long, so one round of hashing makes keys of them."""
    digests = (hashlib.sha256(b"provider keys\0" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
