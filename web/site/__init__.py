"""Makes the static site in dist/ from the repository; nothing here runs in the browser's Python."""
