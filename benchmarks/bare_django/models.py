from django.db import models

TABLE = "bare_visit"
CREATE = f"""
CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, token text NOT NULL, page smallint NOT NULL, value smallint, at timestamptz NOT NULL);
CREATE INDEX ON {TABLE} (token);
"""


class Visit(models.Model):
    """One request."""

    token = models.TextField()
    page = models.SmallIntegerField()
    value = models.SmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = TABLE
        app_label = "bare_django"

    def __str__(self) -> str:
        return f"{self.token} {self.page}"
