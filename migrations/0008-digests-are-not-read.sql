-- Processes that run all day know the seats, but not what opens a phone's registration: only `cli render-asterisk` reads digests, as
-- the owner.
revoke select on seats from hotline_app;
grant select (id, label, auto_answer) on seats to hotline_app;
