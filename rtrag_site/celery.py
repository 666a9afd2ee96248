"""The Celery application; its settings are the `CELERY_*` ones of `rtrag_site.settings`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtrag_site.settings")

app = Celery("rtrag")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
