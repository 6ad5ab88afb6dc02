"""The steps by which databases come to today's tables, a module each. One that has run anywhere is never edited."""

from intake.store.migrations import (
    m001_reports,
    m002_people,
    m003_wechat,
    m004_dictionary,
    m005_sending,
    m006_triage,
    m007_teachers,
    m008_phones,
    m009_statuses,
    m010_marks,
    m011_school_town,
    m012_doors,
    m013_danger,
    m014_indexes,
    m015_roles,
    m016_cases,
    m017_words,
    m018_folders,
    m019_adopted,
    m020_looks,
    m021_matters,
    m022_uploads,
    m023_filled,
    m026_signed,
    m027_workbooks,
    m028_returns,
)
from intake.store.schema import Named

STEPS = tuple(
    Named(module.__name__.rpartition(".")[2], module)
    for module in (
        m001_reports,
        m002_people,
        m003_wechat,
        m004_dictionary,
        m005_sending,
        m006_triage,
        m007_teachers,
        m008_phones,
        m009_statuses,
        m010_marks,
        m011_school_town,
        m012_doors,
        m013_danger,
        m014_indexes,
        m015_roles,
        m016_cases,
        m017_words,
        m018_folders,
        m019_adopted,
        m020_looks,
        m021_matters,
        m022_uploads,
        m023_filled,
        m026_signed,
        m027_workbooks,
        m028_returns,
    )
)
"""In their order; a new step is a module here and a line at the end."""
