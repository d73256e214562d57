"""The API key of Anthropic."""

from collections.abc import Mapping, Sequence

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType


class AnthropicKey(CredentialType):
    type = "model.anthropic"
    name = "Anthropic key"
    help = "For the models of Anthropic."
    icon = "neurology"
    fields = (CredentialField("api_key", "API key", placeholder="sk-ant-…"), TEST_URL)

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with the key in the service's own header."""
        return {"X-Api-Key": secret.get("api_key", ""), "Anthropic-Version": "2023-06-01"}

    def test_url(self, secret: Mapping[str, str], allowed_hosts: Sequence[str]) -> str | None:
        """List the service's models, which costs nothing."""
        plain = [host for host in allowed_hosts if "*" not in host]
        path = "v1/models"
        return secret.get("test_url") or (f"https://{plain[0]}/{path}" if plain else None)
