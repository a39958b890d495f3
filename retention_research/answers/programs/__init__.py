"""What each retention program did, whether it paid, and how sure that is."""
