"""Keeps Python's garbage collector from going over what a process has loaded, which stays as long as the process."""

import gc
from typing import Any


def spare_what_is_loaded(**_: Any) -> None:
    """To be called once, when the process is ready for its work.

    There are some 200,000 such objects. Looking at all of them time and again took as much as a third of what the
    gateway does for a question, and made everybody wait for as long as a look took. What a process forks from then on
    is spared them too, and shares their memory with it, which a look would copy.
    """
    gc.collect()
    gc.freeze()
