"""What the two engines gather from several rows by different names."""

from typing import Any

from django.db.models import Aggregate, TextField


class Listed(Aggregate):
    """The different values of a text column, commas in between: for words that hold none."""

    template = "GROUP_CONCAT(DISTINCT %(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(DISTINCT %(expressions)s, ',')")
