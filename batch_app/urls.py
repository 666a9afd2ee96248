"""The pages of batches."""

from django.urls import path

from batch_app import views

urlpatterns = [
    path("", views.batches, name="batches"),
    path("new", views.new_batch, name="new_batch"),
    path("<uuid:task_id>/", views.batch, name="batch"),
]
