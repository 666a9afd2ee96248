"""What operators see of providers and do about them; no page ever shows a key."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.urls import reverse

from providers_app import keys
from providers_app.contract import ErrorReason
from providers_app.directory import load
from providers_app.models import ProviderConfig, ProviderHealth, Revision
from providers_app.registry import KINDS, traits_of

pytestmark = pytest.mark.django_db

LIST = reverse("admin:providers_app_providerconfig_changelist")
ADD = reverse("admin:providers_app_providerconfig_add")
KEY = "sk-1234567890abcdef"
SetBy = ProviderConfig.SetBy
NO_JSON = ("[" * 60_000, "1" * 5_000, '{"a": NaN}', '{"a": 1e999}', r'{"a": "\ud800"}', r'{"a": "\u0000"}')


def page(row: ProviderConfig, name: str = "change") -> str:
    return reverse(f"admin:providers_app_providerconfig_{name}", args=[row.pk])


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def history(row: ProviderConfig) -> list[str]:
    entries = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk")
    return [entry.get_change_message() for entry in entries]


def stored(name: str = "dify", **values) -> ProviderConfig:
    values = {"kind": "dify", "encrypted_key": keys.encrypt(KEY), "key_ending": "cdef", **values}
    return ProviderConfig.objects.create(name=name, **values)


def form(client, url: str, **changed) -> dict[str, object]:
    """What a browser would send of the form at `url`."""
    bound = client.get(url).context["adminform"].form
    values = {name: bound[name].value() for name in bound.fields}
    shown = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()}
    return {name: value for name, value in (shown | changed).items() if value is not None and value is not False}


def run(client, action: str, *rows: ProviderConfig, **more):
    return client.post(LIST, {"action": action, "_selected_action": [str(row.pk) for row in rows], **more})


def test_adding_begins_with_the_kind_and_offers_presets(admin_client):
    text = admin_client.get(ADD).text
    for kind in KINDS:
        assert f'href="?kind={kind}"' in text
    assert 'href="?kind=openai&amp;preset=DeepSeek"' in text
    fields = admin_client.get(ADD, {"kind": "openai", "preset": "DeepSeek"}).context["adminform"].form
    assert (fields["name"].value(), fields["base_url"].value()) == ("deepseek", traits_of("openai").presets["DeepSeek"])
    azure = admin_client.get(ADD, {"kind": "openai", "preset": "Azure OpenAI"}).context["adminform"].form
    assert (azure["name"].value(), azure["option_api"].value()) == ("azure-openai", "azure")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_form_with_its_options(admin_client, kind):
    response = admin_client.get(ADD, {"kind": kind})
    names = response.context["adminform"].form.fields
    assert {f"option_{name}" for name in traits_of(kind).options.__struct_fields__} <= set(names)
    assert ("new_key" in names) == (traits_of(kind).key != "none")


def test_provider_is_added_with_its_key_encrypted(admin_client):
    url = f"{ADD}?kind=openai"
    sent = form(admin_client, url, name="mine", new_key=KEY, option_model="gpt-x", option_temperature="0.5", order="7")
    response = admin_client.post(url, sent)
    assert response.status_code == 302, response.context["adminform"].errors
    row = ProviderConfig.objects.get()
    assert (row.name, row.kind, row.set_by, row.version, row.order) == ("mine", "openai", SetBy.OPERATOR, 1, 7)
    assert row.options == {"model": "gpt-x", "temperature": 0.5}
    assert (keys.decrypt(row.encrypted_key), row.key_ending) == (KEY, "cdef")
    assert [found.connection.key for found in load().definitions] == [KEY]
    assert history(row) == ["Added."]


def test_no_page_shows_a_key(admin_client):
    row = stored()
    urls = [LIST, page(row), page(row, "history"), page(row, "delete"), f"{LIST}test/?id={row.pk}"]
    for text in [admin_client.get(url).text for url in urls]:
        assert KEY not in text
        assert row.encrypted_key not in text
    refused = admin_client.post(page(row), form(admin_client, page(row), new_key="sk-another-secret", order="-1"))
    assert refused.status_code == 200
    assert "sk-another-secret" not in refused.text
    assert "•••• cdef" in refused.text


def test_key_is_kept_replaced_and_removed(admin_client):
    row = stored(kind="openai", name="mine")
    for changed, expected in (({"order": 5}, KEY), ({"new_key": "sk-new-key-of-mine"}, "sk-new-key-of-mine")):
        admin_client.post(page(row), form(admin_client, page(row), **changed))
        row.refresh_from_db()
        assert keys.decrypt(row.encrypted_key) == expected
    admin_client.post(page(row), form(admin_client, page(row), remove_key="on"))
    row.refresh_from_db()
    assert (row.encrypted_key, row.key_ending, row.version) == ("", "", 4)
    assert history(row) == ["Changed Order.", "Changed API key.", "Changed Remove the stored key."]


def test_stored_key_goes_to_no_other_host(admin_client):
    row = stored(base_url="https://api.dify.ai/v1")
    for url in ("https://evil.example/v1", "http://api.dify.ai/v1", "https://api.dify.ai:8443/v1"):
        response = admin_client.post(page(row), form(admin_client, page(row), base_url=url))
        assert list(response.context["adminform"].form.errors) == ["new_key"]
    assert (
        admin_client.post(page(row), form(admin_client, page(row), base_url="https://api.dify.ai/v2")).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.base_url == "https://api.dify.ai/v2"


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        ("dify", {}, "new_key"),
        ("dify", {"new_key": "with blanks"}, "new_key"),
        ("dify", {"key_variable": "SECRET_KEY"}, "key_variable"),
        ("dify", {"new_key": KEY, "key_variable": "PROVIDER_KEY_A"}, "key_variable"),
        ("custom", {}, "base_url"),
        ("custom", {"base_url": "ftp://host"}, "base_url"),
        ("custom", {"base_url": "https://me:secret@host"}, "base_url"),
        ("custom", {"base_url": "http://127.0.0.1:8000"}, "base_url"),
        ("custom", {"base_url": "http://169.254.169.254/"}, "base_url"),
        ("openai", {"option_temperature": "3"}, "option_temperature"),
        ("openai", {"option_context_tokens": "1"}, "option_context_tokens"),
        ("openai", {"option_extra_headers": "{"}, "option_extra_headers"),
        ("openai", {"option_extra_headers": '{"Bad\\nName": "1"}'}, "option_extra_headers"),
        *(("openai", {"option_extra_body": text}, "option_extra_body") for text in NO_JSON),
        ("custom", {"base_url": "https://host", "option_health_url": "http://127.0.0.1/"}, "option_health_url"),
        ("custom", {"base_url": "https://host", "option_health_url": "https://me:secret@host"}, "option_health_url"),
        ("openai", {"option_api": "other"}, "option_api"),
        ("openai", {"option_api_version": "not one"}, "option_api_version"),
        ("openai", {"name": "no blanks"}, "name"),
        ("openai", {"total_timeout_s": "0"}, "total_timeout_s"),
    ],
)
def test_bad_input_is_an_error_of_its_field(admin_client, kind, changed, field):
    url = f"{ADD}?kind={kind}"
    response = admin_client.post(url, form(admin_client, url, **{"name": "mine"} | changed))
    assert list(response.context["adminform"].form.errors) == [field]
    assert not ProviderConfig.objects.exists()


def test_private_addresses_are_accepted_where_they_are_allowed(admin_client, settings):
    settings.PROVIDER_PRIVATE_ADDRESSES = ["127.0.0.1"]
    url = f"{ADD}?kind=openai&preset=vLLM"
    assert admin_client.post(url, form(admin_client, url)).status_code == 302
    assert ProviderConfig.objects.get().base_url == "http://127.0.0.1:8000/v1"


def test_change_makes_a_row_the_operators_own_and_forgets_its_health(admin_client):
    row = stored(set_by=SetBy.ENVIRONMENT)
    ProviderHealth.objects.create(provider=row, is_healthy=True)
    admin_client.post(page(row), form(admin_client, page(row)))
    row.refresh_from_db()
    assert (row.set_by, row.version, Revision.objects.count()) == (SetBy.ENVIRONMENT, 1, 0)  # nothing was changed
    admin_client.post(page(row), form(admin_client, page(row), max_attempts="4"))
    row.refresh_from_db()
    assert (row.set_by, row.version, row.max_attempts, Revision.objects.get().number) == (SetBy.OPERATOR, 2, 4, 1)
    assert ProviderHealth.objects.get().is_healthy is None


def test_list_and_page_say_how_a_provider_is_in_plain_words(admin_client):
    row = stored(is_active=True)
    ProviderHealth.objects.create(
        provider=row,
        is_healthy=False,
        checked_at=row.created_at,
        failed_at=row.created_at,
        error_reason=ErrorReason.UNAUTHORIZED,
        error_detail="HTTP 401",
    )
    stored("fresh")
    for url in (LIST, page(row)):
        text = admin_client.get(url).text
        assert "It refused the API key. Enter a valid key" in text
        assert "(HTTP 401)" in text
        assert "cannot answer" in text
    assert "not checked yet" in admin_client.get(LIST).text


def test_list_says_which_provider_cannot_be_used_as_it_is_set(admin_client):
    stored(options={"unknown": 1})
    assert "must be set anew" in admin_client.get(LIST).text
    assert load().definitions == ()


def test_operator_who_may_only_look_can_change_nothing(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_providerconfig"))
    client.force_login(viewer)
    row = stored(is_enabled=False)
    assert client.get(page(row)).status_code == 200
    assert client.get(ADD).status_code == 403
    assert client.post(page(row, "ask"), {"question": "why"}).status_code == 403
    assert client.get(f"{LIST}test/?id={row.pk}").status_code == 403
    run(client, "make_active", row)
    row.refresh_from_db()
    assert (row.is_active, row.is_enabled) == (False, False)


def test_kind_that_is_gone_can_be_looked_at_and_deleted(admin_client):
    row = stored(kind="gone")
    assert "gone" in admin_client.get(LIST).text
    assert said(admin_client.get(page(row))) == ["There is no kind gone any more."]
    run(admin_client, "delete_selected", row, post="yes")
    assert not ProviderConfig.objects.exists()


def test_admin_speaks_chinese_about_kinds_settings_and_errors(admin_client):
    row = stored("mine", kind="openai")
    ProviderHealth.objects.create(provider=row, failed_at=row.created_at, error_reason=ErrorReason.TIMEOUT)
    chinese = {"Accept-Language": "zh-CN"}
    assert "或在“限制”中给它更多时间" in admin_client.get(LIST, headers=chinese).text
    assert "知识库" in admin_client.get(page(row), headers=chinese).text  # a choice of an option
    assert "引用上传到这里的文档" in admin_client.get(ADD, headers=chinese).text
