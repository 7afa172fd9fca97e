"""Jobs: work that a request asks for and a worker does, in steps, with progress that can be read.

Each step is one transaction that does a part and says so in the job's row. A process that dies in the middle loses
that step only, and the next worker begins where the row says.
"""
