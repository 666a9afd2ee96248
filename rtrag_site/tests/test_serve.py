"""`manage.py serve` as a whole: real processes, real signals."""

from rtrag_site.tests.servers import StartServer


def test_serve_answers_and_ends_in_order(server: StartServer, deployment: dict[str, str]) -> None:
    running = server(deployment)
    assert running.get("/health/live") == {"status": "live"}
    assert running.stop() == 0
    assert running.lines[-1] == "Stopped"
    assert "Traceback" not in running.log.read_text()
