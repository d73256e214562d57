"""How django-unfold looks and what its side bar holds, in the user's words."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _item(
    title: Any, icon: str, url: str, permission: str, active: str | None = None
) -> dict[str, Any]:
    """Return an entry; `active` says when it is marked, if its address alone does not."""
    marked = {"active": f"builder.admin.navigation.{active}"} if active else {}
    return {
        **marked,
        "title": title,
        "icon": icon,
        "link": reverse_lazy(url),
        "permission": f"builder.admin.navigation.{permission}",
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Segue",
    "SITE_HEADER": "Segue",
    "SITE_SUBHEADER": "builder.admin.navigation.workspace_name",
    "SITE_DROPDOWN": "builder.admin.navigation.workspace_choices",
    "SITE_SYMBOL": "conversion_path",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("builder/segue.svg"),
        }
    ],
    "SCRIPTS": [lambda request: static("builder/admin.js")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "ACCOUNT": {
        "navigation": [
            {"title": _("Password"), "link": reverse_lazy("admin:password_change")},
        ],
    },
    "BORDER_RADIUS": "6px",
    # The canvas's shades (frontend/src/ui/theme.ts): both parts are one product.
    "COLORS": {
        "primary": {
            "50": "#eef1fd",
            "100": "#dbe1f8",
            "200": "#b6c2ef",
            "300": "#8fa1e6",
            "400": "#8299e4",
            "500": "#6d84de",
            "600": "#3a51bd",
            "700": "#3148aa",
            "800": "#263d96",
            "900": "#1f327c",
            "950": "#162459",
        },
    },
    "DASHBOARD_CALLBACK": "builder.admin.dashboard.dashboard",
    "COMMAND": {"search_models": ["builder.flow"], "show_history": False},
    "SIDEBAR": {
        "show_search": False,
        "command_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    _item(_("Home"), "home", "admin:index", "everybody"),
                    _item(
                        _("Flows"),
                        "account_tree",
                        "admin:builder_flow_changelist",
                        "everybody",
                        "among_flows",
                    ),
                    _item(
                        _("Runs"),
                        "play_circle",
                        "admin:runtime_run_changelist",
                        "everybody",
                        "among_runs",
                    ),
                    {
                        **_item(
                            _("Waiting for me"), "inbox", "inbox", "everybody", "among_questions"
                        ),
                        "badge": "builder.admin.navigation.waiting_count",
                    },
                    _item(_("How it goes"), "monitoring", "figures", "everybody"),
                ],
            },
            {
                "title": _("What flows may use"),
                "items": [
                    _item(
                        _("Connections"), "key", "admin:runtime_credential_changelist", "everybody"
                    ),
                    _item(
                        _("Tables"),
                        "table",
                        "admin:runtime_datatable_changelist",
                        "everybody",
                        "among_tables",
                    ),
                    _item(
                        _("Knowledge"),
                        "menu_book",
                        "admin:runtime_collection_changelist",
                        "everybody",
                    ),
                    _item(_("Facts"), "psychology", "admin:runtime_fact_changelist", "everybody"),
                    _item(
                        _("Outbox"), "outbox", "admin:runtime_outboxmail_changelist", "everybody"
                    ),
                    _item(
                        _("Models"),
                        "neurology",
                        "admin:builder_modelprofile_changelist",
                        "everybody",
                    ),
                    _item(
                        _("Prompts"), "edit_note", "admin:builder_prompt_changelist", "everybody"
                    ),
                    _item(
                        _("Budgets"), "savings", "admin:runtime_modelbudget_changelist", "everybody"
                    ),
                    _item(_("Costs"), "payments", "costs", "everybody"),
                ],
            },
            {
                "title": _("Workspace"),
                "items": [
                    _item(_("People"), "group", "admin:builder_membership_changelist", "admins"),
                    _item(
                        _("Workspaces"), "domain", "admin:builder_workspace_changelist", "admins"
                    ),
                    _item(
                        _("Audit log"), "history", "admin:builder_auditentry_changelist", "admins"
                    ),
                    _item(_("Reachable by others"), "public", "reachable", "admins"),
                    _item(_("Backup"), "archive", "backup", "all_admins"),
                ],
            },
        ],
    },
}
