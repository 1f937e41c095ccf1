"""PostgreSQL and Redis without an installation: found on this machine or in wheels, started, and never left behind."""
