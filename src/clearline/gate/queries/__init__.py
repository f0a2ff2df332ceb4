"""What is asked of what the gate keeps."""
