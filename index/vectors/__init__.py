"""Nearest neighbours among unit vectors: one Protocol, and what keeps a store caught up with the database."""
