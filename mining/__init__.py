"""Purchases: the ledger, the miners and the jobs that run them. Knows no browser."""
