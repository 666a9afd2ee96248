"""Whether two questions ask the same."""


def same_question(a: str, b: str) -> bool:
    return a.strip(" ?.").lower() == b.strip(" ?.").lower()
