"""Two workspaces with people of every role, a flow, a run, a connection and a model in each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from builder.models import Flow, Membership, ModelProfile, Prompt, Role, Workspace
from builder.services.create_flow import create_flow
from builder.services.first_start import add_practice_model
from builder.services.model_budgets import save_budget
from builder.services.people import invite
from builder.services.prompts import add_prompt
from builder.services.publish import publish
from builder.services.run_flow import run_flow
from runtime.keeping.columns import fitted
from runtime.keeping.tables import add_row, opened
from runtime.models import Credential, DataColumn, DataTable, Fact, ModelBudget
from runtime.services.credentials import save_credential

CANARY = "canary-secret-5f2e81c4"  # planted in every connection; must never come out

GRAPH: dict[str, Any] = {
    "format": "segue.flow/1",
    "nodes": [
        {"id": "n_start", "key": "start", "name": "Start", "type": "trigger.manual"},
        {
            "id": "n_set",
            "key": "put",
            "name": "Put together",
            "type": "data.set",
            "params": {"fields": [{"name": "title", "value": "{{ start.x }}", "type": "text"}]},
        },
    ],
    "edges": [{"source": "n_start", "target": "n_set"}],
}


@dataclass(frozen=True)
class Place:
    """One workspace with everything in it."""

    workspace: Workspace
    people: dict[str, User]
    flow: Flow
    run_id: UUID
    credential: Credential
    profile: ModelProfile
    memberships: dict[str, Membership]
    table: DataTable
    budget: ModelBudget
    fact: Fact
    prompt: Prompt

    def ids(self) -> dict[str, Any]:
        """The arguments that addresses of this workspace's rows take."""
        return {
            "flow_id": self.flow.id,
            "run_id": self.run_id,
            "credential_id": self.credential.id,
            "profile_id": self.profile.id,
            "budget_id": self.budget.id,
            "prompt_id": self.prompt.id,
            "workspace_id": self.workspace.id,
            "wait_id": UUID(int=0),
            "test_id": UUID(int=0),
            "number": 1,
            "key": "put",
            "sha256": "0" * 64,
            "node": "n_set",
        }


def make_place(name: str) -> Place:
    """Return a workspace called so, its people called `<role>@<name>`."""
    workspace = Workspace.objects.create(name=name)
    admin = User.objects.create_user(f"admin@{name}")
    own = Membership.objects.create(workspace=workspace, user=admin, role=Role.ADMIN)
    memberships = {"admin": own}
    for role in (Role.VIEWER, Role.OPERATOR, Role.EDITOR):
        made = invite(workspace.id, f"{role.value}@{name}", role, actor=admin)
        memberships[role.value] = made
    flow = create_flow(workspace_id=workspace.id, name=f"Flow of {name}", graph=GRAPH, actor=admin)
    publish(flow, revision=1, actor=admin, note="first")
    add_practice_model(workspace)
    return Place(
        workspace=workspace,
        people={role: row.user for role, row in memberships.items()},
        flow=flow,
        run_id=run_flow(flow, draft=True, actor=admin, given={"x": 1}),
        credential=save_credential(
            workspace_id=workspace.id,
            name="Shop",
            type_name="http.bearer",
            secret={"token": CANARY},
            allowed_hosts=["shop.example"],
        ),
        profile=ModelProfile.objects.get(workspace=workspace),
        memberships=memberships,
        table=make_table(workspace.id, name),
        budget=save_budget(
            ModelBudget(workspace_id=workspace.id),
            {"name": "A month", "amount": Decimal(10)},
            actor=admin,
        ),
        fact=Fact.objects.create(
            workspace_id=workspace.id,
            about=f"ada@{name}",
            text="Likes lamps",
            vector=b"",
            told_at=timezone.now(),
        ),
        prompt=add_prompt(
            workspace_id=workspace.id,
            name=f"Greeting of {name}",
            text="Greet {{ customer }}.",
            actor=admin,
        ),
    )


def make_table(workspace_id: UUID, name: str) -> DataTable:
    """A table with one row, which names the workspace."""
    table = DataTable.objects.create(workspace_id=workspace_id, name="Customers")
    DataColumn.objects.create(table=table, name="email", kind="text", is_key=True)
    DataColumn.objects.create(table=table, name="orders", kind="number")
    opened_table = opened(table)
    add_row(opened_table, fitted(opened_table.columns, {"email": f"ada@{name}", "orders": 3}))
    return table


def api(user: User) -> Client:
    """Return a client that carries the person's API token."""
    _, token = AuthToken.objects.create(user)
    return Client(headers={"Authorization": f"Token {token}"})


def browser(user: User) -> Client:
    """Return a client that is signed in by session, with CSRF checked as in a browser."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
