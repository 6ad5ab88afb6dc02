"""A fictional district with its people, a week of reports and cases in every state; `district.fill` puts it in."""
