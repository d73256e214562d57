"""`/api/collections/`: what the workspace knows, for choosing a collection."""

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.base import ScopedView
from runtime.models import Collection


class CollectionSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    about = serializers.CharField()
    documents = serializers.IntegerField()


class CollectionListSchema(serializers.Serializer[object]):
    results = CollectionSchema(many=True)


class CollectionsView(ScopedView):
    permissions = {"GET": "runtime.view_collection"}

    @extend_schema(operation_id="collections_list", responses=CollectionListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's collections by name, with how many documents are in each."""
        rows = Collection.objects.in_workspace(self.workspace())
        counted = rows.annotate(count=Count("documents")).order_by("name")
        found = [
            {"id": id_, "name": name, "about": about, "documents": count}
            for id_, name, about, count in counted.values_list("id", "name", "about", "count")
        ]
        return Response({"results": found})
