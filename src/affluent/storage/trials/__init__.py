"""Rules on trial: their rows, draws and figures."""
