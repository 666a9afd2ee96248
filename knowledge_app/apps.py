from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge_app"
    verbose_name = _("Knowledge base")

    def ready(self) -> None:
        from knowledge_app import deletion  # noqa: F401 - connects its receiver
