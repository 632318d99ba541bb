"""What this provider costs, next to a provider that does nothing and to a textbook one.

::

    python -m benchmarks --help
"""
