"""What can be wrong between a program and the service, each with its remedy; no secret is shown."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from urllib.parse import urlsplit

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.api.addressing import host_name, is_loopback
from pulumi_fc_async_invoke.api.errors import (
    ClockError,
    ConfigNotFoundError,
    CredentialsError,
    FunctionComputeError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.text import one_line
from pulumi_fc_async_invoke.api.times import ALLOWED_SKEW
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.config.credentials import credentials_source, source
from pulumi_fc_async_invoke.config.endpoint import for_account
from pulumi_fc_async_invoke.config.reading import Lookup
from pulumi_fc_async_invoke.config.settings import Settings

from .check import Check, Status, broken
from .identity import CallerIdentity, caller_identity
from .interpreter import find_interpreter
from .language_host import ignores_virtualenv, search_path
from .options import NO_CONFIGURATION, Options, location, open_client
from .probe import ProbeError, ProbeResult, probe
from .processes import run_pulumi
from .project import ProjectError
from .target import Location, Scope, Target

SKEW_WARNING = 60
"""Seconds of clock skew from which `doctor` warns; the service allows more."""

_INSTALL = "install Pulumi, and put its folder on PATH: https://www.pulumi.com/docs/install/"
_PULUMI_TIMEOUT = 60.0
"""Seconds that ``pulumi version`` may take."""
_PROBE_TIMEOUT = 10.0
_CALL_TIMEOUT = 15.0
"""Seconds that the service may take to respond: what takes longer will not get better."""
_KEYS = (
    "set a whole key in one place: the environment, the stack's configuration, or a profile that "
    "--profile names"
)
_SERVICE = "try again; if it persists, report it to the service's support, with the request id"
_CLOCK = "set this machine's clock, and keep it right with NTP"
_ANOTHER_CALL = (
    "with keys that may not list, name a function that they may read: "
    "fc-async-invoke doctor service/function, or doctor function --api 3.0"
)
_LATER = ("credentials", "reachability", "clock", "call")


def run(options: Options, target: Target | Scope) -> Iterator[Check]:
    """Check everything, in the order in which one thing needs the other.

    Args:
        options: where to look.
        target: a config to read, or the API versions whose lists to read instead.
    """
    yield _package()
    engine = _engine()
    yield engine
    runs = engine.status is not Status.BROKEN
    yield from [_language_plugin()] if runs else _skipped("plugin", until="pulumi runs")
    if options.names_a_stack and not runs:
        yield from _skipped("stack", "interpreter", "settings", *_LATER, until="pulumi runs")
        return
    configuration = NO_CONFIGURATION
    if options.names_a_stack:
        try:
            configuration = options.configuration()
        except ProjectError as error:
            yield broken("stack", error.problem, error.remedy)
            yield from _skipped("interpreter", "settings", *_LATER, until="the stack can be read")
            return
        yield _stack(configuration)
        yield _interpreter(options)
    settings, found = _settings(options, configuration)
    yield found
    if settings is None:
        yield from _skipped(*_LATER, until="the settings are right")
        return
    credentials = _credentials(settings)
    yield credentials
    yield from _service(settings, target, keys=credentials.status is not Status.BROKEN)


def _skipped(*names: str, until: str) -> Iterator[Check]:
    for name in names:
        yield Check(name, Status.SKIPPED, f"not checked until {until}")


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
        return broken("engine", "there is no pulumi on PATH", _INSTALL)
    try:
        done = run_pulumi(path, "version", seconds=_PULUMI_TIMEOUT)
        done.check_returncode()
    except (OSError, ValueError, subprocess.SubprocessError):
        return broken("engine", f"{path} does not run", f"re{_INSTALL}")
    return Check("engine", Status.OK, f"pulumi {one_line(done.stdout, limit=40)} ({path})")


def _language_plugin() -> Check:
    path = search_path()
    needed = ("pulumi-language-python", "pulumi-language-python-exec")
    dynamic = "pulumi-resource-pulumi-python"
    missing = [name for name in (*needed, dynamic) if shutil.which(name, path=path) is None]
    if missing:
        return broken(
            "plugin",
            f"{', '.join(missing)}: neither on PATH nor beside pulumi",
            f"the files come with Pulumi; re{_INSTALL}",
        )
    return Check("plugin", Status.OK, "the Python language host and its dynamic resources exist")


def _stack(configuration: Lookup) -> Check:
    if configuration is NO_CONFIGURATION:
        return Check("stack", Status.SKIPPED, "none is selected")
    return Check("stack", Status.OK, "its configuration can be read")


def _interpreter(options: Options) -> Check:
    """Check that the Python that Pulumi uses for the project has the package."""
    name = "interpreter"
    try:
        found = find_interpreter(options.project.folder)
    except ProjectError as error:
        return broken(name, error.problem, error.remedy)
    if found is None:
        return Check(name, Status.SKIPPED, "another tool than Pulumi chooses the Python")
    has = found.package_version()
    python = shutil.which("python3") or shutil.which("python")
    is_active = python is not None and found.prefix.samefile(Path(python).absolute().parent.parent)
    if found.is_virtual and not is_active and ignores_virtualenv():
        return Check(
            name,
            Status.WARNING,
            f"Pulumi.yaml names {found.prefix}, and this engine's language host is too old to use "
            "runtime.options.virtualenv: it takes the Python on PATH",
            f"activate it before you run pulumi: . {found.prefix / 'bin' / 'activate'}",
        )
    if has is not None:
        return Check(name, Status.OK, f"{found.executable} has pulumi-fc-async-invoke {has}")
    remedy = (
        f'{found.executable} -m pip install "$FC_WHEEL" (the package\'s wheel), or activate the '
        "project's environment, or name it as runtime.options.virtualenv in Pulumi.yaml"
    )
    what = f"Pulumi uses {found.executable}, and {found.prefix} has no pulumi-fc-async-invoke"
    # Other Pythons may find packages in more places than can be known without running them.
    return Check(name, Status.BROKEN if found.is_virtual else Status.WARNING, what, remedy)


def _settings(options: Options, configuration: Lookup) -> tuple[Settings | None, Check]:
    try:
        settings = options.settings(configuration)
        if settings.account_id is None:
            return None, broken("settings", "nothing names the account", _set_account(settings))
        base_url, _ = _hosts(settings)
    except ProjectError as error:  # a secret of the stack cannot be decrypted
        return None, broken("settings", error.problem, error.remedy)
    except FunctionComputeError as error:
        return None, broken("settings", str(error))
    where = location(settings)
    found = f"{where.region}, account {where.account_id}, at {base_url}"
    return settings, Check("settings", Status.OK, found)


def _set_account(settings: Settings) -> str:
    """Write the command that sets the account, with the one that the keys belong to."""
    caller = _caller(settings)
    account_id = "…" if caller is None else caller.account_id
    return f"pulumi config set alicloud:accountId {account_id}, or give --account-id"


def _caller(settings: Settings) -> CallerIdentity | None:
    """Ask STS whose keys sign; `None`: it does not say, or they are an emulator's."""
    if is_loopback(urlsplit(settings.endpoint or "").hostname or "") and not settings.sts_endpoint:
        return None
    return caller_identity(settings, _PROBE_TIMEOUT)


def _hosts(settings: Settings) -> tuple[str, str]:
    """Get the base URL of the calls, and the service's own host."""
    where = location(settings)
    host = host_name(where.region, where.account_id, internal=settings.internal)
    return for_account(settings.endpoint or f"https://{host}", where.account_id), host


def _found(settings: Settings) -> str:
    keys = source(settings)
    text = f"found in {keys.name}" + (f", as role {keys.role}" if keys.role else "")
    ignored = "; ".join(keys.ignored)
    return f"{text} (ignored: {ignored})" if ignored else text


def _credentials(settings: Settings) -> Check:
    try:
        credentials_source(settings)().check()
    except FunctionComputeError as error:
        return broken("credentials", str(error))
    caller = _caller(settings)
    if caller is None:
        return Check("credentials", Status.OK, _found(settings))
    found = f"{_found(settings)}; they are those of {caller.arn}"
    if caller.account_id != settings.account_id:
        remedy = f"{_set_account(settings)}, or use other keys"
        return Check("credentials", Status.WARNING, f"{found}, of another account", remedy)
    return Check("credentials", Status.OK, found)


def _service(settings: Settings, target: Target | Scope, *, keys: bool) -> Iterator[Check]:
    base_url, host = _hosts(settings)
    try:
        probed = probe(base_url, host, min(settings.request_timeout, _PROBE_TIMEOUT))
    except (ProbeError, FunctionComputeError) as error:
        yield broken(
            "reachability",
            f"{base_url} does not respond: {error}",
            "check fc:endpoint"
            if is_loopback(urlsplit(base_url).hostname or "")
            else "check region and account (or fc:endpoint), the network, and the proxy "
            "(HTTPS_PROXY, NO_PROXY)",
        )
        yield from _skipped("clock", "call", until="the service responds")
        return
    yield Check("reachability", Status.OK, f"{base_url} responds in {probed.milliseconds:.0f} ms")
    no_keys = Check("call", Status.SKIPPED, "not checked until there are credentials")
    call, refusal = _call(settings, target) if keys else (no_keys, None)
    yield _clock(probed, refusal)
    yield call


def _clock(probed: ProbeResult, refusal: FunctionComputeError | None) -> Check:
    if isinstance(refusal, ClockError):
        return broken("clock", "the service refuses the time of the request", _CLOCK)
    if probed.skew is None:
        return Check("clock", Status.SKIPPED, "the service does not say what time it is")
    seconds = round(abs(probed.skew))
    unit = "second" if seconds == 1 else "seconds"
    found = f"{seconds} {unit} {'ahead of' if probed.skew > 0 else 'behind'} the service's"
    if abs(probed.skew) > ALLOWED_SKEW:
        return broken("clock", f"{found}; more than {ALLOWED_SKEW} are refused", _CLOCK)
    return Check("clock", Status.WARNING if seconds > SKEW_WARNING else Status.OK, found)


def _call(settings: Settings, target: Target | Scope) -> tuple[Check, FunctionComputeError | None]:
    """Make a signed call, as the provider would; also return its error."""
    where = location(settings)
    hasty = replace(settings, request_timeout=min(settings.request_timeout, _CALL_TIMEOUT))
    try:
        with open_client(hasty) as client:
            if isinstance(target, Target):
                identity = target.identity(where)
                client.get(identity)
                return Check("call", Status.OK, f"the config of {identity} can be read"), None
            return _lists(client, where, target), None
    except (ConfigNotFoundError, ParentNotFoundError) as error:
        return Check("call", Status.OK, f"the keys are accepted: {error.code}"), error
    except CredentialsError as error:
        if _is_denied(error) and isinstance(target, Scope):
            return broken("call", str(error), _ANOTHER_CALL), error
        return broken("call", error.problem, error.remedy or _KEYS), error
    except FunctionComputeError as error:
        return broken("call", str(error), _SERVICE), error


def _lists(client: FunctionComputeClient, where: Location, scope: Scope) -> Check:
    """Ask for a list of each API version: keys for one of them may not read those of the other."""
    allowed: list[str] = []
    denied: list[str] = []
    refusal: CredentialsError | None = None
    for api in scope.apis:
        what = "services of 2.0" if api == "2.0" else f"configs of {api}"
        try:
            if api == "2.0":
                next(client.list_names(v2016.API.list_services(where.names)), None)
            else:
                next(client.list(v2023.API.list(where.names)), None)
        except CredentialsError as error:
            if not _is_denied(error):
                raise
            refusal = error
            denied.append(what)
        else:
            allowed.append(what)
    if refusal is not None and not allowed:
        raise refusal
    but_not = f", but not {denied[0]}" if denied else ""
    found = f"the keys are accepted, and may list {' and '.join(allowed)}{but_not}"
    return Check("call", Status.OK, found)


def _is_denied(error: CredentialsError) -> bool:
    return error.code == "AccessDenied" and not isinstance(error, ClockError)
