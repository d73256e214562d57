"""`/api/tables/`: the workspace's tables and their columns, for choosing one."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.base import ScopedView
from runtime.models import DataTable


class TableColumnSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    kind = serializers.CharField()
    is_key = serializers.BooleanField()


class TableSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    rows = serializers.IntegerField()
    columns = TableColumnSchema(many=True)


class TableListSchema(serializers.Serializer[object]):
    results = TableSchema(many=True)


class TablesView(ScopedView):
    permissions = {"GET": "runtime.view_datatable"}

    @extend_schema(operation_id="tables_list", responses=TableListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's tables by name, with their columns."""
        tables = DataTable.objects.in_workspace(self.workspace()).prefetch_related("columns")
        return Response({"results": [_json(table) for table in tables]})


def _json(table: DataTable) -> dict[str, object]:
    columns = [
        {"name": one.name, "kind": one.kind, "is_key": one.is_key} for one in table.columns.all()
    ]
    return {"id": table.id, "name": table.name, "rows": table.row_count, "columns": columns}
