-- What keeping a centre alive needs.

-- A server that starts asks who passed on which contact a moment ago: the engine it builds knows only the present.
create index journal_set_aside on journal (at_ms)
  where kind in ('OfferDeclined', 'OfferExpired', 'ContactTransferred', 'ContactReturned');
