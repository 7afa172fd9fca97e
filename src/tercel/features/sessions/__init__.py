"""Customer sessions: a cart and its life from open to closed, returned or cancelled.

Commands of the pipeline are ``update``, ``returns`` and ``cancel`` (with reopening); ``code_entry`` puts the brake on guessing
codes before an update. They are built from these parts:

- wire types: ``integration_model`` and ``return_model`` for shops, ``model`` for the Management API;
- the request: ``intent`` holds it, ``wants`` derives what the evaluation should report, ``check`` validates it,
  ``lifecycle`` allows or refuses the change of state, ``merge`` applies it to the stored session;
- facts: ``gather`` names the rows to load, ``resolve`` finds profile, store and codes among them, ``facts`` builds the
  snapshot, ``variants`` keeps the variants of experiments;
- changes: ``apply`` writes attribute values, created codes, reservations and calls of webhooks; ``consume`` writes ledger entries;
- reversal: ``undo`` is shared by cancel, reopen and return; ``returned_units`` picks the units, ``reevaluate`` and ``novelty``
  compare a new evaluation with the effects in force;
- answers: ``answer``, ``code_answers`` and ``events`` build what the caller sees.

``current`` reads one session for shops. ``listing`` and ``read`` serve the Management API.
"""
