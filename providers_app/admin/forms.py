"""The form of a provider: what all kinds have, and the options of its own. It takes a key and never shows one."""

import re
import types
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldBooleanSwitchWidget

from providers_app import keys
from providers_app.addresses import url_fault
from providers_app.admin.options_form import PREFIX, fields_of, initial_of, values_of
from providers_app.environment import address_policy
from providers_app.models import ProviderConfig
from providers_app.options import Traits
from providers_app.registry import traits_of

MAX_KEY_LENGTH = 4_096
KEY = re.compile("[!-~]+")
KEY_VARIABLE = re.compile(rf"{keys.VARIABLE_PREFIX}[A-Z0-9_]+")
URL_FAULTS: dict[str, Promise] = {
    "scheme": _("It must begin with http:// or https://."),
    "host": _("It names no host."),
    "credentials": _("It must hold no user or password; the key has a field of its own."),
    "address": _("Its port or address is none."),
    "refused": _(
        "This address is not a public one. Whoever runs the service can allow it: "
        "PROVIDER_PRIVATE_ADDRESSES in .env, and a restart."
    ),
}


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg] # it has none at run time
    """Of a kind whose `traits` are known; `form_of` adds the fields of its options."""

    kind: ClassVar[str]
    traits: ClassVar[Traits]

    new_key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=MAX_KEY_LENGTH,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored encrypted, and never shown again."),
    )
    remove_key = forms.BooleanField(label=_("Remove the stored key"), required=False, widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = self.kind
        for name, value in initial_of(self.traits.options, self.instance.options).items():
            self.initial.setdefault(name, value)
        if "base_url" in self.fields:
            self.fields["base_url"].required = not self.traits.default_base_url
            self.fields["base_url"].widget.attrs["placeholder"] = self.traits.default_base_url or "https://"
        if self.instance.encrypted_key:
            shown = f"•••• {self.instance.key_ending}".strip()
            self.fields["new_key"].widget.attrs["placeholder"] = shown
            self.fields["new_key"].help_text = _("Stored: %(key)s. Leave it empty to keep it.") % {"key": shown}
        else:
            del self.fields["remove_key"]
        if self.traits.key == "none":
            del self.fields["new_key"]

    def clean_base_url(self) -> str:
        return _vendor_url(self.cleaned_data["base_url"])

    def clean_option_health_url(self) -> str:
        return _vendor_url(self.cleaned_data["option_health_url"])

    def clean_new_key(self) -> str:
        key: str = self.cleaned_data["new_key"]
        if key and not KEY.fullmatch(key):
            raise forms.ValidationError(_("A key has no blanks, line breaks or accents."))
        return key

    def clean_key_variable(self) -> str:
        name: str = self.cleaned_data["key_variable"].strip()
        if name and not KEY_VARIABLE.fullmatch(name):
            raise forms.ValidationError(
                _("It must be %(prefix)s and capital letters, digits or _.") % {"prefix": keys.VARIABLE_PREFIX}
            )
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.traits.key != "none":
            self._check_key(cleaned)
        if not any(name.startswith(PREFIX) for name in self.errors):
            try:
                cleaned["options"] = values_of(self.traits.options, cleaned)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def save(self, commit: bool = True) -> ProviderConfig:
        row, cleaned = self.instance, self.cleaned_data
        row.options = cleaned["options"]
        if cleaned.get("new_key"):
            row.encrypted_key, row.key_ending = keys.encrypt(cleaned["new_key"]), keys.ending(cleaned["new_key"])
        elif cleaned.get("remove_key"):
            row.encrypted_key = row.key_ending = ""
        saved: ProviderConfig = super().save(commit)
        return saved

    def _check_key(self, cleaned: dict[str, Any]) -> None:
        """There is one key where one is needed, and a stored one stays with the host that it was entered for."""
        new, variable = cleaned.get("new_key"), cleaned.get("key_variable")
        stays = bool(self.instance.encrypted_key) and not (new or cleaned.get("remove_key"))
        if variable and (new or stays):
            self.add_error("key_variable", _("There is a key already: remove it, or leave this field empty."))
        elif (
            stays
            and "base_url" in cleaned
            and self._origin(cleaned["base_url"]) != self._origin(self.initial.get("base_url", ""))
        ):
            self.add_error("new_key", _("Enter the key again: the stored one was meant for another host."))
        elif self.traits.key == "required" and not (
            new or stays or variable or self.errors.keys() & {"new_key", "key_variable"}
        ):
            self.add_error("new_key", _("This kind of provider needs a key, or a variable that holds it."))

    def _origin(self, url: str) -> tuple[str, str]:
        parts = urlsplit(url or self.traits.default_base_url)
        return parts.scheme, parts.netloc.lower()


def _vendor_url(typed: str) -> str:
    """Raises `forms.ValidationError`."""
    url = typed.strip()
    if url and (fault := url_fault(url, address_policy())):
        raise forms.ValidationError(str(URL_FAULTS[fault]))
    return url


def form_of(kind: str) -> type[ProviderForm]:
    """The form for providers of that kind. Raises `KeyError` for an unknown one."""
    traits = traits_of(kind)
    own = {"kind": kind, "traits": traits, **fields_of(traits.options)}
    return cast(
        "type[ProviderForm]", types.new_class("ProviderForm", (ProviderForm,), exec_body=lambda body: body.update(own))
    )
