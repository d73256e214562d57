"""A PostgreSQL database: where it is, and who asks."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialField, CredentialType


class PostgresDatabase(CredentialType):
    type = "sql.postgresql"
    name = "PostgreSQL database"
    help = "For steps that read or write a database of yours. Give it a user who may do no more."
    icon = "database"
    reached_by = "sql"
    fields = (
        CredentialField("host", "Host", secret=False, placeholder="db.example.com"),
        CredentialField("port", "Port", secret=False, required=False, placeholder="5432"),
        CredentialField("database", "Database", secret=False),
        CredentialField("username", "User name", secret=False),
        CredentialField("password", "Password"),
        CredentialField(
            "encryption",
            "Encryption",
            help="“require”, “verify-full” (its certificate is checked too) or “disable”.",
            secret=False,
            required=False,
            placeholder="require",
        ),
    )

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign nothing: it is not for HTTP."""
        return {}

    def own_host(self, secret: Mapping[str, str]) -> str | None:
        """Return the host it was made for."""
        return secret.get("host")
