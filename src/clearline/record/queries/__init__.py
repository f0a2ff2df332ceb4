"""What may be read of the record; each query takes who asks first, and holds back what is not theirs to see."""
