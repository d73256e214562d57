"""The design-time tables."""

from builder.models.api_key import ApiKey
from builder.models.audit import AuditEntry
from builder.models.flow import Flow
from builder.models.flow_test import FlowTest
from builder.models.invitation import Invitation
from builder.models.login_link import LoginLink
from builder.models.model_profile import ModelProfile
from builder.models.person_language import PersonLanguage
from builder.models.pin import Pin
from builder.models.prompt import Prompt, PromptVersion
from builder.models.tour import TourSeen
from builder.models.version import FlowVersion
from builder.models.workspace import Membership, Role, Workspace

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Flow",
    "FlowTest",
    "FlowVersion",
    "Invitation",
    "LoginLink",
    "Membership",
    "ModelProfile",
    "PersonLanguage",
    "Pin",
    "Prompt",
    "PromptVersion",
    "Role",
    "TourSeen",
    "Workspace",
]
