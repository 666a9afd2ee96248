"""The fields of a form from what can be set about a kind of provider, and back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import RegexValidator
from django.forms.fields import InvalidJSONInput
from django.utils.functional import Promise, lazy
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import inspect
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from providers_app.options import Options

PREFIX = "option_"
WHERE = re.compile(r"`\$\.(\w+)")
"""How msgspec names the field of an error: `$.name`, or `key` in `$.name`."""
NUL = r"\u0000"
"""What no text in PostgreSQL may hold."""
CHOICES: dict[str, Promise] = {
    "none": _("nothing"),
    "knowledge": _("the knowledge base"),
    "search": _("a web search"),
    "answer": _("shown as an answer"),
    "model": _("given to the first model"),
    "default": _("default"),
    "on": _("on"),
    "off": _("off"),
    "any": _("any age"),
    "hour": _("an hour"),
    "day": _("a day"),
    "week": _("a week"),
    "month": _("a month"),
    "year": _("a year"),
}
"""How choices read that are no names of a vendor's."""


@dataclass(frozen=True, slots=True)
class _Option:
    """A field of `Options`: its type without what surrounds it, and what that said."""

    name: str
    kind: inspect.Type
    default: Any
    choices: tuple[Any, ...]
    is_optional: bool = False
    title: str = ""
    description: str = ""

    @property
    def is_json(self) -> bool:
        plain = (inspect.BoolType, inspect.IntType, inspect.FloatType, inspect.StrType, inspect.LiteralType)
        return not isinstance(self.kind, plain)


class _JSONField(forms.JSONField):
    """Refuses what Python reads as JSON and databases do not: NaN, half a surrogate pair, no end of digits or depth."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            try:
                msgspec.json.decode(value)
            except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
            if NUL in value:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            self.to_python(data)
        except forms.ValidationError:
            return InvalidJSONInput(data)
        return super().bound_data(data, initial)


def fields_of(options: type[Options]) -> dict[str, forms.Field]:
    """A field for each option, named with `PREFIX`; titles and descriptions are translated when they are shown."""
    return {PREFIX + option.name: _field(option) for option in _options(options)}


def initial_of(options: type[Options], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show: what is stored, else the default."""
    return {PREFIX + option.name: stored.get(option.name, option.default) for option in _options(options)}


def values_of(options: type[Options], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are stored: those that differ from their default.

    Raises `forms.ValidationError` by field.
    """
    values = {}
    for option in _options(options):
        value = cleaned.get(PREFIX + option.name)
        if value in (None, "") and (option.is_optional or option.is_json):
            value = option.default if option.is_json else None
        if value != option.default:
            values[option.name] = value
    try:
        msgspec.convert(values, options)
    except msgspec.ValidationError as error:
        reason, _at, path = str(error).partition(" - at ")
        found = WHERE.search(path)
        field = PREFIX + found[1] if found else NON_FIELD_ERRORS
        refused = forms.ValidationError(_("This is not accepted: %(reason)s"), params={"reason": reason})
        raise forms.ValidationError({field: refused}) from None
    return values


def _options(options: type[Options]) -> Iterator[_Option]:
    found = inspect.type_info(options)
    assert isinstance(found, inspect.StructType)  # noqa: S101 - all options are structs
    hints = get_type_hints(options, include_extras=True)
    for each in found.fields:
        default = each.default if each.default_factory is msgspec.NODEFAULT else each.default_factory()
        default = None if default is msgspec.NODEFAULT else default
        yield _unwrapped(_Option(each.name, each.type, default, _choices(hints[each.name])))


def _unwrapped(option: _Option) -> _Option:
    """The option with what its annotation says taken out of its type."""
    match option.kind:
        case inspect.Metadata(type=inner, extra_json_schema=said):
            texts = {name: said[name] for name in ("title", "description") if said and name in said}
            return _unwrapped(replace(option, kind=inner, **texts))
        case inspect.UnionType(types=types):
            inners = [each for each in types if not isinstance(each, inspect.NoneType)]
            if len(inners) == 1:
                return _unwrapped(replace(option, kind=inners[0], is_optional=True))
    return option


def _choices(hint: Any) -> tuple[Any, ...]:
    """The values of a `Literal` in their order, which msgspec does not keep."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for part in get_args(hint) if (found := _choices(part))), ())


def _escaped(text: str) -> str:
    """Descriptions speak of `</think>`, and the theme shows help as it is."""
    return escape(gettext(text))


_help = lazy(_escaped, str)


def _field(option: _Option) -> forms.Field:
    shown: dict[str, Any] = {
        "label": _(option.title or option.name),
        "help_text": _help(option.description) if option.description else "",
        "required": not option.is_optional,
    }
    match option.kind:
        case inspect.BoolType():
            return forms.BooleanField(**shown | {"required": False, "widget": UnfoldBooleanSwitchWidget})
        case inspect.IntType(ge=least, le=most):
            return forms.IntegerField(min_value=least, max_value=most, widget=UnfoldAdminIntegerFieldWidget, **shown)
        case inspect.FloatType(ge=least, le=most):
            widget = UnfoldAdminDecimalFieldWidget(attrs={"step": "any"})
            return forms.FloatField(min_value=least, max_value=most, widget=widget, **shown)
        case inspect.LiteralType():
            choices = [(value, CHOICES.get(value, value)) for value in option.choices]
            return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **shown)
        case inspect.StrType(min_length=least, max_length=most, pattern=pattern):
            validators = [RegexValidator(pattern)] if pattern else []
            shown["required"] = bool(least)
            return forms.CharField(max_length=most, validators=validators, widget=UnfoldAdminTextInputWidget, **shown)
    return _JSONField(**shown | {"required": False, "widget": UnfoldAdminTextareaWidget(attrs={"rows": 4})})
