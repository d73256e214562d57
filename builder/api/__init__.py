"""The REST API of design time: thin views over the services."""
