"""How fast Mendline is, measured against the running system. See README.md."""
