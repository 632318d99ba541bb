"""Which remote object a config is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .version import ApiVersion


@dataclass(frozen=True)
class Identity:
    """The names that make one config; two are the same remote object exactly if they are equal."""

    api: "ApiVersion"
    """The API version that serves it; its `ApiVersion.identity` and `parse_id` make this."""
    names: Mapping[str, str]
    """By their property names: those of `ApiVersion.identity_keys`, none of them empty."""

    @property
    def id(self) -> str:
        """The id in Pulumi's state: the function's ARN with the qualifier written out."""
        return self.api.id_form.format_map(self.names)

    @property
    def twin_id(self) -> str | None:
        """The id in the other API version of what is most likely the same config, if any.

        The function ``hello`` of a service ``demo`` is ``demo$hello`` in 3.0.
        """
        return self.api.twin_id(self.names)

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        """For messages."""
        return self.api.shown_form.format_map(self.names)
