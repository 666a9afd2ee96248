import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from providers_app.directory import load
from providers_app.grounding.prompts import choose
from providers_app.models import PromptTemplate

pytestmark = pytest.mark.django_db

LIST = reverse("admin:providers_app_prompttemplate_changelist")
TEXT = {"instructions": "Answer.\nToday is {date}.", "message": "{passages}\n\n{question}"}


def page(row: PromptTemplate, name: str = "change") -> str:
    return reverse(f"admin:providers_app_prompttemplate_{name}", args=[row.pk])


@pytest.fixture
def grounded() -> PromptTemplate:
    return PromptTemplate.objects.get(purpose="grounded", language="en")


def versions() -> list[tuple[int, str]]:
    rows = PromptTemplate.objects.filter(purpose="grounded", language="en").order_by("version")
    return list(rows.values_list("version", "instructions"))


def errors(response) -> list[str]:
    form = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
    return [error for found in form.errors.values() for error in found]


def test_saving_makes_a_new_version_that_every_process_uses(admin_client, grounded):
    before = load()
    response = admin_client.post(page(grounded), TEXT)
    assert response.url == LIST
    assert versions() == [(1, grounded.instructions), (2, TEXT["instructions"])]
    after = load(before)
    assert after.revision > before.revision
    prompt = choose(after.prompts, "grounded", "en")
    assert (prompt.version, prompt.instructions, prompt.message) == (2, TEXT["instructions"], TEXT["message"])
    assert choose(after.prompts, "grounded", "zh") == choose(before.prompts, "grounded", "zh")


def test_saving_an_earlier_version_goes_back_to_it(admin_client, grounded):
    admin_client.post(page(grounded), TEXT)
    admin_client.post(page(grounded), {"instructions": grounded.instructions, "message": grounded.message})
    assert versions() == [(1, grounded.instructions), (2, TEXT["instructions"]), (3, grounded.instructions)]


def test_version_that_changes_nothing_is_refused(admin_client, grounded):
    response = admin_client.post(page(grounded), {"instructions": grounded.instructions, "message": grounded.message})
    assert errors(response) == ["This is what models are told already."]
    assert len(versions()) == 1


@pytest.mark.parametrize(
    ("purpose", "changed", "said"),
    [
        (
            "grounded",
            {"message": "{passages} {question} {answer} {0}"},
            "There is no such placeholder here: {0}, {answer}",
        ),
        ("grounded", {"instructions": "{User}"}, "There is no such placeholder here: {User}"),
        ("grounded", {"message": "{passages}"}, "{question} is missing."),
        ("grounded", {"message": "{question}"}, "{passages} is missing."),
        ("plain", {}, "There is no such placeholder here: {passages}"),
    ],
)
def test_placeholders_that_cannot_be_filled_or_are_missing_are_refused(admin_client, purpose, changed, said):
    row = PromptTemplate.objects.get(purpose=purpose, language="en")
    assert errors(admin_client.post(page(row), TEXT | changed)) == [said]
    assert PromptTemplate.objects.count() == 4


def test_braces_that_are_no_placeholders_are_text(admin_client, grounded):
    admin_client.post(page(grounded), TEXT | {"instructions": 'Answer as {"text": "…"}.'})
    assert versions()[-1] == (2, 'Answer as {"text": "…"}.')


@pytest.mark.parametrize(("language", "question"), [("en", "and how long is the warranty"), ("zh", "那保修期是多久")])
def test_preview_fills_what_is_typed_and_saves_nothing(admin_client, language, question):
    row = PromptTemplate.objects.get(purpose="grounded", language=language)
    response = admin_client.post(page(row, "preview"), TEXT | {"message": "{passages}\n<b>{question}</b>"})
    shown = response.content.decode()
    assert f"&lt;b&gt;{question}&lt;/b&gt;" in shown
    assert "&lt;passage id=&quot;1&quot;&gt;" in shown
    assert PromptTemplate.objects.count() == 4


def test_preview_says_what_is_wrong(admin_client, grounded):
    response = admin_client.post(page(grounded, "preview"), TEXT | {"message": "{passages}"})
    assert errors(response) == ["{question} is missing."]
    assert "{question} is missing." in response.content.decode()


def test_page_leads_to_every_version_and_says_which_is_in_use(admin_client, grounded):
    admin_client.post(page(grounded), TEXT)
    newest = PromptTemplate.objects.get(purpose="grounded", language="en", version=2)
    shown = admin_client.get(page(grounded)).content.decode()
    assert ">earlier version<" in re.sub(r"\s*([<>])\s*", r"\1", shown)
    assert re.findall(r'href="([^"]+)">\d</a>', shown) == [page(newest), page(grounded)]
    assert f'formaction="{page(grounded, "preview")}"' in shown
    assert "in use" in admin_client.get(page(newest)).content.decode()


def test_list_shows_all_versions_and_nobody_adds_or_deletes_one(admin_client, grounded):
    admin_client.post(page(grounded), TEXT)
    shown = admin_client.get(LIST).content.decode()
    assert (shown.count("in use"), shown.count("earlier version")) == (4, 1)
    assert admin_client.get(reverse("admin:providers_app_prompttemplate_add")).status_code == 403
    assert admin_client.post(page(grounded, "delete"), {"post": "yes"}).status_code == 403


def test_preview_is_for_those_who_may_change_prompts(client, grounded):
    operator = User.objects.create_user("viewer", is_staff=True)
    operator.user_permissions.add(Permission.objects.get(codename="view_prompttemplate"))
    client.force_login(operator)
    assert client.get(page(grounded)).status_code == 200
    assert client.post(page(grounded, "preview"), TEXT).status_code == 403
    assert client.post(page(grounded), TEXT).status_code == 403
