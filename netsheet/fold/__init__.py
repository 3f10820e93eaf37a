"""Repeated structure of a network, found: groups built alike, as blocks with parameters."""
