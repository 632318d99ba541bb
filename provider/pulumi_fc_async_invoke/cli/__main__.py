"""``fc-async-invoke``, also as ``python -m pulumi_fc_async_invoke.cli``."""

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line; without the extra `cli`, say how to get it."""
    if any(find_spec(name) is None for name in ("rich", "typer")):
        sys.exit(
            'The command line is an extra of the package: pip install "$FC_WHEEL[cli]" '
            "(FC_WHEEL is the path of the package's wheel)"
        )
    from .app import run  # noqa: PLC0415  only with the extra

    run()


if __name__ == "__main__":
    main()
