"""The checker: whether an expression may be saved, with a finding for every place that is wrong."""
