"""The API key of Google Gemini."""

from collections.abc import Mapping, Sequence

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType


class GeminiKey(CredentialType):
    type = "model.gemini"
    name = "Google Gemini key"
    help = "For the models of Google Gemini."
    icon = "neurology"
    fields = (CredentialField("api_key", "API key", placeholder="AIza…"), TEST_URL)

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with the key in the service's own header."""
        return {"X-Goog-Api-Key": secret.get("api_key", "")}

    def test_url(self, secret: Mapping[str, str], allowed_hosts: Sequence[str]) -> str | None:
        """List the service's models, which costs nothing."""
        plain = [host for host in allowed_hosts if "*" not in host]
        path = "v1beta/models"
        return secret.get("test_url") or (f"https://{plain[0]}/{path}" if plain else None)
