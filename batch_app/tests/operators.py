"""Operators at the admin's pages of batches."""

from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client

from batch_app.models import BatchTask

TASKS = "/admin/batch_app/batchtask/"
ITEMS = "/admin/batch_app/batchitem/"
WORKERS = "/admin/batch_app/batchworker/"


def page_of(task: BatchTask, then: str = "change/") -> str:
    return f"{TASKS}{task.pk}/{then}"


def act(client: Client, action: str, *tasks: BatchTask, **fields: Any) -> Any:
    data = {"action": action, "_selected_action": [str(task.pk) for task in tasks], **fields}
    return client.post(TASKS, data)


def said(response: Any) -> list[str]:
    """The messages to the operator."""
    return [str(message) for message in response.wsgi_request._messages]


def operator(client: Client, *permissions: str) -> Client:
    user = User.objects.create_user("operator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client
