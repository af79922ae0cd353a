-- The seat whose phone the dialplan's safety net rang and that answered, while the switchboard was away. Who sat there stands in
-- `answered_by`, and is null when that is not known: a call is answered that has either.

alter table calls add column answered_seat text;
