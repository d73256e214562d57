"""`/api/node-types/`: the catalogue."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from builder.catalogue import catalogue
from runtime.api.base import SIGNED_IN, ScopedView


class PortSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    multiple = serializers.BooleanField(required=False)
    only_if = serializers.DictField(required=False)
    tools = serializers.BooleanField(required=False)


class NodeTypeSchema(serializers.Serializer[object]):
    type = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    help = serializers.CharField()
    category = serializers.CharField()
    family = serializers.CharField(
        help_text="The category in no language: what its colour goes by."
    )
    icon = serializers.CharField()
    inputs = PortSchema(many=True)
    outputs = PortSchema(many=True)
    dynamic_outputs = serializers.DictField(allow_null=True)
    mode = serializers.ChoiceField(choices=["each", "all"])
    effect = serializers.ChoiceField(choices=["pure", "reads", "external"])
    routes = serializers.BooleanField()
    passes = serializers.BooleanField()
    waits = serializers.BooleanField()
    streams = serializers.BooleanField()
    told = serializers.ListField(
        child=serializers.CharField(), help_text="Settings that a model is told."
    )
    cpu = serializers.BooleanField()
    loop = serializers.BooleanField()
    usable_as_tool = serializers.BooleanField()
    several_tools = serializers.BooleanField()
    tells = serializers.CharField()
    trigger = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    params_schema = serializers.DictField()
    default_params = serializers.DictField()
    default_policy = serializers.DictField()
    examples = serializers.ListField(child=serializers.DictField())
    output_sample = serializers.JSONField(allow_null=True)
    keywords = serializers.ListField(child=serializers.CharField())


class FilterSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    example = serializers.CharField()


class FormulaHelperSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    help = serializers.CharField()
    example = serializers.CharField()


class OperatorSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    arity = serializers.IntegerField()


class ErrorClassSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class CatalogueSchema(serializers.Serializer[object]):
    node_types = NodeTypeSchema(many=True)
    field_kinds = serializers.ListField(child=serializers.CharField())
    filters = FilterSchema(many=True)
    formula_helpers = FormulaHelperSchema(many=True)
    operators = OperatorSchema(many=True)
    error_classes = ErrorClassSchema(many=True)


class NodeTypesView(ScopedView):
    permissions = {"GET": SIGNED_IN}

    @extend_schema(responses=CatalogueSchema)
    def get(self, request: Request) -> Response:
        """Return every kind of step with its form."""
        return Response(catalogue())
