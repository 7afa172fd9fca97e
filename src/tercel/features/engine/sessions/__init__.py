"""Customer sessions: a cart and its life from open to closed, returned or cancelled.

Commands of the pipeline are ``commands.update``, ``commands.returns`` and ``commands.cancel`` (with reopening);
``commands.code_entry`` puts the brake on guessing codes before an update, ``commands.check`` validates it,
``commands.lifecycle`` allows or refuses the change of state. They are built from these parts:

- wire types: ``integration_model`` and ``return_model`` for shops, ``model`` for the Management API;
- the request: ``request.intent`` holds it, ``request.wants`` derives what the evaluation should report, ``request.merge``
  applies it to the stored session, ``request.resolve`` finds profile, store and codes among the loaded rows,
  ``request.variants`` keeps the variants of experiments, ``request.returned_units`` picks the units of a return;
- facts: ``facts.gather`` names the rows to load, ``facts.snapshot`` makes of them what an evaluation sees;
- changes: ``writing.apply`` writes attribute values, created codes, reservations and calls of webhooks; ``writing.consume``
  writes ledger entries by ``writing.record``; ``writing.events`` writes what happened;
- reversal: ``writing.undo`` is shared by cancel, reopen and return; ``commands.reevaluate`` and ``writing.novelty``
  compare a new evaluation with the effects in force;
- answers: ``answers.session`` and ``answers.codes`` build what the caller sees, ``answers.current`` reads one session for shops.

``aggregate`` and ``return_aggregate`` bring sessions into the pipeline. ``listing`` and ``read`` serve the Management API.
"""
