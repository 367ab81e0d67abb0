"""The part of SARIF 2.1.0 that is used here, as a strict JSON Schema.

Written after the standard; everything that it does not name is refused.
"""

from __future__ import annotations

from typing import Any


def closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def many(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
INDEX = {"type": "integer", "minimum": 0}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
# no backslash, no space, no scheme but file
URI = {"type": "string", "pattern": r"^(file://(?=/))?[A-Za-z0-9._~%/-]+$"}
URL = {"type": "string", "pattern": r"^https://[A-Za-z0-9._~%/-]+$"}
MESSAGE = closed({"text": TEXT})
REGION = closed({"startLine": COUNT}, startColumn=COUNT, endLine=COUNT, endColumn=COUNT)
ARTIFACT = closed({"uri": URI})
PLACE = closed({"artifactLocation": ARTIFACT, "region": REGION})
LOCATION = closed({"physicalLocation": PLACE}, id=INDEX, message=MESSAGE)
REPLACEMENT = closed(
    {"deletedRegion": REGION}, insertedContent=closed({"text": {"type": "string"}})
)
CHANGE = closed(
    {"artifactLocation": ARTIFACT, "replacements": many(REPLACEMENT, minItems=1)}
)
FIX = closed({"artifactChanges": many(CHANGE, minItems=1)}, description=MESSAGE)
RULE = closed(
    {"id": TEXT},
    name=TEXT,
    shortDescription=MESSAGE,
    help=MESSAGE,
    helpUri=URL,
    defaultConfiguration=closed({"level": LEVEL}),
)
RESULT = closed(
    {"message": MESSAGE, "ruleId": TEXT, "ruleIndex": INDEX, "level": LEVEL},
    locations=many(LOCATION, maxItems=1),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    relatedLocations=many(LOCATION, uniqueItems=True),
    fixes=many(FIX, uniqueItems=True),
)
NOTIFICATION = closed(
    {"message": MESSAGE},
    descriptor=closed({"id": TEXT}),
    associatedRule=closed({"id": TEXT, "index": INDEX}),
    level=LEVEL,
    locations=many(LOCATION),
)
DRIVER = closed(
    {"name": TEXT},
    version=TEXT,
    informationUri=URL,
    rules=many(RULE, uniqueItems=True),
    notifications=many(RULE, uniqueItems=True),
)
INVOCATION = closed(
    {"executionSuccessful": {"type": "boolean"}},
    toolExecutionNotifications=many(NOTIFICATION),
)
RUN = closed(
    {"tool": closed({"driver": DRIVER})},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=many(INVOCATION),
    results=many(RESULT, maxItems=25_000),
)
LOG = closed(
    {"version": {"const": "2.1.0"}, "runs": many(RUN)},
    **{"$schema": {"type": "string", "pattern": r"/sarif-schema-2\.1\.0\.json$"}},
)
