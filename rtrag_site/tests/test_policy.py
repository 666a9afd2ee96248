"""The Content-Security-Policy of the pages."""

import pytest
from django.test import Client


def directives(client: Client, path: str) -> dict[str, str]:
    policy = client.get(path)["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in policy.split("; "))


@pytest.mark.django_db
@pytest.mark.usefixtures("providers")  # read in a thread, which a transaction of the test would keep waiting
@pytest.mark.parametrize("path", ["/", "/docs/protocol", "/nowhere"])
def test_pages_run_their_own_scripts_alone(client: Client, path: str) -> None:
    policy = directives(client, path)
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")


@pytest.mark.django_db
@pytest.mark.usefixtures("providers")  # read in a thread, which a transaction of the test would keep waiting
@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/admin/nowhere/", "/admin/sessions_app/realtimesession/"]
)
def test_admin_pages_may_evaluate_the_expressions_of_their_theme(admin_client: Client, path: str) -> None:
    strict, wider = directives(admin_client, "/"), directives(admin_client, path)
    changed = {name: value for name, value in wider.items() if strict[name] != value}
    assert changed == {"script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}
