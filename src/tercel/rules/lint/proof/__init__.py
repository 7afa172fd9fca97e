"""What can be proven of conditions without running them.

``Facts`` collects what conditions that hold say about values, and tells which outcomes a further condition can still
have: true, false, failed. Whatever is not understood can have every outcome, so a proof is never a guess. What it says
holds for evaluations that stay within their allowance of steps and time.
"""
