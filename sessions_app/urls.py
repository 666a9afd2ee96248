"""The pages of the realtime part."""

from django.urls import path

from sessions_app import views

urlpatterns = [
    path("", views.demo, name="demo"),
    path("docs/protocol", views.protocol, name="protocol"),
]
