"""Reports tell whether they have their case: those that were there before there were cases still have to get one."""

from intake.store.schema import Index, Schema


def apply(schema: Schema) -> None:
    """Let every report that is there wait for its case; what a version of before still takes in waits as well."""
    schema.add_column("reports", "adopted", int, default=0)  # 1: has its case, or needs none
    schema.run("UPDATE reports SET adopted = 1 WHERE id IN (SELECT report FROM case_reports)")
    schema.index("reports", Index(("adopted", "id"), where="adopted = 0"))
