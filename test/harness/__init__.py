"""What the Python tests share: building and running binaries, comparing tensors, counting
results."""
