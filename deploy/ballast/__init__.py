"""A file that holds room for answers on the data partition. Knows no answer; deletes nothing but itself."""
