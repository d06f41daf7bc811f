"""Questions as people type them, and as they are searched and read."""
