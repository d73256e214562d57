"""Design time: what a flow is and who may touch it."""
