from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "providers_app"
    verbose_name = _("Answer providers")

    def ready(self) -> None:
        import providers_app.checks
        import providers_app.dashboard.percentile  # noqa: F401 - teaches new connections
