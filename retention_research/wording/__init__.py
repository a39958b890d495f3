"""Values to words: the one number formatter, and the sentences that readers see."""
