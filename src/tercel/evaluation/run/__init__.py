"""The run of one evaluation: from candidates along the tree to effects, failures and refusals."""
