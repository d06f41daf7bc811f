"""Collections whose documents travel with their vectors, so that processes without them ask the same."""
