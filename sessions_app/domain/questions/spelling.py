"""How recognisers and hasty writers spell English words, and what the rules call them."""

_CONTRACTED = """
what's who's where's when's how's why's that's there's here's he's she's let's i'm you're they're
i've you've we've they've you'd they'd you'll they'll isn't aren't wasn't weren't don't doesn't didn't
can't won't couldn't wouldn't shouldn't hasn't haven't hadn't
"""

MEANT = {word.replace("'", ""): word for word in _CONTRACTED.split()} | {
    "d'you": "do you",
    "dyou": "do you",
    "whaddya": "what do you",
    "whatcha": "what are you",
    "ya": "you",
    "u": "you",
    "ur": "your",
    "cuz": "because",
    "dunno": "don't know",
    "cannot": "can not",
    "okey": "okay",
}
"""A word as it was written, and as it is meant. What has both readings ("its", "were", "well") stays."""
