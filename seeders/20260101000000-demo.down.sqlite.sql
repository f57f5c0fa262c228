-- Removes exactly the rows that the seeder created, even if they were changed since. If other rows refer to them, such as a
-- later booking of a demo event, the database refuses and nothing is removed.

DELETE FROM "SupportReplies" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'support-replies' AND a."action" = 'create');
DELETE FROM "SupportTickets" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'support-tickets' AND a."action" = 'create');
DELETE FROM "Payments" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'payments' AND a."action" = 'create');
DELETE FROM "Bookings" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'bookings' AND a."action" = 'create');
DELETE FROM "EventCategories" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'event-categories' AND a."action" = 'create');
DELETE FROM "Schedules" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'schedules' AND a."action" = 'create');
DELETE FROM "Events" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'events' AND a."action" = 'create');
DELETE FROM "Venues" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'venues' AND a."action" = 'create');
DELETE FROM "Users" WHERE "id" IN (SELECT a."resourceId" FROM "AuditLogs" a
  WHERE a."requestId" = '20260101000000-demo.js' AND a."resource" = 'users' AND a."action" = 'create');
