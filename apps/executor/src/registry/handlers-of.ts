import type { Handlers } from '@action-do/contracts';
import type { RegisteredAction } from './registered-action.js';

/** Whether somebody is there to perform it; `unknown` of what only other executors perform in their own processes. */
export async function handlersOf(action: RegisteredAction | null): Promise<Handlers> {
  if (action === null) return 'unknown';
  const { elsewhere } = action.performer;
  if (elsewhere === undefined) return 'present';
  return (await elsewhere.isThere()) ? 'present' : 'absent';
}
