"""The value index: which columns hold what a question speaks of, typos and other spellings allowed."""
