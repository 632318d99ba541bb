"""What a value that a program declares must be, in one sentence each. Pure.

Numbers arrive as floats, and ``pulumi.Config.get`` yields strings: both are accepted where they say
exactly one whole number. Nothing is rounded, cut or guessed.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from pydantic import BeforeValidator

from .names import ACCOUNT_ID, LATEST, NAME, NameRule, exact_integer

_SHOWN_LENGTH = 40
_MAX_DESTINATION_LENGTH = 1024


class Rule(ABC):
    """What one field may be."""

    @abstractmethod
    def parse(self, value: object) -> object:
        """Take a value of a program.

        Raises:
            ValueError: it is not what the field may be; the text says what would be.
        """

    def is_absent(self, value: object) -> bool:  # noqa: ARG002  for the rules that need it
        """Tell whether a value of the service, or of state, means that nothing was set."""
        return False


def shown(value: object) -> str:
    """Show a value in a sentence: short, printable, and never a whole object."""
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        cut = ascii(value[:_SHOWN_LENGTH])[1:-1] + ("..." if len(value) > _SHOWN_LENGTH else "")
        return f'the string "{cut}"'
    if isinstance(value, int | float):
        # The wire makes a float of each number; show a whole one as the program has it.
        number = _whole(value)
        return repr(value if number is None else number)
    return "a list" if isinstance(value, list) else "an object"


def _whole(value: object) -> int | None:
    """Take a value for a whole number; `None`: it does not say exactly one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return exact_integer(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value):
        return int(value)
    return None


@dataclass(frozen=True)
class WholeNumber(Rule):
    """A whole number in a range."""

    lowest: int
    highest: int
    unit: str = ""

    def parse(self, value: object) -> int:
        """Take a number, or a string of digits."""
        number = _whole(value)
        if number is None or not self.lowest <= number <= self.highest:
            unit = f" of {self.unit}" if self.unit else ""
            what = f"a whole number{unit} from {self.lowest} to {self.highest}"
            raise ValueError(f"must be {what}, but is {shown(value)}")
        return number

    def is_absent(self, value: object) -> bool:
        """Take zero for nothing where it cannot be set: some reads have it for what never was."""
        return value == 0 and type(value) is int and self.lowest > 0


class Boolean(Rule):
    """True or false."""

    def parse(self, value: object) -> bool:
        """Take a boolean, or ``"true"`` and ``"false"``."""
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise ValueError(f"must be true or false, but is {shown(value)}")


@dataclass(frozen=True)
class Name(Rule):
    """A name that fits a rule."""

    rule: NameRule = NAME

    def parse(self, value: object) -> str:
        """Take a string that fits."""
        if value == "":
            raise ValueError(f"must not be empty; it must be {self.rule.words}")
        if not self.rule.fits(value):
            raise ValueError(f"must be {self.rule.words}, but is {shown(value)}")
        return value


class ServiceName(Name):
    """A service of Function Compute 2.0, without its qualifier."""

    def parse(self, value: object) -> str:
        """Take a name; explain ``service.qualifier``."""
        if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", value):
            service, _, qualifier = value.partition(".")
            raise ValueError(
                f'must be the service\'s name alone: give service_name="{service}" '
                f'and qualifier="{qualifier}"'
            )
        return super().parse(value)


class FunctionName(Name):
    """A function of Function Compute 2.0, or of 3.0."""

    def parse(self, value: object) -> str:
        """Take a name; explain an ARN, and a name with that of its service or with a qualifier."""
        try:
            return super().parse(value)
        except ValueError as error:
            _, of_arn, tail = str(value).rpartition("functions/")
            first, *rest = re.split("[:/]", tail)
            # Beside an ARN: in 2.0 a function comes after its service; in 3.0 before a qualifier.
            name = rest[0] if len(rest) == 1 and self.rule is NAME and not of_arn else first
            is_clear = of_arn or (len(rest) == 1 and name != LATEST)
            if not is_clear or not self.rule.fits(name):
                raise
            raise ValueError(f'{error}; give the name alone: function_name="{name}"') from None


class Qualifier(Name):
    """A version id, an alias or ``LATEST``."""

    def parse(self, value: object) -> str:
        """Take a name, or a version id as a number; explain the id of an alias resource."""
        if isinstance(value, str) and ":" in value:
            alias = value.rpartition(":")[2]
            raise ValueError(
                f"must be {self.rule.words}, but is {shown(value)}; if it is the id of an alias or "
                f"a version, give its name alone, such as {shown(alias)[11:]}"
            )
        number = None if isinstance(value, str) else _whole(value)
        return super().parse(value if number is None else str(number))


@dataclass(frozen=True)
class AccountId(Name):
    """An account's id."""

    rule: NameRule = ACCOUNT_ID

    def parse(self, value: object) -> str:
        """Take digits; a number too, as long as it is exact."""
        number = _whole(value)
        if number is None and isinstance(value, float):
            raise ValueError(
                "must be an account's id as a string of decimal digits: put it in quotes"
            )
        return super().parse(value if number is None or isinstance(value, str) else str(number))


class Destination(Rule):
    """The ARN of a destination.

    Region and account may be masked or empty, and any service will do: the service only looks at
    the string, and the vendor's pages do not list all that it supports.
    """

    def parse(self, value: object) -> str:
        """Take an ARN. A string stays out of the sentence: it may be a secret."""
        rule = (
            'must be the ARN of the target, "acs:service:region:account:resource", such '
            'as "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"'
        )
        if value is None:
            raise ValueError("is required")
        if not isinstance(value, str):
            raise ValueError(f"{rule}, but is {shown(value)}")  # noqa: TRY004  a rule's error
        if not value:
            raise ValueError(f"{rule}, but is empty; to have no destination, leave it out")
        if len(value) > _MAX_DESTINATION_LENGTH:
            most = f"at most {_MAX_DESTINATION_LENGTH} characters"
            raise ValueError(f"{rule}, and have {most}, but has {len(value)}")
        if (
            not re.fullmatch(r"acs:[A-Za-z0-9_-]+:[^:\s]*:[^:\s]*:\S+", value)
            or not value.isprintable()
        ):
            raise ValueError(rule)
        return value

    def is_absent(self, value: object) -> bool:
        """Take the empty string for nothing."""
        return value == ""


def shown_text(longest: int) -> BeforeValidator:
    """Read text that only people read if it is short and printable: a terminal would obey more."""

    def read(value: object) -> str | None:
        if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable():
            return value
        return None

    return BeforeValidator(read)
