"""The bureau's side: the desk, answers to parents, and the workbooks that leave the house."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the sign-in, the desk, what parents said, and what the worker does for workbooks."""
    from exports.books import making
    from exports.desk import calls, danger, frame, home, me, notes, pictures
    from exports.desk.case import answering, joining, letters, page
    from exports.desk.children import card, known, matches, merges, search
    from exports.desk.children import page as child
    from exports.desk.ledgers import pages as ledgers
    from exports.desk.lists import pages as lists
    from exports.desk.people import factor, pages, slots
    from exports.desk.register import joining as school_joining
    from exports.desk.register import pages as register
    from exports.desk.returns import pages as returns
    from exports.desk.signed import fulls, sent
    from exports.desk.talks import pages as talks
    from exports.desk.talks import reporting
    from exports.desk.today import pages as today
    from exports.desk.work import bunches, cases, inbox, looks, opening
    from intake.web import proving, signin

    signin.init_app(app)
    proving.init_app(app)
    at_desk = (frame, home, me, factor, danger, talks, reporting, calls, pictures, notes, pages, slots, lists)
    of_work = (cases, opening, inbox, looks, bunches)
    of_children = (search, child, known, card, merges, matches, register, school_joining)
    of_papers = (today, ledgers, returns, fulls, sent)
    for one in (*at_desk, *of_work, *of_children, *of_papers, page, answering, joining, letters):
        app.register_blueprint(one.bp)
    app.extensions["baoxue.chores"] = (*app.extensions.get("baoxue.chores", ()), making.make_workbooks)
