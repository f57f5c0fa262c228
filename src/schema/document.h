/* The schema as Markdown, for people: every field with its limits, privacy and meaning, every rule.
 * docs/SCHEMA.md is this text. */
#ifndef SCHEMA_DOCUMENT_H
#define SCHEMA_DOCUMENT_H

#include "base/buf.h"

void document_schema(struct buf *out);

#endif
