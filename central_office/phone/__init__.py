"""PHONE: the form on a citizen's own phone, from a slip's code or a unit's. Makes submissions, stores no record."""
