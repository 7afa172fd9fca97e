"""Evaluation groups: the tree in which the campaigns of an application stand, and how groups choose among their members.

Every application has a base group without a parent; groups stand in it and in groups of it. A locked group keeps its
settings and members until it is unlocked. Every write raises the application's revision.
"""
