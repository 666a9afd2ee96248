"""The Celery application; its settings are the `CELERY_*` ones of `rtrag_site.settings`."""

import os
from pathlib import Path
from typing import Any

from celery import Celery

from rtrag_site import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")

broker.use_it()
app = Celery("rtrag")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_broker_folders(sender: Celery, **_: Any) -> None:
    """The filesystem transport wants its folders to be there."""
    for option, path in sender.conf.broker_transport_options.items():
        if "folder" in option:
            Path(path).mkdir(parents=True, exist_ok=True)
