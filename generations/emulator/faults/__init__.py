"""Everything that can go wrong, as data: name → behaviour.

`effects` has the kinds of fault, `table` all of them in one mapping, `switchboard` what is in
force. The table is served at ``GET /emulator/faults``. A fault is switched on

- for a run: ``--faults '{"mode": "rate_limited", "times": 2, "retry_after": 7}'`` (or a list);
- while running: the same JSON to ``POST /emulator/faults``; ``DELETE /emulator/faults`` ends all;
- for some calls: ``"match": {"attempt_id": "…"}`` in that JSON, over the call's metadata, its
  ``model``, or a part of its ``prompt``;
- for one prompt: ``A heron [fault:rate_limited times=1 retry_after=7]``; `times` then counts the
  calls of one generation.
"""
