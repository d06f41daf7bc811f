"""The tools that assistants get, over the Model Context Protocol (MCP)."""
