"""The pure core: decisions without I/O. Time is an argument."""
