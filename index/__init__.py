"""Documents in, passages out: loading, splitting, embedding, searching. Knows nothing of questions."""
