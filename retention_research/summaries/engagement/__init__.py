"""What was known of each customer on a day: nothing dated after it changes a column."""
