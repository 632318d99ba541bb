"""What a program passes to a `Provider`: the Args classes and their dict-literal forms.

The names are those of pulumi-alicloud's provider, and so are the keys of all that it has as well.
"""

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .errors import store_inputs


class ProviderAssumeRoleArgsDict(TypedDict):
    """`ProviderAssumeRoleArgs` as a dict literal."""

    role_arn: pulumi.Input[str]
    """ARN of the role."""
    session_name: NotRequired[pulumi.Input[str] | None]
    """Name of the session; default `pulumi`."""
    policy: NotRequired[pulumi.Input[str] | None]
    """Policy, as JSON text, that narrows the role's permissions."""
    session_expiration: NotRequired[pulumi.Input[int] | None]
    """How long the temporary keys are valid, in seconds: 900 to 3600, default 3600."""
    external_id: NotRequired[pulumi.Input[str] | None]
    """External id that the role asks for; kept as a secret."""


@pulumi.input_type
class ProviderAssumeRoleArgs:
    """A RAM role to assume with the keys that were found."""

    role_arn: pulumi.Input[str] = pulumi.property("roleArn")
    """ARN of the role."""
    session_name: pulumi.Input[str] | None = pulumi.property("sessionName")
    """Name of the session; default `pulumi`."""
    policy: pulumi.Input[str] | None
    """Policy, as JSON text, that narrows the role's permissions."""
    session_expiration: pulumi.Input[int] | None = pulumi.property("sessionExpiration")
    """How long the temporary keys are valid, in seconds: 900 to 3600, default 3600."""
    external_id: pulumi.Input[str] | None = pulumi.property("externalId")
    """External id that the role asks for; kept as a secret."""

    @store_inputs
    def __init__(self, **inputs: Unpack[ProviderAssumeRoleArgsDict]) -> None:
        """Name a role.

        Args:
            role_arn: ARN of the role.
            session_name: name of the session; default `pulumi`.
            policy: policy, as JSON text, that narrows the role's permissions.
            session_expiration: how long the temporary keys are valid, in seconds: 900 to 3600,
                default 3600.
            external_id: external id that the role asks for; kept as a secret.
        """


class ProviderAssumeRoleWithOidcArgsDict(TypedDict):
    """`ProviderAssumeRoleWithOidcArgs` as a dict literal."""

    oidc_provider_arn: pulumi.Input[str]
    """ARN of the OIDC provider."""
    role_arn: pulumi.Input[str]
    """ARN of the role."""
    oidc_token_file: NotRequired[pulumi.Input[str] | None]
    """File that holds the OIDC token."""
    oidc_token: NotRequired[pulumi.Input[str] | None]
    """The OIDC token itself, in place of the file; kept as a secret."""
    role_session_name: NotRequired[pulumi.Input[str] | None]
    """Name of the session; default `pulumi`."""
    policy: NotRequired[pulumi.Input[str] | None]
    """Policy, as JSON text, that narrows the role's permissions."""
    session_expiration: NotRequired[pulumi.Input[int] | None]
    """How long the temporary keys are valid, in seconds: 900 to 3600, default 3600."""


@pulumi.input_type
class ProviderAssumeRoleWithOidcArgs:
    """A RAM role to assume with an OIDC token, where no keys were found."""

    oidc_provider_arn: pulumi.Input[str] = pulumi.property("oidcProviderArn")
    """ARN of the OIDC provider."""
    role_arn: pulumi.Input[str] = pulumi.property("roleArn")
    """ARN of the role."""
    oidc_token_file: pulumi.Input[str] | None = pulumi.property("oidcTokenFile")
    """File that holds the OIDC token."""
    oidc_token: pulumi.Input[str] | None = pulumi.property("oidcToken")
    """The OIDC token itself, in place of the file; kept as a secret."""
    role_session_name: pulumi.Input[str] | None = pulumi.property("roleSessionName")
    """Name of the session; default `pulumi`."""
    policy: pulumi.Input[str] | None
    """Policy, as JSON text, that narrows the role's permissions."""
    session_expiration: pulumi.Input[int] | None = pulumi.property("sessionExpiration")
    """How long the temporary keys are valid, in seconds: 900 to 3600, default 3600."""

    @store_inputs
    def __init__(self, **inputs: Unpack[ProviderAssumeRoleWithOidcArgsDict]) -> None:
        """Name a role and where the token is.

        Args:
            oidc_provider_arn: ARN of the OIDC provider.
            role_arn: ARN of the role.
            oidc_token_file: file that holds the OIDC token.
            oidc_token: the OIDC token itself, in place of the file; kept as a secret.
            role_session_name: name of the session; default `pulumi`.
            policy: policy, as JSON text, that narrows the role's permissions.
            session_expiration: how long the temporary keys are valid, in seconds: 900 to 3600,
                default 3600.
        """


class ProviderEndpointsArgsDict(TypedDict):
    """`ProviderEndpointsArgs` as a dict literal."""

    fc: NotRequired[pulumi.Input[str] | None]
    """Host of Function Compute, without the account's id."""
    sts: NotRequired[pulumi.Input[str] | None]
    """Host of the Security Token Service."""


@pulumi.input_type
class ProviderEndpointsArgs:
    """Hosts to use instead of the default ones."""

    fc: pulumi.Input[str] | None
    """Host of Function Compute, without the account's id."""
    sts: pulumi.Input[str] | None
    """Host of the Security Token Service."""

    @store_inputs
    def __init__(self, **inputs: Unpack[ProviderEndpointsArgsDict]) -> None:
        """Name the hosts.

        Args:
            fc: host of Function Compute, without the account's id.
            sts: host of the Security Token Service.
        """


class ProviderArgsDict(TypedDict):
    """`ProviderArgs` as a dict literal."""

    region: NotRequired[pulumi.Input[str] | None]
    """Region for resources that name none, such as ``cn-shanghai``."""
    account_id: NotRequired[pulumi.Input[str] | None]
    """Account for resources that name none: decimal digits."""
    access_key: NotRequired[pulumi.Input[str] | None]
    """Access key id; kept as a secret."""
    secret_key: NotRequired[pulumi.Input[str] | None]
    """Access key secret; kept as a secret."""
    security_token: NotRequired[pulumi.Input[str] | None]
    """Security token of a temporary key; kept as a secret."""
    profile: NotRequired[pulumi.Input[str] | None]
    """Profile of the vendor's command line to take the keys from."""
    shared_credentials_file: NotRequired[pulumi.Input[str] | None]
    """File that holds the profile; default ``~/.aliyun/config.json``."""
    ecs_role_name: NotRequired[pulumi.Input[str] | None]
    """RAM role of the ECS instance to take the keys from."""
    credentials_uri: NotRequired[pulumi.Input[str] | None]
    """URI of a service that hands out temporary keys."""
    assume_role: NotRequired[
        pulumi.Input[ProviderAssumeRoleArgs | ProviderAssumeRoleArgsDict] | None
    ]
    """RAM role to assume with the keys that were found."""
    assume_role_with_oidc: NotRequired[
        pulumi.Input[ProviderAssumeRoleWithOidcArgs | ProviderAssumeRoleWithOidcArgsDict] | None
    ]
    """RAM role to assume with an OIDC token, where no keys were found."""
    endpoints: NotRequired[pulumi.Input[ProviderEndpointsArgs | ProviderEndpointsArgsDict] | None]
    """Hosts to use instead of the default ones."""
    fc: NotRequired[pulumi.Input[str] | None]
    """Former name of `endpoints.fc`."""
    endpoint: NotRequired[pulumi.Input[str] | None]
    """Base URL in place of the service's own; https, or http on loopback."""
    internal: NotRequired[pulumi.Input[bool] | None]
    """Whether to use the service's host inside a VPC; default `False`."""
    request_timeout: NotRequired[pulumi.Input[float] | None]
    """Overall deadline of one call with its retries, in seconds: more than 0, at most 3600, default
    60."""
    max_concurrency: NotRequired[pulumi.Input[int] | None]
    """Calls in flight at once, 1 to 64, default 16; each explicit provider has its own. The
    engine starts no more than ``pulumi up --parallel`` says."""
    allow_overwrite: NotRequired[pulumi.Input[bool] | None]
    """Default of the resources' `allow_overwrite`; default `False`."""


@pulumi.input_type
class ProviderArgs:
    """The inputs of a `Provider`."""

    region: pulumi.Input[str] | None = pulumi.property("alicloud:region")
    """Region for resources that name none, such as ``cn-shanghai``."""
    account_id: pulumi.Input[str] | None = pulumi.property("alicloud:accountId")
    """Account for resources that name none: decimal digits."""
    access_key: pulumi.Input[str] | None = pulumi.property("alicloud:accessKey")
    """Access key id; kept as a secret."""
    secret_key: pulumi.Input[str] | None = pulumi.property("alicloud:secretKey")
    """Access key secret; kept as a secret."""
    security_token: pulumi.Input[str] | None = pulumi.property("alicloud:securityToken")
    """Security token of a temporary key; kept as a secret."""
    profile: pulumi.Input[str] | None = pulumi.property("alicloud:profile")
    """Profile of the vendor's command line to take the keys from."""
    shared_credentials_file: pulumi.Input[str] | None = pulumi.property(
        "alicloud:sharedCredentialsFile"
    )
    """File that holds the profile; default ``~/.aliyun/config.json``."""
    ecs_role_name: pulumi.Input[str] | None = pulumi.property("alicloud:ecsRoleName")
    """RAM role of the ECS instance to take the keys from."""
    credentials_uri: pulumi.Input[str] | None = pulumi.property("alicloud:credentialsUri")
    """URI of a service that hands out temporary keys."""
    assume_role: pulumi.Input[ProviderAssumeRoleArgs] | None = pulumi.property(
        "alicloud:assumeRole"
    )
    """RAM role to assume with the keys that were found."""
    assume_role_with_oidc: pulumi.Input[ProviderAssumeRoleWithOidcArgs] | None = pulumi.property(
        "alicloud:assumeRoleWithOidc"
    )
    """RAM role to assume with an OIDC token, where no keys were found."""
    endpoints: pulumi.Input[ProviderEndpointsArgs] | None = pulumi.property("alicloud:endpoints")
    """Hosts to use instead of the default ones."""
    fc: pulumi.Input[str] | None = pulumi.property("alicloud:fc")
    """Former name of `endpoints.fc`."""
    endpoint: pulumi.Input[str] | None = pulumi.property("fc:endpoint")
    """Base URL in place of the service's own; https, or http on loopback."""
    internal: pulumi.Input[bool] | None = pulumi.property("fc:internal")
    """Whether to use the service's host inside a VPC; default `False`."""
    request_timeout: pulumi.Input[float] | None = pulumi.property("fc:requestTimeout")
    """Overall deadline of one call with its retries, in seconds: more than 0, at most 3600, default
    60."""
    max_concurrency: pulumi.Input[int] | None = pulumi.property("fc:maxConcurrency")
    """Calls in flight at once, 1 to 64, default 16; each explicit provider has its own. The
    engine starts no more than ``pulumi up --parallel`` says."""
    allow_overwrite: pulumi.Input[bool] | None = pulumi.property("fc:allowOverwrite")
    """Default of the resources' `allow_overwrite`; default `False`."""

    @store_inputs
    def __init__(self, **inputs: Unpack[ProviderArgsDict]) -> None:
        """State the inputs; what is left out comes from the environment.

        Args:
            region: region for resources that name none, such as ``cn-shanghai``.
            account_id: account for resources that name none: decimal digits.
            access_key: access key id; kept as a secret.
            secret_key: access key secret; kept as a secret.
            security_token: security token of a temporary key; kept as a secret.
            profile: profile of the vendor's command line to take the keys from.
            shared_credentials_file: file that holds the profile; default ``~/.aliyun/config.json``.
            ecs_role_name: RAM role of the ECS instance to take the keys from.
            credentials_uri: URI of a service that hands out temporary keys.
            assume_role: RAM role to assume with the keys that were found.
            assume_role_with_oidc: RAM role to assume with an OIDC token, where no keys were found.
            endpoints: hosts to use instead of the default ones.
            fc: former name of `endpoints.fc`.
            endpoint: base URL in place of the service's own; https, or http on loopback.
            internal: whether to use the service's host inside a VPC; default `False`.
            request_timeout: overall deadline of one call with its retries, in seconds: more than 0,
                at most 3600, default 60.
            max_concurrency: calls in flight at once, 1 to 64, default 16; each explicit provider
                has its own. The engine starts no more than ``pulumi up --parallel`` says.
            allow_overwrite: default of the resources' `allow_overwrite`; default `False`.
        """
