-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
CREATE TABLE "JobCursors" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(255) NOT NULL,
  "position" TEXT NOT NULL,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL
);
CREATE UNIQUE INDEX "job_cursors_name" ON "JobCursors" ("name");
