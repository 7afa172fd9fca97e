"""Scenarios: campaign ideas with worked examples, as data (behaviour/language 15).

``cases`` reads the documents, ``facts`` turns a case into program and snapshot, ``run`` evaluates it, ``compare`` says
what differs. Another driver can send the same cases elsewhere and compare its answers with the same functions.
"""
