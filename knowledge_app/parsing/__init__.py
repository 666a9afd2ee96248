"""Reading files of unknown origin: bytes in, title and blocks of text out, or one error that says why not.

`sandbox.read` is the door; everything else here runs in a child process with limits of its own.
"""
