"""The dashboard: the modules that run beside nncore in the browser's worker."""
