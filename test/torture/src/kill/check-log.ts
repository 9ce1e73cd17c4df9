import type { RecordedEvent } from '@action-do/event-store';

/** What the log holds of one generation. */
interface Recorded {
  unsafe: boolean;
  starts: number;
  outcomes: number;
  unknown: boolean;
}

const NOBODY = /"code":"(NO_HANDLER|UNAVAILABLE|RATE_LIMITED)"/;

/**
 * What must hold of the log itself, after all rounds:
 * L1 every execution that a caller was told of is in it; L2 a generation has one outcome, or is parked as unknown if it
 * is unsafe, and nothing is left open; L3 unsafe work was begun once.
 */
export async function checkLog(
  events: AsyncIterable<RecordedEvent>,
  told: ReadonlySet<string>,
): Promise<{ executions: number; broken: string[] }> {
  const recorded = new Map<string, Recorded>();
  for await (const { type, data, metadata } of events) {
    const id = metadata['executionId'] ?? '';
    const one = recorded.get(id) ?? { unsafe: false, starts: 0, outcomes: 0, unknown: false };
    recorded.set(id, one);
    if (type === 'ActionRequested')
      one.unsafe = JSON.stringify(data['policy']).includes('"effects":"unsafe"');
    if (type === 'ActionStarted') one.starts++;
    // An attempt that nobody took was not begun: the worker was away, or the bus.
    if (type === 'ActionAttemptFailed' && NOBODY.test(JSON.stringify(data['error']))) one.starts--;
    if (type === 'ActionSucceeded' || type === 'ActionFailed') one.outcomes++;
    if (type === 'ActionOutcomeUnknown') one.unknown = true;
  }
  const broken = [...told].filter((id) => !recorded.has(id)).map((id) => `L1 ${id} is not in the log`);
  for (const [id, { unsafe, starts, outcomes, unknown }] of recorded) {
    if (outcomes > 1) broken.push(`L2 ${id} has ${outcomes} outcomes`);
    if (outcomes === 0 && !(unsafe && unknown)) broken.push(`L2 ${id} was left open`);
    if (unsafe && starts !== 1) broken.push(`L3 ${id} is unsafe and was begun ${starts} times`);
  }
  return { executions: recorded.size, broken };
}
