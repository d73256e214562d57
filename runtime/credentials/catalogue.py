"""The list of kinds of connections."""

from collections.abc import Mapping
from types import MappingProxyType

from runtime.credentials.base import CredentialType
from runtime.credentials.basic import BasicAuth
from runtime.credentials.bearer import BearerToken
from runtime.credentials.header import HeaderAuth
from runtime.credentials.openai_compatible import OpenAiCompatible
from runtime.credentials.postgresql import PostgresDatabase
from runtime.credentials.smtp import MailServer

_ALL: tuple[CredentialType, ...] = (
    BearerToken(),
    BasicAuth(),
    HeaderAuth(),
    OpenAiCompatible(),
    PostgresDatabase(),
    MailServer(),
)

CREDENTIAL_TYPES: Mapping[str, CredentialType] = MappingProxyType(
    {kind.type: kind for kind in _ALL}
)
