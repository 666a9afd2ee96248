from django.apps import AppConfig


class RtragSiteConfig(AppConfig):
    name = "rtrag_site"

    def ready(self) -> None:
        import rtrag_site.checks  # noqa: F401 - registers them
        from rtrag_site.batches import progress_of
        from sessions_app.watching import batches

        batches.source = progress_of
