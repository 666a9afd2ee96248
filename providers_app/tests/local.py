"""A vendor on a real socket of this machine, for what only a socket shows: broken connections, TLS, who hangs up."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from providers_app.definition import Connection

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class LocalVendor:
    """Reads a request and lets `answer` write the reply; `hung_up` is set when the client goes away."""

    answer: Answer | None
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    connection: Connection = field(default_factory=lambda: Connection("local"))

    @property
    def connection_over_tls(self) -> Connection:
        """For a client that takes the vendor for one that speaks TLS."""
        return replace(self.connection, base_url=self.base_url.replace("http:", "https:"))

    @property
    def base_url(self) -> str:
        return self.connection.base_url

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected.set()
        try:
            if self.answer is not None:
                await reader.read(65_536)
                await self.answer(writer)
                await writer.drain()
            while await reader.read(65_536):
                pass
        except ConnectionError:
            pass
        finally:
            self.hung_up.set()
            writer.close()


@asynccontextmanager
async def local_vendor(
    answer: Answer | None, certificate: ssl.SSLContext | None = None, *, connect_timeout_s: float = 5.0
) -> AsyncGenerator[LocalVendor]:
    """A server that gives `answer`; None for one that never says a word."""
    vendor = LocalVendor(answer)
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0, ssl=certificate)
    port = server.sockets[0].getsockname()[1]
    base_url = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    vendor.connection = Connection("local", base_url, connect_timeout_s=connect_timeout_s)
    try:
        yield vendor
    finally:
        server.close()


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS for 127.0.0.1, with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "vendor.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
