"""Steps that fill collections of documents, and find in them."""
