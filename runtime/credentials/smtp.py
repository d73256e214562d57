"""A mail server that takes mails from somebody who signs in (RFC 6409)."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialField, CredentialType


class MailServer(CredentialType):
    type = "mail.smtp"
    name = "Mail server (SMTP)"
    help = "For steps that send mail. Your mail provider tells you what to fill in."
    icon = "mail"
    reached_by = "mail"
    fields = (
        CredentialField("host", "Host", secret=False, placeholder="smtp.example.com"),
        CredentialField(
            "port",
            "Port",
            help="587, or 465 where everything is encrypted from the start.",
            secret=False,
            required=False,
            placeholder="587",
        ),
        CredentialField("username", "User name", secret=False, required=False),
        CredentialField("password", "Password", required=False),
        CredentialField(
            "sender",
            "Sender",
            help="Whom mails come from when the step does not say.",
            secret=False,
            placeholder="Shop <shop@example.com>",
        ),
        CredentialField(
            "encryption",
            "Encryption",
            help="“starttls”, “tls” (from the start) or “none”. Empty: what the port calls for.",
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
