"""One package per noun: what the API can do, without HTTP."""
