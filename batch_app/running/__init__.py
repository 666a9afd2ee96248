"""How batches are answered: a process claims questions, asks the gateway, and writes down what comes back.

The database says what there is to do and who does it; nothing else has to be right for every question to end once.
"""

from batch_app.running.lanes import lane
from batch_app.running.runner import Runner

__all__ = ["Runner", "lane"]
