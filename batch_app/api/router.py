"""One router for all modules: an operation of another method on the same path must be in the same."""

from ninja import Router

router = Router(tags=["batches"])
