"""Trials of what may go wrong: each a command with a count and a seed, none of which may lose or falsify anything."""
