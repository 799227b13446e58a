"""Training: small models learn SQL, pipes, which of two queries is right, and which example is worth showing."""
