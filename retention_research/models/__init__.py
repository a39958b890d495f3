"""Arrays and weights in, frozen fits out: one module per model, numpy and scipy only."""
