"""A mailbox that is read over IMAP (RFC 9051)."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialField, CredentialType


class Mailbox(CredentialType):
    type = "mail.imap"
    name = "Mailbox (IMAP)"
    help = "For flows that start when mail arrives. Your mail provider tells you what to fill in."
    icon = "mail"
    reached_by = "mailbox"
    fields = (
        CredentialField("host", "Host", secret=False, placeholder="imap.example.com"),
        CredentialField(
            "port",
            "Port",
            help="993, where everything is encrypted from the start, or 143.",
            secret=False,
            required=False,
            placeholder="993",
        ),
        CredentialField("username", "User name", secret=False),
        CredentialField("password", "Password"),
        CredentialField(
            "encryption",
            "Encryption",
            help="“tls” (from the start), “starttls” or “none”. Empty: what the port calls for.",
            secret=False,
            required=False,
        ),
    )

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign nothing: it is not for HTTP."""
        return {}

    def own_host(self, secret: Mapping[str, str]) -> str | None:
        """Return the host it was made for."""
        return secret.get("host")
