"""What vendors' streams look like, byte for byte, in files beside this one."""

from pathlib import Path


def recording(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()


def packets(data: bytes, size: int) -> list[bytes]:
    """The bytes in pieces, which break lines and characters."""
    return [data[start : start + size] for start in range(0, len(data), size)]
