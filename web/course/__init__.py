"""The course: exercises in Markdown, and a checker that says what is wrong with an answer."""
