"""Cases on a phone: what is asked of a teacher, principal or village cadre, and what they write down in the field."""
