-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
CREATE TABLE "PeopleEpochs" (
  "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
  "epoch" BIGINT NOT NULL
);
INSERT INTO "PeopleEpochs" ("id", "epoch") VALUES (1, 0);
CREATE TRIGGER "users_epoch_replace" BEFORE INSERT ON "Users" WHEN EXISTS (SELECT 1 FROM "Users" WHERE "id" = NEW."id")
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "users_epoch_update" AFTER UPDATE ON "Users"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "users_epoch_delete" AFTER DELETE ON "Users"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_replace" BEFORE INSERT ON "Sessions" WHEN EXISTS (SELECT 1 FROM "Sessions" WHERE "id" = NEW."id")
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_update" AFTER UPDATE ON "Sessions"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_delete" AFTER DELETE ON "Sessions"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
