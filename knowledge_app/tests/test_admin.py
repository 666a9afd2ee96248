import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.urls import reverse

from knowledge_app import index
from knowledge_app.admin import SHOWN_PASSAGES
from knowledge_app.models import Document, Passage
from knowledge_app.tests.documents import taken_in, upload
from rtrag_site.celery import app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_dir", "eager_tasks")]

LIST = reverse("admin:knowledge_app_document_changelist")
UPLOAD = reverse("admin:knowledge_app_document_add")
SCRIPT = "<script>alert(1)</script>"


def page(document: Document, name: str = "change") -> str:
    return reverse(f"admin:knowledge_app_document_{name}", args=[document.pk])


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """Runs what waits for a commit, as the end of a request does."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def stored(number: int) -> Document:
    document = Document.objects.create(title=f"Document {number}", content_hash=str(number), state="ready")
    Passage.objects.bulk_create(
        Passage(document=document, position=position, text=f"text {position}", language="en") for position in range(3)
    )
    return document


def test_several_files_are_uploaded_at_once_and_a_bad_one_keeps_none_out(admin_client, committing):
    taken_in("Same.", "there.txt")
    contents = {"a.md": "# Apples\n\nRed.", "b.txt": "Pears.", "c.exe": "MZ", "d.txt": "Same."}
    files = [upload(name, content) for name, content in contents.items()]
    with committing():
        response = admin_client.post(UPLOAD, {"documents": files})
    assert response.url == LIST
    assert dict(Document.objects.exclude(name="there.txt").values_list("title", "state")) == {
        "Apples": "ready",
        "b": "ready",
    }
    refused, twin, success = said(response)
    assert refused.startswith("c.exe: Only these kinds")
    assert twin == "d.txt: The same file is there already: there."
    assert success == "2 documents are being indexed."


@pytest.mark.django_db(transaction=True)
def test_uploading_and_replacing_without_a_broker_says_what_waits(admin_client, dead_broker):
    app.conf.task_always_eager = False
    waits = "The workers cannot be reached; indexing starts when they are back."
    uploaded = admin_client.post(UPLOAD, {"documents": [upload("a.md", "Apples."), upload("b.md", "Pears.")]})
    assert said(uploaded) == ["2 documents are being indexed.", waits]
    assert list(Document.objects.values_list("state", flat=True)) == ["queued", "queued"]
    replaced = admin_client.post(page(Document.objects.get(title="a")), {"replacement": upload("c.md", "Plums.")})
    assert replaced.status_code == 302
    assert waits in said(replaced)


def test_upload_without_files_says_so(admin_client):
    response = admin_client.post(UPLOAD)
    assert "This field is required." in response.text


def test_upload_page_takes_several_files(admin_client):
    text = admin_client.get(UPLOAD).text
    assert 'type="file" name="documents"' in text
    assert "multiple" in text
    assert 'enctype="multipart/form-data"' in text


def test_list_takes_the_same_queries_however_many_documents(admin_client, django_assert_max_num_queries):
    stored(0)
    admin_client.get(LIST)
    with django_assert_max_num_queries(100) as few:
        admin_client.get(LIST)
    for number in range(1, 20):
        stored(number)
    with django_assert_max_num_queries(len(few)):
        response = admin_client.get(LIST)
    assert "Document 19" in response.text


def test_list_says_why_a_document_failed_and_can_be_searched(admin_client):
    failed = stored(1)
    stored(2)
    Document.objects.filter(pk=failed.pk).update(state="failed", failure="Its reason.")
    assert "Its reason." in admin_client.get(LIST, {"state__exact": "failed"}).text
    found = admin_client.get(LIST, {"q": "Document 2"}).text
    assert "Document 2" in found
    assert "Document 1" not in found


def test_empty_list_is_a_page(admin_client):
    assert admin_client.get(LIST).status_code == 200


def test_detail_shows_the_first_passages_and_their_count(admin_client):
    document = stored(1)
    Passage.objects.bulk_create(
        Passage(document=document, position=position, text=f"text {position}.", language="en")
        for position in range(3, SHOWN_PASSAGES + 10)
    )
    text = admin_client.get(page(document)).text
    assert f"The first {SHOWN_PASSAGES} of {SHOWN_PASSAGES + 10}" in text
    assert f"text {SHOWN_PASSAGES - 1}." in text
    assert f"text {SHOWN_PASSAGES}." not in text


def test_scripts_in_names_and_texts_stay_harmless(admin_client, committing):
    with committing():
        admin_client.post(UPLOAD, {"documents": [upload(f"{SCRIPT}.md", f"# {SCRIPT}\n\n`{SCRIPT}`")]})
    document = Document.objects.get()
    for url in (LIST, page(document), page(document, "delete"), page(document, "history")):
        text = admin_client.get(url).text
        assert "alert(1)" in text
        assert SCRIPT not in text


def test_replacing_indexes_the_new_file(admin_client, committing):
    document = taken_in("Apples.")
    with committing():
        response = admin_client.post(page(document), {"replacement": upload("pears.txt", "Pears.")})
    assert response.status_code == 302
    document.refresh_from_db()
    assert (document.name, document.state, document.revision) == ("pears.txt", "ready", 2)
    assert [hit.text for hit in index.search("pears")] == ["Pears."]


def test_replacing_with_a_bad_file_changes_nothing(admin_client):
    document = taken_in("Apples.")
    assert "The file is empty." in admin_client.post(page(document), {"replacement": upload("a.md", "")}).text
    assert "already: notes" in admin_client.post(page(document), {"replacement": upload("a.md", "Apples.")}).text
    document.refresh_from_db()
    assert (document.name, document.revision) == ("notes.md", 1)


def test_saving_without_a_file_leaves_the_row_alone(admin_client):
    document = taken_in("Apples.")
    admin_client.post(page(document), {})
    document.refresh_from_db()
    assert document.revision == 1


def test_index_again_from_the_list_and_from_the_page(admin_client, committing):
    document = taken_in("Apples.")
    with committing():
        admin_client.post(LIST, {"action": "index_again", "_selected_action": [str(document.pk)]})
    document.refresh_from_db()
    assert (document.state, document.revision) == ("ready", 2)
    with committing():
        admin_client.post(page(document), {"knowledge_app_document_index_this_again": ""})
    document.refresh_from_db()
    assert (document.state, document.revision) == ("ready", 3)


def test_deleting_many_takes_files_and_entries_along(admin_client, committing, library_dir):
    with committing():
        admin_client.post(UPLOAD, {"documents": [upload("a.md", "Apples."), upload("b.md", "Apples too.")]})
    data = {"action": "delete_selected", "_selected_action": [str(row.pk) for row in Document.objects.all()]}
    confirmation = admin_client.post(LIST, data).text
    assert "Documents: 2" in confirmation
    with committing():
        admin_client.post(LIST, data | {"post": "yes"})
    assert not Document.objects.exists()
    assert index.search("apples") == []
    assert not [path for path in (library_dir / "media").rglob("*") if path.is_file()]


def test_viewer_sees_and_cannot_change(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_document"))
    client.force_login(viewer)
    document = taken_in("Apples.")
    text = client.get(page(document)).text
    assert "notes.md" in text
    assert "replacement" not in text
    assert client.get(UPLOAD).status_code == 403
    assert client.post(page(document), {"replacement": upload("b.md", "B")}).status_code == 403
    assert client.post(page(document, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("state", "refreshes"), [("queued", True), ("indexing", True), ("ready", False)])
def test_list_looks_again_while_documents_are_indexed(admin_client, state, refreshes):
    Document.objects.create(title="Handbook", name="handbook.md", state=state)
    page = admin_client.get(reverse("admin:knowledge_app_document_changelist")).content.decode()
    assert ("data-indexing" in page) is refreshes
    assert "rtrag/admin/documents.js" in page
