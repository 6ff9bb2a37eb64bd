"""Fault runs: everything that can fail does, again and again, and at rest nothing may be lost, stale or risen from the dead."""
