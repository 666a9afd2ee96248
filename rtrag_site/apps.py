from django.apps import AppConfig


class RtragSiteConfig(AppConfig):
    name = "rtrag_site"
