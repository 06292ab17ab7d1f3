"""What is measured, one group a file: its ROWS, and `measure(site)`, which answers them for one profile."""
