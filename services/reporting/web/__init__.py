"""Translation: a query in, an answer out."""
