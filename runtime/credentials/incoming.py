"""Kinds of connections that only prove who calls us."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialType


class IncomingType(CredentialType):
    """Signs nothing of ours."""

    icon = "verified_user"
    signs = False
    proves = True

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Nothing is sent."""
        return {}
