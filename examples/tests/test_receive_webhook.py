"""Webhooks that the service sends, to the example in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection

import httpx
import pytest
from django.conf import settings

from batch_app import webhooks
from batch_app.models import BatchTask
from batch_app.tests.test_webhooks import ended

SCRIPT = settings.BASE_DIR / "examples" / "receive_webhook.py"


def start(secret: str) -> subprocess.Popen[str]:
    command = [sys.executable, SCRIPT, "--port", "0"]
    env = os.environ | {"WEBHOOK_SECRET": secret}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


@pytest.fixture
def receiver() -> Iterator[subprocess.Popen[str]]:
    with start(settings.WEBHOOK_SECRETS[0]) as process:
        yield process
        process.kill()


def url_of(receiver: subprocess.Popen[str]) -> str:
    assert receiver.stdout
    return receiver.stdout.readline().removeprefix("Listening on ").strip()


@pytest.mark.django_db
def test_signed_message_is_printed(receiver, settings):
    settings.PROVIDER_PRIVATE_ADDRESSES = ["127.0.0.1"]
    task_id = ended(url_of(receiver))
    webhooks.deliver_due()
    assert BatchTask.objects.get(pk=task_id).webhook_outcome == "delivered"
    line = receiver.stdout.readline()
    assert line.startswith("msg_")
    assert ' batch.completed: {"total": 1, ' in line


def test_anything_else_is_refused(receiver):
    url = url_of(receiver)
    forged = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    for headers in ({}, forged, forged | {"webhook-signature": "none"}):
        assert httpx.post(url, json={"type": "batch.completed"}, headers=headers).status_code == 401
    announcing = HTTPConnection(url.removeprefix("http://"))
    announcing.putrequest("POST", "/")
    announcing.putheader("content-length", "1000001")
    announcing.endheaders()
    assert announcing.getresponse().status == 413
    announcing.close()


def test_missing_secret_is_said_in_one_line():
    with start("") as process:
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert errors == "receive_webhook.py: WEBHOOK_SECRET must be the service's secret\n"
