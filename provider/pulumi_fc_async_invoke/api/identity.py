"""Which remote object a resource stands for: account, region, service, qualifier, function.

Pure: names in, names out.
"""

import re
from dataclasses import dataclass
from sys import intern

LATEST = "LATEST"
"""The qualifier that an omitted one means (vendor's SDK tests: ``svc`` answers ``LATEST``)."""

_ID = re.compile(
    r"acs:fc:(?P<region>[^:/]+):(?P<account_id>[^:/]+):"
    r"services/(?P<service_name>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?"
    r"/functions/(?P<function_name>[^/]+)"
)

_MOST_LENGTH = 1024
_SHOWN_LENGTH = 200


@dataclass(frozen=True)
class Identity:
    """The five names that make one async-invoke-config.

    Two identities are the same remote object exactly if they are equal.
    """

    region: str
    """Region of the function, such as ``cn-shanghai``."""
    account_id: str
    """Account that owns the function: decimal digits."""
    service_name: str
    """Service that holds the function."""
    qualifier: str
    """Version id, alias or ``LATEST``; never empty."""
    function_name: str
    """The function."""

    @property
    def id(self) -> str:
        """The function's resource name with ``LATEST`` written out: the id in Pulumi's state."""
        # Interned: a run keeps the ids of all resources, several times over.
        return intern(
            f"acs:fc:{self.region}:{self.account_id}:"
            f"services/{self.service_name}.{self.qualifier}/functions/{self.function_name}"
        )

    @classmethod
    def parse(cls, resource_id: str) -> "Identity":
        """Read an id back; a missing qualifier is ``LATEST``.

        Raises:
            ValueError: if it is no Function Compute resource name; says what one looks like.
        """
        match = _ID.fullmatch(resource_id)
        # It stands in messages: nothing in it may start a new line, or turn the text around.
        if match is None or len(resource_id) > _MOST_LENGTH or not resource_id.isprintable():
            shown = resource_id[:_SHOWN_LENGTH] + "..." * (len(resource_id) > _SHOWN_LENGTH)
            raise ValueError(
                f"{shown!a} is not the id of an async-invoke-config; it looks like "
                "acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}"
            )
        names = match.groupdict()
        names["qualifier"] = names["qualifier"] or LATEST
        return cls(**names)

    def to_properties(self) -> dict[str, str]:
        """As inputs and outputs in state."""
        return {
            "serviceName": self.service_name,
            "functionName": self.function_name,
            "qualifier": self.qualifier,
            "region": self.region,
            "accountId": self.account_id,
        }

    def __str__(self) -> str:
        """For messages: ``service.qualifier/function in region of account``."""
        return (
            f"{self.service_name}.{self.qualifier}/{self.function_name} "
            f"({self.region}, account {self.account_id})"
        )
