"""The bureau's side: the desk, answers to parents, and the workbooks that leave the house."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the sign-in, the desk, and what parents said."""
    from exports.desk import calls, danger, frame, home, me, pictures, reporting, talks
    from exports.desk.people import pages, slots
    from exports.desk.work import cases, inbox, looks, opening
    from intake.web import signin

    signin.init_app(app)
    for one in (
        frame,
        home,
        me,
        danger,
        talks,
        reporting,
        calls,
        pictures,
        cases,
        opening,
        inbox,
        looks,
        pages,
        slots,
    ):
        app.register_blueprint(one.bp)
