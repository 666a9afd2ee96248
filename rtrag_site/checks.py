"""What is doubtful about how the parts of the service fit together, said by `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - its name in Django


@register(deploy=True)
def check_processes_reach_each_other(**_: Any) -> list[CheckMessage]:
    """A database that many web processes can share comes with the Redis through which they reach each other."""
    if settings.REDIS_URL or settings.DATABASE["ENGINE"].endswith("sqlite3"):
        return []
    return [
        Warning(
            "REDIS_URL is empty, so an operator can end only those sessions that the operator's own web process holds.",
            hint="Set it before a second web process is started.",
            id="rtrag_site.W001",
        )
    ]
