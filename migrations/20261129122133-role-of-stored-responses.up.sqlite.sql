-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
ALTER TABLE "IdempotencyKeys" ADD COLUMN "actorRole" VARCHAR(255);
