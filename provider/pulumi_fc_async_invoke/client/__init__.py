"""HTTP: one attempt, retries, deadlines, connections."""
