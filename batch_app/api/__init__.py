"""The HTTP API of batches, below `/api/batch`."""

from batch_app.api import queue, results, submitting, tasks, uploads  # noqa: F401 - each adds its operations
from batch_app.api.router import router

__all__ = ["router"]
