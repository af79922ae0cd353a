-- Sessions in the order in which they were opened, whatever the clock on the wall did meanwhile: the oldest ends when there are too many.
alter table sessions add column opened bigint generated always as identity;
