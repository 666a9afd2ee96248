"""The environment of processes that test: nothing of the developer's own configuration gets in."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


def documented() -> dict[str, str]:
    """Every variable that `.env.example` names, with the default it states."""
    return dict(re.findall(r"^# ?([A-Z_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE))


def isolated(environment: Mapping[str, str], **variables: str) -> dict[str, str]:
    """`environment` without the service's variables, `.env` and the tests' settings, and with `variables`."""
    others = {name: value for name, value in environment.items() if name not in documented()}
    return {
        **others,
        "DJANGO_SETTINGS_MODULE": "rtrag_site.settings",
        "RTRAG_ENV_FILE": os.devnull,
        **variables,
    }
