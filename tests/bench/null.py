"""The smallest Flask endpoint there is: reads a body, answers a little JSON. The yardstick of the bench."""

from flask import Flask, request
from flask.typing import ResponseReturnValue

app = Flask(__name__)


@app.post("/null")
def null() -> ResponseReturnValue:
    """Read the body and answer."""
    return {"size": len(request.get_data())}


@app.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say that the server is up."""
    return {"ready": True}
