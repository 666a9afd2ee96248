"""The child that reads one file: `python -m knowledge_app.parsing SUFFIX < FILE > READING`."""

import contextlib
import resource
import sys
from itertools import islice

import msgspec

from knowledge_app.parsing.document import UnreadableDocumentError
from knowledge_app.parsing.reading import CPU_LIMIT_S, MAX_PASSAGES, MEMORY_LIMIT_BYTES, Reading


def limit() -> None:
    for kind, bound, grace in (
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES, 0),
        (resource.RLIMIT_CPU, CPU_LIMIT_S, 1),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of memory; that of time holds
            resource.setrlimit(kind, (bound, bound + grace))


def read(content: bytes, suffix: str) -> Reading:
    from knowledge_app.parsing import formats
    from knowledge_app.splitting import split

    try:
        document = formats.parse(content, suffix)
        passages = list(islice(split(document), MAX_PASSAGES + 1))
    except UnreadableDocumentError as error:
        return Reading(failure=error.reason)
    except MemoryError:
        return Reading(failure="Reading it takes more memory than allowed.")
    except Exception:  # noqa: BLE001 - parsers raise anything for a file that is damaged or meant to harm
        return Reading(failure="The file is damaged: it cannot be read.")
    if len(passages) > MAX_PASSAGES:
        return Reading(failure="The text is too long: split it into several files.")
    return Reading(title=document.title, passages=passages)


if __name__ == "__main__":
    limit()
    sys.stdout.buffer.write(msgspec.json.encode(read(sys.stdin.buffer.read(), sys.argv[1])))
