"""The page of the listening defaults in the admin."""

from typing import Any

import pytest
from django.test import Client

from sessions_app.defaults import ROW, load
from sessions_app.domain.options import MAX_SPEAKERS, NewQuestion, SessionOptions
from sessions_app.domain.questions import Sensitivity
from sessions_app.models import ListeningDefaults
from sessions_app.tests.operators import operator

pytestmark = pytest.mark.django_db
LIST = "/admin/sessions_app/listeningdefaults/"
PAGE = f"{LIST}{ROW}/change/"
FILLED = {
    "sensitivity": "precise",
    "requests": "on",
    "chinese": "on",
    "english": "on",
    "speakers": "",
    "dedup_window_s": "60",
    "while_answering": "queue",
    "only_known": "on",
}


def errors(client: Client, **fields: Any) -> dict[str, list[str]]:
    """What the form says to these values; a field whose value is None is not sent."""
    data = {name: value for name, value in {**FILLED, **fields}.items() if value is not None}
    response = client.post(PAGE, data)
    return dict(response.context["adminform"].form.errors) if response.status_code == 200 else {}


def test_list_leads_to_the_only_row_which_has_the_built_in_values_until_it_is_saved(admin_client: Client) -> None:
    response = admin_client.get(LIST, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert response.context["adminform"].form.initial["dedup_window_s"] == 60
    assert not ListeningDefaults.objects.exists()


def test_saved_values_are_what_the_next_session_gets(admin_client: Client) -> None:
    saved = {"requests": None, "chinese": None, "speakers": " Ada \r\n\r\nBo\r\nAda", "dedup_window_s": "0"}
    assert errors(admin_client, while_answering="ignore", only_known=None, **saved) == {}
    assert load() == SessionOptions(
        sensitivity=Sensitivity.PRECISE,
        requests=False,
        languages=("en",),
        speakers=("Ada", "Bo"),
        dedup_window_s=0,
        while_answering=NewQuestion.IGNORE,
        only_known=False,
    )
    assert errors(admin_client) == {}
    assert [row.pk for row in ListeningDefaults.objects.all()] == [ROW]
    assert load().speakers == "all"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Bo, Cy", ("Bo", "Cy")),
        (" 张三，李四、王五；赵六; Bo\nCy,,Bo ", ("张三", "李四", "王五", "赵六", "Bo", "Cy")),
        ("Mary Ann", ("Mary Ann",)),
        (" ,;\n、", "all"),
    ],
)
def test_names_are_set_apart_by_commas_too_and_shown_one_in_each_line(
    admin_client: Client, typed: str, names: tuple[str, ...] | str
) -> None:
    assert errors(admin_client, speakers=typed) == {}
    assert load().speakers == names
    assert ListeningDefaults.objects.get().speakers == ("" if names == "all" else "\n".join(names))


def test_names_that_are_on_record_in_one_line_are_several(admin_client: Client) -> None:
    ListeningDefaults.objects.create(pk=ROW, speakers="Bo, Cy")
    assert load().speakers == ("Bo", "Cy")
    assert "Bo\nCy</textarea>" in admin_client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"chinese": None, "english": None}, {"chinese", "english"}),
        ({"dedup_window_s": "-1"}, {"dedup_window_s"}),
        ({"dedup_window_s": "3600.5"}, {"dedup_window_s"}),
        ({"dedup_window_s": "nan"}, {"dedup_window_s"}),
        ({"dedup_window_s": "inf"}, {"dedup_window_s"}),
        ({"dedup_window_s": ""}, {"dedup_window_s"}),
        ({"speakers": "a" * 65}, {"speakers"}),
        ({"speakers": "A\tda"}, {"speakers"}),
        ({"speakers": "A\x7fda"}, {"speakers"}),
        ({"speakers": "A\x00da"}, {"speakers"}),
        ({"speakers": "\n".join(str(number) for number in range(MAX_SPEAKERS + 1))}, {"speakers"}),
        ({"speakers": ",".join(str(number) for number in range(MAX_SPEAKERS + 1))}, {"speakers"}),
        ({"sensitivity": "wild"}, {"sensitivity"}),
        ({"while_answering": ""}, {"while_answering"}),
    ],
)
def test_what_sessions_would_not_take_is_refused_at_its_field(
    admin_client: Client, fields: dict[str, Any], wrong: set[str]
) -> None:
    assert errors(admin_client, **fields).keys() == wrong
    assert not ListeningDefaults.objects.exists()


def test_the_longest_and_the_most_names_are_taken(admin_client: Client) -> None:
    names = [f"{number}".rjust(64, "x") for number in range(MAX_SPEAKERS)]
    assert errors(admin_client, speakers="\n".join(names), dedup_window_s="3600") == {}
    assert load().speakers == tuple(names)


def test_the_row_is_neither_added_nor_deleted_nor_joined_by_others(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{ROW}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"{LIST}{ROW + 1}/change/", FILLED).status_code == 302
    assert not ListeningDefaults.objects.exists()


def test_viewer_sees_the_values_and_changes_nothing(client: Client) -> None:
    operator(client, "view_listeningdefaults")
    page = client.get(PAGE)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.post(PAGE, FILLED).status_code == 403
    assert LIST in client.get("/admin/").content.decode()


def test_stranger_gets_nothing(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    operator(client, "view_realtimesession")
    assert client.get(PAGE).status_code == 403
    assert f'"{LIST}"' not in client.get("/admin/").content.decode()
