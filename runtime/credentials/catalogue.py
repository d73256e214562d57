"""The list of kinds of connections."""

from collections.abc import Mapping
from types import MappingProxyType

from runtime.credentials.anthropic import AnthropicKey
from runtime.credentials.base import CredentialType
from runtime.credentials.basic import BasicAuth
from runtime.credentials.bearer import BearerToken
from runtime.credentials.gemini import GeminiKey
from runtime.credentials.github import GitHubWebhook
from runtime.credentials.header import HeaderAuth
from runtime.credentials.imap import Mailbox
from runtime.credentials.jwt import JsonWebToken
from runtime.credentials.openai_compatible import OpenAiCompatible
from runtime.credentials.postgresql import PostgresDatabase
from runtime.credentials.signature import SignatureHeader
from runtime.credentials.slack import SlackWebhook
from runtime.credentials.smtp import MailServer
from runtime.credentials.standard_webhooks import StandardWebhooks
from runtime.credentials.stripe import StripeWebhook

_ALL: tuple[CredentialType, ...] = (
    BearerToken(),
    BasicAuth(),
    HeaderAuth(),
    OpenAiCompatible(),
    AnthropicKey(),
    GeminiKey(),
    PostgresDatabase(),
    MailServer(),
    Mailbox(),
    StandardWebhooks(),
    GitHubWebhook(),
    StripeWebhook(),
    SlackWebhook(),
    SignatureHeader(),
    JsonWebToken(),
)

CREDENTIAL_TYPES: Mapping[str, CredentialType] = MappingProxyType(
    {kind.type: kind for kind in _ALL}
)
