"""Batches for operators: to follow, to steer and to delete, never to edit."""

from batch_app.admin.items import BatchItemAdmin
from batch_app.admin.tasks import BatchTaskAdmin
from batch_app.admin.workers import BatchWorkerAdmin

__all__ = ["BatchItemAdmin", "BatchTaskAdmin", "BatchWorkerAdmin"]
