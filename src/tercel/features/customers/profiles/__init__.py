"""Customers: profiles as the account and its applications see them.

A profile belongs to an application once a session, an event or a profile update reached it through that application's
key (behaviour/profiles 5). The figures of a profile are written by the ledger, its attributes by the pipeline.
"""
