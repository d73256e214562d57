"""The admin: where people land. Thin pages over the services."""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from knox import admin as knox_admin
from knox.models import AuthToken

# Accounts and tokens cross workspaces, so Django's and knox's own pages for them are taken away:
# people are looked after as members of a workspace.
del auth_admin, knox_admin
for _model in (Group, User, AuthToken):
    admin.site.unregister(_model)

from builder.admin import (  # noqa: E402
    audit,
    flow,
    model_budget,
    model_profile,
    people,
    prompt,
    workspace,
)

__all__ = ["audit", "flow", "model_budget", "model_profile", "people", "prompt", "workspace"]
