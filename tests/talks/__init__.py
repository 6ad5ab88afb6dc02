"""Tests of talks."""
