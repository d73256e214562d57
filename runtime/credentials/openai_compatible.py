"""The API key of a model service that speaks OpenAI's protocol."""

from collections.abc import Mapping, Sequence

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType


class OpenAiCompatible(CredentialType):
    type = "model.openai_compatible"
    name = "Model service key"
    help = "For OpenAI and every service that works like it: Mistral, Groq, OpenRouter, Azure …"
    icon = "neurology"
    fields = (CredentialField("api_key", "API key", placeholder="sk-…"), TEST_URL)

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with the key as a bearer token."""
        return {"Authorization": f"Bearer {secret.get('api_key', '')}"}

    def test_url(self, secret: Mapping[str, str], allowed_hosts: Sequence[str]) -> str | None:
        """List the service's models, which costs nothing."""
        plain = [host for host in allowed_hosts if "*" not in host]
        return secret.get("test_url") or (f"https://{plain[0]}/v1/models" if plain else None)
