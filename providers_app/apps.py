from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers_app"
    verbose_name = "Answer providers"

    def ready(self) -> None:
        import providers_app.checks  # noqa: F401 - registers them
