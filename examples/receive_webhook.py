"""Receives the webhooks of batches, and believes none that the service has not signed.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_… python examples/receive_webhook.py

The secret is the service's, in the file `webhook_secret` of its data folder unless it was set. The service calls again
where it hears of no success, so whoever acts on a message remembers the `webhook-id` of those it has acted on.
"""

import argparse
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

MAX_BYTES = 1_000_000


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # seconds; for a caller who says nothing

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MAX_BYTES:
            self._reply(413)
            return
        try:
            message = Webhook(os.environ["WEBHOOK_SECRET"]).verify(self.rfile.read(int(length)), dict(self.headers))
        except (WebhookVerificationError, ValueError):  # the latter for what is no signature at all
            self._reply(401)
            return
        print(f"{self.headers['webhook-id']} {message['type']}: {json.dumps(message['data']['progress'])}", flush=True)
        self._reply(204)

    def _reply(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()


def main() -> int:
    parser = argparse.ArgumentParser(description="Receives the webhooks of batches and prints what they say.")
    parser.add_argument("--port", type=int, default=9000, help="where to listen on this machine (%(default)s)")
    arguments = parser.parse_args()
    if not os.environ.get("WEBHOOK_SECRET"):
        print("receive_webhook.py: WEBHOOK_SECRET must be the service's secret", file=sys.stderr)
        return 2
    with HTTPServer(("127.0.0.1", arguments.port), Receiver) as server:
        print(f"Listening on http://127.0.0.1:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
