"""The spreadsheets that clusters have: SMEs, contacts, services, managers, deliveries."""

from clusters.importing import resources

__all__ = ["resources"]
