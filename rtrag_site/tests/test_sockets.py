"""What happens to sockets at the edges of a running server."""

import base64
import os
import signal
import socket
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from rtrag_site.tests.servers import Server, StartServer

EXIT_WITHIN_S = 5
KEEPALIVE = b'{"type":"keepalive"}'
MASKED_KEEPALIVE = bytes([0x81, 0x80 | len(KEEPALIVE)]) + bytes(4) + KEEPALIVE


def send_for_ever(client: socket.socket) -> NoReturn:
    while True:
        client.sendall(MASKED_KEEPALIVE * 100)


def flood_without_reading(server: Server) -> None:
    """Send keepalives, and read no answer, until the server cuts the connection."""
    parts = urlsplit(server.ws_url)
    handshake = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
    )
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(30)
        client.connect((parts.hostname, parts.port))
        client.sendall(handshake.encode())
        assert client.recv(4096).startswith(b"HTTP/1.1 101 ")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_for_ever(client)


def test_client_that_does_not_read_is_cut_off(server: StartServer) -> None:
    running = server({"WS_SEND_TIMEOUT_S": "1"})
    flood_without_reading(running)
    assert running.get("/health/live") == {"status": "live"}


def test_stop_closes_open_sockets_with_1012(server: StartServer) -> None:
    running = server()
    with connect(running.ws_url) as client, connect(running.ws_url) as answering:
        answering.send('{"type":"ask","text":"What is RAG?"}')
        running.process.send_signal(signal.SIGTERM)
        for each in (client, answering):
            with pytest.raises(ConnectionClosed) as closed:
                list(each)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert running.process.wait(EXIT_WITHIN_S) == 0
    assert running.log.read_text() == ""


def test_signal_ends_the_server_though_a_request_never_ends(server: StartServer) -> None:
    running = server()
    with socket.create_connection((urlsplit(running.url).hostname, urlsplit(running.url).port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")  # and never the rest
        assert running.stop() == 0
