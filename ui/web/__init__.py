"""The chat page and the service behind it."""
