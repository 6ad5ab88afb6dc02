"""Schools, classes and children of the bureau's lists; staff; wrong tries."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "schools",
        {"code": str, "name": str, "aliases": str, "town": str, "stage": str, "demo": int, "changed_at": str},
        key=("code",),
        required=("name", "aliases", "town", "stage", "demo", "changed_at"),
    ),
    Table(
        "classes",
        {"id": str, "school": str, "grade": str, "class_name": str, "demo": int},
        key=("id",),
        required=("school", "grade", "class_name", "demo"),
        references={"school": "schools.code"},
    ),
    Table(
        "children",
        {
            "id": str,
            "child_name": str,
            "sex": str,
            "birth_date": str,
            "id_number": str,
            "id_number_hash": str,
            "class": str,
            "town": str,
            "village": str,
            "demo": int,
        },
        key=("id",),
        required=("child_name", "town", "demo"),
        references={"class": "classes.id"},
        indexes=(Index(("id_number_hash",)),),
    ),
    Table(
        "staff",
        {
            "id": str,
            "name": str,
            "login": str,
            "password": str,
            "role": str,
            "area": str,
            "school": str,
            "active": int,
            "demo": int,
        },
        key=("id",),
        required=("name", "login", "password", "role", "area", "active", "demo"),
        indexes=(Index(("login",), unique=True),),
    ),
    Table(
        "tries",
        {"what": str, "count": int, "until": str},
        key=("what",),
        required=("count", "until"),
    ),
)


def apply(schema: Schema) -> None:
    """Schools, classes and children of the bureau's lists; staff; wrong tries."""
    for table in TABLES:
        schema.create(table)
