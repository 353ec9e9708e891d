-- What one message on the page asks of PostgreSQL: it is stored, claimed, its step is taken, and its
-- replies are stored with its end. Statements of pgbench, by the rows that a run of machines.py left.
-- Each client is a resident of its own.
SELECT id AS who FROM respondent ORDER BY id OFFSET :client_id LIMIT 1 \gset
BEGIN;
SELECT last_seq AS seq, claim_no FROM respondent WHERE id = ':who' FOR UPDATE \gset
SELECT text FROM inbox WHERE respondent_id = ':who' ORDER BY seq DESC LIMIT 3;
SELECT question FROM outbox WHERE respondent_id = ':who' ORDER BY seq DESC LIMIT 12;
INSERT INTO inbox (respondent_id, channel, provider_id, seq, text, repaired, phase, received_at, state, attempts)
 VALUES (':who', 'webchat', gen_random_uuid(), :seq + 1, 'I agree', false, 'open', now(), 'received', 0) RETURNING id AS message \gset
UPDATE respondent SET last_seq = :seq + 1, heard_seq = :seq + 1, last_message_at = now() WHERE id = ':who';
SELECT pg_notify('bench', ':who');
COMMIT;
BEGIN;
UPDATE respondent SET claim_no = claim_no + 1, claimed_until = extract(epoch FROM clock_timestamp()) + 8
 WHERE id = (SELECT id FROM respondent WHERE id = ':who' FOR UPDATE SKIP LOCKED);
SELECT * FROM inbox JOIN respondent ON respondent.id = inbox.respondent_id
 WHERE respondent_id = ':who' AND inbox.state = 'received' ORDER BY seq LIMIT 1;
SELECT question FROM answer WHERE respondent_id = ':who';
COMMIT;
BEGIN;
SELECT * FROM inbox JOIN respondent ON respondent.id = inbox.respondent_id WHERE inbox.id = :message FOR UPDATE;
UPDATE inbox SET effect = '{"did": "answered"}', question = 'one' WHERE id = :message;
UPDATE respondent SET open_question = 'two', tries = 0 WHERE id = ':who';
COMMIT;
BEGIN;
SELECT * FROM inbox JOIN respondent ON respondent.id = inbox.respondent_id WHERE inbox.id = :message FOR UPDATE;
INSERT INTO outbox (respondent_id, channel, reply_to, seq, text, buttons, notice, delivery, doubtful, created_at, sent_at)
 VALUES (':who', 'webchat', :message, :seq + 2, 'Thank you. The next question is this.', '[]', false, 'sent', false, now(), now());
UPDATE respondent SET last_seq = :seq + 2, claimed_until = 0 WHERE id = ':who';
UPDATE inbox SET state = 'done', done_at = now(), intent = 'give_answer', confidence = 0.9, progress = '{}' WHERE id = :message;
COMMIT;
