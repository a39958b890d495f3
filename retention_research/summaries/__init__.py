"""Checked events in, small frames out: the engine does the work, the window is the only clock."""
