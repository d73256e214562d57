"""Who belongs where: the only place that turns a signed-in person into roles and workspaces."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest

from builder.models import Flow, FlowVersion, Membership, Role
from builder.services.api_keys import name_of_key, use_api_key
from builder.services.language import languages_of
from runtime.services.notices import Person

SESSION_KEY = "segue_workspace"
HEADER = "Segue-Workspace"
_CACHE = "_segue_roles"


class InWorkspace(Protocol):
    """Anything that belongs to a workspace."""

    @property
    def workspace_id(self) -> UUID: ...


def roles_of(user: Person) -> Mapping[UUID, Role]:
    """Return the person's role in each of their workspaces, the oldest membership first."""
    if not user.is_authenticated or not user.is_active:
        return {}
    roles: dict[UUID, Role] | None = getattr(user, _CACHE, None)
    if roles is None:
        rows = Membership.objects.filter(user_id=user.pk).order_by("created_at", "id")
        roles = {row.workspace_id: Role(row.role) for row in rows}
        # One request has one user object, so this lives exactly as long as the request.
        setattr(user, _CACHE, roles)
    return roles


def forget_roles(user: Person) -> None:
    """Look the roles up anew: they changed within this request."""
    vars(user).pop(_CACHE, None)


def role_in(user: Person, workspace_id: UUID | None) -> Role | None:
    """Return the person's role in a workspace, None for strangers."""
    return roles_of(user).get(workspace_id) if workspace_id else None


def full_name(user: Person) -> str:
    """Return what a person is called on the screen."""
    name = user.get_full_name() if isinstance(user, User) else ""
    return name or user.get_username()


def current_workspace(request: HttpRequest) -> UUID | None:
    """Return where the person works: asked for by header, chosen before, or the first."""
    roles = roles_of(request.user)
    session = getattr(request, "session", {})
    for wish in (request.headers.get(HEADER), session.get(SESSION_KEY)):
        workspace_id = _uuid(wish)
        if workspace_id in roles:
            return workspace_id
    return next(iter(roles), None)


def choose_workspace(request: HttpRequest, workspace_id: UUID) -> bool:
    """Remember the workspace for this session; False when the person does not belong to it."""
    if workspace_id not in roles_of(request.user):
        return False
    request.session[SESSION_KEY] = str(workspace_id)
    return True


class MembershipAccess:
    """What run time asks of design time (see runtime.services.access)."""

    def workspaces_of(self, user: Person) -> frozenset[UUID]:
        """Return the ids of the person's workspaces."""
        return frozenset(roles_of(user))

    def current_workspace(self, request: HttpRequest) -> UUID | None:
        """Return the workspace the person works in."""
        return current_workspace(request)

    def flow_names(self, flow_ids: frozenset[UUID]) -> dict[UUID, str]:
        """Return the names of these flows; deleted ones are left out."""
        return dict(Flow.objects.filter(id__in=flow_ids).values_list("id", "name"))

    def languages_of(self, addresses: Collection[str]) -> dict[str, str]:
        """Return the language of each mail address whose person chose one."""
        return languages_of(addresses)

    def flows_in(self, workspace_id: UUID) -> dict[UUID, str]:
        """Return the names of a workspace's flows, in alphabetical order."""
        rows = Flow.objects.in_workspace(workspace_id).order_by("name", "id")
        return dict(rows.values_list("id", "name"))

    def last_editors(self, flow_id: UUID, version: int | None) -> frozenset[int]:
        """Return the ids of whoever changed a flow last, and of who published this version."""
        rows = Flow.objects.filter(id=flow_id).values_list("draft_updated_by_id", flat=True)
        versions = FlowVersion.objects.filter(flow_id=flow_id)
        authors = versions.filter(number=version) if version is not None else versions.none()
        found = {*rows, *authors.values_list("author_id", flat=True)}
        return frozenset(person for person in found if person is not None)

    def people(self, ids: Collection[int]) -> dict[int, str]:
        """Return what people are called, by their ids; those who are gone are left out."""
        return {user.pk: full_name(user) for user in User.objects.filter(pk__in=set(ids))}

    def members_of(self, workspace_id: UUID) -> dict[int, str]:
        """Return what a workspace's people are called, by their ids, in alphabetical order."""
        rows = Membership.objects.filter(workspace_id=workspace_id).select_related("user")
        named = sorted((full_name(row.user), row.user.pk) for row in rows)
        return {person: name for name, person in named}

    def key_name(self, token: Any) -> str:
        """Return what the API key is called that a request came with."""
        return name_of_key(token)

    def use_key(self, token: Any) -> str | None:
        """Count one call of an API key; return why it may not be made, or None where it may."""
        return use_api_key(token)

    def addresses_of(
        self, workspace_id: UUID, names: Collection[str], permission: str | None
    ) -> dict[int, str]:
        """Return the mail addresses of members: of those named, and who have the permission."""
        wanted = {name.strip().casefold() for name in names} - {""}
        rows = Membership.objects.filter(workspace_id=workspace_id, user__is_active=True)
        found = {}
        for row in rows.select_related("user"):
            user = row.user
            named = {user.get_username().casefold(), user.email.casefold()} & wanted
            if user.email and (named or (permission and user.has_perm(permission, row))):
                found[user.pk] = user.email
        return found


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
