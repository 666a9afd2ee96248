"""`manage.py rotate_keys`: stored keys under the newest secret, so that older ones can be taken out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from providers_app import keys
from providers_app.models import ProviderConfig


class Command(BaseCommand):
    help = "Encrypts all stored keys of providers anew, with the first of ENCRYPTION_SECRETS."

    def handle(self, **_options: Any) -> None:
        done, unreadable = 0, []
        for row in ProviderConfig.objects.exclude(encrypted_key="").order_by("name"):
            try:
                anew = keys.encrypt_anew(row.encrypted_key)
            except keys.KeyUnreadableError:
                unreadable.append(row.name)
                continue
            same = ProviderConfig.objects.filter(pk=row.pk, encrypted_key=row.encrypted_key)
            done += same.update(encrypted_key=anew)  # not where an operator has just stored another
        self.stdout.write(f"Encrypted anew: {done}")
        if unreadable:
            raise CommandError(
                f"No secret of ENCRYPTION_SECRETS decrypts the keys of {', '.join(unreadable)}: enter them anew."
            )
