"""What commands print and write: values to text for people, and to data for programs."""
