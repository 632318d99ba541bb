"""The exit codes, for scripts; a contract."""

OK = 0
"""Success; `diff`: no difference; `doctor`: nothing is broken."""
ERROR = 1
"""Failure; one line on standard error says why."""
USAGE = 2
"""The command line itself is wrong."""
DIFFERENT = 3
"""`diff` found a difference."""
BROKEN = 4
"""`doctor` found something broken."""
NOT_FOUND = 5
"""What was named, or anything to generate, does not exist."""
INTERRUPTED = 130
"""Ctrl-C, as shells count signals."""

HELP = """\b
Exit codes:
  0    success (diff: no difference; doctor: nothing is broken)
  1    failure; one line on standard error says why
  2    the command line is wrong
  3    diff found a difference
  4    doctor found something broken
  5    what was named, or anything to generate, does not exist
  130  interrupted"""
"""For the help, which leaves lines after ``\\b`` as they are."""
