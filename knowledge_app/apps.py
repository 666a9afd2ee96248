from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "knowledge_app"
    verbose_name = "Knowledge base"
