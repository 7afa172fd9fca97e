"""The attack: many clients against several server processes on one PostgreSQL, each answer checked against a sequential model.

An *offer* is a campaign as data. A *storm* makes a *battle* from it: clients with scripts of *operations*, in an application of
their own. Every request and answer is kept with its instants (``history``); ``linearize`` looks for an order that keeps to
real time and in which the sequential ``model`` gives exactly these answers. What no order explains is a defect.
"""
