"""The exit codes, for scripts; a contract."""

OK = 0
ERROR = 1
USAGE = 2
DIFFERENT = 3
BROKEN = 4
NOT_FOUND = 5
INTERRUPTED = 130

MEANINGS = {
    OK: "success (diff: no difference; doctor: nothing is broken)",
    ERROR: "failure; one line on standard error says why",
    USAGE: "the command line is wrong",
    DIFFERENT: "diff found a difference",
    BROKEN: "doctor found something broken",
    NOT_FOUND: "what was named, or anything to generate, does not exist",
    INTERRUPTED: "interrupted",
}

HELP = "\n".join(
    ("\b\nExit codes:", *(f"  {code:<3}  {meaning}" for code, meaning in MEANINGS.items()))
)
"""For the help, which leaves lines after ``\\b`` as they are."""
