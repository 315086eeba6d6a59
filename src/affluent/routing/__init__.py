"""Who serves whom: the pure engine. No clock, no chance, no I/O."""
