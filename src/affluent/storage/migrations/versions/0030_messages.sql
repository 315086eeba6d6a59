-- The sound of voice messages, which is erased on its day, found without reading every file.
create index file_voicemail on file (created_ms) where filename = 'message.wav' and content_type = 'audio/wav';
