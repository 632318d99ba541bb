"""From what is declared and what is there to the calls to make, and whether they worked.

Pure. Each function is a generator that yields one `Step` at a time and is sent its result: the
config (`None`: there is none) or, thrown into it, one of `errors.py`. So the whole decision stands
in one place, and runs against the service and against a model of it alike.

The remote PUT merges ("Items that are not specified remain unchanged"), and it is not documented
how a destination is removed. So a removal tries, in order, each way that is less than a delete,
looks at the response, and remembers what it learned about the service. DELETE and PUT is the last
resort, taken only after the service has accepted the declared values once.
"""

from .operations import adopt, create, delete, update
from .removals import Removal, Removals
from .steps import Delete, Get, Inform, Put, Step, Steps, Wait, Warn

__all__ = [
    "Delete",
    "Get",
    "Inform",
    "Put",
    "Removal",
    "Removals",
    "Step",
    "Steps",
    "Wait",
    "Warn",
    "adopt",
    "create",
    "delete",
    "update",
]
