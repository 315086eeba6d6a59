/** The rules that forbid a call, each with its sentence in `why` (`centre/outbound_calls/law.py`). */
export const FORBIDDING = ["call_opposed", "call_listed", "call_refused_before", "call_without_consent", "call_too_often", "call_not_now", "number_not_called"] as const;
