-- A demo season: venues, events with their schedules and categories, people of
-- every role, bookings in every state with their payments, requests for help. All names are invented. Dates count from
-- the day on which this runs; events that are over come last.
--
-- The data is in temporary tables, from which the rows are inserted. Every row is recorded in AuditLogs with the request
-- id below; undoing removes exactly those rows.
--
-- What `boxoffice serve --demo` shows:
-- sign-in: admin@example.com      demo-password-1   administrator, may do everything
-- sign-in: organizer@example.com  demo-password-1   organizer, runs the catalogue
-- sign-in: support@example.com    demo-password-1   support, handles tickets
-- sign-in: customer@example.com   demo-password-1   customer with bookings

UPDATE "AuditContexts" SET "actorId" = 0, "actorRole" = 'system', "requestId" = '20260101000000-demo.js', "updatedAt" = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE "id" = 1;

-- People. All have the same password; the hash is argon2id.

CREATE TEMPORARY TABLE "demoPeople" ("email" TEXT, "name" TEXT, "role" TEXT, "admin" INTEGER, "verified" INTEGER, "days" INTEGER);
INSERT INTO "demoPeople" VALUES
  ('admin@example.com', 'Ada Winter', 'customer', 1, 1, 90),
  ('organizer@example.com', 'Otto Brandt', 'organizer', 0, 1, 88),
  ('maren.holt@example.com', 'Maren Holt', 'organizer', 0, 1, 70),
  ('support@example.com', 'Selma Okafor', 'support', 0, 1, 85),
  ('jonas.reed@example.com', 'Jonas Reed', 'support', 0, 1, 40),
  ('customer@example.com', 'Clara Novak', 'customer', 0, 1, 60),
  ('ben.aalto@example.com', 'Ben Aalto', 'customer', 0, 1, 58),
  ('chiara.rossi@example.com', 'Chiara Rossi', 'customer', 0, 1, 55),
  ('david.mensah@example.com', 'David Mensah', 'customer', 0, 1, 51),
  ('elif.kaya@example.com', 'Elif Kaya', 'customer', 0, 1, 47),
  ('finn.larsen@example.com', 'Finn Larsen', 'customer', 0, 1, 44),
  ('grace.lindqvist@example.com', 'Grace Lindqvist', 'customer', 0, 1, 39),
  ('hugo.marchand@example.com', 'Hugo Marchand', 'customer', 0, 1, 33),
  ('ines.carvalho@example.com', 'Inês Carvalho', 'customer', 0, 1, 28),
  ('jakub.zielinski@example.com', 'Jakub Zieliński', 'customer', 0, 1, 24),
  ('keiko.tanaka@example.com', 'Keiko Tanaka', 'customer', 0, 1, 19),
  ('liam.byrne@example.com', 'Liam Byrne', 'customer', 0, 1, 12),
  ('mira.sandhu@example.com', 'Mira Sandhu', 'customer', 0, 1, 9),
  ('nadia.haddad@example.com', 'Nadia Haddad', 'customer', 0, 0, 3);

INSERT INTO "Users" ("email", "password", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt")
SELECT "email", '$argon2id$v=19$m=19456,t=2,p=1$Ptu3FS2OP6Bhj+NZTllHpw$+GW8Cton6MsFdrtauFCIyAhyXb8IKqIHfFXzUIYcmBU', "name",
  "admin", "verified", "role", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || "days" || ' days'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || "days" || ' days')
FROM "demoPeople" ORDER BY "days" DESC, "email";

-- Venues

INSERT INTO "Venues" ("name", "address", "capacity", "facilities", "createdAt", "updatedAt")
SELECT "column1", "column2", "column3", "column4", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days') FROM (VALUES
  ('Lantern Hall', '14 Harbour Street, Port Merrow', 420, 'Step-free access, cloakroom, bar, hearing loop'),
  ('The Old Tram Depot', '3 Depot Lane, Kestrel Quarter, Aldermoor', 900, 'Standing and seated layouts, bicycle parking, street food yard'),
  ('Marlow & Finch Bookshop', '27 Paper Row, Aldermoor', 45, 'Reading room, coffee, step-free through the side door'),
  ('Riverside Pavilion', 'Willow Embankment 1, Teslin', 1500, 'Open air under a roof, picnic lawn, parking for 300 cars'),
  ('Studio Nine', '9 Foundry Court, Port Merrow', 60, 'Sprung floor, mirrors, changing rooms with showers'),
  ('Observatory Hill Planetarium', 'Observatory Road 88, Hohenfels', 180, 'Full dome, reclining seats, lift, captions on request'),
  ('Saint Brenna''s Church', 'Church Square 2, Teslin', 350, 'Historic organ, heated pews, ramp at the north door'),
  ('The Copper Kettle Kitchen', '51 Market Arcade, Port Merrow', 24, 'Twelve cooking stations, aprons, vegetarian and allergy-friendly on request'),
  ('Northgate Sports Centre', '200 Northgate Avenue, Aldermoor', 2200, 'Grandstand, changing rooms, first aid, tram stop at the door'),
  ('Galerie Blauhaus', 'Am Blauen Haus 6, Hohenfels', 120, 'Two floors, lift, garden café, cloakroom')
) AS list;

-- Events: the first schedule is so many days from today, the others follow every so many days.

CREATE TEMPORARY TABLE "demoEvents" ("title" TEXT, "venue" TEXT, "day" INTEGER, "time" TEXT, "minutes" INTEGER, "schedules" INTEGER,
  "every" INTEGER, "price" DECIMAL(10,2), "capacity" INTEGER, "status" TEXT, "category" TEXT, "secondCategory" TEXT, "description" TEXT);
INSERT INTO "demoEvents" VALUES
  ('Evening Concert in the Quarry', 'Riverside Pavilion', -12, '18:30', 150, 1, 1, 34.00, 600, 'published', 'Music', NULL, 'An orchestra, a warm evening and a stage cut out of stone. Dvořák before the interval, film music after it.'),
  ('Saturday Bread School', 'The Copper Kettle Kitchen', -4, '09:00', 240, 1, 1, 58.00, 12, 'published', 'Food and drink', 'Workshop', 'Sourdough from starter to crust. Everybody goes home with two loaves, a jar of starter and floury sleeves.'),
  ('The Paper Lighthouse', 'Lantern Hall', 5, '19:30', 120, 4, 1, 28.50, 380, 'published', 'Theatre', 'Family', 'A keeper, a storm and a light made of paper: a play without words for people from eight to eighty. *"Quietly astonishing."*'),
  ('Tram Depot Jazz Night', 'The Old Tram Depot', 4, '20:00', 180, 1, 1, 22.00, 500, 'published', 'Music', NULL, 'Three bands on two stages, from a bass-heavy trio to a twelve-piece swing orchestra. Doors at 19:00, food in the yard.'),
  ('Poems for a Long Train Ride', 'Marlow & Finch Bookshop', 7, '18:30', 90, 1, 1, 0.00, 40, 'published', 'Reading', NULL, 'Four poets read what they wrote between two stations. Free, but the reading room is small, so please book.'),
  ('Beginners'' Tango in One Afternoon', 'Studio Nine', 8, '14:00', 180, 1, 1, 19.00, 30, 'published', 'Dance', 'Workshop', 'No partner needed, flat shoes recommended. After three hours you will know eight steps and how to say no politely.'),
  ('Stars over Hohenfels', 'Observatory Hill Planetarium', 9, '19:00', 60, 6, 7, 12.50, 170, 'published', 'Science', 'Family', 'A guided walk over this week''s sky under the full dome, with time for questions. Afterwards to the telescopes, if the clouds agree.'),
  ('Knife Skills and Onion Tears', 'The Copper Kettle Kitchen', 10, '17:00', 150, 1, 1, 45.00, 16, 'published', 'Food and drink', 'Workshop', 'Slice, dice, julienne. We end with a soup of everything that was cut. Knives are provided, plasters too.'),
  ('Organ by Candlelight', 'Saint Brenna''s Church', 11, '20:00', 75, 1, 1, 15.00, 320, 'published', 'Music', NULL, 'Bach, Franck and a new piece by Ilse Varga, played by her on the organ of 1783, by the light of four hundred candles.'),
  ('Aldermoor Half Marathon', 'Northgate Sports Centre', 13, '07:30', 300, 1, 1, 39.00, 1800, 'published', 'Sport', NULL, '21.1 kilometres through four parks and over two bridges. Pacers from 1:30 to 2:30, timing chip and soup included.'),
  ('Ceramics after Work', 'Studio Nine', 14, '16:30', 150, 3, 7, 32.00, 14, 'published', 'Art', 'Workshop', 'Throw, trim and glaze over three evenings; book the evening you like. Clay and firing are included.'),
  ('The Glass Orchard', 'Galerie Blauhaus', 15, '17:00', 180, 1, 1, 0.00, 110, 'published', 'Art', NULL, 'Opening of Noor Bensaïd''s exhibition: trees of blown glass on two floors. The artist speaks at 17:30.'),
  ('Port Merrow Comedy Club', 'Lantern Hall', 16, '19:00', 120, 2, 14, 18.00, 300, 'published', 'Comedy', NULL, 'Five comedians, ten minutes each, and a host who remembers your name. Not for children, nor for people called Gerald.'),
  ('Rain on a Tin Roof', 'The Old Tram Depot', 18, '19:30', 100, 3, 1, 26.00, 420, 'published', 'Dance', 'Theatre', 'Eleven dancers, nine hundred litres of water. The front two rows get a towel.'),
  ('How to Listen to a Symphony', 'Lantern Hall', 19, '18:00', 90, 1, 1, 9.50, 250, 'published', 'Music', 'Talk', 'The conductor Tomasz Brill takes one movement apart and puts it together again, with the orchestra on stage.'),
  ('Family Planetarium: The Little Comet', 'Observatory Hill Planetarium', 20, '10:30', 45, 3, 7, 8.00, 170, 'published', 'Family', 'Science', 'A comet who is afraid of the sun. For children from four, with a grown-up to hold hands with.'),
  ('Pasta, Properly', 'The Copper Kettle Kitchen', 21, '17:00', 180, 1, 1, 64.00, 16, 'published', 'Food and drink', 'Workshop', 'Eggs, flour and patience: tagliatelle, ravioli and what to do with the rest. Wine is included, talent is not needed.'),
  ('An Evening with Wilhelmina Stroud', 'Marlow & Finch Bookshop', 22, '18:30', 90, 1, 1, 14.00, 24, 'published', 'Reading', 'Talk', 'The author of *The Cartographer''s Daughter* reads from her new novel and takes every question but one.'),
  ('Riverside Open Air: Brass & Bass', 'Riverside Pavilion', 23, '17:00', 300, 1, 1, 29.00, 1300, 'published', 'Music', NULL, 'A brass band from the mountains meets a sound system from the harbour. Bring a blanket, leave the umbrella.'),
  ('Night of the Short Films', 'Galerie Blauhaus', 25, '20:00', 150, 1, 1, 11.00, 90, 'published', 'Film', NULL, 'Fourteen films, none longer than twelve minutes, one of them silent with a live piano.'),
  ('Wheelchair Basketball: Comets v. Harriers', 'Northgate Sports Centre', 26, '15:00', 110, 1, 1, 10.00, 1500, 'published', 'Sport', 'Family', 'The derby of the northern league. Loud, fast and free for children under six.'),
  ('Singing for People Who Cannot', 'Saint Brenna''s Church', 27, '18:00', 90, 4, 7, 6.00, 200, 'published', 'Music', 'Workshop', 'No notes, no audition, no blame. At the end of the evening we sing one song in four voices, and it will sound.'),
  ('Ada''s Machine', 'Lantern Hall', 29, '19:30', 130, 5, 1, 31.00, 380, 'published', 'Theatre', 'Science', 'A play about the woman who saw what a machine could be before there was one. With a working engine on stage.'),
  ('Wild Herbs and Wild Rumours', 'The Copper Kettle Kitchen', 30, '15:00', 180, 1, 1, 49.50, 20, 'published', 'Food and drink', NULL, 'A walk along the embankment with a botanist, then we cook what we found. What is poisonous stays outside.'),
  ('Repair Café', 'The Old Tram Depot', 32, '11:00', 240, 1, 1, 0.00, 150, 'published', 'Workshop', 'Community', 'Bring a toaster, a torn jacket or a bicycle; twenty volunteers help you mend it. Cake against donation.'),
  ('The Deep Field', 'Observatory Hill Planetarium', 33, '20:00', 70, 2, 14, 16.00, 175, 'published', 'Science', 'Music', 'Images of the oldest light there is, with a string quartet playing in the dark.'),
  ('Yoga at Seven', 'Studio Nine', 34, '05:30', 60, 6, 7, 12.00, 26, 'published', 'Sport', NULL, 'An hour before the working day. Mats and tea are there, conversation is optional.'),
  ('Drawing Without Looking', 'Galerie Blauhaus', 36, '16:00', 120, 1, 1, 21.00, 28, 'published', 'Art', 'Workshop', 'Blind contours, left hands and moving models. You will keep none of the drawings and all of the ease.'),
  ('Winter Lights Market Concert', 'Riverside Pavilion', 38, '16:00', 180, 2, 1, 0.00, 1200, 'published', 'Music', 'Community', 'Choirs of nine schools between the stalls of the market. Free; places under the roof must be booked.'),
  ('The Last Projectionist', 'Lantern Hall', 40, '19:00', 115, 1, 1, 13.00, 300, 'published', 'Film', 'Talk', 'A documentary on 35 mm about the man who shows it. He is present, and so is his projector.'),
  ('Flamenco, Close Up', 'Studio Nine', 42, '19:30', 80, 2, 1, 27.00, 55, 'published', 'Dance', 'Music', 'One dancer, one guitar, one voice and no microphone. The floor will shake.'),
  ('Cheese: A Love Story', 'The Copper Kettle Kitchen', 44, '18:00', 120, 1, 1, 38.00, 22, 'published', 'Food and drink', 'Talk', 'Nine cheeses, five wines and the history of each in ninety seconds. With a fair choice for vegetarians.'),
  ('Indoor Climbing Open', 'Northgate Sports Centre', 46, '08:00', 540, 2, 1, 17.50, 800, 'published', 'Sport', NULL, 'Boulder finals of the region. A ticket is for one day; the final starts at 15:00 on the second.'),
  ('Requiem', 'Saint Brenna''s Church', 49, '19:00', 90, 1, 1, 24.00, 330, 'published', 'Music', NULL, 'Fauré, sung by the Teslin Bach Choir with soloists and organ. No applause between the movements, please.'),
  ('The Museum of Small Sounds', 'Galerie Blauhaus', 52, '10:00', 480, 3, 1, 7.50, 110, 'published', 'Art', 'Family', 'Sixty boxes to open and listen to. For everybody who ever stopped to hear a radiator tick.'),
  ('New Year''s Gala', 'Lantern Hall', 57, '18:00', 240, 1, 1, 89.00, 400, 'published', 'Music', 'Dance', 'Dinner, the salon orchestra and a ball until the early hours. Dress as you wish to be remembered.'),
  ('Improvised Murder', 'The Old Tram Depot', 61, '19:30', 110, 2, 7, 20.00, 350, 'published', 'Comedy', 'Theatre', 'You choose the victim, they find the murderer. No two evenings are alike, apart from the body.'),
  ('Learn to Juggle in Ninety Minutes', 'Northgate Sports Centre', 65, '13:00', 90, 1, 1, 5.00, 120, 'published', 'Family', 'Workshop', 'Three balls, two hands, one method that works. From ten years up.'),
  ('Letters from the Ice', 'Marlow & Finch Bookshop', 68, '18:30', 75, 1, 1, 8.50, 42, 'published', 'Reading', 'Science', 'A glaciologist reads the letters she wrote to her sister during fourteen months at the South Pole.'),
  ('Midsummer Night''s Dream, Abridged', 'Riverside Pavilion', 75, '17:30', 100, 3, 1, 23.00, 1000, 'published', 'Theatre', 'Comedy', 'Six actors, twenty-two parts, one donkey. All of Shakespeare''s jokes and two of our own.'),
  ('A Choir of Machines', 'The Old Tram Depot', 82, '19:00', 90, 1, 1, 25.00, 600, 'published', 'Music', 'Art', 'Thirty looms, printers and typewriters play a concerto for metal. Ear plugs at the door.'),
  ('Harbour Fireworks Cruise', 'Riverside Pavilion', 35, '19:30', 120, 1, 1, 42.00, 240, 'cancelled', 'Community', NULL, 'Cancelled: the ship is in the dock longer than planned. All tickets were refunded.'),
  ('Spring Season Preview', 'Lantern Hall', 90, '18:00', 90, 1, 1, 0.00, 400, 'draft', 'Talk', NULL, 'What comes after the winter. Programme to be announced.'),
  ('Robot Building for Teenagers', 'Studio Nine', 72, '09:00', 360, 2, 1, 35.00, 18, 'draft', 'Science', 'Workshop', 'Draft: dates and teachers still to be confirmed.'),
  ('The Unfinished Opera', 'Saint Brenna''s Church', 95, '18:30', 140, 2, 2, 44.00, 300, 'draft', 'Music', 'Theatre', 'Draft: waiting for the rights to the third act.');

CREATE TEMPORARY TABLE "demoSchedules" ("title" TEXT, "number" INTEGER, "startTime" TEXT, "endTime" TEXT);
INSERT INTO "demoSchedules"
SELECT e."title", n."number",
  strftime('%Y-%m-%d %H:%M:%f +00:00', date('now', (e."day" + n."number" * e."every") || ' days') || ' ' || e."time"),
  strftime('%Y-%m-%d %H:%M:%f +00:00', date('now', (e."day" + n."number" * e."every") || ' days') || ' ' || e."time",
    e."minutes" || ' minutes')
FROM "demoEvents" e JOIN (SELECT "column1" AS "number" FROM (VALUES (0), (1), (2), (3), (4), (5)) AS numbers) n ON n."number" < e."schedules";

INSERT INTO "Events" ("title", "description", "price", "capacity", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt")
SELECT e."title", e."description", e."price", e."capacity", min(s."startTime"), max(s."endTime"),
  (SELECT max(v."id") FROM "Venues" v WHERE v."name" = e."venue"), e."status", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days')
FROM "demoEvents" e JOIN "demoSchedules" s ON s."title" = e."title"
GROUP BY e."title", e."description", e."price", e."capacity", e."venue", e."status" ORDER BY min(s."startTime") < strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), min(s."startTime");

CREATE TEMPORARY TABLE "demoIds" AS
SELECT e."title", (SELECT max(v."id") FROM "Events" v WHERE v."title" = e."title") AS "eventId" FROM "demoEvents" e;

INSERT INTO "Schedules" ("eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt")
SELECT i."eventId", s."startTime", s."endTime", e."capacity", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days')
FROM "demoSchedules" s JOIN "demoEvents" e ON e."title" = s."title" JOIN "demoIds" i ON i."title" = s."title"
ORDER BY s."startTime" < strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), s."startTime", s."title";

CREATE TEMPORARY TABLE "demoCategories" ("name" TEXT, "description" TEXT);
INSERT INTO "demoCategories" VALUES
  ('Music', 'Concerts of every kind'),
  ('Theatre', 'Plays and what comes close to them'),
  ('Dance', 'To watch and to join in'),
  ('Reading', 'Books read aloud, mostly by those who wrote them'),
  ('Workshop', 'You make something yourself'),
  ('Science', 'The world explained'),
  ('Family', 'For children and those who bring them'),
  ('Food and drink', 'Cooking and tasting'),
  ('Sport', 'To take part or to cheer'),
  ('Art', 'Exhibitions and studios'),
  ('Comedy', 'Laughing allowed'),
  ('Film', 'On a screen, in the dark'),
  ('Talk', 'An expert explains, you ask'),
  ('Community', 'By and for the neighbourhood');

INSERT INTO "EventCategories" ("eventId", "name", "description", "createdAt", "updatedAt")
SELECT i."eventId", c."name", c."description", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || 100 || ' days')
FROM "demoEvents" e JOIN "demoIds" i ON i."title" = e."title"
JOIN "demoCategories" c ON c."name" IN (e."category", e."secondCategory") ORDER BY i."eventId", c."name";

-- Bookings, made so many hours ago, and their payments. Holds of unpaid ones last so many hours from now.

CREATE TEMPORARY TABLE "demoBookings" ("number" INTEGER, "hours" INTEGER, "email" TEXT, "title" TEXT, "schedule" INTEGER,
  "quantity" INTEGER, "status" TEXT, "payment" TEXT, "method" TEXT, "refunded" DECIMAL(10,2), "hold" INTEGER, "checkedIn" INTEGER,
  "transactionId" TEXT);
INSERT INTO "demoBookings" VALUES
  (1, 900, 'customer@example.com', 'Evening Concert in the Quarry', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 1, '01KDVDQ5J8WXWCBYB6WK952SWA'),
  (2, 880, 'ben.aalto@example.com', 'Evening Concert in the Quarry', 0, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 1, '01KDVDS14G0432CF1XMWCEJZ05'),
  (3, 861, 'chiara.rossi@example.com', 'Evening Concert in the Quarry', 0, 2, 'confirmed', 'paid', 'banktransfer', NULL, NULL, 1, '01KDVDTWPRXHT5GMEJ146S6JR4'),
  (4, 820, 'david.mensah@example.com', 'Evening Concert in the Quarry', 0, 1, 'refunded', 'refunded', 'sandbox', NULL, NULL, 0, '01KDVDWR9010DD3YRST4CHN5KN'),
  (5, 700, 'elif.kaya@example.com', 'Saturday Bread School', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 1, '01KDVDYKV80T78F603XZBCWC8T'),
  (6, 690, 'finn.larsen@example.com', 'Saturday Bread School', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 1, '01KDVE0FDGR7STD0HK1DBS629D'),
  (7, 650, 'grace.lindqvist@example.com', 'Saturday Bread School', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 1, '01KDVE2AZRWG0NJR445DF0QQX8'),
  (8, 600, 'hugo.marchand@example.com', 'Saturday Bread School', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVE46J0Y8RB9KEFCACRY5T3'),
  (9, 590, 'customer@example.com', 'Saturday Bread School', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 1, '01KDVE6248662GFSGTZJB48EY4'),
  (10, 400, 'ben.aalto@example.com', 'Knife Skills and Onion Tears', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVE7XPGHDD14HTWF32BJQ85'),
  (11, 391, 'chiara.rossi@example.com', 'Knife Skills and Onion Tears', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVE9S8RQ8WN821YPK214Y4K'),
  (12, 382, 'david.mensah@example.com', 'Knife Skills and Onion Tears', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEBMV0M844WQ28NP5Y4T1Z'),
  (13, 373, 'elif.kaya@example.com', 'Knife Skills and Onion Tears', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEDGD80RR04557GTNRXWX5'),
  (14, 364, 'finn.larsen@example.com', 'Knife Skills and Onion Tears', 0, 3, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEFBZG1K5Y1E7ZZG0QK9CA'),
  (15, 355, 'grace.lindqvist@example.com', 'Knife Skills and Onion Tears', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEH7HRNWZFMSGCVCDREMD8'),
  (16, 346, 'hugo.marchand@example.com', 'Knife Skills and Onion Tears', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEK3408ZP24HA7WYHDTRZM'),
  (17, 337, 'ines.carvalho@example.com', 'Knife Skills and Onion Tears', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEMYP8WM42H2HPK18SXC1H'),
  (18, 300, 'jakub.zielinski@example.com', 'An Evening with Wilhelmina Stroud', 0, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEPT8GF937W6Q4CCYGB0Y2'),
  (19, 292, 'keiko.tanaka@example.com', 'An Evening with Wilhelmina Stroud', 0, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVERNTRBEHPASE5TR8WXC0R'),
  (20, 284, 'liam.byrne@example.com', 'An Evening with Wilhelmina Stroud', 0, 3, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVETHD0NXMD67DFR5KMG1P5'),
  (21, 276, 'mira.sandhu@example.com', 'An Evening with Wilhelmina Stroud', 0, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEWCZ82WNTHZ1D4V2BN8Y9'),
  (22, 268, 'customer@example.com', 'An Evening with Wilhelmina Stroud', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVEY8HGWZ5EWJAGKRDK9HZC'),
  (23, 260, 'ines.carvalho@example.com', 'An Evening with Wilhelmina Stroud', 0, 3, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVF043RT70R12S7Z5A4XTSH'),
  (24, 260, 'customer@example.com', 'The Paper Lighthouse', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVF1ZP0FYZ8NVYM6CT1G812'),
  (25, 255, 'ben.aalto@example.com', 'The Paper Lighthouse', 1, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVF3V88C9E0JMPFZ6Z7GCV1'),
  (26, 252, 'chiara.rossi@example.com', 'An Evening with Wilhelmina Stroud', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVF5PTGRTADDD8EPBMMCDC6'),
  (27, 250, 'mira.sandhu@example.com', 'The Paper Lighthouse', 1, 3, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVF7JCR8F85GR6VT8CS16CP'),
  (28, 240, 'hugo.marchand@example.com', 'The Paper Lighthouse', 2, 2, 'cancelled', 'refunded', 'sandbox', NULL, NULL, 0, '01KDVF9DZ0Q7NC4Y612Y9CB7DB'),
  (29, 230, 'nadia.haddad@example.com', 'An Evening with Wilhelmina Stroud', 0, 2, 'cancelled', 'cancelled', 'sandbox', NULL, NULL, 0, '01KDVFB9H8AJ638X46MSXVPVDQ'),
  (30, 200, 'keiko.tanaka@example.com', 'The Paper Lighthouse', 3, 6, 'confirmed', 'paid', 'banktransfer', NULL, NULL, 0, '01KDVFD53G02CBTXQQSCA60M5S'),
  (31, 190, 'liam.byrne@example.com', 'Tram Depot Jazz Night', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVFF0NRCNGH7AS8NQVBSDB4'),
  (32, 185, 'elif.kaya@example.com', 'Tram Depot Jazz Night', 0, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVFGW80NKY60P3EHKNDSB4R'),
  (33, 170, 'david.mensah@example.com', 'Tram Depot Jazz Night', 0, 2, 'expired', 'cancelled', 'sandbox', NULL, NULL, 0, '01KDVFJQT8ZD7S176FGWS3CR06'),
  (34, 160, 'grace.lindqvist@example.com', 'Poems for a Long Train Ride', 0, 2, 'confirmed', 'paid', 'free', NULL, NULL, 0, '01KDVFMKCGGGHNT6W42RARYAZ3'),
  (35, 158, 'ines.carvalho@example.com', 'Poems for a Long Train Ride', 0, 1, 'confirmed', 'paid', 'free', NULL, NULL, 0, '01KDVFPEYRVZTJSKQJYHJJ10F2'),
  (36, 150, 'customer@example.com', 'Poems for a Long Train Ride', 0, 2, 'confirmed', 'paid', 'free', NULL, NULL, 0, '01KDVFRAH0ATR3MS3M4EVYGF26'),
  (37, 149, 'jakub.zielinski@example.com', 'Beginners'' Tango in One Afternoon', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVFT638X9F73TX7D3P97QW8'),
  (38, 140, 'mira.sandhu@example.com', 'Stars over Hohenfels', 0, 4, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVFW1NGTXGTQ8J8FY7KPHHC'),
  (39, 139, 'finn.larsen@example.com', 'Stars over Hohenfels', 1, 3, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVFXX7RHFCFC230HGV126EH'),
  (40, 130, 'chiara.rossi@example.com', 'Stars over Hohenfels', 2, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVFZRT045AFQYYPDNNZ847W'),
  (41, 120, 'keiko.tanaka@example.com', 'Organ by Candlelight', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVG1MC8DWVGR9Q9MJBVQ6XM'),
  (42, 118, 'hugo.marchand@example.com', 'Organ by Candlelight', 0, 2, 'confirmed', 'paid', 'cash', NULL, NULL, 0, '01KDVG3FYG55VZXK04KD5KZMJ9'),
  (43, 110, 'liam.byrne@example.com', 'Aldermoor Half Marathon', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVG5BGREPMQ7MWHWKXMESF5'),
  (44, 109, 'finn.larsen@example.com', 'Aldermoor Half Marathon', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVG7730QQ1QSRCQR9BB5XJ1'),
  (45, 108, 'jakub.zielinski@example.com', 'Aldermoor Half Marathon', 0, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVG92N8E3AJ1V4K5N5H6M51'),
  (46, 100, 'elif.kaya@example.com', 'Aldermoor Half Marathon', 0, 2, 'confirmed', 'partiallyRefunded', 'sandbox', 39.00, NULL, 0, '01KDVGAY7G96VFEZNXSPNN8ZZ4'),
  (47, 90, 'ines.carvalho@example.com', 'Ceramics after Work', 1, 1, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGCSSR2TP0R5X1Q07TT9FA'),
  (48, 88, 'grace.lindqvist@example.com', 'Ceramics after Work', 1, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGENC0RAMDRVJH3YK7K9B3'),
  (49, 80, 'david.mensah@example.com', 'The Glass Orchard', 0, 2, 'confirmed', 'paid', 'free', NULL, NULL, 0, '01KDVGGGY8X1Y2M6CBPDFYEWBH'),
  (50, 78, 'customer@example.com', 'The Glass Orchard', 0, 1, 'cancelled', 'cancelled', 'free', NULL, NULL, 0, '01KDVGJCGGSBKYGZSN5YES3D8R'),
  (51, 70, 'ben.aalto@example.com', 'Rain on a Tin Roof', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGM82RH3F0YQWFTATAM9G8'),
  (52, 66, 'mira.sandhu@example.com', 'Rain on a Tin Roof', 2, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGP3N0H39B0D985PH6YX5K'),
  (53, 60, 'chiara.rossi@example.com', 'Pasta, Properly', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGQZ781CTC5WD2TZAKMKS4'),
  (54, 58, 'keiko.tanaka@example.com', 'Pasta, Properly', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGSTSGKX4Q486SX7W0RYFJ'),
  (55, 50, 'hugo.marchand@example.com', 'Riverside Open Air: Brass & Bass', 0, 6, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGVPBR7X0D9JRKNS5GCCR7'),
  (56, 48, 'liam.byrne@example.com', 'Riverside Open Air: Brass & Bass', 0, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVGXHY0NKHYNWR56968BBCS'),
  (57, 44, 'elif.kaya@example.com', 'Night of the Short Films', 0, 2, 'expired', 'cancelled', 'sandbox', NULL, NULL, 0, '01KDVGZDG82X56E2A7VT4NV8D9'),
  (58, 40, 'jakub.zielinski@example.com', 'Ada''s Machine', 1, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVH192GRYNT0SMF1GNCNKW6'),
  (59, 38, 'customer@example.com', 'Ada''s Machine', 3, 2, 'confirmed', 'paid', 'sandbox', NULL, NULL, 0, '01KDVH34MRRDNJ6AGKEP9CC1C5'),
  (60, 36, 'finn.larsen@example.com', 'Harbour Fireworks Cruise', 0, 2, 'cancelled', 'refunded', 'sandbox', NULL, NULL, 0, '01KDVH50708FYTNN5QHX7W8F4G'),
  (61, 35, 'ines.carvalho@example.com', 'Harbour Fireworks Cruise', 0, 4, 'cancelled', 'refunded', 'sandbox', NULL, NULL, 0, '01KDVH6VS8AN970JQFQAB4X2SB'),
  (62, 30, 'nadia.haddad@example.com', 'Repair Café', 0, 1, 'confirmed', 'paid', 'free', NULL, NULL, 0, '01KDVH8QBG8KR1ACTX29R7SBN8'),
  (63, 26, 'grace.lindqvist@example.com', 'Winter Lights Market Concert', 0, 5, 'confirmed', 'paid', 'free', NULL, NULL, 0, '01KDVHAJXRGFN329SZ6YPTTJZX'),
  (64, 20, 'david.mensah@example.com', 'New Year''s Gala', 0, 2, 'pending', 'pending', 'banktransfer', NULL, 120, 0, '01KDVHCEG0TV77NVT1M3JVRMK4'),
  (65, 12, 'keiko.tanaka@example.com', 'New Year''s Gala', 0, 4, 'pending', 'pending', 'banktransfer', NULL, 120, 0, '01KDVHEA28F7WFS3Y6FKSF4QTA'),
  (66, 6, 'mira.sandhu@example.com', 'The Deep Field', 0, 2, 'pending', 'failed', 'sandbox', NULL, 24, 0, '01KDVHG5MGET74687X0JFK1MB4'),
  (67, 1, 'ben.aalto@example.com', 'Flamenco, Close Up', 1, 2, 'pending', 'pending', 'sandbox', NULL, 2, 0, '01KDVHJ16RWWS9PE2K1XMKMZ9Y');

INSERT INTO "Bookings" ("userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt",
  "createdAt", "updatedAt")
SELECT u."id", i."eventId", b."quantity", b."status", b."quantity" * e."price", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || b."hours" || ' hours'), c."id",
  CASE WHEN b."status" = 'pending' THEN strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '+' || b."hold" || ' hours') END,
  CASE WHEN b."checkedIn" = 1 THEN c."startTime" END,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || b."hours" || ' hours'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || b."hours" || ' hours')
FROM "demoBookings" b JOIN "demoEvents" e ON e."title" = b."title" JOIN "demoIds" i ON i."title" = b."title"
JOIN "demoSchedules" s ON s."title" = b."title" AND s."number" = b."schedule"
JOIN "Schedules" c ON c."eventId" = i."eventId" AND c."startTime" = s."startTime"
JOIN "Users" u ON u."email" = b."email" ORDER BY b."number";

INSERT INTO "Payments" ("bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt")
SELECT k."id", b."transactionId", k."totalPrice",
  CASE b."payment" WHEN 'refunded' THEN k."totalPrice" WHEN 'partiallyRefunded' THEN b."refunded" ELSE 0 END,
  b."payment", b."method",
  CASE WHEN b."payment" IN ('paid', 'refunded', 'partiallyRefunded') THEN k."bookingDate" END, k."createdAt", k."updatedAt"
FROM "demoBookings" b JOIN "demoIds" i ON i."title" = b."title" JOIN "Users" u ON u."email" = b."email"
JOIN "demoSchedules" s ON s."title" = b."title" AND s."number" = b."schedule"
JOIN "Schedules" c ON c."eventId" = i."eventId" AND c."startTime" = s."startTime"
JOIN "Bookings" k ON k."userId" = u."id" AND k."scheduleId" = c."id" AND k."status" = b."status" ORDER BY b."number";

UPDATE "Schedules" SET "updatedAt" = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), "availableSeats" = "availableSeats" - (SELECT sum(b."quantity") FROM "Bookings" b
  WHERE b."scheduleId" = "Schedules"."id" AND b."status" IN ('pending', 'confirmed'))
WHERE "id" IN (SELECT b."scheduleId" FROM "Bookings" b JOIN "demoIds" i ON i."eventId" = b."eventId" WHERE b."status" IN ('pending', 'confirmed'));

-- Requests for help

CREATE TEMPORARY TABLE "demoTickets" ("number" INTEGER, "days" INTEGER, "email" TEXT, "subject" TEXT, "description" TEXT, "status" TEXT,
  "priority" TEXT);
INSERT INTO "demoTickets" VALUES
  (1, 11, 'hugo.marchand@example.com', 'Two tickets too many', 'I booked the same evening twice by accident. Can one of the bookings be cancelled?', 'closed', 'normal'),
  (2, 9, 'elif.kaya@example.com', 'Money back for one runner', 'My sister is injured and cannot run the half marathon. Is a refund for one of our two places possible?', 'resolved', 'normal'),
  (3, 6, 'mira.sandhu@example.com', 'Payment failed', 'My card was declined although there is money on it. Are my seats for The Deep Field safe?', 'open', 'high'),
  (4, 5, 'customer@example.com', 'Wheelchair place', 'Is there a place for a wheelchair at The Paper Lighthouse, and may a companion sit next to it?', 'pending', 'normal'),
  (5, 4, 'finn.larsen@example.com', 'Refund for the cruise', 'The cruise was cancelled. When will the money arrive?', 'resolved', 'high'),
  (6, 2, 'david.mensah@example.com', 'Bank transfer', 'Which reference do I write on the transfer for the gala?', 'open', 'normal'),
  (7, 1, 'liam.byrne@example.com', 'Invoice for my company', 'Could I have an invoice with the address of my company on it?', 'open', 'low'),
  (8, 0, 'nadia.haddad@example.com', 'Cannot confirm my address', 'The link in the e-mail says that it is too old.', 'open', 'urgent');

INSERT INTO "SupportTickets" ("userId", "subject", "description", "status", "priority", "createdAt", "updatedAt")
SELECT u."id", t."subject", t."description", t."status", t."priority", strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || t."days" || ' days'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now', '-' || t."days" || ' days')
FROM "demoTickets" t JOIN "Users" u ON u."email" = t."email" ORDER BY t."number";

CREATE TEMPORARY TABLE "demoReplies" ("number" INTEGER, "hours" INTEGER, "email" TEXT, "body" TEXT);
INSERT INTO "demoReplies" VALUES
  (1, 3, 'support@example.com', 'Done: the second booking is cancelled and the money is on its way.'),
  (1, 5, 'hugo.marchand@example.com', 'That was quick. Thank you!'),
  (2, 20, 'jonas.reed@example.com', 'We are sorry to hear that. One place was refunded; yours stays booked.'),
  (4, 2, 'support@example.com', 'There are four such places in row H. Shall we move your booking there? A companion sits next to you at no extra cost.'),
  (5, 1, 'support@example.com', 'It was sent back on the day of the cancellation and takes three working days at most.'),
  (5, 60, 'finn.larsen@example.com', 'It arrived. Thanks.'),
  (6, 4, 'david.mensah@example.com', 'I found the number in my booking now. Is that the one?');

INSERT INTO "SupportReplies" ("supportTicketId", "userId", "body", "createdAt", "updatedAt")
SELECT k."id", w."id", r."body", strftime('%Y-%m-%d %H:%M:%f +00:00', k."createdAt", '+' || r."hours" || ' hours'), strftime('%Y-%m-%d %H:%M:%f +00:00', k."createdAt", '+' || r."hours" || ' hours')
FROM "demoReplies" r JOIN "demoTickets" t ON t."number" = r."number" JOIN "Users" u ON u."email" = t."email"
JOIN "SupportTickets" k ON k."userId" = u."id" AND k."subject" = t."subject"
JOIN "Users" w ON w."email" = r."email" ORDER BY r."number", r."hours";


DROP TABLE "demoReplies";
DROP TABLE "demoTickets";
DROP TABLE "demoBookings";
DROP TABLE "demoCategories";
DROP TABLE "demoIds";
DROP TABLE "demoSchedules";
DROP TABLE "demoEvents";
DROP TABLE "demoPeople";
UPDATE "AuditContexts" SET "actorId" = 0, "actorRole" = NULL, "requestId" = NULL, "updatedAt" = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE "id" = 1;
