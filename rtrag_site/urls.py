"""Every HTTP path of the service."""

from django.contrib import admin
from django.urls import include, path

from rtrag_site import health
from rtrag_site.api import api

urlpatterns = [
    path("health", health.report),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("sessions_app.urls")),
    path("batches/", include("batch_app.urls")),
    path("v1/", include("providers_app.openai_api.urls")),
    path("", api.urls),
]
