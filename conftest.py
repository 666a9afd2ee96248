"""What tests of every application share: the services of the machine, and whole servers to test against."""

pytest_plugins = [
    "providers_app.tests.scripted",
    "providers_app.tests.openai_client",
    "providers_app.tests.door",
    "sessions_app.tests.asking",
    "batch_app.tests.batches",
    "rtrag_site.tests.services",
    "rtrag_site.tests.servers",
    "knowledge_app.tests.documents",
    "knowledge_app.tests.indexes",
]
