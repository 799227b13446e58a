"""What two queries say, held against each other: exact set match, linking, and why a wrong one is wrong."""
