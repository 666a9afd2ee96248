"""The Celery application; its settings are the `CELERY_*` ones of `rtrag_site.settings`."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_init

from rtrag_site import broker
from rtrag_site.collector import spare_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")

broker.use_it()
app = Celery("rtrag")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_init.connect(spare_what_is_loaded)  # before it forks: what no process looks at, all of them share


@app.on_after_configure.connect
def make_broker_folders(sender: Celery, **_: Any) -> None:
    """The filesystem transport wants its folders to be there."""
    for option, path in sender.conf.broker_transport_options.items():
        if "folder" in option:
            Path(path).mkdir(parents=True, exist_ok=True)
