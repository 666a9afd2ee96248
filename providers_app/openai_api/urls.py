"""The paths of the API, below `/v1/`."""

from django.urls import path

from providers_app.openai_api import views

urlpatterns = [
    path("chat/completions", views.chat_completions),
    path("models", views.models),
    path("models/<str:name>", views.model),
]
