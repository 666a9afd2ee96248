"""`manage.py conversations`: the conversations that a provider's vendor keeps."""

import asyncio
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from providers_app.contract import ConversationKeeper, ProviderError
from providers_app.definition import Definition
from providers_app.directory import definition_of
from providers_app.gateway.clients import clients, close_clients
from providers_app.models import ProviderConfig
from providers_app.wording import reason

MAX_LISTED = 100


def limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_LISTED):
        raise ArgumentTypeError(f"a whole number from 1 to {MAX_LISTED} is expected, not {text!r}")
    return int(text)


class Command(BaseCommand):
    help = "Lists, shows, renames or deletes the conversations that a provider's vendor (Dify) keeps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which provider, what to do, and for whom; the options may stand anywhere."""
        parser.add_argument("provider", help="the provider's name")
        self._add_options(parser, user="", limit=20)
        actions = parser.add_subparsers(dest="action", metavar="list | show | rename | delete", title="actions")
        self._add_options(actions.add_parser("list", help="the latest conversations; so without an action"))
        show = actions.add_parser("show", help="the latest turns of a conversation")
        rename = actions.add_parser("rename", help="give a conversation another name")
        delete = actions.add_parser("delete", help="delete a conversation at the vendor, with all that was said in it")
        for action in (show, rename, delete):
            action.add_argument("id", help="the conversation's id, as the list has it")
            self._add_options(action)
        rename.add_argument("name", help="the new name")

    @staticmethod
    def _add_options(parser: ArgumentParser, **defaults: Any) -> None:
        parser.add_argument(
            "--user",
            default=defaults.get("user", SUPPRESS),
            help="whose conversations, as the vendor knows the user (default: the user in the provider's settings)",
        )
        parser.add_argument(
            "--limit",
            type=limit,
            default=defaults.get("limit", SUPPRESS),
            metavar="NUMBER",
            help=f"how many to list or show, up to {MAX_LISTED} (default: 20)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and write what there is to read."""
        row = ProviderConfig.objects.filter(name=options["provider"]).first()
        if row is None:
            names = ", ".join(ProviderConfig.objects.values_list("name", flat=True))
            raise CommandError(f"There is no provider {options['provider']}, only: {names}")
        definition = definition_of(row)
        if definition is None:
            raise CommandError(f"The settings of {row.name} do not fit its kind: correct them in the admin")
        try:
            lines = asyncio.run(_done(definition, options))
        except ProviderError as error:
            detail = f" ({error.detail})" if error.detail else ""
            raise CommandError(f"{row.name}: {reason(error.reason)}{detail}") from None
        for line in lines:
            self.stdout.write(line)


async def _done(definition: Definition, options: dict[str, Any]) -> list[str]:
    """The lines to write. Raises `ProviderError`."""
    try:
        keeper = clients().provider(definition)
        if not isinstance(keeper, ConversationKeeper):
            raise CommandError(f"The vendor of {definition.name} keeps no conversations")
        return [line async for line in _lines(keeper, options)]
    finally:
        await close_clients()


async def _lines(keeper: ConversationKeeper, options: dict[str, Any]) -> AsyncGenerator[str]:
    user, most = options["user"], options["limit"]
    match options["action"]:
        case "show":
            for turn in await keeper.turns(options["id"], user, most):
                yield f"> {turn.question}"
                yield turn.answer
                yield ""
        case "rename":
            await keeper.rename(options["id"], user, options["name"])
            yield "Renamed"
        case "delete":
            await keeper.delete(options["id"], user)
            yield "Deleted"
        case _:
            for found in await keeper.conversations(user, most):
                yield f"{found.id}  {datetime.fromtimestamp(found.updated_at, UTC):%Y-%m-%d %H:%M}  {found.name}"
