"""What can be wrong between a program and the service, each with its remedy; no secret shown."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any, cast

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api.addressing import host_name
from pulumi_fc_async_invoke.api.errors import (
    ConfigNotFoundError,
    CredentialsError,
    FunctionComputeError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.responses import ALLOWED_SKEW
from pulumi_fc_async_invoke.api.text import one_line
from pulumi_fc_async_invoke.config.credentials import credentials_source, where_from
from pulumi_fc_async_invoke.config.settings import Settings

from . import connection, processes
from .connection import Given
from .probe import Heard, listen_to
from .program import Place
from .project import ProjectError
from .target import Target

WORTH_A_WARNING = 60
"""Seconds of clock skew that are allowed, and too many all the same."""

_INSTALL = "install Pulumi, and put its folder on PATH: https://www.pulumi.com/docs/install/"
_LONGEST = 60.0
"""Seconds for a program that has nobody to wait for."""
_SETTINGS = "set it right in the option, the stack's configuration or the environment"
_KEYS = (
    "set a whole key in one place: the environment, the stack's configuration, or a profile that "
    "--profile names"
)
_SERVICE = "try again; if it stays so, look at the service's own status, with the request id"
_LATER = ("credentials", "reachability", "clock", "call")


class Status(Enum):
    """What became of a check."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Status
    found: str
    """What was found, in one line."""
    remedy: str = ""
    """What to do about it."""

    def document(self) -> dict[str, str]:
        """As JSON."""
        found = {"name": self.name, "status": self.status.value, "found": self.found}
        return {**found, "remedy": self.remedy} if self.remedy else found


def _broken(name: str, found: str, remedy: str) -> Check:
    """What is broken always has a remedy."""
    return Check(name, Status.BROKEN, found, remedy)


def run(given: Given, target: Target | None) -> Iterator[Check]:
    """Look at everything, in the order in which one thing needs the other.

    Args:
        given: the options.
        target: a config to read; `None`: list the services instead.
    """
    yield _package()
    engine = _engine()
    yield engine
    yield _language_plugin()
    if given.names_a_stack and engine.status is Status.BROKEN:
        yield from _skipped("stack", "interpreter", "settings", *_LATER, until="pulumi runs")
        return
    if given.names_a_stack:
        stack = _stack(given)
        yield stack
        if stack.status is Status.BROKEN:
            yield from _skipped("interpreter", "settings", *_LATER, until="the stack can be read")
            return
        yield _interpreter(given)
    settings, found = _settings(given)
    yield found
    if settings is None:
        yield from _skipped(*_LATER, until="the settings are right")
        return
    credentials = _credentials(settings)
    yield credentials
    yield from _service(settings, target, keys=credentials.status is Status.OK)


def _skipped(*names: str, until: str) -> Iterator[Check]:
    for name in names:
        yield Check(name, Status.SKIPPED, f"not until {until}")


def _package() -> Check:
    return Check(
        "package",
        Status.OK,
        f"pulumi-fc-async-invoke {__version__}, pulumi {version('pulumi')}, "
        f"Python {python_version()}",
    )


def _engine() -> Check:
    path = shutil.which("pulumi")
    if path is None:
        return _broken("engine", "there is no pulumi on PATH", _INSTALL)
    found = _printed(path, "version")
    if found is None:
        return _broken("engine", f"{path} does not run", f"re{_INSTALL}")
    return Check("engine", Status.OK, f"pulumi {found} ({path})")


def _printed(*command: str) -> str | None:
    """What a program prints, shortened to a line; `None`: it does not run as it should."""
    try:
        done = processes.run(
            command,
            seconds=_LONGEST,
            environment={"PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return one_line(done.stdout, limit=40) if done.returncode == 0 else None


def _language_plugin() -> Check:
    engine = shutil.which("pulumi")
    beside = [str(Path(engine).resolve().parent)] if engine else []
    where = os.pathsep.join([os.environ.get("PATH", os.defpath), *beside])
    needed = ("pulumi-language-python", "pulumi-language-python-exec")
    dynamic = "pulumi-resource-pulumi-python"
    missing = [name for name in (*needed, dynamic) if shutil.which(name, path=where) is None]
    if missing:
        return _broken(
            "plugin",
            f"{', '.join(missing)}: neither on PATH nor beside pulumi",
            f"the files come with Pulumi; re{_INSTALL}",
        )
    return Check("plugin", Status.OK, "Python's language host and its dynamic resources are there")


def _stack(given: Given) -> Check:
    try:
        given.configuration()
    except ProjectError as error:
        return _broken("stack", error.problem, error.remedy)
    return Check("stack", Status.OK, "its configuration can be read")


def _interpreter(given: Given) -> Check:
    """The Python that Pulumi takes for the project: whether it has the package."""
    try:
        named = given.project.virtualenv()
    except ProjectError as error:
        return _broken("interpreter", error.problem, error.remedy)
    if named is not None and _python_in(named) is None:
        return _broken(
            "interpreter",
            f"Pulumi.yaml names the virtual environment {named}, which is not there",
            "make it, with what requirements.txt lists: pulumi install, or python -m venv and pip",
        )
    # Language hosts from before virtualenv was an option take the Python on PATH all the same.
    executables = [_python_in(named) if named else None, _python_of_pulumi(given)]
    found = dict.fromkeys(filter(None, executables))
    if not found:
        return Check("interpreter", Status.SKIPPED, "pulumi does not say which Python it takes")
    program = "import pulumi_fc_async_invoke as p; print(p.__version__)"
    has: list[str] = []
    for executable in found:
        version_there = _printed(executable, "-c", program)
        if version_there is None:
            return _broken(
                "interpreter",
                f"Pulumi takes {executable}, which cannot import pulumi_fc_async_invoke",
                f"{executable} -m pip install pulumi-fc-async-invoke, or activate the project's "
                "environment, or name it as runtime.options.virtualenv in Pulumi.yaml",
            )
        has.append(f"{executable} has pulumi-fc-async-invoke {version_there}")
    return Check("interpreter", Status.OK, "; ".join(has))


def _python_in(virtualenv: Path) -> str | None:
    """The Python of a virtual environment; `None`: there is none."""
    candidates = (virtualenv / "bin" / "python", virtualenv / "Scripts" / "python.exe")
    return next((str(each) for each in candidates if each.exists()), None)


def _python_of_pulumi(given: Given) -> str | None:
    """The Python that Pulumi says it takes; `None`: it does not say."""
    try:
        about = given.project.about()
    except ProjectError:
        return None
    runtime = cast("dict[str, Any]", about.get("runtime") or {})
    return str(runtime.get("executable") or "") or None


def _settings(given: Given) -> tuple[Settings | None, Check]:
    try:
        settings = given.settings()
        place = connection.place(settings)
        host = host_name(place.region, place.account_id, internal=settings.internal)
    except ProjectError as error:
        return None, _broken("settings", error.problem, error.remedy)
    except FunctionComputeError as error:
        return None, _broken("settings", str(error), _SETTINGS)
    at = settings.endpoint or f"https://{host}"
    return settings, Check(
        "settings", Status.OK, f"{place.region}, account {place.account_id}, at {at}"
    )


def _credentials(settings: Settings) -> Check:
    try:
        credentials_source(settings)().check()
    except FunctionComputeError as error:
        return _broken("credentials", str(error), _KEYS)
    return Check("credentials", Status.OK, f"found in {where_from(settings)}")


def _service(settings: Settings, target: Target | None, *, keys: bool) -> Iterator[Check]:
    place = connection.place(settings)
    host = host_name(place.region, place.account_id, internal=settings.internal)
    base_url = settings.endpoint or f"https://{host}"
    try:
        heard = listen_to(base_url, host)
    except FunctionComputeError as error:
        heard = str(error)
    if isinstance(heard, str):
        yield _broken(
            "reachability",
            f"{base_url} does not answer: {heard}",
            "check region and account (or the endpoint), the network, and the proxy "
            "(HTTPS_PROXY, NO_PROXY)",
        )
        yield from _skipped("clock", "call", until="the service answers")
        return
    yield Check("reachability", Status.OK, f"{base_url} answers in {heard.milliseconds:.0f} ms")
    call, refusal = _call(settings, place, target) if keys else (_NO_KEYS, None)
    yield _clock(heard, refusal)
    yield call


_ANOTHER_CALL = (
    "with keys that may not list services, name a function that they may read: "
    "fc-async-invoke doctor service/function"
)
_NO_KEYS = Check("call", Status.SKIPPED, "not until there are credentials")


def _clock(heard: Heard, refusal: CredentialsError | None) -> Check:
    remedy = "set this machine's clock, and keep it right with NTP"
    skew = heard.skew
    if refusal is not None and _is_about_time(refusal):
        return _broken("clock", "the service refuses the time of the request", remedy)
    if skew is None:
        return Check("clock", Status.SKIPPED, "the service does not say what time it is")
    seconds = round(abs(skew))
    unit = "second" if seconds == 1 else "seconds"
    found = f"{seconds} {unit} {'ahead of' if skew > 0 else 'behind'} the service's"
    if abs(skew) > ALLOWED_SKEW:
        return _broken("clock", f"{found}; more than {ALLOWED_SKEW} are refused", remedy)
    return Check("clock", Status.WARNING if abs(skew) > WORTH_A_WARNING else Status.OK, found)


def _is_about_time(refusal: CredentialsError) -> bool:
    # The service has no code for it; the client tells from the words and the date of the answer.
    return "this machine's clock" in str(refusal).lower()


def _call(
    settings: Settings, place: Place, target: Target | None
) -> tuple[Check, CredentialsError | None]:
    """A signed call, as the provider would make it; also its refusal, if it is one."""
    # An answer that takes longer will not be better.
    hasty = replace(settings, request_timeout=min(settings.request_timeout, 15.0))
    with connection.client(hasty) as client:
        try:
            if target is not None:
                identity = target.identity(place)
                client.get(identity)
                return Check("call", Status.OK, f"the config of {identity} can be read"), None
            next(client.list_services(region=place.region, account_id=place.account_id), None)
        except (ConfigNotFoundError, ParentNotFoundError) as error:
            return Check("call", Status.OK, f"the keys are accepted: {error.code}"), None
        except CredentialsError as error:
            denied = error.code == "AccessDenied" and not _is_about_time(error)
            found = str(error)
            if denied and target is None:
                return _broken("call", found, _ANOTHER_CALL), error
            # Said once, and as what it is.
            remedy = error.remedy or _KEYS
            return _broken("call", found.replace(f". {remedy}", ""), remedy), error
        except FunctionComputeError as error:
            return _broken("call", str(error), _SERVICE), None
    return Check("call", Status.OK, "the keys are accepted, and may list services"), None
