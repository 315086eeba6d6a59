-- The rules that the engine followed, as a whole: the facts EngineBuilt, EngineMarked and RulesFollowed name them.
create table routing_version (
  id bigint generated always as identity primary key,
  digest bytea not null unique, made_ms bigint not null, rules bytea not null
);

-- How the engine stood at a place of the journal: the facts EngineBuilt and EngineMarked name it.
create table routing_mark (
  id bigint generated always as identity primary key,
  at_ms bigint not null, version_id bigint not null references routing_version, standing bytea not null
);

-- The nearest mark before an offer is found by these few rows.
create index journal_engine on journal (seq)
  where kind in ('EngineBuilt', 'EngineMarked', 'RulesFollowed', 'AgentRuleFollowed');
