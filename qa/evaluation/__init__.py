"""Measuring: how good is every part, on labelled questions."""
