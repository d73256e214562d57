"""What each role may do, as one table. Views and admin pages name a permission, never a role."""

from collections.abc import Mapping
from types import MappingProxyType

from rules.permissions import set_perm
from rules.predicates import Predicate

from builder.models import Role
from builder.services.access import InWorkspace, role_in, roles_of
from runtime.services.notices import Person

# Permission -> the lowest role that has it. Object permissions: the role is the one in the
# object's workspace. Asked without an object: the person has it in some workspace.
TABLE: Mapping[str, Role] = MappingProxyType(
    {
        "builder.view_workspace": Role.VIEWER,
        "builder.add_workspace": Role.ADMIN,
        "builder.change_workspace": Role.ADMIN,
        "builder.view_flow": Role.VIEWER,
        "builder.run_flow": Role.OPERATOR,
        "builder.switch_flow": Role.OPERATOR,
        "builder.add_flow": Role.EDITOR,
        "builder.change_flow": Role.EDITOR,
        "builder.publish_flow": Role.EDITOR,
        "builder.delete_flow": Role.EDITOR,
        # What is pruned is gone, for everybody: more than changing or even deleting a flow.
        "builder.change_retention": Role.ADMIN,
        "builder.view_flowversion": Role.VIEWER,
        "builder.view_modelprofile": Role.VIEWER,
        "builder.add_modelprofile": Role.EDITOR,
        "builder.change_modelprofile": Role.EDITOR,
        "builder.delete_modelprofile": Role.EDITOR,
        "builder.view_prompt": Role.VIEWER,
        "builder.add_prompt": Role.EDITOR,
        "builder.change_prompt": Role.EDITOR,
        "builder.delete_prompt": Role.EDITOR,
        "builder.view_membership": Role.ADMIN,
        "builder.add_membership": Role.ADMIN,
        "builder.change_membership": Role.ADMIN,
        "builder.delete_membership": Role.ADMIN,
        "builder.view_auditentry": Role.ADMIN,
        "runtime.view_run": Role.VIEWER,
        "runtime.cancel_run": Role.OPERATOR,
        "runtime.resolve_wait": Role.OPERATOR,
        "runtime.decide_as_editor": Role.EDITOR,
        "runtime.decide_as_admin": Role.ADMIN,
        "runtime.view_operations": Role.ADMIN,
        "runtime.view_credential": Role.VIEWER,
        "runtime.add_credential": Role.EDITOR,
        "runtime.change_credential": Role.EDITOR,
        "runtime.delete_credential": Role.EDITOR,
        # Whoever sets a budget says yes or no when it is used up.
        "runtime.view_modelbudget": Role.VIEWER,
        "runtime.add_modelbudget": Role.ADMIN,
        "runtime.change_modelbudget": Role.ADMIN,
        "runtime.delete_modelbudget": Role.ADMIN,
        "runtime.view_outboxmail": Role.VIEWER,
        "runtime.view_fact": Role.VIEWER,
        "runtime.delete_fact": Role.OPERATOR,
        "runtime.view_collection": Role.VIEWER,
        "runtime.change_collection": Role.EDITOR,
        "runtime.delete_collection": Role.EDITOR,
        "runtime.view_document": Role.VIEWER,
        "runtime.delete_document": Role.EDITOR,
        "runtime.view_datatable": Role.VIEWER,
        "runtime.add_datatable": Role.EDITOR,
        "runtime.change_datatable": Role.EDITOR,
        "runtime.delete_datatable": Role.EDITOR,
        # What stands in a table is daily business; what a table is, flows rely on.
        "runtime.view_datarow": Role.VIEWER,
        "runtime.add_datarow": Role.OPERATOR,
        "runtime.change_datarow": Role.OPERATOR,
        "runtime.delete_datarow": Role.OPERATOR,
    }
)


def at_least(role: Role) -> Predicate:
    """Return the predicate *the person has this role, or a higher one, where the object is*."""

    def predicate(user: Person, target: InWorkspace | None = None) -> bool:
        if target is None:
            return any(own.rank >= role.rank for own in roles_of(user).values())
        own = role_in(user, target.workspace_id)
        return own is not None and own.rank >= role.rank

    return Predicate(predicate, name=f"at_least_{role.value}")


def register() -> None:
    """Tell the rules backend; called once, when Django is ready."""
    predicates = {role: at_least(role) for role in Role}
    for permission, role in TABLE.items():
        set_perm(permission, predicates[role])  # type: ignore[no-untyped-call]
