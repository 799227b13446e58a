"""A retriever: an embedding model that learns to put a masked question where its masked SQL lies."""
