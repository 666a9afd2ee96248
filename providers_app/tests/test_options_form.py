"""Forms made from what can be set about a kind of provider."""

from typing import Annotated, Any, Literal

import pytest
from django import forms
from django.utils.translation import override
from msgspec import Meta

from providers_app.admin.options_form import fields_of, initial_of, values_of
from providers_app.options import Options


class Every(Options, frozen=True, kw_only=True):
    """One field of each type."""

    name: Annotated[str, Meta(title="Name", description="Its name.", max_length=5)] = ""
    code: Annotated[str, Meta(title="Code", pattern="^[a-z]+$", min_length=1)] = "abc"
    count: Annotated[int, Meta(title="Count", ge=1, le=9)] = 3
    share: Annotated[float, Meta(title="Share", ge=0, le=1)] | None = None
    is_on: Annotated[bool, Meta(title="On", description="Ends with </think>.")] = True
    order: Annotated[Literal["week", "day", "hour"], Meta(title="Order")] = "day"
    extra: Annotated[dict[str, int], Meta(title="Extra")] = {}
    nothing: str | None = None


def form(**sent):
    made = type("Form", (forms.Form,), fields_of(Every))
    defaults = {"code": "abc", "count": "3", "is_on": "on", "order": "day"}
    return made({f"option_{name}": value for name, value in (defaults | sent).items() if value is not None})


def values(**sent: Any) -> dict[str, Any]:
    filled = form(**sent)
    assert filled.is_valid(), filled.errors
    return values_of(Every, filled.cleaned_data)


@override("en")
def test_fields_have_the_types_titles_help_and_bounds_of_the_options():
    found: dict[str, Any] = fields_of(Every)
    assert [type(field).__name__ for field in found.values()] == [
        "CharField", "CharField", "IntegerField", "FloatField", "BooleanField", "ChoiceField", "_JSONField", "CharField"
    ]  # fmt: skip
    name, count = found["option_name"], found["option_count"]
    assert (str(name.label), str(name.help_text), name.max_length, name.required) == ("Name", "Its name.", 5, False)
    assert (count.min_value, count.max_value, count.required) == (1, 9, True)
    assert found["option_code"].required
    assert str(found["option_is_on"].help_text) == "Ends with &lt;/think&gt;."
    assert not found["option_share"].required
    assert [value for value, _label in found["option_order"].choices] == ["week", "day", "hour"]


def test_fields_show_what_is_stored_and_else_the_default():
    assert initial_of(Every, {"count": 7}) == {
        "option_name": "", "option_code": "abc", "option_count": 7, "option_share": None, "option_is_on": True,
        "option_order": "day", "option_extra": {}, "option_nothing": None,
    }  # fmt: skip


def test_only_what_differs_from_the_defaults_is_stored():
    assert values() == {}
    assert values(name="a", count="9", share="0.5", is_on=None, order="week", extra='{"a": 1}', nothing="x") == {
        "name": "a", "count": 9, "share": 0.5, "is_on": False, "order": "week", "extra": {"a": 1}, "nothing": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "too long"}, "option_name"),
        ({"code": "ABC"}, "option_code"),
        ({"code": ""}, "option_code"),
        ({"count": "10"}, "option_count"),
        ({"count": "one"}, "option_count"),
        ({"count": ""}, "option_count"),
        ({"share": "1.5"}, "option_share"),
        ({"share": "nan"}, "option_share"),
        ({"order": "year"}, "option_order"),
        ({"extra": "{"}, "option_extra"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(sent, field):
    assert list(form(**sent).errors) == [field]


@pytest.mark.parametrize("extra", ['{"a": "text"}', "[1]", '"text"', "5"])
def test_json_of_another_shape_is_refused_by_its_field(extra):
    filled = form(extra=extra)
    assert filled.is_valid()
    with pytest.raises(forms.ValidationError) as caught:
        values_of(Every, filled.cleaned_data)
    assert list(caught.value.message_dict) == ["option_extra"]
