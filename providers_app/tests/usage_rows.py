"""Records of usage, as the gateway would have written them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from providers_app.models import UsageRecord


def record(asked_at: datetime | None = None, **fields: Any) -> UsageRecord:
    """An answered question of live speech, asked now unless told otherwise."""
    defaults = {
        "asked_at": asked_at or timezone.now(),
        "origin": "socket",
        "provider": "alpha",
        "model": "m-1",
        "outcome": UsageRecord.Outcome.ANSWERED,
        "prompt_tokens": 30,
        "completion_tokens": 10,
        "cost": 0.5,
        "currency": "USD",
        "first_token_ms": 100.0,
        "total_ms": 900.0,
        "attempts": [{"provider": "alpha", "reason": "", "ms": 100.0}],
    }
    return UsageRecord.objects.create(**{**defaults, **fields})
