"""Where a loaded form version came from. The form itself is a file of `rounds`, and never changes."""

from django.db import models

from central_office.rounds.models import FormFile


class FormSource(models.Model):
    """`by`: a user's name, or "cli:NAME"; `source`: the file's name as it was brought."""

    form = models.OneToOneField(FormFile, on_delete=models.CASCADE, primary_key=True, related_name="source")
    by = models.CharField(max_length=160)
    source = models.CharField(max_length=120)
