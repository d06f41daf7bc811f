"""The service behind the page: documented JSON calls, for the page itself, for programs and for assistants."""
